// SPDX-License-Identifier: Apache-2.0
// The queries of the platform's own programs, by their numbers in the reference.
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

static void ignore(cJSON *message, void *user)
{
    (void)user;
    cJSON_Delete(message);
}

static void p_52_query_1_a_filter_without_span_ends_cleanly(void **state)
{
    (void)state;
    bench_load(&bench, -1000, "{'__type':'chat_x','message':'hello'}");
    bench_query(&bench, "chat_x message:hello", NULL, false);
    assert_string_equal(bench_types(&bench), "start span performance endHistory stop destroy");
}

static void p_52_query_2_new_queries_are_seen_as_events(void **state)
{
    sim_query *other;
    sim_query_options options = { .expression = "x", .description = "test" };

    (void)state;
    bench_query(&bench, "__queries action:start => id, expression, description", "last minute",
                true);
    bench_forget(&bench);
    assert_int_equal(sim_query_start(bench.store, &options, ignore, NULL, &other, NULL), LIVE_OK);
    bench_run(&bench, 10);
    assert_string_equal(bench_batches(&bench),
                        "[{'timestamp':0,'id':2,'expression':'x','description':'test'}]");
    sim_query_free(other);
}

static void p_52_query_3_the_history_of_queries_is_in_order(void **state)
{
    (void)state;
    bench_query(&bench, "x", NULL, false);
    assert_string_equal(bench_rows(&bench, "__queries => id, action, expression"),
                        "{'id':1,'action':'start','expression':'x'}"
                        "{'id':1,'action':'stop','expression':'x'}"
                        "{'id':2,'action':'start','expression':'__queries => id, action, "
                        "expression'}");
}

static void p_52_query_4_the_reducer_latest_leaves_one_batch(void **state)
{
    sim_query_options options = { .expression = "__queries action:start => id:max() every minute",
                                  .span = "last hour",
                                  .reducer = "@latest",
                                  .preload = true };

    (void)state;
    bench_load(&bench, -600000, "{'__type':'__queries','action':'start','id':7}");
    bench_run(&bench, 500);
    bench_start(&bench, &options);
    assert_string_equal(bench_batches(&bench), "[{'timestamp':0,'max_id':1}]");
}

static void p_52_query_5_groups_are_sorted_in_one_batch(void **state)
{
    (void)state;
    bench_load(&bench, -5, "{'__type':'t2','mnemonic':'B','asset':'r'}");
    bench_load(&bench, -4, "{'__type':'t1','mnemonic':'C','asset':'r'}");
    bench_load(&bench, -3, "{'__type':'t1','mnemonic':'A','asset':'r'}");
    bench_load(&bench, -2, "{'__type':'t1','mnemonic':'A','asset':'r'}");
    bench_query(&bench,
                "(t1 | t2) => __type, mnemonic, mnemonic:count() as n by asset, mnemonic at the "
                "end => @sort __type, n desc",
                "last hour", false);
    assert_string_equal(bench_batches(&bench),
                        "[{'timestamp':0,'asset':'r','__type':'t1','mnemonic':'A','n':2}"
                        "{'timestamp':0,'asset':'r','__type':'t1','mnemonic':'C','n':1}"
                        "{'timestamp':0,'asset':'r','__type':'t2','mnemonic':'B','n':1}]");
}

static void p_52_query_6_counts_by_pair(void **state)
{
    (void)state;
    bench_load(&bench, -3, "{'__type':'trades','pair':'A/B'}");
    bench_load(&bench, -2, "{'__type':'trades','pair':'A/C'}");
    bench_load(&bench, -1, "{'__type':'trades','pair':'A/B'}");
    assert_string_equal(
        bench_rows(&bench, "trades => count() by pair at the end => @filter(count != null)"),
        "{'pair':'A/B','count':2}{'pair':'A/C','count':1}");
}

static void p_52_query_7_sliding_counts_go_from_history_into_real_time(void **state)
{
    (void)state;
    for (int i = 0; i < 12; i++)
        bench_load(&bench, -20000, "{'__type':'trades','pair':'A/B'}");
    bench_query(&bench,
                "trades => count() by pair every 30 seconds over last 60 seconds => @filter(count "
                "> 10)",
                "last 5 minutes", true);
    assert_string_equal(bench_batches(&bench), "[{'timestamp':0,'pair':'A/B','count':12}]");
    bench_run(&bench, 1000);
    bench_send(&bench, "{'__type':'trades','pair':'A/B'}");
    bench_forget(&bench);
    bench_run(&bench, 120000);
    assert_string_equal(bench_batches(&bench), "[{'timestamp':30000,'pair':'A/B','count':13}]");
}

