// SPDX-License-Identifier: Apache-2.0
// The CometD session over a WebSocket, against a scripted server. Client checks by their numbers.
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bayeux/session.h"
#include "client.h"
#include "cmocka_all.h"
#include "peer_thread.h"
#include "socket_peer.h"

enum { KINDS = LV_NOTICE_TERMINATED + 1, BIG_BYTES = 10 * 1024 * 1024 };

typedef struct fixture {
    live_loop *loop;
    socket_peer *peer;
    live_client *client;
    lv_session *session;
    lv_listener *listener;
    char url[64];
    size_t told[KINDS], awaited[KINDS]; // notices by their kinds
    char events[512];                   // their data, printed, one after the other
    size_t event_bytes;
    lv_notice_kind until; // the loop stops at this notice
    bool frees;           // the client is freed at that notice
    const char *at;       // what the server does not answer, once; act() is called instead
    size_t skip;          // so many are answered before
    void (*act)(struct fixture *f, const char *id);
    size_t since; // a figure for the test
} fixture;

static bool on_request(socket_peer *peer, const cJSON *message, void *user)
{
    fixture *f = user;

    (void)peer;
    if (!f->at || strcmp(live_json_str(message, "channel", ""), f->at) != 0 || f->skip-- > 0)
        return false;
    f->at = NULL;
    f->act(f, live_json_str(message, "id", ""));
    return true;
}

static int set_up_on(void **state, bool simulated)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    assert_int_equal(simulated ? live_loop_new_simulated(1000, &f->loop, NULL)
                               : live_loop_new(&f->loop, NULL),
                     LIVE_OK);
    f->peer = socket_peer_new(f->loop, on_request, f);
    socket_peer_url(f->peer, f->url);
    return 0;
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

    assert_int_equal(f->peer->wrong, 0);
    assert_int_equal(f->peer->overlaps, 0);
    socket_peer_free(f->peer);
    live_client_free(f->client);
    live_loop_free(f->loop);
    free(f);
    return 0;
}

static void on_notice(lv_notice *notice, void *user)
{
    fixture *f = user;

    if (notice->kind == LV_NOTICE_EVENT) {
        char *text = cJSON_PrintUnformatted(notice->data);
        f->event_bytes += strlen(text);
        if (strlen(f->events) + strlen(text) < sizeof f->events)
            strcat(f->events, text);
        free(text);
    }
    f->told[notice->kind]++;
    if (notice->kind != f->until)
        return;
    if (f->frees)
        live_client_free(f->client);
    if (f->frees)
        f->client = NULL;
    live_loop_stop(f->loop);
}

static void begin(fixture *f)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;

    options.url = f->url;
    options.username = "bot";
    options.password = "s3cret";
    assert_int_equal(live_client_new(f->loop, &options, &f->client, NULL), LIVE_OK);
    assert_int_equal(lv_session_get(f->client, &f->session, NULL), LIVE_OK);
    assert_int_equal(lv_listener_new(f->session, on_notice, f, &f->listener, NULL), LIVE_OK);
}

// The next notice of the kind; it may have come together with one that was waited for.
static void run_until(fixture *f, lv_notice_kind kind)
{
    f->until = kind;
    if (f->told[kind] == f->awaited[kind])
        assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, NULL), LIVE_OK);
    f->awaited[kind]++;
}

// Less long when nothing is left that could happen.
static void run_for(fixture *f, int64_t ms)
{
    live_err err = live_loop_run(f->loop, ms, NULL);

    assert_true(err == LIVE_OK || err == LIVE_E_TIMEOUT);
}

static void subscribe(fixture *f)
{
    assert_int_equal(lv_listener_subscribe(f->listener, "/a", NULL), LIVE_OK);
    run_until(f, LV_NOTICE_SUBSCRIBED);
}

// Acts of the server

static void stop(fixture *f, const char *id)
{
    (void)id;
    live_loop_stop(f->loop);
}

static void hang_up(fixture *f, const char *id)
{
    (void)id;
    tcp_end_close(f->peer->socket);
    f->peer->socket = NULL;
}

