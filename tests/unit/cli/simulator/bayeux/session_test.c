// SPDX-License-Identifier: Apache-2.0
// Sessions of the CometD server: what leaves when and by which way, by the checks' numbers.
#include "bayeux/session.h"

#include "bayeux_bench.h"

enum { IDS = 100000 };

// An application that answers a subscription with an event, as the platform's queries do.
static void greet(const char *channel, void *user)
{
    fixture *f = user;

    publish(f, channel, "\"start\"");
}

static int set_up_with_greeting(void **state)
{
    bayeux_options options = { .on_subscribed = greet };
    fixture *f = test_calloc(1, sizeof *f);

    *state = f;
    options.user = f;
    return live_loop_new_simulated(0, &f->loop, NULL) ||
           bayeux_server_new(f->loop, &options, &f->server, NULL);
}

typedef struct answers {
    char text[4096];
} answers;

static void on_held_reply(int status, const char *text, size_t length, void *user)
{
    answers *answers = user;

    assert_int_equal(status, 200);
    strncat(answers->text, "<held>", sizeof answers->text - strlen(answers->text) - 1);
    strncat(answers->text, text, length);
}

#define SUBSCRIBE                                                                                  \
    "[{\"channel\":\"/meta/subscribe\",\"clientId\":\"%s\",\"subscription\":\"/a\",\"id\":"        \
    "\"3\"}]"

static void S_43_an_event_raised_by_a_subscription_does_not_overtake_its_reply(void **state)
{
    fixture *f = *state;
    answers held = { 0 };
    char text[256];

    handshake(f);
    post(f, "[" CONNECT "]");
    int length = snprintf(text, sizeof text, "[" CONNECT "]", f->id);
    assert_non_null(bayeux_post(f->server, text, (size_t)length, "browser", on_held_reply, &held));
    post(f, SUBSCRIBE);
    const char *reply = strstr(f->text, "/meta/subscribe"), *event = strstr(f->text, "\"start\"");
    assert_non_null(reply);
    assert_true(event > reply);
    assert_string_equal(held.text, "");
    bayeux_drop_sessions(f->server); // the held answer is due while `held` lives
}

static void on_text(const char *text, size_t length, void *user)
{
    strncat(((answers *)user)->text, text, length);
}

static void on_closed(int code, const char *reason, void *user)
{
    (void)code;
    (void)reason;
    strncat(((answers *)user)->text, "<closed>", 9);
}

static bayeux_socket *open_socket(fixture *f, answers *answers)
{
    static const bayeux_socket_hooks hooks = { .send = on_text, .close = on_closed };

    return bayeux_socket_new(f->server, &hooks, answers);
}

// Receives a payload with % replaced by the client id.
static void receive(fixture *f, bayeux_socket *socket, const char *format)
{
    char text[512];
    size_t length = 0;

    for (const char *at = format; *at; at++) {
        if (*at == '%')
            length += (size_t)snprintf(text + length, sizeof text - length, "%s", f->id);
        else
            text[length++] = *at;
    }
    bayeux_socket_receive(socket, text, length);
}

#define SUBSCRIBE_OVER_SOCKET                                                                      \
    "[{\"channel\":\"/meta/subscribe\",\"clientId\":\"%\",\"subscription\":\"/a\",\"id\":\"3\"}]"
#define CONNECT_OVER_SOCKET                                                                        \
    "[{\"channel\":\"/meta/"                                                                       \
    "connect\",\"clientId\":\"%\",\"connectionType\":\"websocket\",\"id\":\"2\"}]"

static void S_43_nor_over_a_websocket(void **state)
{
    fixture *f = *state;
    answers heard = { 0 };
    bayeux_socket *socket = open_socket(f, &heard);

    handshake(f);
    receive(f, socket, SUBSCRIBE_OVER_SOCKET);
    const char *reply = strstr(heard.text, "/meta/subscribe"),
               *event = strstr(heard.text, "\"start\"");
    assert_non_null(reply);
    assert_true(event > reply);
    bayeux_socket_free(socket);
}