static void p_52_query_8_values_by_mnemonic_are_absent_when_not_seen(void **state)
{
    (void)state;
    bench_query(&bench,
                "well mnemonic!:(A|B) .flags:nocount => lastv(value:object):if(\\mnemonic:A) as A, "
                "lastv(uom:object):if(\\mnemonic:A) as A_uom, "
                "lastv(value:object):if(\\mnemonic:B) as B over last second every second => "
                "@filter(A != null)",
                NULL, true);
    bench_run(&bench, 100);
    bench_send(&bench, "{'__type':'well','mnemonic':'A','value':2.5,'uom':'m'}");
    bench_run(&bench, 1000);
    bench_send(&bench, "{'__type':'well','mnemonic':'A','value':3,'uom':'m'}");
    bench_send(&bench, "{'__type':'well','mnemonic':'B','value':9,'uom':'m'}");
    bench_run(&bench, 3000);
    assert_string_equal(bench_batches(&bench), "[{'timestamp':1000,'A':2.5,'A_uom':'m'}]"
                                               "[{'timestamp':2000,'A':3,'A_uom':'m','B':9}]");
}

static void p_52_query_9_the_newest_event_that_has_a_curve(void **state)
{
    (void)state;
    bench_load(&bench, -30, "{'__type':'raw_rig','SPP':{'value':1,'uom':'psi'}}");
    bench_load(&bench, -20, "{'__type':'raw_rig','SPP':{'value':2,'uom':'psi'}}");
    bench_load(&bench, -10, "{'__type':'raw_rig','RPM':{'value':3,'uom':'rpm'}}");
    bench_query(&bench,
                "raw_rig .flags:nocount .flags:reversed => @filter({SPP} != null) => "
                "{SPP}:map():json() as {SPP}",
                "since ts 0 #partial='1'", false);
    assert_string_equal(bench_batches(&bench),
                        "[{'timestamp':-20,'SPP':'{\\'value\\':2,\\'uom\\':\\'psi\\'}'}]");
}

static void p_52_query_10_only_new_messages_to_the_bot(void **state)
{
    (void)state;
    bench_load(&bench, -10, "{'__type':'__message','message':'Bot, old','author':{'name':'A'}}");
    bench_query(&bench,
                "__message -__delete:* => @filter(message:lower():contains(\"bot\") && "
                "author->name:lower() != \"bot\")",
                NULL, true);
    bench_send(&bench, "{'__type':'__message','message':'Hi Bot','author':{'name':'Ann'}}");
    bench_send(&bench, "{'__type':'__message','message':'Hi Bot','author':{'name':'BOT'}}");
    bench_send(&bench, "{'__type':'__message','message':'hello','author':{'name':'Ann'}}");
    bench_send(&bench, "{'__type':'__message','message':'bot','author':{'name':'B'},'__delete':1}");
    bench_run(&bench, 10);
    assert_string_equal(bench_batches(&bench),
                        "[{'__type':'__message','message':'Hi Bot','author':{'name':'Ann'},"
                        "'timestamp':0}]");
}

static void p_52_query_11_a_filter_alone_gives_whole_events(void **state)
{
    (void)state;
    bench_query(&bench, "__asset event:(normalizer|delete) type:rig id:19", NULL, true);
    bench_send(&bench,
               "{'__type':'__asset','event':'normalizer','type':'rig','id':19,'config':{}}");
    bench_send(&bench, "{'__type':'__asset','event':'other','type':'rig','id':19}");
    bench_run(&bench, 10);
    assert_string_equal(bench_batches(&bench),
                        "[{'__type':'__asset','event':'normalizer','type':'rig','id':19,"
                        "'config':{},'timestamp':0}]");
}

static void p_52_query_12_the_clock_alone_gives_rows(void **state)
{
    (void)state;
    bench_query(&bench, "=> random() as r every second", NULL, true);
    bench_run(&bench, 5000);
    int rows = 0;
    const cJSON *message;
    cJSON_ArrayForEach (message, bench.messages) {
        const cJSON *row = cJSON_GetArrayItem(live_json_get(message, "content"), 0);
        if (row) {
            assert_int_equal(live_json_int(row, "timestamp", 0), BENCH_START_MS + 1000 * ++rows);
            assert_true(live_json_real(row, "r", -1) >= 0 && live_json_real(row, "r", -1) < 1);
        }
    }
    assert_int_equal(rows, 5);
}