// Tests

static void C_50_the_upgrade_is_on_the_same_path_and_asks_for_no_more(void **state)
{
    fixture *f = *state;

    begin(f);
    run_until(f, LV_NOTICE_CONNECTED);
    assert_non_null(strstr(f->peer->upgrade, "GET /cometd HTTP/1.1\r\n"));
    assert_non_null(strstr(f->peer->upgrade, "Upgrade: websocket\r\n"));
    assert_non_null(strstr(f->peer->upgrade, "Sec-WebSocket-Version: 13\r\n"));
    assert_non_null(strstr(f->peer->upgrade, "Authorization: Basic Ym90OnMzY3JldA==\r\n"));
    assert_null(strstr(f->peer->upgrade, "Protocol"));
    assert_null(strstr(f->peer->upgrade, "Extensions"));
    assert_int_equal(f->peer->polls, 0);
    assert_true(f->peer->connects >= 1); // in masked frames: see tear_down()
}

static void C_50_an_answer_to_another_key_makes_no_websocket(void **state)
{
    fixture *f = *state;

    f->peer->accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    begin(f);
    run_until(f, LV_NOTICE_CONNECTED);
    assert_true(f->peer->polls >= 1);
}

static void C_51_a_session_of_http_goes_on_without_a_second_handshake(void **state)
{
    fixture *f = *state;

    begin(f);
    run_until(f, LV_NOTICE_CONNECTED);
    subscribe(f);
    assert_int_equal(f->peer->handshakes, 1);
    assert_int_equal(f->peer->upgrades, 1);
    assert_int_equal(f->peer->subscribes, 1);
    assert_int_equal(f->peer->polls, 0);
}

static void C_52_fragments_with_pings_between_them_and_several_payloads_at_once(void **state)
{
    fixture *f = *state;

    begin(f);
    subscribe(f);
    socket_frame(f->peer, FRAME_TEXT, false, "[{\"channel\":\"/a\",", 17);
    socket_frame(f->peer, FRAME_PING, true, "hello", 5);
    socket_frame(f->peer, FRAME_MORE, false, "\"data\":", 7);
    socket_frame(f->peer, FRAME_PONG, true, "", 0);
    socket_frame(f->peer, FRAME_MORE, true, "1}]", 3);
    socket_text(f->peer, "[{\"channel\":\"/a\",\"data\":2},{\"channel\":\"/a\",\"data\":3}]");
    socket_text(f->peer, "[]");
    socket_text(f->peer, "{\"channel\":\"/a\",\"data\":4}");
    run_for(f, 50);
    assert_string_equal(f->events, "1234");
    assert_int_equal(f->peer->pongs, 1);
    assert_int_equal(f->peer->upgrades, 1);
}

static void C_53_an_event_does_not_end_the_held_connect(void **state)
{
    fixture *f = *state;

    begin(f);
    subscribe(f);
    run_for(f, 20);
    size_t connects = f->peer->connects;
    for (int i = 0; i < 100; i++)
        socket_text(f->peer, "[{\"channel\":\"/a\",\"data\":0}]");
    run_for(f, 20);
    assert_int_equal(f->event_bytes, 100);
    assert_int_equal(f->peer->connects, connects);
    socket_release(f->peer, ""); // its time is over: only now comes the next one
    run_for(f, 20);
    assert_int_equal(f->peer->connects, connects + 1);
}

static void C_54_a_refused_upgrade_leads_to_long_polling_with_the_same_session(void **state)
{
    static const char *const refusals[] = { "404 Not Found", "400 Bad Request", "502 Bad Gateway",
                                            "200 OK", "426 Upgrade Required" };

    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        fixture *f = *state;
        f->peer->refusal = refusals[i];
        begin(f);
        run_until(f, LV_NOTICE_CONNECTED);
        subscribe(f);
        assert_int_equal(f->peer->upgrades, 1);
        assert_int_equal(f->peer->handshakes, 1);
        assert_true(f->peer->polls >= 1);
        assert_int_equal(f->told[LV_NOTICE_LOST], 0);
        tear_down(state);
        set_up(state);
    }
}

