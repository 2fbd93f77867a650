// SPDX-License-Identifier: Apache-2.0
// A running query: the order of its messages, the border to real time, its end.
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

static void p_37_history_alone_has_its_sequence(void **state)
{
    (void)state;
    bench_load(&bench, -5, "{'__type':'a'}");
    bench_query(&bench, "a", "last hour", false);
    assert_string_equal(bench_types(&bench),
                        "start span event performance endHistory stop destroy");
    assert_string_equal(live_json_str(bench_message(&bench, "stop"), "reason", ""), "NoRealTime");
    assert_true(sim_query_is_done(bench.query));
}

static void p_37_history_then_real_time_has_its_sequence(void **state)
{
    (void)state;
    bench_load(&bench, -5, "{'__type':'a'}");
    bench_query(&bench, "a", "last hour", true);
    bench_send(&bench, "{'__type':'a'}");
    bench_run(&bench, 1);
    assert_string_equal(bench_types(&bench),
                        "start span event performance endHistory startRealTime event");
    assert_false(sim_query_is_done(bench.query));
}

static void p_37_real_time_alone_has_its_sequence(void **state)
{
    sim_query_options options = { .expression = "a", .span = "last hour", .follow = true };

    (void)state;
    bench_load(&bench, -5, "{'__type':'a'}");
    bench_start(&bench, &options);
    assert_string_equal(bench_types(&bench), "start span performance endHistory startRealTime");
}

static void a_span_in_the_past_ends_although_it_follows(void **state)
{
    (void)state;
    bench_query(&bench, "a", "until 1 hour ago", true);
    assert_string_equal(bench_types(&bench), "start span performance endHistory stop destroy");
}

