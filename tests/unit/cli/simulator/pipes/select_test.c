// SPDX-License-Identifier: Apache-2.0
// Windows, groups and the stages on batches, on a simulated clock.
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

// Events "e" with n at the given offsets from now.
static void load_numbers(const int *offsets_ms, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char event[100];
        snprintf(event, sizeof event, "{'__type':'e','n':%zu,'k':'%c'}", i + 1, i % 2 ? 'b' : 'a');
        bench_load(&bench, offsets_ms[i], event);
    }
}

static void check(const char *stages, const char *span, const char *expected)
{
    static const int offsets_ms[] = { -5000, -3500, -3000, -2999, -500, 0 };
    char expression[256];

    bench_close(&bench);
    bench_open(&bench);
    load_numbers(offsets_ms, sizeof offsets_ms / sizeof *offsets_ms);
    snprintf(expression, sizeof expression, "e => %s", stages);
    bench_query(&bench, expression, span, false);
    if (strcmp(bench_batches(&bench), expected) != 0)
        fail_msg("%s: %s, not %s", stages, bench_batches(&bench), expected);
}

static void p_45_tumbling_windows_hold_what_lies_before_their_end(void **state)
{
    (void)state;
    check("count() every 2 seconds", "last 6 seconds",
          "[{'timestamp':-4000,'count':1}][{'timestamp':-2000,'count':3}]"
          "[{'timestamp':0,'count':1}][{'timestamp':0,'count':1}]");
}

static void p_45_windows_begin_before_full_and_end_before_full(void **state)
{
    (void)state;
    check("count() every 2 seconds", "ts 1700000036500 to ts 1700000037001",
          "[{'timestamp':-2999,'count':2}]");
}

static void p_45_sliding_windows_longer_than_the_period_overlap(void **state)
{
    (void)state;
    check("n:list() as l every second over last 2 seconds", "last 5 seconds",
          "[{'timestamp':-4000,'l':[1]}][{'timestamp':-3000,'l':[1,2]}]"
          "[{'timestamp':-2000,'l':[2,3,4]}][{'timestamp':-1000,'l':[3,4]}]"
          "[{'timestamp':0,'l':[5]}][{'timestamp':0,'l':[5,6]}]");
}

static void p_45_sliding_windows_shorter_than_the_period_leave_gaps(void **state)
{
    (void)state;
    check("count() as c over last 1 sec every 2 sec", "last 4 seconds",
          "[{'timestamp':-2000,'c':2}][{'timestamp':0,'c':1}]");
}

static void p_45_over_all_counts_from_the_beginning(void **state)
{
    (void)state;
    check("count() as c over all every 3 seconds", "last 6 seconds",
          "[{'timestamp':-3000,'c':2}][{'timestamp':0,'c':5}][{'timestamp':0,'c':6}]");
}

static void p_45_outputs_by_item_follow_each_row(void **state)
{
    (void)state;
    check("count() as c every item", "last 3 seconds",
          "[{'timestamp':-3000,'c':1}][{'timestamp':-2999,'c':2}][{'timestamp':-500,'c':3}]"
          "[{'timestamp':0,'c':4}]");
    check("n:sum() as s over last 500 ms every item", "last 6 seconds",
          "[{'timestamp':-5000,'s':1}][{'timestamp':-3500,'s':2}][{'timestamp':-3000,'s':5}]"
          "[{'timestamp':-2999,'s':7}][{'timestamp':-500,'s':5}][{'timestamp':0,'s':11}]");
    check("n:list() as l every 2 items", "last 6 seconds",
          "[{'timestamp':-3500,'l':[1,2]}][{'timestamp':-2999,'l':[3,4]}]"
          "[{'timestamp':0,'l':[5,6]}]");
    check("count() as c", "last 3 seconds",
          "[{'timestamp':-3000,'c':1}][{'timestamp':-2999,'c':2}][{'timestamp':-500,'c':3}]"
          "[{'timestamp':0,'c':4}]");
}

static void p_46_groups_of_a_tick_share_a_batch_and_vanish(void **state)
{
    (void)state;
    check("count() as c by k every 2 seconds", "last 6 seconds",
          "[{'timestamp':-4000,'k':'a','c':1}]"
          "[{'timestamp':-2000,'k':'b','c':2}{'timestamp':-2000,'k':'a','c':1}]"
          "[{'timestamp':0,'k':'a','c':1}][{'timestamp':0,'k':'b','c':1}]");
}