static void C_55_a_lost_socket_is_replaced_and_the_session_goes_on(void **state)
{
    fixture *f = *state;

    begin(f);
    subscribe(f);
    run_for(f, 20);
    f->at = "/meta/connect";
    f->act = hang_up;
    hang_up(f, "");
    run_until(f, LV_NOTICE_LOST);
    f->at = NULL;
    run_until(f, LV_NOTICE_RESTORED);
    assert_int_equal(f->peer->handshakes, 1);
    assert_int_equal(f->peer->upgrades, 2);
    assert_int_equal(f->peer->subscribes, 1); // the server kept it
    socket_text(f->peer, "[{\"channel\":\"/a\",\"data\":\"more\"}]");
    run_until(f, LV_NOTICE_EVENT);
    assert_string_equal(f->events, "\"more\"");
}

static void note_advice(fixture *f, const char *id)
{
    (void)id;
    f->since = 1;
}

static bool is_asked_at_once(socket_peer *peer, const cJSON *message, void *user)
{
    fixture *f = user;

    (void)peer;
    if (strcmp(live_json_str(message, "channel", ""), "/meta/connect") == 0)
        f->since = live_json_int(live_json_get(message, "advice"), "timeout", -1) == 0;
    return false;
}

static void C_55_the_first_connect_on_a_new_socket_is_to_be_answered_at_once(void **state)
{
    fixture *f = *state;

    f->act = note_advice;
    begin(f);
    run_until(f, LV_NOTICE_CONNECTED);
    run_for(f, 20);
    hang_up(f, "");
    f->peer->fn = is_asked_at_once;
    run_until(f, LV_NOTICE_LOST);
    f->since = 0;
    run_until(f, LV_NOTICE_RESTORED);
    assert_int_equal(f->since, 1);
}

static void C_55_a_server_that_lost_the_session_gets_a_new_handshake(void **state)
{
    fixture *f = *state;

    begin(f);
    subscribe(f);
    run_for(f, 20);
    char text[256];
    snprintf(text, sizeof text,
             "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":false,"
             "\"error\":\"402::session_unknown\",\"advice\":{\"reconnect\":\"handshake\"}}]",
             f->peer->held);
    socket_text(f->peer, text);
    f->peer->held[0] = '\0';
    run_until(f, LV_NOTICE_REHANDSHAKEN);
    assert_int_equal(f->peer->handshakes, 2);
    assert_int_equal(f->peer->upgrades, 2);
    run_until(f, LV_NOTICE_SUBSCRIBED);
    assert_int_equal(f->peer->polls, 0);
}

static void C_56_a_close_while_active_is_a_failure_and_mended(void **state)
{
    static const int codes[] = { 1000, 1001, 1011 };
    fixture *f = *state;

    begin(f);
    subscribe(f);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        run_for(f, 20);
        socket_close(f->peer, codes[i]);
        run_until(f, LV_NOTICE_LOST);
        run_until(f, LV_NOTICE_RESTORED);
        assert_int_equal(f->peer->closed_with, codes[i]); // answered with the same
    }
    assert_int_equal(f->peer->handshakes, 1);
    assert_int_equal(f->peer->subscribes, 1);
    assert_int_equal(f->told[LV_NOTICE_LOST], 3);
}

static void C_57_an_answer_that_does_not_come_closes_the_socket(void **state)
{
    fixture *f = *state;

    f->peer->advice = "{\"reconnect\":\"retry\",\"interval\":0,\"timeout\":30000}";
    begin(f);
    run_until(f, LV_NOTICE_CONNECTED);
    int64_t start = live_loop_monotonic_ms(f->loop);
    run_until(f, LV_NOTICE_LOST); // the held connect is never answered
    int64_t took = live_loop_monotonic_ms(f->loop) - start;
    assert_in_range(took, 40000, 40100);
    run_until(f, LV_NOTICE_RESTORED);
    assert_int_equal(f->peer->upgrades, 2);
    assert_int_equal(f->peer->closed_with, 1000);
}