static void p_37_p_56_mistakes_stop_with_an_error(void **state)
{
    static const struct {
        sim_query_options options;
        const char *message;
    } rows[] = {
        { { .expression = "a", .provider = "sql" }, "unknown query provider 'sql'" },
        { { .expression = "a => nosuch(b)", .follow = true },
          "PipeException: At (1, 6->1, 12): unknown function 'nosuch'" },
        { { .expression = "a => @take 3" },
          "PipeException: At (1, 7->1, 11): unknown stage '@take'" },
        { { .expression = "a", .span = "since breakfast" },
          "'since breakfast' is not a time span" },
        { { .expression = "a", .reducer = "@nosuch" },
          "PipeException: At (1, 2->1, 8): unknown stage '@nosuch'" },
        { { .expression = "" }, "PipeException: At (1, 1->1, 1): the expression is empty" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bench_forget(&bench);
        bench_start(&bench, &rows[i].options);
        assert_string_equal(bench_types(&bench), "stop destroy");
        const cJSON *stop = bench_message(&bench, "stop");
        assert_string_equal(live_json_str(stop, "reason", ""), "Error");
        assert_string_equal(live_json_str(stop, "message", ""), rows[i].message);
    }
}

static void p_38_the_span_is_told_each_minute_and_moves(void **state)
{
    const cJSON *message;
    int count = 0;

    (void)state;
    bench_query(&bench, "a", "last 10 minutes", true);
    bench_run(&bench, 150000);
    cJSON_ArrayForEach (message, bench.messages) {
        if (strcmp(live_json_str(message, "type", ""), "span") != 0)
            continue;
        int64_t end_ms = BENCH_START_MS + 60000 * count++;
        assert_int_equal(live_json_int(message, "end", 0), end_ms);
        assert_int_equal(live_json_int(message, "begin", 0), end_ms - 600000);
    }
    assert_int_equal(count, 3);
}

static void p_36_an_event_during_the_history_appears_exactly_once(void **state)
{
    sim_query_options options = {
        .expression = "a", .span = "last hour", .follow = true, .preload = true
    };
    enum { COUNT = 12000 };
    int seen[COUNT + 3] = { 0 }, last = -1;
    const cJSON *message, *row;

    (void)state;
    for (int i = 0; i < COUNT; i++) {
        char event[64];
        snprintf(event, sizeof event, "{'__type':'a','n':%d}", i);
        bench_load(&bench, -COUNT + i, event);
    }
    char late[64];
    snprintf(late, sizeof late, "{'__type':'a','n':%d}", COUNT);
    bench_send(&bench, late); // in the very millisecond of the start
    bench_start(&bench, &options);
    bench_send(&bench, "{'__type':'a','n':12001}");
    bench_run(&bench, 1);
    bench_send(&bench, "{'__type':'a','n':12002}");
    bench_run(&bench, 1);
    cJSON_ArrayForEach (message, bench.messages) {
        cJSON_ArrayForEach (row, live_json_get(message, "content")) {
            int n = (int)live_json_int(row, "n", -1);
            assert_true(n > last);
            last = n;
            seen[n]++;
        }
    }
    for (int i = 0; i < COUNT + 3; i++)
        assert_int_equal(seen[i], 1);
}

// Puts an event at the first message and keeps counting.
typedef struct border {
    sim_store *store;
    int messages, rows;
} border;

static void put_while_reading(cJSON *message, void *user)
{
    border *count = user;
    cJSON *event = cJSON_CreateObject();

    cJSON_AddStringToObject(event, "__type", "a");
    if (count->messages++ < 3)
        assert_int_equal(sim_store_put(count->store, event, NULL, NULL), LIVE_OK);
    else
        cJSON_Delete(event);
    count->rows += cJSON_GetArraySize(live_json_get(message, "content"));
    cJSON_Delete(message);
}

static void p_36_events_put_while_the_history_is_read_come_after_it(void **state)
{
    sim_query_options options = {
        .expression = "a", .span = "last hour", .follow = true, .preload = true
    };
    border count = { .store = bench.store };

    (void)state;
    bench_load(&bench, -5, "{'__type':'a'}");
    assert_int_equal(
        sim_query_start(bench.store, &options, put_while_reading, &count, &bench.query, NULL),
        LIVE_OK);
    bench_run(&bench, 100);
    assert_int_equal(count.rows, 4);
}

static sim_query *suicide;
static int suicide_at, suicide_count;

static void free_itself(cJSON *message, void *user)
{
    (void)user;
    cJSON_Delete(message);
    assert_non_null(suicide);
    if (++suicide_count == suicide_at) {
        sim_query_free(suicide);
        suicide = NULL;
    }
}

static void a_query_may_be_freed_from_each_of_its_messages(void **state)
{
    sim_query_options options = { .expression = "a => count() every second",
                                  .span = "last minute",
                                  .follow = true,
                                  .preload = true,
                                  .reducer = "@sort count" };

    (void)state;
    bench_load(&bench, -5000, "{'__type':'a'}");
    for (suicide_at = 1; suicide_at < 80; suicide_at++) {
        suicide_count = 0;
        assert_int_equal(sim_query_start(bench.store, &options, free_itself, NULL, &suicide, NULL),
                         LIVE_OK);
        bench_send(&bench, "{'__type':'a'}");
        bench_run(&bench, 70000);
        assert_null(suicide);
        assert_int_equal(suicide_count, suicide_at);
    }
}

static void p_35_skipped_real_time_is_told(void **state)
{
    (void)state;
    bench_query(&bench, "a", NULL, true);
    bench_send(&bench, "{'__type':'a','__skiprealtime':true}");
    bench_send(&bench, "{'__type':'b','__skiprealtime':true}");
    bench_run(&bench, 1);
    assert_string_equal(bench_types(&bench),
                        "start span performance endHistory startRealTime skippedRealtime");
}

static void an_operator_stops_a_query(void **state)
{
    (void)state;
    bench_query(&bench, "a", NULL, true);
    bench_forget(&bench);
    sim_query_stop(bench.query, "Stopped", "by admin");
    bench_run(&bench, 1);
    assert_string_equal(bench_types(&bench), "stop destroy");
    assert_true(live_json_bool(bench_message(&bench, "stop"), "user", false));
}

static void freeing_a_query_announces_its_stop(void **state)
{
    (void)state;
    bench_query(&bench, "a", NULL, true);
    assert_string_equal(bench_rows(&bench, "__queries id:1 => action"),
                        "{'action':'start'}{'action':'stop'}");
}

static void at_the_end_while_following_warns(void **state)
{
    (void)state;
    bench_load(&bench, -5, "{'__type':'a'}");
    bench_query(&bench, "a => count() at the end", "last hour", true);
    bench_send(&bench, "{'__type':'a'}");
    bench_run(&bench, 100000);
    assert_string_equal(bench_types(&bench),
                        "start span warning event performance endHistory startRealTime span");
    assert_string_equal(bench_batches(&bench), "[{'timestamp':0,'count':1}]");
}

static void count_messages(cJSON *message, void *user)
{
    int *count = user;

    ++*count;
    cJSON_Delete(message);
}

static void a_long_history_is_read_in_slices(void **state)
{
    (void)state;
    bench_query(&bench, "=> count() every second", "last 4 hours", false);
    assert_non_null(bench_message(&bench, "progress"));
    assert_non_null(bench_message(&bench, "destroy"));
}

static bool behind;

static bool is_behind(void *user)
{
    (void)user;
    return behind;
}

static void a_history_waits_for_who_is_behind(void **state)
{
    sim_query_options options = {
        .expression = "a", .span = "last hour", .preload = true, .is_behind = is_behind
    };

    (void)state;
    behind = true;
    bench_load(&bench, -1000, "{'__type':'a'}");
    bench_start(&bench, &options);
    bench_run(&bench, 1000);
    assert_null(bench_message(&bench, "event"));
    behind = false;
    bench_run(&bench, 1000);
    assert_non_null(bench_message(&bench, "event"));
    assert_non_null(bench_message(&bench, "destroy"));
}

// A second of 1,000 events for 50 queries, the slowest of them with windows and groups.
static void p_54_a_thousand_events_a_second_for_fifty_queries_stay_in_bounds(void **state)
{
    enum { QUERIES = 50, SECONDS = 10, KEPT = 2000 };
    static const char *const expressions[] = {
        "load", "load n:[10, 20] => n", "load => count() every second",
        "load => n:max() as m by k every second over last 3 seconds",
        "load => @filter(n > 500) => n:dcount() as d over last 2 seconds every second"
    };
    sim_query *queries[QUERIES];
    sim_store *store = NULL;
    sim_store_options limits = { .max_events = KEPT };
    int messages = 0;

    (void)state;
    assert_int_equal(sim_store_new(bench.loop, &limits, &store, NULL), LIVE_OK);
    for (size_t i = 0; i < QUERIES; i++) {
        sim_query_options options = { .expression = expressions[i % 5], .follow = true };
        assert_int_equal(
            sim_query_start(store, &options, count_messages, &messages, &queries[i], NULL),
            LIVE_OK);
    }
    for (int ms = 0; ms < SECONDS * 1000; ms++) {
        char text[80];
        snprintf(text, sizeof text, "{\"__type\":\"load\",\"n\":%d,\"k\":%d}", ms % 1000, ms % 7);
        assert_int_equal(sim_store_put(store, cJSON_Parse(text), NULL, NULL), LIVE_OK);
        bench_run(&bench, 1);
    }
    assert_true(sim_store_count(store) <= KEPT);
    assert_true(sim_store_bytes(store) < (size_t)KEPT * 1024);
    assert_true(messages > QUERIES * SECONDS);
    for (size_t i = 0; i < QUERIES; i++)
        sim_query_free(queries[i]);
    sim_store_free(store);
}

static void a_dear_history_is_read_in_slices_too(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++)
        bench_load(&bench, i - 1000, "{'__type':'a','n':1}");
    bench_query(&bench, "a => n:set(), n:stdev() over last 1 minute every item", "last hour",
                false);
    assert_non_null(bench_message(&bench, "progress"));
    for (int i = 0; i < 100000 && !sim_query_is_done(bench.query); i++)
        bench_run(&bench, 0);
    assert_non_null(bench_message(&bench, "destroy"));
}

