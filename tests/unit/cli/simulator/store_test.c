// SPDX-License-Identifier: Apache-2.0
// The store: reception, overwriting, retention, scans and listeners.
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

static void check(const char *filter, const char *expected)
{
    assert_string_equal(bench_rows(&bench, filter), expected);
}

static void p_34_reception_sets_time_and_type(void **state)
{
    sim_reception kept = { .default_type = "mine", .keep_timestamp = true };
    sim_reception forced = { .default_type = "mine", .force_type = true };

    (void)state;
    bench_send(&bench, "{'n':1,'timestamp':5}");
    assert_int_equal(sim_store_put(bench.store,
                                   cJSON_Parse("{\"n\":2,\"timestamp\":1700000039000}"), &kept,
                                   NULL),
                     LIVE_OK);
    assert_int_equal(
        sim_store_put(bench.store, cJSON_Parse("{\"n\":3,\"__type\":\"x\"}"), &forced, NULL),
        LIVE_OK);
    bench_query(&bench, "n:*", "last hour", false);
    assert_string_equal(bench_batches(&bench), "[{'n':2,'timestamp':-1000,'__type':'mine'}"
                                               "{'n':1,'__type':'defaultType','timestamp':0}"
                                               "{'n':3,'__type':'mine','timestamp':0}]");
}

static void only_objects_are_events(void **state)
{
    live_error error = { 0 };

    (void)state;
    assert_int_equal(sim_store_put(bench.store, cJSON_CreateArray(), NULL, &error), LIVE_E_INVALID);
    assert_int_equal(sim_store_put(bench.store, NULL, NULL, &error), LIVE_E_INVALID);
}

static void p_35_skipstorage_is_seen_in_real_time_only(void **state)
{
    (void)state;
    bench_query(&bench, "a", NULL, true);
    bench_send(&bench, "{'__type':'a','__skipstorage':true}");
    bench_run(&bench, 1);
    assert_non_null(bench_message(&bench, "event"));
    check("a", "");
}

static void p_35_skiprealtime_is_stored_only(void **state)
{
    sim_reception skip = { .skip_realtime = true };

    (void)state;
    bench_query(&bench, "a", NULL, true);
    assert_int_equal(sim_store_put(bench.store, cJSON_Parse("{\"__type\":\"a\"}"), &skip, NULL),
                     LIVE_OK);
    bench_run(&bench, 1);
    assert_null(bench_message(&bench, "event"));
    check("a", "{'__type':'a','__skiprealtime':true}");
}

static void p_35_overwrite_replaces_an_equal_event(void **state)
{
    (void)state;
    bench_load(&bench, -9, "{'__type':'a','id':1,'k':'x','n':1}");
    bench_load(&bench, -8, "{'__type':'a','id':2,'k':'x','n':2}");
    bench_load(&bench, -7, "{'__type':'b','id':1,'k':'x','n':3}");
    bench_load(&bench, -6, "{'__type':'a','id':1,'n':4,'__overwrite':'id'}");
    check("a|b => n", "{'n':2}{'n':3}{'n':4}");
    bench_load(&bench, -5, "{'__type':'a','id':2,'k':'x','n':5,'__overwrite':['id','k']}");
    check("a|b => n", "{'n':3}{'n':4}{'n':5}");
    bench_load(&bench, -4, "{'__type':'a','id':2,'k':'y','n':6,'__overwrite':['id','k']}");
    check("a|b => n", "{'n':3}{'n':4}{'n':5}{'n':6}");
}

static void retention_drops_the_oldest(void **state)
{
    sim_store_options by_count = { .max_events = 3 }, by_bytes = { .max_bytes = 4000 };
    sim_store *store;

    (void)state;
    assert_int_equal(sim_store_new(bench.loop, &by_count, &store, NULL), LIVE_OK);
    for (int i = 0; i < 10; i++)
        assert_int_equal(sim_store_put(store, cJSON_CreateObject(), NULL, NULL), LIVE_OK);
    assert_int_equal(sim_store_count(store), 3);
    assert_int_equal(sim_store_dropped(store), 7);
    sim_store_free(store);
    assert_int_equal(sim_store_new(bench.loop, &by_bytes, &store, NULL), LIVE_OK);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(sim_store_put(store, cJSON_CreateObject(), NULL, NULL), LIVE_OK);
    assert_true(sim_store_bytes(store) <= 4000);
    assert_true(sim_store_count(store) > 3);
    sim_store_free(store);
}

static void json_lines_load_with_their_time(void **state)
{
    static const char text[] = "{\"__type\":\"a\",\"timestamp\":1700000039000,\"n\":1}\n\n"
                               "{\"__type\":\"a\",\"timestamp\":1700000038000,\"n\":2}";
    live_error error = { 0 };

    (void)state;
    assert_int_equal(sim_store_load(bench.store, text, sizeof text - 1, &error), LIVE_OK);
    check("a => n", "{'n':2}{'n':1}");
    assert_int_equal(sim_store_load(bench.store, "{}\n[1]\n", 7, &error), LIVE_E_INVALID);
    assert_string_equal(error.text, "line 2: an event is a JSON object");
}

static bool only_a(const char *type, void *user)
{
    (void)user;
    return strcmp(type, "a") == 0;
}

static void a_scan_survives_changes_between_reads(void **state)
{
    sim_cursor cursor = { .begin_ms = 0, .end_ms = INT64_MAX, .wants_type = only_a };
    sim_row *rows[2];
    char order[16] = "";

    (void)state;
    for (int i = 0; i < 6; i++)
        bench_load(&bench, i, i % 2 ? "{'__type':'a','v':'1'}" : "{'__type':'b'}");
    for (int turn = 0;; turn++) {
        size_t count = sim_store_read(bench.store, &cursor, rows, 2);
        for (size_t i = 0; i < count; i++) {
            strcat(order, live_json_str(rows[i]->json, "v", ""));
            sim_row_unref(rows[i]);
        }
        if (count == 0)
            break;
        bench_load(&bench, 0, "{'__type':'a','v':'early'}");
        if (turn == 0)
            bench_load(&bench, 4, "{'__type':'a','v':'2'}");
    }
    assert_string_equal(order, "1121");
}

static int heard;
static sim_listener *listeners[2];

static void hear_once(sim_row *row, void *user)
{
    (void)user;
    heard++;
    if (strcmp(sim_row_type(row), "first") == 0)
        bench_send(&bench, "{'__type':'nested'}");
    sim_listener_free(listeners[1]);
    listeners[1] = NULL;
}

static void listeners_are_told_in_order_and_may_free_each_other(void **state)
{
    (void)state;
    heard = 0;
    listeners[0] = sim_store_listen(bench.store, hear_once, NULL);
    listeners[1] = sim_store_listen(bench.store, hear_once, NULL);
    bench_send(&bench, "{'__type':'first'}");
    assert_int_equal(heard, 0); // from the loop, never from put
    bench_run(&bench, 0);
    bench_run(&bench, 0);
    assert_int_equal(heard, 2);
    sim_listener_free(listeners[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(p_34_reception_sets_time_and_type),
        CASE(only_objects_are_events),
        CASE(p_35_skipstorage_is_seen_in_real_time_only),
        CASE(p_35_skiprealtime_is_stored_only),
        CASE(p_35_overwrite_replaces_an_equal_event),
        CASE(retention_drops_the_oldest),
        CASE(json_lines_load_with_their_time),
        CASE(a_scan_survives_changes_between_reads),
        CASE(listeners_are_told_in_order_and_may_free_each_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