static void S_56_any_message_on_a_new_socket_goes_on_with_the_session(void **state)
{
    fixture *f = *state;
    answers first = { 0 }, second = { 0 };
    bayeux_socket *socket = open_socket(f, &first);

    handshake(f);
    receive(f, socket, CONNECT_OVER_SOCKET);
    receive(f, socket, SUBSCRIBE_OVER_SOCKET);
    bayeux_socket_free(socket);
    publish(f, "/a", "\"meanwhile\"");
    socket = open_socket(f, &second);
    receive(f, socket,
            "[{\"channel\":\"/meta/unsubscribe\",\"clientId\":\"%\",\"subscription\":\"/b\"}]");
    assert_non_null(strstr(second.text, "meanwhile"));
    bayeux_socket_free(socket);
}

static void S_64_timesync_is_answered_with_what_was_asked(void **state)
{
    fixture *f = *state;
    cJSON *reply = NULL;

    handshake(f);
    pass(f, 1000);
    post(f, "[{\"channel\":\"/meta/connect\",\"clientId\":\"%s\",\"ext\":{\"timesync\":{\"tc\":900,"
            "\"l\":10,\"o\":40}}}]");
    assert_int_equal(live_json_parse(f->text, strlen(f->text), &reply, NULL), LIVE_OK);
    const cJSON *sync = live_json_get(live_json_get(reply->child, "ext"), "timesync");
    assert_int_equal(live_json_int(sync, "tc", 0), 900);
    assert_int_equal(live_json_int(sync, "ts", 0), 1000);
    assert_int_equal(live_json_int(sync, "p", -1), 0);
    assert_int_equal(live_json_int(sync, "a", 0), -50);
    cJSON_Delete(reply);
    post(f,
         "[{\"channel\":\"/meta/subscribe\",\"subscription\":\"/a\",\"clientId\":\"%s\",\"ext\":{"
         "\"timesync\":{\"tc\":980,\"l\":10,\"o\":0}}}]");
    assert_null(strstr(f->text, "timesync")); // known to 10 ms
    post(f,
         "[{\"channel\":\"/meta/subscribe\",\"subscription\":\"/a\",\"clientId\":\"%s\",\"ext\":{"
         "\"timesync\":{\"tc\":1000}}}]");
    assert_non_null(strstr(f->text, "timesync"));
    assert_null(strstr(f->text, "\"a\":")); // the old form
}

static void S_64_beside_the_ack_extension_and_over_a_hold(void **state)
{
    fixture *f = *state;

    post(f, "[{\"channel\":\"/meta/"
            "handshake\",\"version\":\"1.0\",\"supportedConnectionTypes\":[\"long-"
            "polling\"],\"ext\":{\"ack\":true,\"timesync\":{\"tc\":1,\"l\":0,\"o\":0}}}]");
    const char *ext = strstr(f->text, "\"ext\"");
    assert_non_null(ext);
    assert_null(strstr(ext + 1, "\"ext\""));
    cJSON *reply = cJSON_Parse(f->text);
    snprintf(f->id, sizeof f->id, "%s", live_json_str(reply->child, "clientId", ""));
    cJSON_Delete(reply);

#define SYNCED_CONNECT                                                                             \
    "[{\"channel\":\"/meta/"                                                                       \
    "connect\",\"clientId\":\"%s\",\"ext\":{\"ack\":0,\"timesync\":{\"tc\":1,"                     \
    "\"l\":0,\"o\":0}}}]"
    post(f, SYNCED_CONNECT);
    ext = strstr(f->text, "\"ext\"");
    assert_non_null(ext);
    assert_null(strstr(ext + 1, "\"ext\""));
    post(f, SYNCED_CONNECT);
    assert_string_equal(f->text, "");
    pass(f, 29999);
    assert_string_equal(f->text, "");
    pass(f, 1);
    assert_non_null(strstr(f->text, "\"p\":30000"));
}

static void S_44_a_held_connect_is_told_that_it_is_over(void **state)
{
    fixture *f = *state;
    answers held = { 0 };
    char text[256];

    handshake(f);
    post(f, "[" CONNECT "]");
    int length = snprintf(text, sizeof text, "[" CONNECT "]", f->id);
    assert_non_null(bayeux_post(f->server, text, (size_t)length, "browser", on_held_reply, &held));
    post(f, "[{\"channel\":\"/meta/disconnect\",\"clientId\":\"%s\"}]");
    assert_string_equal(held.text,
                        "<held>[{\"channel\":\"/meta/connect\",\"id\":\"2\",\"successful\":true,"
                        "\"advice\":{\"reconnect\":\"none\"}}]");
}