static void p_52_query_13_a_ratio_against_its_own_average(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++)
        bench_load(&bench, -60000 + i * 10000 + 1,
                   "{'__type':'raw','F':{'value':100},'P':{'value':'10'}}");
    bench_load(&bench, -1, "{'__type':'raw','F':{'value':'200'},'P':{'value':10}}");
    bench_query(&bench,
                "raw => {F}->value# as f, {P}->value# as p => f#, p#, f#/p# as ratio => f#, "
                "ratio#, avg(ratio) as m every 10 seconds over last 60 seconds => @filter(f# > 0 & "
                "(abs(ratio#/m# - 1) > 0.1))",
                "last 2 minutes", false);
    assert_string_equal(bench_batches(&bench),
                        "[{'timestamp':0,'f':200,'ratio':20,'m':11.666666666666666}]");
}

static void p_52_query_14_distinct_values_with_a_throttle(void **state)
{
    (void)state;
    for (int i = 0; i < 8; i++) {
        char event[100];
        snprintf(event, sizeof event, "{'__type':'t','mnemonic':'X','value':'%d.04'}", i);
        bench_load(&bench, -40000 + i * 5000, event);
    }
    bench_query(&bench,
                "t mnemonic!:X => value#:round(1):dcount() as n, timestamp:min() as a, "
                "timestamp:max() as b, every 10 seconds over last 60 seconds => @filter(n >= 3) => "
                "@throttle 1, 60 seconds",
                "last 2 minutes", false);
    assert_string_equal(bench_batches(&bench),
                        "[{'timestamp':-20000,'n':4,'a':1700000000000,'b':1700000015000}]");
}

static void p_52_query_15_a_filter_stage_without_brackets(void **state)
{
    (void)state;
    bench_load(&bench, -3, "{'__type':'__message','room':{'id':'abc'},'author':{'name':'y'}}");
    bench_load(&bench, -2, "{'__type':'__annotations','room':{'id':'abc'},'author':'z'}");
    bench_load(&bench, -1, "{'__type':'__message','room':{'id':'abc'},'author':{'name':'x'}}");
    assert_string_equal(bench_rows(&bench,
                                   "(__message|__annotations) => @filter room->id==\"abc\" && "
                                   "author->name!=\"x\""),
                        "{'__type':'__message','room':{'id':'abc'},'author':{'name':'y'}}"
                        "{'__type':'__annotations','room':{'id':'abc'},'author':'z'}");
}

static void p_52_query_16_a_syntax_error_stops_with_its_position(void **state)
{
    (void)state;
    bench_query(&bench, "t => count( every\n minute", "last hour", true);
    assert_string_equal(bench_types(&bench), "stop destroy");
    const cJSON *stop = bench_message(&bench, "stop");
    assert_string_equal(live_json_str(stop, "reason", ""), "Error");
    assert_false(live_json_bool(stop, "user", true));
    assert_string_equal(live_json_str(stop, "message", ""),
                        "PipeException: At (2, 2->2, 8): ')' expected, not 'minute'");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(p_52_query_1_a_filter_without_span_ends_cleanly),
        CASE(p_52_query_2_new_queries_are_seen_as_events),
        CASE(p_52_query_3_the_history_of_queries_is_in_order),
        CASE(p_52_query_4_the_reducer_latest_leaves_one_batch),
        CASE(p_52_query_5_groups_are_sorted_in_one_batch),
        CASE(p_52_query_6_counts_by_pair),
        CASE(p_52_query_7_sliding_counts_go_from_history_into_real_time),
        CASE(p_52_query_8_values_by_mnemonic_are_absent_when_not_seen),
        CASE(p_52_query_9_the_newest_event_that_has_a_curve),
        CASE(p_52_query_10_only_new_messages_to_the_bot),
        CASE(p_52_query_11_a_filter_alone_gives_whole_events),
        CASE(p_52_query_12_the_clock_alone_gives_rows),
        CASE(p_52_query_13_a_ratio_against_its_own_average),
        CASE(p_52_query_14_distinct_values_with_a_throttle),
        CASE(p_52_query_15_a_filter_stage_without_brackets),
        CASE(p_52_query_16_a_syntax_error_stops_with_its_position),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
