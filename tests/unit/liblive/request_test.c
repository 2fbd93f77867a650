// SPDX-License-Identifier: Apache-2.0
// Requests below the base URL: what is tried again, when, and what is not.
#include <live/buf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "cmocka_all.h"
#include "http_peer.h"

typedef struct fixture {
    live_loop *loop;
    http_peer *peer;
    live_client *client;
    live_call *call;
    int calls;
    int status;
    live_error error;
    // What the peer does: nothing to the first `silent` requests, `first` to those after, 200 to the rest.
    size_t silent, bad;
    const char *bad_status, *bad_headers;
} fixture;

static void serve(http_peer *peer, const peer_request *request, void *user)
{
    const fixture *f = user;
    size_t number = http_peer_count(peer);

    if (number <= f->silent)
        return;
    if (number <= f->silent + f->bad)
        peer_answer(request, f->bad_status, f->bad_headers ? f->bad_headers : "", "");
    else
        peer_answer_json(request, "{}");
}

static int set_up_on(void **state, bool simulated)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    assert_int_equal(simulated ? live_loop_new_simulated(1000, &f->loop, NULL)
                               : live_loop_new(&f->loop, NULL),
                     LIVE_OK);
    f->peer = http_peer_new(f->loop, serve, f);
    return 0;
}

static int set_up(void **state)
{
    return set_up_on(state, false);
}

// Waits pass at once. Not for requests that are to time out: libcurl has a clock of its own.
static int set_up_simulated(void **state)
{
    return set_up_on(state, true);
}

static int tear_down(void **state)
{
    fixture *f = *state;

    http_peer_free(f->peer);
    live_client_free(f->client);
    live_loop_free(f->loop);
    free(f);
    return 0;
}

static void open_client(fixture *f, int max_retries)
{
    live_client_options options = { .url = http_peer_url(f->peer),
                                    .request_timeout_ms = 30,
                                    .max_retries = max_retries };

    assert_int_equal(live_client_new(f->loop, &options, &f->client, NULL), LIVE_OK);
}

static void on_reply(const lv_http_reply *reply, const live_error *error, void *user)
{
    fixture *f = user;

    f->calls++;
    f->call = NULL;
    f->status = reply ? reply->status : 0;
    if (error)
        f->error = *error;
    live_loop_stop(f->loop);
}

static void start(fixture *f, const char *body, lv_retry retry)
{
    assert_int_equal(lv_request(f->client,
                                &(lv_asked){ "/a", body, body ? strlen(body) : 0, retry }, on_reply,
                                f, &f->call, NULL),
                     LIVE_OK);
    assert_int_equal(f->calls, 0);
}

static void run(fixture *f)
{
    assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, NULL), LIVE_OK);
    assert_int_equal(f->calls, 1);
}

static void a_get_without_an_answer_is_tried_again(void **state)
{
    fixture *f = *state;

    f->silent = 1;
    open_client(f, 2);
    start(f, NULL, LV_RETRY_ANY);
    run(f);
    assert_int_equal(f->status, 200);
    assert_int_equal(http_peer_count(f->peer), 2);
}

static void the_last_failure_is_told_when_all_tries_are_used(void **state)
{
    fixture *f = *state;

    f->silent = 100;
    open_client(f, 1);
    start(f, NULL, LV_RETRY_ANY);
    run(f);
    assert_int_equal(http_peer_count(f->peer), 2);
    assert_int_equal(f->error.code, LIVE_E_TIMEOUT);
    assert_string_equal(f->error.text, "GET /a: no answer within 30 ms");
}

static void P_10_a_post_that_may_have_arrived_is_not_sent_twice(void **state)
{
    fixture *f = *state;

    f->silent = 1;
    open_client(f, 5);
    start(f, "{}", LV_RETRY_UNSENT);
    run(f);
    assert_int_equal(http_peer_count(f->peer), 1);
    assert_int_equal(f->error.code, LIVE_E_TIMEOUT);
    assert_true(f->error.retry);
}

static void a_get_that_was_answered_is_not_asked_again(void **state)
{
    fixture *f = *state;

    f->bad = 1;
    f->bad_status = "500 Internal Server Error";
    open_client(f, 5);
    start(f, NULL, LV_RETRY_ANY);
    run(f);
    assert_int_equal(f->status, 500);
    assert_int_equal(http_peer_count(f->peer), 1);
}

static void P_10_a_status_that_is_an_error_is_told_at_once(void **state)
{
    static const char *const statuses[] = { "400 Bad Request", "401 Unauthorized", "404 Not Found",
                                            "500 Internal Server Error",
                                            "503 Service Unavailable" };
    fixture *f = *state;

    open_client(f, 5);
    f->bad = 100;
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        f->calls = 0;
        f->bad_status = statuses[i];
        start(f, "{}", LV_RETRY_UNSENT);
        run(f);
        assert_int_equal(f->status, strtol(statuses[i], NULL, 10));
        assert_int_equal(f->error.http, f->status);
        assert_int_equal(f->error.retry, f->status >= 500);
    }
    assert_int_equal(http_peer_count(f->peer), sizeof statuses / sizeof *statuses);
}