static void S_44_connect_and_disconnect_in_one_payload_are_both_answered(void **state)
{
    fixture *f = *state;

    handshake(f);
    post(f, "[" CONNECT ",{\"channel\":\"/meta/disconnect\",\"clientId\":\"%s\",\"id\":\"9\"}]");
    assert_non_null(strstr(f->text, "\"id\":\"2\",\"successful\":true"));
    assert_non_null(strstr(f->text, "\"id\":\"9\",\"successful\":true"));
    assert_int_equal(bayeux_session_count(f->server), 0);
}

static void S_35_a_subscription_to_a_service_has_no_effect(void **state)
{
    fixture *f = *state;

    handshake(f);
    post(f, "[" CONNECT "]");
    post(f,
         "[{\"channel\":\"/meta/subscribe\",\"clientId\":\"%s\",\"subscription\":\"/service/x\"}]");
    assert_non_null(strstr(f->text, "\"successful\":true"));
    assert_null(strstr(f->text, "\"start\"")); // the application was not told
    publish(f, "/service/x", "1");
    post(f, "[" CONNECT "]");
    assert_non_null(f->poll);
}

// As the Python peer recovers: over the transport it is on, the subscriptions in the payload of the connect.
static void S_67_after_a_lost_session_one_payload_restores_the_subscriptions(void **state)
{
    fixture *f = *state;

    connect_and_subscribe(f);
    post(f, "[" CONNECT "]");
    f->replies = 0;
    bayeux_drop_sessions(f->server);
    assert_int_equal(f->replies, 1);
    assert_non_null(strstr(f->text, "\"advice\":{\"reconnect\":\"handshake\"}"));
    assert_non_null(strstr(post(f, "[" CONNECT "]"), "\"reconnect\":\"handshake\",\"interval\":0"));
    handshake(f);
    post(f, "[" CONNECT ",{\"channel\":\"/meta/subscribe\",\"clientId\":\"%s\",\"subscription\":"
            "\"/a\",\"id\":\"3\"}]");
    assert_null(f->poll);
    assert_non_null(strstr(f->text, "\"subscription\":\"/a\",\"successful\":true"));
    assert_non_null(
        strstr(f->text, "\"channel\":\"/meta/connect\",\"id\":\"2\",\"successful\":true"));
    publish(f, "/a", "8");
    assert_non_null(strstr(post(f, "[" CONNECT "]"), "\"data\":8"));
}

static void S_67_and_over_a_websocket(void **state)
{
    fixture *f = *state;
    answers heard = { 0 };
    bayeux_socket *socket = open_socket(f, &heard);

    handshake(f);
    receive(f, socket, CONNECT_OVER_SOCKET);
    bayeux_drop_sessions(f->server);
    heard.text[0] = '\0';
    receive(f, socket, CONNECT_OVER_SOCKET);
    assert_non_null(strstr(heard.text, "402::"));
    heard.text[0] = '\0';
    receive(f, socket,
            "[{\"channel\":\"/meta/handshake\",\"version\":\"1.0\","
            "\"supportedConnectionTypes\":[\"websocket\"]}]");
    memcpy(f->id, f->server->sessions->id, BAYEUX_ID_BYTES);
    receive(f, socket,
            "[{\"channel\":\"/meta/connect\",\"clientId\":\"%\",\"id\":\"2\"},"
            "{\"channel\":\"/meta/subscribe\",\"clientId\":\"%\",\"subscription\":\"/a\"}]");
    assert_non_null(strstr(heard.text, "\"id\":\"2\",\"successful\":true"));
    assert_non_null(strstr(heard.text, "\"subscription\":\"/a\",\"successful\":true"));
    publish(f, "/a", "8");
    assert_non_null(strstr(heard.text, "\"data\":8"));
    bayeux_socket_free(socket);
}

static int set_up_with_busy_browser(void **state)
{
    return set_up_with(state,
                       (bayeux_options){ .max_sessions_per_browser = 1, .timeout_ms = 7000 });
}

// The connect of the first one is held, if it may be, and the second one has connected twice.
static void connect_two_of_a_browser(fixture *f, answers *held)
{
    char text[256];

    handshake(f);
    post(f, "[" CONNECT "]");
    int length = snprintf(text, sizeof text, "[" CONNECT "]", f->id);
    assert_non_null(bayeux_post(f->server, text, (size_t)length, "browser", on_held_reply, held));
    handshake(f);
    post(f, "[" CONNECT "]");
    post(f, "[" CONNECT "]");
}

