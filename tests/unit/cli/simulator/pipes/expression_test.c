// SPDX-License-Identifier: Apache-2.0
// Expressions: operators, functions, names of results, mistakes.
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
    return 0;
}

static int close_bench(void **state)
{
    (void)state;
    bench_close(&bench);
    return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)

static void check(const char *items, const char *expected)
{
    char expression[512];

    snprintf(expression, sizeof expression, "e => %s", items);
    const char *got = bench_rows(&bench, expression);
    if (strcmp(got, expected) != 0)
        fail_msg("%s: %s, not %s", items, got, expected);
}

static void expressions_evaluate(void **state)
{
    static const struct {
        const char *items, *row;
    } rows[] = {
        { "1 + 2 * 3 as x", "{'x':7}" },
        { "(1 + 2) * 3 as x", "{'x':9}" },
        { "7 // 2 as a, -7 // 2 as b, 7 % 4 as c", "{'a':3,'b':-4,'c':3}" },
        { "1 / 0 as x, 2 as y", "{'y':2}" },
        { "n + missing as x, n as n", "{'n':3}" },
        { "n + 1 as x", "{'x':4}" },
        { "'a' + 1 as x", "{'x':'a1'}" },
        { "n > 2 as a, n <= 2 as b, n >= 3 as c, n < 3 as d",
          "{'a':true,'b':false,'c':true,'d':false}" },
        { "missing == null as a, n != null as b", "{'a':true,'b':true}" },
        { "text == 'Ab' as a, text == 'ab' as b", "{'a':true,'b':false}" },
        { "true && false | true as x", "{'x':true}" },
        { "!(n == 3) as x", "{'x':false}" },
        { "missing ?? n ?? 1 as x", "{'x':3}" },
        { "n > 2 ? 'big', 'small' as x, n as y", "{'x':'big','y':3}" },
        { "\\text:ab as a, \\(text:x* | n:3) as b", "{'a':true,'b':true}" },
        { "map->a->b as x, map->no->b as y", "{'x':5}" },
        { "list[1] as a, map['a']['b'] as b, list[9] as c", "{'a':20,'b':5}" },
        { "num# as a, n$ as b, text# as c", "{'a':4.5,'b':'3'}" },
        { "num:number as a, n:number as b, map:object as c", "{'b':3,'c':{'a':{'b':5}}}" },
        { "num#round(0) as a, 2.345:round(2) as b", "{'a':5,'b':2.35}" },
        { "text:lower() as a, upper(text) as b, text:len as c", "{'a':'ab','b':'AB','c':2}" },
        { "'ÁÉ ſ Ж Σ'$:lower() as a, upper('áé ÿ ж σ') as b, len('é€😀') as c",
          "{'a':'áé ſ ж σ','b':'ÁÉ Ÿ Ж Σ','c':3}" },
        { "map:json() as a, '[1]':jsonparse() as b", "{'a':'{\\'a\\':{\\'b\\':5}}','b':[1]}" },
        { "map:map() as a, n:map() as b", "{'a':{'a':{'b':5}}}" },
        { "newmap('k', 1) as a, seq(1, 'b') as b, range(3) as c",
          "{'a':{'k':1},'b':[1,'b'],'c':[0,1,2]}" },
        { "list |> _ * 2 as x", "{'x':[20,40]}" },
        { "decode(n, 1, 'one', 3, 'three') as a, decode(9, 1, 'one', 'else') as b",
          "{'a':'three','b':'else'}" },
        { "0:dateformat('yyyy-MM-dd HH:mm:ss.SSS') as x", "{'x':'1970-01-01 00:00:00.000'}" },
        { "concat('a', n, true) as x", "{'x':'a3true'}" },
        { "text:contains('A') as a, text:startswith('b') as b, text:endswith('b') as c",
          "{'a':true,'b':false,'c':true}" },
        { "abs(-2) as a, floor(2.5) as b, ceil(2.5) as c, sqrt(9) as d",
          "{'a':2,'b':2,'c':3,'d':3}" },
        { "@@span as x", "{'x':'last hour'}" },
        { "expand map", "{'a':{'b':5}}" },
        { "n, n# as m, {odd name}", "{'n':3,'m':3,'odd name':1}" },
        { "n#, count() as c at the end", "{'n':3,'c':1}" },
        { "n:max(), count(), num#:avg() at the end", "{'max_n':3,'count':1,'avg_num':4.5}" },
        { "@set n * 2 as n => n", "{'n':6}" },
        { "@yield newmap('z', n)", "{'z':3}" },
        { "@meta 1 as k => n", "{'n':3}" },
        { "@compress 640, _ => n", "{'n':3}" },
        { "n -- the number\n, text", "{'n':3,'text':'Ab'}" },
    };

    (void)state;
    bench_load(&bench, -10,
               "{'__type':'e','n':3,'num':'4.5','text':'Ab','map':{'a':{'b':5}},'list':[10,20],"
               "'odd name':1,'nothing':null}");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check(rows[i].items, rows[i].row);
}

