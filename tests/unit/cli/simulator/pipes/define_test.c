// SPDX-License-Identifier: Apache-2.0
// Definitions in front of a query: macros, functions, stages.
#include "query_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static query_bench bench;

static int open_bench(void **state)
{
    (void)state;
    bench_open(&bench);
    bench_load(&bench, -30, "{'__type':'a','n':1,'k':'x'}");
    bench_load(&bench, -20, "{'__type':'b','n':2,'k':'y'}");
    bench_load(&bench, -10, "{'__type':'def','n':3,'k':'x'}");
    return 0;
}

static int close_bench(void **state)
{
    (void)state;
    bench_close(&bench);
    return 0;
}

static void definitions_stand_for_their_bodies(void **state)
{
    static const char *const rows[][2] = {
        { "def @@both: (a|b); @@both => n", "{'n':1}{'n':2}" },
        { "def @@keys: (x | z); * k:@@keys => n", "{'n':1}{'n':3}" },
        { "def @@limit: 1 + 1; * n:* => @filter n >= @@limit => n", "{'n':2}{'n':3}" },
        { "def @@is_x: k == 'x'; * n:* => count():if(@@is_x) as c at the end", "{'c':2}" },
        { "def @@x: (x|y); * n:* => count():if(\\k:@@x) as c at the end", "{'c':3}" },
        { "def double(v): v * 2; a => double(n), n:double as m, double(double(n)) as q",
          "{'double_n':2,'m':2,'q':4}" },
        { "def scaled(v, by = 10, off=(1)): v * by + off; a => scaled(n) as a, n:scaled(2) as b, "
          "scaled(n, 2, 3) as c",
          "{'a':11,'b':3,'c':5}" },
        { "def share(part, all): part / all; * n:* => share(n:max(), n:sum()) as s at the end",
          "{'s':0.5}" },
        { "def n(x): x; a => n(n) as v", "{'v':1}" },
        { "def @above(least=1): @filter n > least => n, k; * n:* => @above(1) => n:sum() at the "
          "end",
          "{'sum_n':5}" },
        { "def @above(least=2): @filter n > least; * n:* => @above => n", "{'n':3}" },
        { "def f(v): v + 1;\n-- a comment; with a semicolon\ndef g(v): f(v) * 2; a => g(n) as v",
          "{'v':4}" },
        { "def @@text: 'a;b)'; a => @@text as t", "{'t':'a;b)'}" },
        { "DEF lower(v): 'mine'; a => lower(k) as t", "{'t':'mine'}" },
        { "def k:x => n", "{'n':3}" }, // an event type of that name
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *got = bench_rows(&bench, rows[i][0]);
        if (strcmp(got, rows[i][1]) != 0)
            fail_msg("%s: %s, not %s", rows[i][0], got, rows[i][1]);
    }
}

static void mistakes_in_definitions_say_where(void **state)
{
    static const char *const rows[][2] = {
        { "def : 1; a", "(1, 5->1, 6): a name expected in the definition" },
        { "def f(x: 1; a", "(1, 14->1, 14): ')' expected, but the filter ends" },
        { "def f 1; a", "(1, 7->1, 8): ':' expected in the definition" },
        { "def f(x): x +; a => f(n) as v",
          "(1, 14->1, 14): an expression expected, but the text ends" },
        { "def f(x): x y; a => f(n) as v", "(1, 13->1, 14): ';' expected, not 'y'" },
        { "def f(x): x; a => f() as v", "(1, 23->1, 25): 'f' lacks its argument 'x'" },
        { "def f(x): x; a => f(n, n) as v", "(1, 27->1, 29): 'f' takes 1 arguments" },
        { "a => @@x as v", "(1, 8->1, 9): unknown macro '@@x'" },
        { "k:@@x", "(1, 5->1, 6): unknown macro '@@x'" },
        { "a => @x", "(1, 7->1, 8): unknown stage '@x'" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bench_forget(&bench);
        bench_query(&bench, rows[i][0], NULL, false);
        const char *message = live_json_str(bench_message(&bench, "stop"), "message", "none");
        if (!strstr(message, rows[i][1]))
            fail_msg("%s: %s", rows[i][0], message);
    }
}

static void what_defines_itself_ends(void **state)
{
    static const char *const rows[] = {
        "def f(x): f(x); a => f(n)",
        "def @@x: @@x; @@x",
        "def @s: @s; a => @s",
        "def f(x): g(x); def g(x): f(x) + f(x); a => f(n)",
        ("def a(x): x+x; def b(x): a(a(a(a(x)))); def c(x): b(b(b(b(x)))); def d(x): "
         "c(c(c(c(x)))); "
         "* => d(d(n)) as v"),
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bench_forget(&bench);
        bench_query(&bench, rows[i], "last hour", false);
        const char *message = live_json_str(bench_message(&bench, "stop"), "message", "none");
        if (!strstr(message, "PipeException"))
            fail_msg("%s: %s", rows[i], message);
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(definitions_stand_for_their_bodies),
        CASE(mistakes_in_definitions_say_where),
        CASE(what_defines_itself_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
