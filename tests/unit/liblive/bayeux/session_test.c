// SPDX-License-Identifier: Apache-2.0
// The CometD session over sockets, against a scripted server. Client checks by their numbers.
#include "bayeux/session.h"

#include <dirent.h>
#include <live/buf.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "cmocka_all.h"
#include "cometd_peer.h"
#include "peer_thread.h"

enum { MOST_NOTICES = 32 };

typedef struct fixture {
    live_loop *loop;
    cometd_peer *peer;
    live_client *client;
    lv_session *session;
    lv_listener *listener;
    lv_notice_kind notices[MOST_NOTICES];
    size_t notice_count, events;
    lv_notice_kind until; // the loop stops at this notice
    // What the peer does instead of answering, once.
    const char *at; // what is asked for then; NULL: nothing
    size_t skip;    // so many are answered before
    void (*act)(struct fixture *f, const peer_request *request);
    int64_t delay_ms; // of each answer to a held connect; 0: never
    live_timer *timer;
} fixture;

static bool on_request(cometd_peer *peer, const char *what, const peer_request *request, void *user)
{
    fixture *f = user;

    if (f->at && strcmp(what, f->at) == 0 && f->skip-- == 0) {
        f->at = NULL;
        f->act(f, request);
        return true;
    }
    if (f->delay_ms && strcmp(what, "/meta/connect") == 0 && !peer->fresh)
        live_timer_set(f->timer, f->delay_ms, 0);
    return false;
}

static void release(live_timer *timer, void *user)
{
    fixture *f = user;

    (void)timer;
    if (f->peer->held)
        cometd_release(f->peer);
}

static int set_up_on(void **state, bool simulated)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    assert_int_equal(simulated ? live_loop_new_simulated(1000, &f->loop, NULL)
                               : live_loop_new(&f->loop, NULL),
                     LIVE_OK);
    f->peer = cometd_peer_new(f->loop, on_request, f);
    return (int)live_timer_new(f->loop, -1, 0, release, f, &f->timer, NULL);
}

static int set_up(void **state)
{
    return set_up_on(state, false);
}

static int set_up_simulated(void **state)
{
    return set_up_on(state, true);
}

// The peer ends first: nobody waits for its last words.
static int tear_down(void **state)
{
    fixture *f = *state;

    live_timer_free(f->timer);
    cometd_peer_free(f->peer);
    live_client_free(f->client);
    live_loop_free(f->loop);
    free(f);
    return 0;
}

static void on_notice(lv_notice *notice, void *user)
{
    fixture *f = user;

    f->events += notice->kind == LV_NOTICE_EVENT;
    if (f->notice_count < MOST_NOTICES)
        f->notices[f->notice_count++] = notice->kind;
    if (notice->kind == f->until)
        live_loop_stop(f->loop);
}

static live_client *new_client(fixture *f)
{
    live_client_options options = { .url = http_peer_url(f->peer->http),
                                    .username = "bot",
                                    .password = "s3cret" };
    live_client *client = NULL;

    assert_int_equal(live_client_new(f->loop, &options, &client, NULL), LIVE_OK);
    return client;
}

static void begin(fixture *f)
{
    f->client = new_client(f);
    assert_int_equal(lv_session_get(f->client, &f->session, NULL), LIVE_OK);
    assert_int_equal(lv_listener_new(f->session, on_notice, f, &f->listener, NULL), LIVE_OK);
}

static void run_until(fixture *f, lv_notice_kind kind)
{
    f->until = kind;
    assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, NULL), LIVE_OK);
}

// Less long when nothing is left that could happen.
static void run_for(fixture *f, int64_t ms)
{
    live_err err = live_loop_run(f->loop, ms, NULL);

    assert_true(err == LIVE_OK || err == LIVE_E_TIMEOUT);
}

static size_t count_notices(const fixture *f, lv_notice_kind kind)
{
    size_t count = 0;

    for (size_t i = 0; i < f->notice_count; i++)
        count += f->notices[i] == kind;
    return count;
}

// Acts of the server

static void say_nothing(fixture *f, const peer_request *request)
{
    (void)request;
    live_loop_stop(f->loop);
}

static void hang_up(fixture *f, const peer_request *request)
{
    (void)f;
    tcp_end_close(request->end);
}

static void forget_session(fixture *f, const peer_request *request)
{
    char body[256];

    (void)f;
    snprintf(body, sizeof body,
             "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":false,"
             "\"error\":\"402::Unknown client\","
             "\"advice\":{\"reconnect\":\"handshake\",\"interval\":0}}]",
             cometd_id(request));
    peer_answer_json(request, body);
}