static void C_57_so_does_a_subscription_that_is_not_answered(void **state)
{
    fixture *f = *state;

    f->peer->advice = "{\"reconnect\":\"retry\",\"interval\":0,\"timeout\":30000}";
    begin(f);
    run_until(f, LV_NOTICE_CONNECTED);
    f->at = "/meta/subscribe";
    f->act = stop;
    assert_int_equal(lv_listener_subscribe(f->listener, "/a", NULL), LIVE_OK);
    assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, NULL), LIVE_OK);
    int64_t start = live_loop_monotonic_ms(f->loop);
    run_until(f, LV_NOTICE_LOST);
    int64_t took = live_loop_monotonic_ms(f->loop) - start;
    assert_in_range(took, 10000, 10100); // long before the connect is overdue
    run_until(f, LV_NOTICE_SUBSCRIBED);
    assert_int_equal(f->peer->upgrades, 2);
    assert_int_equal(f->told[LV_NOTICE_LOST], 1);
}

static void a_server_that_never_answers_on_a_socket_is_polled(void **state)
{
    fixture *f = *state;

    f->at = "/meta/connect";
    f->act = stop;
    begin(f);
    assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, NULL), LIVE_OK);
    run_until(f, LV_NOTICE_CONNECTED);
    assert_true(f->peer->polls >= 1);
    assert_int_equal(f->peer->handshakes, 1);
}

static void a_socket_that_works_no_longer_is_given_up_after_a_while(void **state)
{
    fixture *f = *state;

    begin(f);
    subscribe(f);
    f->peer->refusal = "403 Forbidden";
    hang_up(f, "");
    run_until(f, LV_NOTICE_REHANDSHAKEN);
    assert_int_equal(f->peer->handshakes, 2);
    assert_int_equal(f->peer->upgrades, 4);
    assert_true(f->peer->polls >= 1);
    run_until(f, LV_NOTICE_SUBSCRIBED);
}

static void a_server_that_is_not_well_says_nothing_about_websockets(void **state)
{
    fixture *f = *state;

    begin(f);
    subscribe(f);
    f->peer->refusal = "503 Service Unavailable";
    hang_up(f, "");
    run_for(f, 60000);
    assert_true(f->peer->upgrades > 5);
    f->peer->refusal = NULL;
    run_until(f, LV_NOTICE_RESTORED);
    assert_int_equal(f->peer->handshakes, 1);
    assert_int_equal(f->peer->polls, 0);
}

// What no good server does

static void break_protocol(fixture *f, const char *id, size_t length, int opcode)
{
    socket_frame(f->peer, opcode, true, id, length);
}

static const struct {
    const char *name, *bytes;
    int opcode, code; // of our close
} breaches[] = {
    { "truncated JSON", "[{\"channel\":\"/a\",\"da", FRAME_TEXT, 1000 },
    { "no list", "42", FRAME_TEXT, 1000 },
    { "no JSON", "<html>", FRAME_TEXT, 1000 },
    { "nothing", "", FRAME_TEXT, 1000 },
    { "a continuation of nothing", "[]", FRAME_MORE, 1002 },
    { "an unknown opcode", "[]", 3, 1002 },
    { "a close of one byte", "x", FRAME_CLOSE, 1002 },
    { "a close with a code that is none", "\x03\xed", FRAME_CLOSE, 1002 },
    { "a close with a reason that is no UTF-8", "\x03\xe9\xff", FRAME_CLOSE, 1007 },
    { "bytes", "[]", FRAME_BINARY, 1003 },
};