static void p_46_groups_disappear_from_sliding_windows(void **state)
{
    (void)state;
    check("count() as c by k over last 1500 ms every second", "last 5 seconds",
          "[{'timestamp':-4000,'k':'a','c':1}][{'timestamp':-3000,'k':'b','c':1}]"
          "[{'timestamp':-2000,'k':'b','c':2}{'timestamp':-2000,'k':'a','c':1}]"
          "[{'timestamp':0,'k':'a','c':1}]"
          "[{'timestamp':0,'k':'a','c':1}{'timestamp':0,'k':'b','c':1}]");
    check("count() as c by k, n > 3 at the end", "last 5 seconds",
          "[{'timestamp':0,'k':'a','n_3':false,'c':2}{'timestamp':0,'k':'b','n_3':false,'c':1}"
          "{'timestamp':0,'k':'b','n_3':true,'c':2}{'timestamp':0,'k':'a','n_3':true,'c':1}]");
}

static void p_45_windows_of_the_same_length_as_their_period_tumble(void **state)
{
    (void)state;
    check("n:list() as l over last 2 seconds every 2 seconds", "last 4 seconds",
          "[{'timestamp':-2000,'l':[2,3,4]}][{'timestamp':0,'l':[5]}][{'timestamp':0,'l':[5,6]}]");
    check("n:list() as l, every 2 seconds over last 2 seconds", "last 4 seconds",
          "[{'timestamp':-2000,'l':[2,3,4]}][{'timestamp':0,'l':[5]}][{'timestamp':0,'l':[5,6]}]");
}

static void p_45_a_window_over_the_span_is_as_long_as_it(void **state)
{
    (void)state;
    check("n:list() as l over @@span every 2 seconds", "last 2 seconds",
          "[{'timestamp':0,'l':[5]}][{'timestamp':0,'l':[5,6]}]");
    check("n:list() as l over @@span every 2 seconds", "ts 1700000036500 to ts 1700000039700",
          "[{'timestamp':-2000,'l':[2,3,4]}][{'timestamp':-300,'l':[2,3,4,5]}]");
}

static void p_45_at_the_end_holds_everything_once(void **state)
{
    (void)state;
    check("count() as c, n:list() as l at the end", "last 6 seconds",
          "[{'timestamp':0,'c':6,'l':[1,2,3,4,5,6]}]");
    check("count() as c every batch", "last 3 seconds",
          "[{'timestamp':-3000,'c':1}][{'timestamp':-2999,'c':1}][{'timestamp':-500,'c':1}]"
          "[{'timestamp':0,'c':1}]");
}

static void p_47_the_last_value_of_each_mnemonic_stands_in_its_own_member(void **state)
{
    (void)state;
    check("lastv(n):if(\\k:a) as a, lastv(n:object):if(\\k:b) as b, lastv(x:object):if(\\k:a) as "
          "x over last 1500 ms every second",
          "last 5 seconds",
          "[{'timestamp':-4000,'a':1}][{'timestamp':-3000,'b':2}][{'timestamp':-2000,'a':3,'b':4}]"
          "[{'timestamp':-1000}][{'timestamp':0,'a':5}][{'timestamp':0,'a':5,'b':6}]");
}

static void p_48_a_scalar_beside_aggregates_is_of_the_last_row(void **state)
{
    (void)state;
    check("n, n# * 2 as twice, count() as c every 2 seconds", "last 6 seconds",
          "[{'timestamp':-4000,'n':1,'twice':2,'c':1}][{'timestamp':-2000,'n':4,'twice':8,'c':3}]"
          "[{'timestamp':0,'n':5,'twice':10,'c':1}][{'timestamp':0,'n':6,'twice':12,'c':1}]");
    check("n, avg(n) as m by k over last 2 seconds every 2 seconds", "last 1 second",
          "[{'timestamp':0,'k':'a','n':5,'m':5}]"
          "[{'timestamp':0,'k':'a','n':5,'m':5}{'timestamp':0,'k':'b','n':6,'m':6}]");
}