static void check_all(const char *const rows[][2], size_t count)
{
    bench_load(&bench, -10,
               "{'__type':'e','n':3,'num':'4.5','text':'Ab','map':{'a':{'b':5}},'nothing':null}");
    for (size_t i = 0; i < count; i++)
        check(rows[i][0], rows[i][1]);
}

static void p_43_results_have_the_names_they_are_given_or_made_of(void **state)
{
    static const char *const rows[][2] = {
        { "map->a", "{'map_a':{'b':5}}" },
        { "text:lower()", "{'lower_text':'ab'}" },
        { "n + 1", "{'n_1':4}" },
        { "concat(text, 0.5, 3)", "{'concat_text_0_5_3':'Ab0.53'}" },
        { "n as {Some name}", "{'Some name':3}" },
        { "n, n# as m, text as t", "{'n':3,'m':3,'t':'Ab'}" },
        { "n#", "{'n':3}" },
        { "map->a->b", "{'map_a_b':5}" },
        { "n as {a.b}, text as {c-d}", "{'a.b':3,'c-d':'Ab'}" },
        { "n as {a b} => {a b} * 2 as x", "{'x':6}" },
        { "max(n), n:min(), count(), count(text) at the end",
          "{'max_n':3,'min_n':3,'count':1,'count_text':1}" },
        { "count() by map->a->b at the end", "{'map_a_b':5,'count':1}" },
    };

    (void)state;
    check_all(rows, sizeof rows / sizeof *rows);
    assert_memory_equal(bench_rows(&bench, "e => random()"), "{'random':0.", 12);
}

static void p_44_filter_keeps_the_rows_whose_condition_is_true(void **state)
{
    static const char *const rows[][2] = {
        { "@filter(n > 2) => n", "{'n':3}" },
        { "@filter n > 2 => n", "{'n':3}" },
        { "@filter(n > 3) => n", "" },
        { "@filter missing => n", "" },
        { "@filter(missing > 2) => n", "" },
        { "@filter(!(missing > 2)) => n", "{'n':3}" },
        { "@filter(nothing == null) => n", "{'n':3}" },
        { "@filter(nothing != null) => n", "" },
        { "@filter text != 'ab' & n == 3 => n", "{'n':3}" },
        { "@filter \\text:ab => n", "{'n':3}" },
        { "@filter 'true' => n", "" },
    };

    (void)state;
    check_all(rows, sizeof rows / sizeof *rows);
    assert_string_equal(bench_rows(&bench, "e => @filter(n == 3) => *:json():contains('Ab') as x"),
                        "{'x':true}"); // all fields stay
}

