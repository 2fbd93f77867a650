// SPDX-License-Identifier: Apache-2.0
// Every form that blocks is ended by a signal whose handler calls live_client_cancel().
#include <live/event.h>
#include <live/query.h>
#include <live/resource.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "http_peer.h"
#include "peer_thread.h"

static live_client *volatile signalled; // whom the handler cancels

static void on_signal(int number)
{
    (void)number;
    live_client_cancel(signalled);
}

typedef struct fixture {
    live_loop *loop, *own; // of the platform, of the client
    http_peer *peer;
    peer_thread thread;
    pthread_t caller;
    live_client *client;
    bool answers, silent; // instead of sending the signal; neither
    int requests;
    live_error error;
} fixture;

// A platform that never answers: once it is asked, the one who asks gets a signal.
static void serve(http_peer *peer, const peer_request *request, void *user)
{
    fixture *f = user;

    (void)peer;
    f->requests++;
    if (f->answers)
        peer_answer(request, "200 OK", "Content-Type: text/plain\r\n", "WORKING");
    else if (!f->silent)
        peer_must(pthread_kill(f->caller, SIGUSR1) == 0);
}

static int set_up(void **state)
{
    fixture *f = test_calloc(1, sizeof *f);
    struct sigaction action = { .sa_handler = on_signal };

    *state = f;
    f->caller = pthread_self();
    assert_int_equal(live_loop_new(&f->loop, NULL), LIVE_OK);
    assert_int_equal(live_loop_new(&f->own, NULL), LIVE_OK);
    f->peer = http_peer_new(f->loop, serve, f);
    live_client_options options = { .url = http_peer_url(f->peer),
                                    .username = "bot",
                                    .password = "s3cret",
                                    .rest_input = "/in/",
                                    .request_timeout_ms = 60000 };
    assert_int_equal(live_client_new(f->own, &options, &f->client, NULL), LIVE_OK);
    signalled = f->client;
    return sigaction(SIGUSR1, &action, NULL);
}

static int tear_down(void **state)
{
    fixture *f = *state;

    live_client_free(f->client);
    http_peer_free(f->peer);
    live_loop_free(f->loop);
    live_loop_free(f->own);
    test_free(f);
    return 0;
}

// The forms

static live_err health(fixture *f)
{
    return live_client_health(f->client, &f->error);
}

static live_err input(fixture *f)
{
    return live_client_input(f->client, &f->error);
}

static live_err send_one(fixture *f)
{
    return live_event_send(f->client, live_event_new("t", 0), &f->error);
}

static live_err send_all(fixture *f)
{
    cJSON *events = cJSON_CreateArray();

    cJSON_AddItemToArray(events, live_event_new("t", 0));
    return live_event_send_all(f->client, events, &f->error);
}

static cJSON *nothing; // what a call that fails does not touch

static live_err get(fixture *f)
{
    return live_client_get(f->client, "/rest/x", &nothing, &f->error);
}

static live_err rooms(fixture *f)
{
    return live_room_list(f->client, &nothing, &f->error);
}

static live_err dashboards(fixture *f)
{
    return live_dashboard_list(f->client, &nothing, &f->error);
}

static live_err plugins(fixture *f)
{
    return live_plugin_list(f->client, true, &nothing, &f->error);
}

static live_err assets(fixture *f)
{
    return live_asset_list(f->client, NULL, &nothing, &f->error);
}

static live_err settings(fixture *f)
{
    return live_asset_settings(f->client, "rig", 1, &nothing, &f->error);
}

static live_err curves(fixture *f)
{
    return live_curve_list(f->client, &nothing, &f->error);
}

static live_err analyse(fixture *f)
{
    live_analysis what = { .size = sizeof what,
                           .asset_type = "rig",
                           .asset_id = 1,
                           .channel = "SPP",
                           .begin_ms = 1,
                           .end_ms = 2 };

    return live_analyse(f->client, &what, &nothing, &f->error);
}