// Tests

static void C_18_credentials_go_with_each_handshake_also_the_second(void **state)
{
    fixture *f = *state;
    size_t handshakes = 0;

    f->at = "/meta/connect";
    f->skip = 1;
    f->act = forget_session;
    begin(f);
    run_until(f, LV_NOTICE_REHANDSHAKEN);
    assert_int_equal(f->peer->handshakes, 2);
    for (size_t i = 1; i <= http_peer_count(f->peer->http); i++) {
        const peer_request *request = http_peer_request(f->peer->http, i);
        handshakes += strstr(request->body, "/meta/handshake") != NULL;
        assert_string_equal(peer_request_header(request, "Authorization"),
                            "Basic Ym90OnMzY3JldA==");
    }
    assert_int_equal(handshakes, 2);
}

static void C_20_there_is_never_a_second_connect_while_one_is_held(void **state)
{
    enum { EVENTS = 500 };
    fixture *f = *state;

    begin(f);
    f->peer->queries = 1;
    assert_int_equal(lv_listener_subscribe(f->listener, "/data/q1", NULL), LIVE_OK);
    run_until(f, LV_NOTICE_SUBSCRIBED);
    for (size_t i = 0; i < EVENTS; i++) {
        cometd_send(f->peer, "1");
        if (i % 3 == 0) // others come while no connect is held
            run_until(f, LV_NOTICE_EVENT);
    }
    run_for(f, 50);
    assert_true(f->peer->connects > EVENTS / 3);
    assert_int_equal(f->peer->overlaps, 0);
    assert_int_equal(f->events, EVENTS);
}

static void C_29_an_answer_just_before_the_advised_timeout_is_no_failure(void **state)
{
    fixture *f = *state;

    f->peer->advice = "{\"reconnect\":\"retry\",\"interval\":0,\"timeout\":50}";
    f->delay_ms = 49;
    begin(f);
    run_for(f, 300);
    assert_true(f->peer->connects >= 4);
    assert_int_equal(count_notices(f, LV_NOTICE_CONNECTED), 1);
    assert_int_equal(f->notice_count, 1);
}

static void C_32_a_host_in_advice_gets_no_request(void **state)
{
    fixture *f = *state;
    http_peer *elsewhere = http_peer_new(f->loop, NULL, NULL);
    char advice[256];

    snprintf(advice, sizeof advice,
             "{\"reconnect\":\"retry\",\"timeout\":30000,\"hosts\":[\"%s\"]}",
             http_peer_url(elsewhere));
    f->peer->advice = advice;
    f->at = "/meta/connect";
    f->skip = 1;
    f->act = forget_session;
    begin(f);
    run_until(f, LV_NOTICE_REHANDSHAKEN);
    assert_int_equal(f->peer->handshakes, 2);
    assert_int_equal(http_peer_connections(elsewhere), 0);
    http_peer_free(elsewhere);
}

static void C_33_C_34_a_subscription_goes_beside_the_held_connect(void **state)
{
    fixture *f = *state;

    begin(f);
    run_until(f, LV_NOTICE_CONNECTED);
    assert_int_equal(lv_listener_subscribe(f->listener, "/a", NULL), LIVE_OK);
    run_until(f, LV_NOTICE_SUBSCRIBED);
    assert_int_equal(lv_listener_subscribe(f->listener, "/b", NULL), LIVE_OK);
    run_until(f, LV_NOTICE_SUBSCRIBED);
    assert_non_null(f->peer->held);
    assert_int_equal(http_peer_connections(f->peer->http), 2);
}

static void C_44_the_cookies_of_the_handshake_come_with_all_that_follows(void **state)
{
    fixture *f = *state;

    f->peer->cookies = "Set-Cookie: BAYEUX_BROWSER=k3j9x0; Path=/; HttpOnly\r\n"
                       "Set-Cookie: JSESSIONID=node1; Path=/\r\n";
    begin(f);
    run_until(f, LV_NOTICE_CONNECTED);
    assert_int_equal(lv_listener_subscribe(f->listener, "/a", NULL), LIVE_OK);
    run_until(f, LV_NOTICE_SUBSCRIBED);
    for (size_t i = 2; i <= http_peer_count(f->peer->http); i++) {
        const char *cookies = peer_request_header(http_peer_request(f->peer->http, i), "Cookie");
        assert_non_null(cookies);
        assert_non_null(strstr(cookies, "BAYEUX_BROWSER=k3j9x0"));
        assert_non_null(strstr(cookies, "JSESSIONID=node1"));
    }
}