static void each_aggregate_has_its_result(void **state)
{
    (void)state;
    check("count(), n:sum(), n:avg(), n:min(), n:max(), n:stdev() as dev at the end",
          "last 6 seconds",
          "[{'timestamp':0,'count':6,'sum_n':21,'avg_n':3.5,'min_n':1,'max_n':6,"
          "'dev':1.8708286933869707}]");
    check("k:last(), k:first(), x:lastv(), k:dcount(), k:set(), k:list(), x:count(), "
          "map(k, n) as m at the end",
          "last 3 seconds",
          "[{'timestamp':0,'last_k':'b','first_k':'a','dcount_k':2,'set_k':['a','b'],"
          "'list_k':['a','b','a','b'],'count_x':0,'m':{'a':5,'b':6}}]");
    check("n:firstv():if(\\k:b) as f, n:lastv():if(n < 5) as l at the end", "last 6 seconds",
          "[{'timestamp':0,'f':2,'l':4}]");
}

static void p_45_empty_windows_have_a_row_unless_grouped(void **state)
{
    (void)state;
    bench_query(&bench, "e => count(), n:max() at the end", "last minute", false);
    assert_string_equal(bench_batches(&bench), "[{'timestamp':0,'count':0}]");
    bench_forget(&bench);
    bench_query(&bench, "e => count() by k at the end", "last minute", false);
    assert_string_equal(bench_batches(&bench), "");
}

static void stages_follow_each_other(void **state)
{
    (void)state;
    check("count() as c every second => c:max() as m every 3 seconds", "last 6 seconds",
          "[{'timestamp':-3000,'m':1}][{'timestamp':0,'m':2}][{'timestamp':0,'m':1}]");
}

static void branches_get_every_row_and_their_outputs_go_on(void **state)
{
    (void)state;
    check("[n:max() as m every 3 seconds union count() as c at the end]", "last 6 seconds",
          "[{'timestamp':-3000,'m':2}][{'timestamp':0,'m':5}][{'timestamp':0,'m':6}]"
          "[{'timestamp':0,'c':6}]");
    check("[@filter k == 'a' => n as a union => @filter k == 'b' => n as b] => @filter(a > 2 || b "
          "> 4)",
          "last 6 seconds",
          "[{'timestamp':-3000,'a':3}][{'timestamp':-500,'a':5}][{'timestamp':0,'b':6}]");
    check(
        "[[n as x union n as y] => x:count(), y:count() at the end union n:sum() as s at the end]",
        "last 6 seconds", "[{'timestamp':0,'count_x':6,'count_y':6}][{'timestamp':0,'s':21}]");
    check("[n:list() as l over @@span every 3 seconds union @latest]", "last 3 seconds",
          "[{'timestamp':0,'l':[3,4,5]}][{'timestamp':0,'l':[3,4,5,6]}]"
          "[{'__type':'e','n':6,'k':'b','timestamp':0}]");
}

static void a_clause_alone_is_a_clock_or_a_window(void **state)
{
    (void)state;
    check("every 3 seconds", "last 6 seconds",
          "[{'timestamp':-3000}][{'timestamp':0}]"
          "[{'timestamp':0}]");
    check("timestamp() - 1700000040000 as t every 3 seconds", "last 3 seconds",
          "[{'timestamp':0,'t':0}][{'timestamp':0,'t':0}]");
    check("over last 1 sec every 3 seconds => n", "last 3 seconds", "[{'timestamp':-500,'n':5}]");
}

static void p_49_sort_works_in_the_batch_and_is_stable(void **state)
{
    (void)state;
    check("n, k by n, k at the end => @sort k desc, n => n, k", "last 6 seconds",
          "[{'timestamp':0,'n':2,'k':'b'}{'timestamp':0,'n':4,'k':'b'}{'timestamp':0,'n':6,'k':'b'}"
          "{'timestamp':0,'n':1,'k':'a'}{'timestamp':0,'n':3,'k':'a'}"
          "{'timestamp':0,'n':5,'k':'a'}]");
    check("n by n, k at the end => @sort k => n", "last 6 seconds",
          "[{'timestamp':0,'n':1}{'timestamp':0,'n':3}{'timestamp':0,'n':5}"
          "{'timestamp':0,'n':2}{'timestamp':0,'n':4}{'timestamp':0,'n':6}]");
}

static void top_keeps_the_first_of_each_group(void **state)
{
    (void)state;
    check("n by n, k at the end => @top 2, n desc => n", "last 6 seconds",
          "[{'timestamp':0,'n':6}{'timestamp':0,'n':5}]");
    check("n by n, k at the end => @top 1, n by k => n", "last 6 seconds",
          "[{'timestamp':0,'n':1}{'timestamp':0,'n':2}]");
}