static void S_52_a_second_session_of_a_browser_polls(void **state)
{
    fixture *f = *state;
    answers held = { 0 };

    connect_two_of_a_browser(f, &held);
    assert_non_null(strstr(f->text, "\"multiple-clients\":true"));
    assert_non_null(strstr(f->text, "\"interval\":2000,\"timeout\":7000"));
    assert_string_equal(held.text, "");
    bayeux_drop_sessions(f->server); // the held answer is due while `held` lives
}

static void S_52_without_the_limit_both_are_held(void **state)
{
    fixture *f = *state;
    answers held = { 0 };

    connect_two_of_a_browser(f, &held);
    assert_non_null(f->poll);
    assert_string_equal(held.text, "");
    bayeux_drop_sessions(f->server); // the held answer is due while `held` lives
}

typedef char session_id[BAYEUX_ID_BYTES];

static int compare_ids(const void *a, const void *b)
{
    return strcmp(a, b);
}

typedef struct ids {
    fixture *f;
    session_id *ids;
} ids;

// From the loop, where a change of timers costs no call of the system.
static void make_ids(live_timer *timer, void *user)
{
    const ids *made = user;

    (void)timer;
    for (size_t i = 0; i < IDS; i++) {
        bayeux_session *session = bayeux_session_new(made->f->server, "");
        memcpy(made->ids[i], session->id, sizeof made->ids[i]);
        bayeux_session_remove(session, NULL);
    }
}

static void S_11_ids_are_random_and_do_not_repeat(void **state)
{
    fixture *f = *state;
    ids made = { .f = f, .ids = test_calloc(IDS, sizeof *made.ids) };
    live_timer *timer = NULL;

    assert_int_equal(live_timer_new(f->loop, 0, 0, make_ids, &made, &timer, NULL), LIVE_OK);
    pass(f, 1);
    live_timer_free(timer);
    qsort(made.ids, IDS, sizeof *made.ids, compare_ids);
    for (size_t i = 0; i < IDS; i++) {
        assert_int_equal(strspn(made.ids[i], "0123456789abcdef"), 32); // 128 bits
        assert_true(i == 0 || strcmp(made.ids[i - 1], made.ids[i]) != 0);
    }
    test_free(made.ids);
}

static void count_end(const char *channel, void *user)
{
    fixture *f = user;

    assert_string_equal(channel, "/a");
    f->replies++;
}

static int set_up_counting_ends(void **state)
{
    bayeux_options options = { .on_unsubscribed = count_end };
    fixture *f = test_calloc(1, sizeof *f);

    *state = f;
    options.user = f;
    return live_loop_new_simulated(0, &f->loop, NULL) ||
           bayeux_server_new(f->loop, &options, &f->server, NULL);
}

static void S_27_an_expired_session_takes_its_subscriptions_along_once(void **state)
{
    fixture *f = *state;

    connect_and_subscribe(f);
    f->replies = 0;
    pass(f, 20000);
    assert_int_equal(bayeux_session_count(f->server), 0);
    assert_int_equal(f->replies, 1);
    assert_non_null(strstr(post(f, SUBSCRIBE), "402::"));
    publish(f, "/a", "1");
    assert_int_equal(f->replies, 2); // that of the post alone
}

static void S_62_what_is_acknowledged_is_let_go(void **state)
{
    fixture *f = *state;

    post(f, "[{\"channel\":\"/meta/handshake\",\"supportedConnectionTypes\":[\"long-polling\"],"
            "\"ext\":{\"ack\":true}}]");
    bayeux_session *session = f->server->sessions;
    memcpy(f->id, session->id, sizeof session->id);
    post(f, SUBSCRIBE);
    for (int batch = 1; batch <= 1000; batch++) {
        char connect[256];
        publish(f, "/a", "1");
        snprintf(connect, sizeof connect,
                 "[{\"channel\":\"/meta/connect\",\"clientId\":\"%%s\",\"ext\":{\"ack\":%d}}]",
                 batch - 1);
        assert_non_null(strstr(post(f, connect), "\"data\":1"));
        assert_int_equal(session->queued, 1); // the one that was just sent
    }
}