static void C_44_two_clients_have_a_cookie_jar_each(void **state)
{
    fixture *f = *state;
    lv_session *session = NULL;

    f->peer->cookies = "Set-Cookie: BAYEUX_BROWSER=k3j9x0; Path=/\r\n";
    begin(f);
    run_until(f, LV_NOTICE_CONNECTED);
    size_t before = http_peer_count(f->peer->http);
    live_client *other = new_client(f);
    assert_int_equal(lv_session_get(other, &session, NULL), LIVE_OK);
    f->at = "/meta/handshake";
    f->act = say_nothing;
    assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, NULL), LIVE_OK);
    const peer_request *last = http_peer_request(f->peer->http, http_peer_count(f->peer->http));
    assert_true(http_peer_count(f->peer->http) > before);
    assert_non_null(strstr(last->body, "/meta/handshake"));
    assert_null(peer_request_header(last, "Cookie"));
    live_client_free(other);
}

static void C_46_a_kept_connection_closed_between_two_connects_is_no_loss(void **state)
{
    fixture *f = *state;

    f->peer->advice = "{\"reconnect\":\"retry\",\"interval\":30,\"timeout\":1000}";
    f->delay_ms = 1;
    begin(f);
    run_until(f, LV_NOTICE_CONNECTED);
    for (int i = 0; i < 3; i++) {
        tcp_end_close(http_peer_request(f->peer->http, http_peer_count(f->peer->http))->end);
        run_for(f, 50);
    }
    assert_true(f->peer->connects >= 3);
    assert_int_equal(f->notice_count, 1); // connected, and nothing since
}

static size_t open_descriptors(void)
{
    DIR *directory = opendir("/proc/self/fd");
    size_t count = 0;

    while (readdir(directory))
        count++;
    closedir(directory);
    return count;
}

static void C_63_trying_again_and_again_leaks_no_socket(void **state)
{
    fixture *f = *state;
    size_t first = 0;

    http_peer_refuse(f->peer->http);
    begin(f);
    for (int hour = 0; hour < 10; hour++) { // each of them about 60 attempts
        run_for(f, 3600 * 1000);
        if (hour == 0)
            first = open_descriptors();
    }
    assert_int_equal(open_descriptors(), first);
    assert_int_equal(count_notices(f, LV_NOTICE_UNREACHED), f->notice_count);
}

static void C_63_a_server_that_comes_up_later_is_found(void **state)
{
    fixture *f = *state;

    f->at = "/meta/handshake";
    f->act = hang_up;
    begin(f);
    run_until(f, LV_NOTICE_CONNECTED);
    assert_null(f->at);
    assert_int_equal(f->peer->handshakes, 1);
}

// Ends

static const struct {
    const char *name, *at;
    size_t skip;
} phases[] = {
    { "handshake", "/meta/handshake", 0 },
    { "first connect", "/meta/connect", 0 },
    { "held connect", "/meta/connect", 1 },
    { "subscribe", "/meta/subscribe", 0 },
};

static void C_64_a_client_is_freed_in_every_phase(void **state)
{
    for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
        fixture *f = *state;
        f->at = phases[i].at;
        f->skip = phases[i].skip;
        f->act = say_nothing;
        begin(f);
        assert_int_equal(lv_listener_subscribe(f->listener, "/a", NULL), LIVE_OK);
        assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, NULL), LIVE_OK);
        assert_null(f->at); // that phase it was
        http_peer_refuse(f->peer->http);
        live_client_free(f->client);
        f->client = NULL;
        size_t before = f->notice_count;
        run_for(f, 10);
        assert_int_equal(f->notice_count, before);
        tear_down(state);
        set_up_simulated(state);
    }
}

static void C_64_a_client_is_freed_while_it_waits_to_try_again(void **state)
{
    fixture *f = *state;

    f->at = "/meta/handshake";
    f->act = hang_up;
    begin(f);
    run_for(f, 50);
    assert_null(f->at);
    size_t before = f->notice_count;
    live_client_free(f->client);
    f->client = NULL;
    run_for(f, 10);
    assert_int_equal(f->notice_count, before);
}

static void free_client(lv_notice *notice, void *user)
{
    fixture *f = user;

    if (notice->kind != f->until)
        return;
    http_peer_refuse(f->peer->http);
    live_client_free(f->client);
    f->client = NULL;
    live_loop_stop(f->loop);
}