static void p_53_mistakes_say_where_and_what(void **state)
{
    static const struct {
        const char *expression, *message;
    } rows[] = {
        { "(a", "(1, 3->1, 3): ')' expected, but the filter ends" },
        { "a:", "(1, 3->1, 3): a word expected, but the filter ends" },
        { "a b)", "(1, 4->1, 5): a condition or '=>' expected, not ')'" },
        { "a =>", "(1, 5->1, 5): an expression expected, but the text ends" },
        { "a => b +", "(1, 9->1, 9): an expression expected, but the text ends" },
        { "a => b c", "(1, 8->1, 9): '=>' or the end expected, not 'c'" },
        { "a => 'b", "(1, 6->1, 8): no closing '" },
        { "a => {b", "(1, 6->1, 8): no closing }" },
        { "a => round()", "(1, 6->1, 11): the function 'round' does not take 0 arguments" },
        { "a => @filter count() > 1", "(1, 22->1, 23): the aggregate 'count' has no window here" },
        { "a => max(count())", "(1, 18->1, 18): the aggregate 'max' holds another one" },
        { "a => b every 3 fortnights", "(1, 16->1, 26): a period such as '10 seconds' expected" },
        { "a => b over yesterday every sec",
          "(1, 13->1, 22): 'last' or 'all' expected behind 'over'" },
        { "a => b at 5", "(1, 11->1, 12): 'at the end' expected" },
        { "a => [b union c", "(1, 16->1, 16): ']' expected, but the expression ends" },
        { "a => [b join c]", "(1, 9->1, 13): ']' expected, not 'join'" },
        { "a => b ^ c", "(1, 8->1, 9): unexpected character '^'" },
        { "a => b:if(c)", "(1, 8->1, 10): ':if' belongs behind an aggregate" },
        { "a => @@nosuch as x", "(1, 8->1, 14): unknown macro '@@nosuch'" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char expected[240];
        snprintf(expected, sizeof expected, "PipeException: At %s", rows[i].message);
        bench_forget(&bench);
        bench_query(&bench, rows[i].expression, NULL, false);
        assert_string_equal(live_json_str(bench_message(&bench, "stop"), "message", "none"),
                            expected);
    }
}

static void rows_that_hold_rows_do_not_grow_without_end(void **state)
{
    static const char *const doubling[] = { "* as a, * as b", "seq(*, *) as a",
                                            "@set newmap('a', *, 'b', *) as m",
                                            "@yield newmap('a', *, 'b', *)",
                                            "concat(t ?? 'x', t ?? 'x', t ?? 'x') as t" };
    char expression[4096];

    (void)state;
    bench_load(&bench, -10, "{'__type':'e','n':3}");
    for (size_t i = 0; i < sizeof doubling / sizeof *doubling; i++) {
        int length = snprintf(expression, sizeof expression, "e");
        for (int stages = 0; stages < 26; stages++)
            length += snprintf(expression + length, sizeof expression - (size_t)length, " => %s",
                               doubling[i]);
        bench_forget(&bench);
        bench_query(&bench, expression, "last hour", false);
        assert_non_null(bench_message(&bench, "destroy"));
        assert_string_equal(live_json_str(bench_message(&bench, "stop"), "reason", ""),
                            "NoRealTime");
    }
}

static void p_53_depth_and_length_are_bounded(void **state)
{
    static char deep[40000];

    (void)state;
    for (size_t kind = 0; kind < 4; kind++) {
        static const char *const heads[] = { "", "a => ", "a => ", "a => 1" };
        static const char *const parts[] = { "(", "(", "-", "+1" };
        snprintf(deep, sizeof deep, "%s", heads[kind]);
        size_t length = strlen(deep);
        while (length + 4 < sizeof deep)
            length += (size_t)snprintf(deep + length, sizeof deep - length, "%s ", parts[kind]);
        bench_forget(&bench);
        bench_query(&bench, deep, NULL, false);
        const char *message = live_json_str(bench_message(&bench, "stop"), "message", "none");
        assert_non_null(strstr(message, kind < 3 ? "nested more than 100 deep" : "more than 4000"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(expressions_evaluate),
        CASE(p_43_results_have_the_names_they_are_given_or_made_of),
        CASE(p_44_filter_keeps_the_rows_whose_condition_is_true),
        CASE(p_53_mistakes_say_where_and_what),
        CASE(rows_that_hold_rows_do_not_grow_without_end),
        CASE(p_53_depth_and_length_are_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