static void start_tells_fields_and_groups(void **state)
{
    (void)state;
    bench_query(&bench, "a => count() as n by kind every second", NULL, true);
    char *text = cJSON_PrintUnformatted(bench_message(&bench, "start"));
    assert_string_equal(text, "{\"type\":\"start\",\"fields\":{\"timestamp\":\"java.lang.Number\","
                              "\"n\":\"java.lang.Object\"},\"group\":[\"kind\"],\"select\":[\"n\"],"
                              "\"info\":{}}");
    cJSON_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(p_37_history_alone_has_its_sequence),
        CASE(p_37_history_then_real_time_has_its_sequence),
        CASE(p_37_real_time_alone_has_its_sequence),
        CASE(a_span_in_the_past_ends_although_it_follows),
        CASE(p_37_p_56_mistakes_stop_with_an_error),
        CASE(p_38_the_span_is_told_each_minute_and_moves),
        CASE(p_36_an_event_during_the_history_appears_exactly_once),
        CASE(p_36_events_put_while_the_history_is_read_come_after_it),
        CASE(a_query_may_be_freed_from_each_of_its_messages),
        CASE(p_35_skipped_real_time_is_told),
        CASE(an_operator_stops_a_query),
        CASE(freeing_a_query_announces_its_stop),
        CASE(at_the_end_while_following_warns),
        CASE(a_long_history_is_read_in_slices),
        CASE(a_history_waits_for_who_is_behind),
        CASE(p_54_a_thousand_events_a_second_for_fifty_queries_stay_in_bounds),
        CASE(a_dear_history_is_read_in_slices_too),
        CASE(start_tells_fields_and_groups),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