static void what_breaks_the_protocol_costs_the_socket_and_nothing_else(void **state)
{
    fixture *f = *state;

    begin(f);
    subscribe(f);
    for (size_t i = 0; i < sizeof breaches / sizeof *breaches; i++) {
        run_for(f, 20);
        break_protocol(f, breaches[i].bytes, strlen(breaches[i].bytes), breaches[i].opcode);
        run_until(f, LV_NOTICE_LOST);
        run_until(f, LV_NOTICE_RESTORED);
        assert_int_equal(f->peer->upgrades, i + 2);
        if (f->peer->closed_with != breaches[i].code)
            fail_msg("%s: %d", breaches[i].name, f->peer->closed_with);
    }
    assert_int_equal(f->peer->handshakes, 1);
    assert_int_equal(f->peer->polls, 0);
}

// They would come again on the next one.
static void bytes_that_are_no_utf8_end_the_socket_and_long_polling_goes_on(void **state)
{
    static const char bytes[] = "[{\"channel\":\"/a\",\"data\":\"\xff\"}]";
    fixture *f = *state;

    begin(f);
    subscribe(f);
    break_protocol(f, bytes, strlen(bytes), FRAME_TEXT);
    run_until(f, LV_NOTICE_REHANDSHAKEN);
    assert_int_equal(f->peer->closed_with, 1007);
    assert_string_equal(f->events, "");
    assert_int_equal(f->peer->handshakes, 2);
    assert_int_equal(f->peer->upgrades, 1);
    run_until(f, LV_NOTICE_SUBSCRIBED);
    assert_true(f->peer->polls >= 1);
}

static void members_of_wrong_types_are_passed_over(void **state)
{
    fixture *f = *state;

    begin(f);
    subscribe(f);
    socket_text(f->peer, "[1,null,\"x\",[],{\"channel\":7,\"data\":1},{\"channel\":[\"/a\"]},"
                         "{\"channel\":\"/a\",\"data\":9,\"advice\":\"now\",\"ext\":3,\"id\":{}},"
                         "{\"channel\":\"/meta/connect\",\"id\":\"no\",\"successful\":\"yes\"},"
                         "{\"channel\":\"/meta/subscribe\",\"subscription\":5}]");
    run_for(f, 20);
    assert_string_equal(f->events, "9");
    assert_int_equal(f->told[LV_NOTICE_LOST], 0);
}

static void a_socket_closed_in_the_middle_of_a_frame_is_replaced(void **state)
{
    fixture *f = *state;

    begin(f);
    subscribe(f);
    run_for(f, 20);
    tcp_end_send(f->peer->socket, "\x81\x7e\x01"); // of a frame of 256 bytes or more
    hang_up(f, "");
    run_until(f, LV_NOTICE_RESTORED);
    assert_int_equal(f->peer->handshakes, 1);
}

static void send_big(fixture *f, const char *id)
{
    char *text = malloc(BIG_BYTES + 64);
    int length = sprintf(text, "[{\"channel\":\"/a\",\"data\":\"");

    peer_must(text != NULL);
    (void)id;
    memset(text + length, 'x', BIG_BYTES);
    memcpy(text + length + BIG_BYTES, "\"}]", 3);
    socket_frame(f->peer, FRAME_TEXT, true, text, (size_t)length + BIG_BYTES + 3);
    free(text);
}

static void a_message_of_ten_megabytes_is_delivered_whole(void **state)
{
    fixture *f = *state;
    live_loop *mine = NULL, *peers = f->loop;
    peer_thread thread;

    assert_int_equal(live_loop_new(&mine, NULL), LIVE_OK);
    f->loop = mine;
    begin(f);
    f->at = "/meta/connect";
    f->skip = 1;
    f->act = send_big;
    assert_int_equal(lv_listener_subscribe(f->listener, "/a", NULL), LIVE_OK);
    f->peer->ext = "{}";
    peer_thread_start(&thread, peers);
    run_until(f, LV_NOTICE_EVENT);
    live_client_free(f->client);
    f->client = NULL;
    peer_thread_stop(&thread);
    f->loop = peers;
    live_loop_free(mine);
    assert_int_equal(f->event_bytes, BIG_BYTES + 2);
}