static live_err me(fixture *f)
{
    return live_user_me(f->client, true, &nothing, &f->error);
}

static live_err offer(fixture *f)
{
    return live_offer_collect(f->client, &nothing, &f->error);
}

static live_err collect(fixture *f)
{
    return live_query_collect(f->client, "x", NULL, &nothing, &f->error);
}

static const struct form {
    const char *name;
    live_err (*call)(fixture *f);
} forms[] = {
    { "live_client_health", health },
    { "live_client_input", input },
    { "live_client_get", get },
    { "live_event_send", send_one },
    { "live_event_send_all", send_all },
    { "live_room_list", rooms },
    { "live_dashboard_list", dashboards },
    { "live_plugin_list", plugins },
    { "live_asset_list", assets },
    { "live_asset_settings", settings },
    { "live_curve_list", curves },
    { "live_analyse", analyse },
    { "live_user_me", me },
    { "live_offer_collect", offer },
    { "live_query_collect", collect },
};

static live_err block(fixture *f, live_err (*call)(fixture *f))
{
    f->error = (live_error){ 0 };
    peer_thread_start(&f->thread, f->loop);
    live_err err = call(f);
    peer_thread_stop(&f->thread);
    return err;
}

static void a_signal_ends_each_form_that_blocks(void **state)
{
    fixture *f = *state;

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        int before = f->requests;
        live_err err = block(f, forms[i].call);
        if (err != LIVE_E_CLOSED || !strstr(f->error.text, "cancelled") || f->requests == before)
            fail_msg("%s: %s: %s", forms[i].name, live_err_name(err), f->error.text);
        assert_null(nothing);
    }
}

static void a_signal_before_the_first_call_is_not_lost(void **state)
{
    fixture *f = *state;

    f->silent = true;
    raise(SIGUSR1);
    assert_int_equal(block(f, health), LIVE_E_CLOSED);
    assert_string_equal(f->error.text, "cancelled");
}

static void a_signal_between_two_calls_ends_the_next_one_and_no_other(void **state)
{
    fixture *f = *state;

    f->answers = true;
    assert_int_equal(block(f, health), LIVE_OK);
    raise(SIGUSR1);
    raise(SIGUSR1); // once is as good as twice
    assert_int_equal(block(f, health), LIVE_E_CLOSED);
    for (int i = 0; i < 3; i++)
        assert_int_equal(block(f, health), LIVE_OK);
}

static void on_interrupt(int number)
{
    (void)number;
    live_loop_interrupt(((fixture *)(uintptr_t)signalled)->own);
}

static void do_nothing(live_timer *timer, void *user)
{
    (void)timer;
    (void)user;
}

static void interrupt_soon(live_timer *timer, void *user)
{
    (void)timer;
    (void)user;
    raise(SIGUSR2);
}

static void a_signal_ends_a_loop_that_runs(void **state)
{
    fixture *f = *state;
    struct sigaction action = { .sa_handler = on_interrupt };
    live_timer *soon = NULL, *never = NULL;

    signalled = (live_client *)(uintptr_t)f; // of this handler
    assert_int_equal(sigaction(SIGUSR2, &action, NULL), 0);
    assert_int_equal(live_timer_new(f->own, 3600000, 0, do_nothing, NULL, &never, NULL), LIVE_OK);
    assert_int_equal(live_timer_new(f->own, 1, 0, interrupt_soon, NULL, &soon, NULL), LIVE_OK);
    assert_int_equal(live_loop_run(f->own, LIVE_FOREVER, NULL), LIVE_OK);
    live_timer_free(soon);
    live_timer_free(never);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_signal_ends_each_form_that_blocks),
        CASE(a_signal_before_the_first_call_is_not_lost),
        CASE(a_signal_between_two_calls_ends_the_next_one_and_no_other),
        CASE(a_signal_ends_a_loop_that_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