static const char *connect_with(fixture *f, int batch)
{
    char connect[256];

    snprintf(connect, sizeof connect,
             "[{\"channel\":\"/meta/connect\",\"clientId\":\"%%s\",\"ext\":{\"ack\":%d}}]", batch);
    return post(f, connect);
}

static void S_62_a_connect_that_comes_late_undoes_no_acknowledgement(void **state)
{
    fixture *f = *state;

    post(f, "[{\"channel\":\"/meta/handshake\",\"supportedConnectionTypes\":[\"long-polling\"],"
            "\"ext\":{\"ack\":true}}]");
    memcpy(f->id, f->server->sessions->id, sizeof f->id);
    post(f, SUBSCRIBE);
    publish(f, "/a", "1");
    assert_non_null(strstr(connect_with(f, 0), "\"data\":1"));
    publish(f, "/a", "2");
    assert_non_null(
        strstr(connect_with(f, 0), "\"data\":1")); // an old one: its answer goes nowhere
    publish(f, "/a", "3");
    const char *answer = connect_with(f, 1);
    assert_null(strstr(answer, "\"data\":1"));
    assert_non_null(strstr(answer, "\"data\":2"));
    assert_non_null(strstr(answer, "\"data\":3"));
}

static void note_length(int status, const char *text, size_t length, void *user)
{
    (void)text;
    assert_int_equal(status, 200);
    *(size_t *)user = length;
}

static void who_has_much_waiting_is_behind_and_gets_it_in_parts(void **state)
{
    enum { EVENT = 32 * 1024, EVENTS = 40 };
    static char event[EVENT];
    char text[256];
    fixture *f = *state;
    size_t answer = 0, parts = 0;

    memset(event, '1', sizeof event - 1); // a number of many digits, as long as it is not read
    post(f, "[{\"channel\":\"/meta/handshake\",\"supportedConnectionTypes\":[\"long-polling\"],"
            "\"ext\":{\"ack\":true}}]");
    memcpy(f->id, f->server->sessions->id, sizeof f->server->sessions->id);
    post(f, SUBSCRIBE);
    assert_false(bayeux_is_behind(f->server, "/a"));
    for (int i = 0; i < EVENTS; i++)
        bayeux_publish(f->server, "/a", cJSON_CreateRaw(event));
    assert_true(bayeux_is_behind(f->server, "/a"));
    assert_false(bayeux_is_behind(f->server, "/b"));
    for (; f->server->sessions->queued > 0; parts++) {
        int length =
            snprintf(text, sizeof text,
                     "[{\"channel\":\"/meta/connect\",\"clientId\":\"%s\",\"ext\":{\"ack\":%zu},"
                     "\"advice\":{\"timeout\":0}}]",
                     f->id, parts);
        assert_null(bayeux_post(f->server, text, (size_t)length, "browser", note_length, &answer));
        assert_true(answer < (size_t)4 * EVENT);
    }
    assert_true(parts > EVENTS / 4);
    assert_false(bayeux_is_behind(f->server, "/a"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OWN(S_43_an_event_raised_by_a_subscription_does_not_overtake_its_reply,
            set_up_with_greeting),
        OWN(S_43_nor_over_a_websocket, set_up_with_greeting),
        CASE(S_56_any_message_on_a_new_socket_goes_on_with_the_session),
        CASE(S_64_timesync_is_answered_with_what_was_asked),
        CASE(S_64_beside_the_ack_extension_and_over_a_hold),
        CASE(S_44_a_held_connect_is_told_that_it_is_over),
        CASE(S_44_connect_and_disconnect_in_one_payload_are_both_answered),
        OWN(S_35_a_subscription_to_a_service_has_no_effect, set_up_with_greeting),
        CASE(S_67_after_a_lost_session_one_payload_restores_the_subscriptions),
        CASE(S_67_and_over_a_websocket),
        OWN(S_52_a_second_session_of_a_browser_polls, set_up_with_busy_browser),
        CASE(S_52_without_the_limit_both_are_held),
        CASE(S_11_ids_are_random_and_do_not_repeat),
        OWN(S_27_an_expired_session_takes_its_subscriptions_along_once, set_up_counting_ends),
        CASE(S_62_what_is_acknowledged_is_let_go),
        CASE(S_62_a_connect_that_comes_late_undoes_no_acknowledgement),
        CASE(who_has_much_waiting_is_behind_and_gets_it_in_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