static void a_storm_of_advice_makes_no_storm_of_requests(void **state)
{
    fixture *f = *state;

    begin(f);
    subscribe(f);
    run_for(f, 20);
    size_t connects = f->peer->connects;
    for (int i = 0; i < 500; i++)
        socket_text(f->peer, i % 2
                                 ? "[{\"channel\":\"/x\",\"advice\":{\"reconnect\":\"handshake\"}}]"
                                 : "[{\"advice\":{\"interval\":-5,\"timeout\":\"1e99\"}}]");
    run_for(f, 50);
    assert_int_equal(f->peer->connects, connects);
    assert_int_equal(f->peer->handshakes, 1);
}

// Ends

static void C_64_a_client_is_freed_from_a_callback(void **state)
{
    static const lv_notice_kind kinds[] = { LV_NOTICE_CONNECTED, LV_NOTICE_SUBSCRIBED,
                                            LV_NOTICE_EVENT, LV_NOTICE_LOST };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        fixture *f = *state;
        begin(f);
        if (kinds[i] >= LV_NOTICE_LOST || kinds[i] == LV_NOTICE_EVENT) {
            subscribe(f);
            run_for(f, 20);
            for (int n = 0; n < 3; n++)
                socket_text(f->peer, "[{\"channel\":\"/a\",\"data\":1},{\"channel\":\"/a\"}]");
            if (kinds[i] == LV_NOTICE_LOST)
                socket_close(f->peer, 1001);
        } else {
            assert_int_equal(lv_listener_subscribe(f->listener, "/a", NULL), LIVE_OK);
        }
        f->frees = true;
        run_until(f, kinds[i]);
        assert_null(f->client);
        run_for(f, 10);
        tear_down(state);
        set_up_simulated(state);
    }
}

static void C_43_the_end_closes_the_socket_in_order(void **state)
{
    fixture *f = *state;

    begin(f);
    run_until(f, LV_NOTICE_CONNECTED);
    run_for(f, 10);
    live_client_free(f->client); // the peer is on this thread: the disconnect waits in vain
    f->client = NULL;
    run_for(f, 20);
    assert_int_equal(f->peer->closed_with, 1000);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define WAIT(name) cmocka_unit_test_setup_teardown(name, set_up_simulated, tear_down)
    const struct CMUnitTest tests[] = {
        WAIT(C_43_the_end_closes_the_socket_in_order),
        CASE(C_50_the_upgrade_is_on_the_same_path_and_asks_for_no_more),
        CASE(C_50_an_answer_to_another_key_makes_no_websocket),
        CASE(C_51_a_session_of_http_goes_on_without_a_second_handshake),
        WAIT(C_52_fragments_with_pings_between_them_and_several_payloads_at_once),
        WAIT(C_53_an_event_does_not_end_the_held_connect),
        CASE(C_54_a_refused_upgrade_leads_to_long_polling_with_the_same_session),
        WAIT(C_55_a_lost_socket_is_replaced_and_the_session_goes_on),
        WAIT(C_55_the_first_connect_on_a_new_socket_is_to_be_answered_at_once),
        WAIT(C_55_a_server_that_lost_the_session_gets_a_new_handshake),
        WAIT(C_56_a_close_while_active_is_a_failure_and_mended),
        WAIT(C_57_an_answer_that_does_not_come_closes_the_socket),
        WAIT(C_57_so_does_a_subscription_that_is_not_answered),
        WAIT(C_64_a_client_is_freed_from_a_callback),
        WAIT(a_server_that_never_answers_on_a_socket_is_polled),
        WAIT(a_socket_that_works_no_longer_is_given_up_after_a_while),
        WAIT(a_server_that_is_not_well_says_nothing_about_websockets),
        WAIT(what_breaks_the_protocol_costs_the_socket_and_nothing_else),
        WAIT(bytes_that_are_no_utf8_end_the_socket_and_long_polling_goes_on),
        WAIT(members_of_wrong_types_are_passed_over),
        WAIT(a_socket_closed_in_the_middle_of_a_frame_is_replaced),
        CASE(a_message_of_ten_megabytes_is_delivered_whole),
        WAIT(a_storm_of_advice_makes_no_storm_of_requests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