static void throttle_lets_so_many_pass(void **state)
{
    (void)state;
    check("@throttle 2, 2 seconds => n", "last 6 seconds",
          "[{'timestamp':-5000,'n':1}{'timestamp':-3500,'n':2}{'timestamp':-3000,'n':3}"
          "{'timestamp':-2999,'n':4}{'timestamp':-500,'n':5}{'timestamp':0,'n':6}]");
    check("@throttle 2 seconds by k => n", "last 6 seconds",
          "[{'timestamp':-5000,'n':1}{'timestamp':-3500,'n':2}{'timestamp':-3000,'n':3}"
          "{'timestamp':-500,'n':5}{'timestamp':0,'n':6}]");
}

static void p_50_latest_keeps_the_last_batch_of_history(void **state)
{
    sim_query_options options = { .expression = "e => count() as c every second",
                                  .span = "last 5 seconds",
                                  .reducer = "@latest",
                                  .preload = true,
                                  .follow = true };
    static const int offsets_ms[] = { -4500, -500 };

    (void)state;
    load_numbers(offsets_ms, 2);
    bench_start(&bench, &options);
    assert_string_equal(bench_batches(&bench), "[{'timestamp':0,'c':1}]");
    bench_run(&bench, 2000);
    assert_string_equal(
        bench_batches(&bench),
        "[{'timestamp':0,'c':1}][{'timestamp':1000,'c':0}][{'timestamp':2000,'c':0}]");
}

static void p_45_a_window_begun_in_history_goes_on_in_real_time(void **state)
{
    static const int offsets_ms[] = { -2000 };

    (void)state;
    load_numbers(offsets_ms, 1);
    bench_query(&bench, "e => count() as c every 7 seconds => @filter c > 0", "last 5 seconds",
                true);
    bench_send(&bench, "{'__type':'e'}");
    bench_run(&bench, 10000);
    int64_t tick_ms = (BENCH_START_MS / 7000 + 1) * 7000 - BENCH_START_MS;
    char expected[100];
    snprintf(expected, sizeof expected, "[{'timestamp':%d,'c':2}]", (int)tick_ms);
    assert_string_equal(bench_batches(&bench), expected);
}

static void p_45_what_comes_before_a_tick_counts_for_it(void **state)
{
    (void)state;
    bench_query(&bench, "e => count() as c every second", NULL, true);
    bench_run(&bench, 999);
    bench_send(&bench, "{'__type':'e'}");
    bench_run(&bench, 1);
    bench_send(&bench, "{'__type':'e'}");
    bench_run(&bench, 1001);
    assert_string_equal(bench_batches(&bench),
                        "[{'timestamp':1000,'c':1}][{'timestamp':2000,'c':1}]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(p_45_tumbling_windows_hold_what_lies_before_their_end),
        CASE(p_45_windows_begin_before_full_and_end_before_full),
        CASE(p_45_sliding_windows_longer_than_the_period_overlap),
        CASE(p_45_sliding_windows_shorter_than_the_period_leave_gaps),
        CASE(p_45_over_all_counts_from_the_beginning),
        CASE(p_45_outputs_by_item_follow_each_row),
        CASE(p_46_groups_of_a_tick_share_a_batch_and_vanish),
        CASE(p_46_groups_disappear_from_sliding_windows),
        CASE(p_45_windows_of_the_same_length_as_their_period_tumble),
        CASE(p_45_a_window_over_the_span_is_as_long_as_it),
        CASE(p_45_at_the_end_holds_everything_once),
        CASE(p_47_the_last_value_of_each_mnemonic_stands_in_its_own_member),
        CASE(p_48_a_scalar_beside_aggregates_is_of_the_last_row),
        CASE(each_aggregate_has_its_result),
        CASE(p_45_empty_windows_have_a_row_unless_grouped),
        CASE(stages_follow_each_other),
        CASE(branches_get_every_row_and_their_outputs_go_on),
        CASE(a_clause_alone_is_a_clock_or_a_window),
        CASE(p_49_sort_works_in_the_batch_and_is_stable),
        CASE(top_keeps_the_first_of_each_group),
        CASE(throttle_lets_so_many_pass),
        CASE(p_50_latest_keeps_the_last_batch_of_history),
        CASE(p_45_a_window_begun_in_history_goes_on_in_real_time),
        CASE(p_45_what_comes_before_a_tick_counts_for_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