static void C_64_a_client_is_freed_from_a_callback(void **state)
{
    static const lv_notice_kind kinds[] = { LV_NOTICE_CONNECTED, LV_NOTICE_SUBSCRIBED,
                                            LV_NOTICE_EVENT };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        fixture *f = *state;
        lv_listener *listener = NULL;
        begin(f);
        assert_int_equal(lv_listener_new(f->session, free_client, f, &listener, NULL), LIVE_OK);
        assert_int_equal(lv_listener_subscribe(listener, "/data/q0", NULL), LIVE_OK);
        cometd_send(f->peer, "1");
        run_until(f, kinds[i]);
        assert_null(f->client);
        run_for(f, 10);
        tear_down(state);
        set_up_simulated(state);
    }
}

static void free_itself(lv_notice *notice, void *user)
{
    lv_listener **listener = user;

    if (notice->kind != LV_NOTICE_CONNECTED)
        return;
    lv_listener_free(*listener);
    *listener = NULL;
}

static void C_64_a_listener_is_freed_from_its_own_callback(void **state)
{
    fixture *f = *state;
    lv_listener *listeners[3] = { NULL };

    begin(f);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(
            lv_listener_new(f->session, free_itself, &listeners[i], &listeners[i], NULL), LIVE_OK);
    lv_listener_free(NULL);
    run_until(f, LV_NOTICE_CONNECTED);
    run_for(f, 10);
    for (size_t i = 0; i < 3; i++)
        assert_null(listeners[i]);
    assert_int_equal(count_notices(f, LV_NOTICE_CONNECTED), 1);
}

// A machine that puts a thread off makes one of them long, not all.
static int64_t time_of_free(fixture *f)
{
    begin(f);
    run_until(f, LV_NOTICE_CONNECTED);
    int64_t start = live_loop_monotonic_ms(f->loop);
    live_client_free(f->client);
    f->client = NULL;
    return live_loop_monotonic_ms(f->loop) - start;
}

static void C_43_the_last_word_of_a_client_is_a_disconnect(void **state)
{
    fixture *f = *state;
    live_loop *mine = NULL, *peers = f->loop;
    peer_thread thread;

    assert_int_equal(live_loop_new(&mine, NULL), LIVE_OK);
    peer_thread_start(&thread, peers); // it answers while the client's end waits
    f->loop = mine;
    int64_t least = INT64_MAX;
    for (int i = 0; i < 5 && least >= 400; i++) {
        int64_t took = time_of_free(f);
        least = took < least ? took : least;
    }
    assert_true(least < 400); // who is answered does not wait for the end of its patience
    peer_thread_stop(&thread);
    f->loop = peers;
    live_loop_free(mine);

    const peer_request *last = http_peer_request(f->peer->http, http_peer_count(f->peer->http));
    assert_non_null(strstr(last->body, "\"/meta/disconnect\""));
    assert_non_null(strstr(last->body, "\"clientId\":\"client1\""));
}

static void C_43_a_server_that_does_not_hear_it_holds_nobody_up(void **state)
{
    fixture *f = *state;

    int64_t took = time_of_free(f); // the peer is on this thread: it says nothing

    assert_true(took >= 400 && took < 10000); // a request's own limit is much longer
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define WAIT(name) cmocka_unit_test_setup_teardown(name, set_up_simulated, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(C_18_credentials_go_with_each_handshake_also_the_second),
        WAIT(C_20_there_is_never_a_second_connect_while_one_is_held),
        WAIT(C_29_an_answer_just_before_the_advised_timeout_is_no_failure),
        CASE(C_32_a_host_in_advice_gets_no_request),
        CASE(C_33_C_34_a_subscription_goes_beside_the_held_connect),
        CASE(C_43_the_last_word_of_a_client_is_a_disconnect),
        CASE(C_43_a_server_that_does_not_hear_it_holds_nobody_up),
        CASE(C_44_the_cookies_of_the_handshake_come_with_all_that_follows),
        CASE(C_44_two_clients_have_a_cookie_jar_each),
        WAIT(C_46_a_kept_connection_closed_between_two_connects_is_no_loss),
        WAIT(C_63_trying_again_and_again_leaks_no_socket),
        WAIT(C_63_a_server_that_comes_up_later_is_found),
        WAIT(C_64_a_client_is_freed_in_every_phase),
        WAIT(C_64_a_client_is_freed_while_it_waits_to_try_again),
        WAIT(C_64_a_client_is_freed_from_a_callback),
        WAIT(C_64_a_listener_is_freed_from_its_own_callback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
