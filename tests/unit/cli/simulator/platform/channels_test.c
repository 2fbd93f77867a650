// SPDX-License-Identifier: Apache-2.0
// The life of a query beside its channel: it begins with the subscription and ends without one.
#include "platform/channels.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "query_bench.h"

#define STARTED "{'action':'start'}"
#define STOPPED "{'action':'stop'}"

static query_bench bench;
static bayeux_server *server;
static sim_channels *channels;
static char name[64]; // of the query's channel

static int open_bench(void **state)
{
    static const bayeux_options options = { 0 };
    cJSON *queries = cJSON_Parse("[{\"expression\":\"a\",\"follow\":true}]");

    (void)state;
    bench_open(&bench);
    assert_int_equal(sim_channels_new(bench.loop, bench.store, &channels, NULL), LIVE_OK);
    assert_int_equal(bayeux_server_new(bench.loop, &options, &server, NULL), LIVE_OK);
    sim_channels_attach(channels, server);
    cJSON *answer = sim_channels_create(channels, queries);
    snprintf(name, sizeof name, "%s", live_json_str(answer->child, "channel", ""));
    cJSON_Delete(answer);
    cJSON_Delete(queries);
    return 0;
}

static int close_bench(void **state)
{
    (void)state;
    bayeux_server_free(server);
    sim_channels_free(channels);
    bench_close(&bench);
    return 0;
}

// What `__queries` says of this query.
static const char *actions(void)
{
    return bench_rows(&bench, "__queries expression:a => action");
}

static void p_36_a_query_does_nothing_before_its_subscription(void **state)
{
    (void)state;
    bench_run(&bench, 30000);
    assert_string_equal(actions(), "");
    sim_channels_subscribed(name, channels);
    bench_run(&bench, 10);
    assert_string_equal(actions(), STARTED);
    sim_channels_subscribed(name, channels); // a second subscriber starts no second query
    bench_run(&bench, 10);
    assert_string_equal(actions(), STARTED);
}

static void p_39_a_query_ends_after_its_last_subscription(void **state)
{
    (void)state;
    sim_channels_subscribed(name, channels);
    sim_channels_unsubscribed(name, channels);
    bench_run(&bench, 9000);
    assert_string_equal(actions(), STARTED);
    bench_run(&bench, 1000);
    assert_string_equal(actions(), STARTED STOPPED);
}

static void p_39_who_comes_back_in_time_keeps_the_query(void **state)
{
    (void)state;
    sim_channels_subscribed(name, channels);
    sim_channels_unsubscribed(name, channels);
    bench_run(&bench, 9000);
    sim_channels_subscribed(name, channels);
    bench_run(&bench, 60000);
    assert_string_equal(actions(), STARTED);
}

static void a_query_nobody_subscribes_to_is_forgotten(void **state)
{
    (void)state;
    bench_run(&bench, 60001);
    sim_channels_subscribed(name, channels);
    bench_run(&bench, 10);
    assert_string_equal(actions(), "");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, open_bench, close_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(p_36_a_query_does_nothing_before_its_subscription),
        CASE(p_39_a_query_ends_after_its_last_subscription),
        CASE(p_39_who_comes_back_in_time_keeps_the_query),
        CASE(a_query_nobody_subscribes_to_is_forgotten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
