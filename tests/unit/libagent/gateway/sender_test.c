// SPDX-License-Identifier: Apache-2.0
// What the gateway sends of its store, to a scripted REST input.
#include "gateway/sender.h"

#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "http_peer.h"

typedef struct fixture {
    live_loop *loop;
    http_peer *peer;
    live_client *client;
    ag_store *store;
    ag_sender *sender;
    const char *const *statuses; // of the first answers, ended by NULL; then 200
    size_t rooms;
} fixture;

static void on_request(http_peer *peer, const peer_request *request, void *user)
{
    fixture *f = user;

    (void)peer;
    peer_answer(request, f->statuses && *f->statuses ? *f->statuses++ : "200 OK", "", "");
}

static void on_room(void *user)
{
    ((fixture *)user)->rooms++;
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    assert_int_equal(live_loop_new_simulated(1000, &f->loop, NULL), LIVE_OK);
    f->peer = http_peer_new(f->loop, on_request, f);
    live_client_options options = {
        .url = http_peer_url(f->peer), .username = "rig", .password = "s3cret", .rest_input = "/in/"
    };
    assert_int_equal(live_client_new(f->loop, &options, &f->client, NULL), LIVE_OK);
    f->store = ag_store_new();
    return (int)ag_sender_new(f->loop, f->client, f->store, on_room, f, &f->sender, NULL);
}

static int tear_down(void **state)
{
    fixture *f = *state;

    ag_sender_free(f->sender);
    ag_store_free(f->store);
    live_client_free(f->client);
    http_peer_free(f->peer);
    live_loop_free(f->loop);
    free(f);
    return 0;
}

static void put(fixture *f, const char *text)
{
    assert_true(ag_store_put(f->store, text, strlen(text)));
    ag_sender_wake(f->sender);
}

static void run_for(fixture *f, int64_t ms)
{
    live_err err = live_loop_run(f->loop, ms, NULL);

    assert_true(err == LIVE_OK || err == LIVE_E_TIMEOUT);
}

static const char *body(const fixture *f, size_t number)
{
    const peer_request *request = http_peer_request(f->peer, number);

    return request ? request->body : "none";
}

static void what_is_there_goes_as_one_array(void **state)
{
    fixture *f = *state;

    put(f, "{\"n\":1}");
    put(f, "{\"n\":2}");
    run_for(f, 1000);
    assert_int_equal(http_peer_count(f->peer), 1);
    assert_string_equal(body(f, 1), "[{\"n\":1},{\"n\":2}]");
    assert_int_equal(ag_store_count(f->store), 0);
    assert_int_equal(f->rooms, 1);
}

static void a_condition_of_the_link_costs_no_event(void **state)
{
    static const char *const statuses[] = {
        "302 Found",    "401 Unauthorized", "403 Forbidden",           "404 Not Found",
        "429 Too Many", "500 Server Error", "503 Service Unavailable", NULL
    };
    fixture *f = *state;

    f->statuses = statuses;
    put(f, "{\"n\":1}");
    run_for(f, 120000);
    assert_int_equal(http_peer_count(f->peer), 8);
    for (size_t i = 1; i <= 8; i++)
        assert_string_equal(body(f, i), "[{\"n\":1}]");
    assert_int_equal(ag_store_count(f->store), 0);
}

static void a_refused_batch_is_halved_until_the_guilty_event_stands_alone(void **state)
{
    static const char *const statuses[] = { "400 Bad", "400 Bad", NULL };
    fixture *f = *state;

    f->statuses = statuses; // of both, then of the first one
    put(f, "{\"bad\":1}");
    put(f, "{\"n\":2}");
    run_for(f, 1000);
    assert_string_equal(body(f, 2), "[{\"bad\":1}]");
    assert_string_equal(body(f, 3), "[{\"n\":2}]");
    assert_int_equal(ag_store_count(f->store), 0);
}

static void after_an_outage_and_a_refused_event_the_next_one_is_sent(void **state)
{
    static const char *const statuses[] = { "503 Service Unavailable", "400 Bad", NULL };
    fixture *f = *state;

    f->statuses = statuses;
    put(f, "{\"bad\":1}");
    run_for(f, 10000);
    assert_int_equal(ag_store_count(f->store), 0);
    put(f, "{\"n\":2}");
    run_for(f, 60000);
    assert_string_equal(body(f, 3), "[{\"n\":2}]");
    assert_int_equal(ag_store_count(f->store), 0);
}

static void without_a_platform_everything_stays(void **state)
{
    fixture *f = *state;
    ag_sender *sender = NULL;

    assert_int_equal(ag_sender_new(f->loop, NULL, f->store, on_room, f, &sender, NULL), LIVE_OK);
    assert_true(ag_store_put(f->store, "1", 1));
    ag_sender_wake(sender);
    run_for(f, 1000);
    assert_int_equal(ag_store_count(f->store), 1);
    ag_sender_free(sender);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(what_is_there_goes_as_one_array),
        CASE(a_condition_of_the_link_costs_no_event),
        CASE(a_refused_batch_is_halved_until_the_guilty_event_stands_alone),
        CASE(after_an_outage_and_a_refused_event_the_next_one_is_sent),
        CASE(without_a_platform_everything_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