static void a_server_that_puts_it_off_is_asked_again_when_it_said(void **state)
{
    fixture *f = *state;

    f->bad = 1;
    f->bad_status = "503 Service Unavailable";
    f->bad_headers = "Retry-After: 1\r\n";
    open_client(f, 5);
    int64_t begin = live_loop_monotonic_ms(f->loop);
    start(f, "{\"n\":1}", LV_RETRY_UNSENT);
    run(f);
    assert_int_equal(f->status, 200);
    assert_true(live_loop_monotonic_ms(f->loop) - begin >= 1000);
    assert_int_equal(http_peer_count(f->peer), 2);
    assert_string_equal(http_peer_request(f->peer, 2)->body, "{\"n\":1}");
}

static void one_that_puts_it_off_for_long_is_not_waited_for(void **state)
{
    fixture *f = *state;

    f->bad = 1;
    f->bad_status = "429 Too Many Requests";
    f->bad_headers = "Retry-After: 3600\r\n";
    open_client(f, 5);
    start(f, "{}", LV_RETRY_UNSENT);
    run(f);
    assert_int_equal(f->status, 429);
    assert_true(f->error.retry);
}

static void what_was_never_sent_is_tried_again_also_as_a_post(void **state)
{
    fixture *f = *state;
    live_client_options options = { .max_retries = 1 };
    char url[64];

    snprintf(url, sizeof url, "http://127.0.0.1:%d", tcp_unused_port());
    options.url = url;
    assert_int_equal(live_client_new(f->loop, &options, &f->client, NULL), LIVE_OK);
    int64_t begin = live_loop_monotonic_ms(f->loop);
    start(f, "{}", LV_RETRY_UNSENT);
    run(f);
    assert_int_equal(f->error.code, LIVE_E_CONNECT);
    assert_true(live_loop_monotonic_ms(f->loop) - begin >= 160); // it waited once
}

static void a_negative_count_means_one_try(void **state)
{
    fixture *f = *state;

    f->silent = 100;
    open_client(f, -1);
    start(f, NULL, LV_RETRY_ANY);
    run(f);
    assert_int_equal(http_peer_count(f->peer), 1);
}

static void nobody_hears_of_a_request_that_was_cancelled(void **state)
{
    fixture *f = *state;

    f->silent = 100;
    open_client(f, 5);
    start(f, NULL, LV_RETRY_ANY); // before it was sent
    live_call_free(f->call);
    start(f, NULL, LV_RETRY_ANY);
    assert_int_equal(live_loop_run(f->loop, 20, NULL), LIVE_E_TIMEOUT);
    assert_int_equal(http_peer_count(f->peer), 1);
    live_call_free(f->call); // while it waits for the answer
    start(f, NULL, LV_RETRY_ANY);
    assert_int_equal(live_loop_run(f->loop, 100, NULL), LIVE_E_TIMEOUT);
    live_call_free(f->call); // while it waits for the next try
    live_call_free(NULL);
    assert_int_equal(live_loop_run(f->loop, 20, NULL), LIVE_E_TIMEOUT);
    assert_int_equal(f->calls, 0);
}

static void a_client_that_is_freed_takes_its_requests_along(void **state)
{
    fixture *f = *state;

    f->silent = 100;
    open_client(f, 5);
    start(f, NULL, LV_RETRY_ANY);
    start(f, "{}", LV_RETRY_UNSENT);
    assert_int_equal(live_loop_run(f->loop, 20, NULL), LIVE_E_TIMEOUT);
    live_client_free(f->client);
    f->client = NULL;
    assert_int_equal(live_loop_run(f->loop, 20, NULL), LIVE_E_TIMEOUT);
    assert_int_equal(f->calls, 0);
}

static void what_cannot_be_asked_for_is_refused(void **state)
{
    fixture *f = *state;
    live_client_options options = { .tcp_host = "127.0.0.1", .tcp_port = 17042 };
    live_error error = { 0 };

    assert_int_equal(live_client_new(f->loop, &options, &f->client, NULL), LIVE_OK);
    assert_int_equal(lv_request(f->client, &(lv_asked){ .path = "/a", .retry = LV_RETRY_ANY },
                                on_reply, f, &f->call, &error),
                     LIVE_E_INVALID);
    assert_string_equal(error.text, "no url is set: /a cannot be asked for");
    live_client_free(f->client);
    open_client(f, 5);
    assert_int_equal(lv_request(f->client, &(lv_asked){ .path = "a", .retry = LV_RETRY_ANY },
                                on_reply, f, &f->call, &error),
                     LIVE_E_INVALID);
    assert_string_equal(error.text, "'a': a path begins with '/'");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define WAIT(name) cmocka_unit_test_setup_teardown(name, set_up_simulated, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_get_without_an_answer_is_tried_again),
        CASE(the_last_failure_is_told_when_all_tries_are_used),
        CASE(P_10_a_post_that_may_have_arrived_is_not_sent_twice),
        CASE(a_get_that_was_answered_is_not_asked_again),
        CASE(P_10_a_status_that_is_an_error_is_told_at_once),
        CASE(a_server_that_puts_it_off_is_asked_again_when_it_said),
        CASE(one_that_puts_it_off_for_long_is_not_waited_for),
        WAIT(what_was_never_sent_is_tried_again_also_as_a_post),
        CASE(a_negative_count_means_one_try),
        CASE(nobody_hears_of_a_request_that_was_cancelled),
        CASE(a_client_that_is_freed_takes_its_requests_along),
        CASE(what_cannot_be_asked_for_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
