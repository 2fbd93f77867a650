// SPDX-License-Identifier: Apache-2.0
// Platform checks of queries by their numbers, against a scripted platform; the requests field by field as recorded
// from the Python client.
#include <live/buf.h>
#include <live/json.h>
#include <live/query.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "cometd_peer.h"
#include "peer_thread.h"

typedef struct fixture {
    live_loop *loop;
    cometd_peer *peer;
    live_client *client;
    live_query *query;
    char rows[512];     // printed, one after the other
    char controls[256]; // types, each followed by a space
    int ends;
    live_error why; // of the end
    // What the test does at a point: stop the loop, or free something.
    const char *at; // "row", "control", "end", or what the platform is asked for
    void (*act)(struct fixture *f);
    live_flow flow; // what a row answers
    // What the platform answers to "POST /rest/query" after so many answers of the usual kind.
    size_t usual;
    const char *status, *body;
    bool denies; // subscriptions
} fixture;

static void deny(const peer_request *request)
{
    char body[256];

    snprintf(body, sizeof body,
             "[{\"channel\":\"/meta/subscribe\",\"id\":\"%s\",\"successful\":false,"
             "\"error\":\"403::denied\"}]",
             cometd_id(request));
    peer_answer_json(request, body);
}

static void point(fixture *f, const char *at)
{
    if (f->at && strcmp(f->at, at) == 0 && f->act)
        f->act(f);
}

static bool on_request(cometd_peer *peer, const char *what, const peer_request *request, void *user)
{
    fixture *f = user;

    point(f, what);
    if (f->status && strcmp(what, "POST /rest/query") == 0 && peer->queries >= f->usual) {
        const char *status = f->status;
        f->status = NULL; // once
        peer_answer(request, status, "Content-Type: application/json\r\n", f->body ? f->body : "");
        return true;
    }
    if (f->denies && strcmp(what, "/meta/subscribe") == 0) {
        deny(request);
        return true;
    }
    return false;
}

static int set_up_on(void **state, bool simulated)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    assert_int_equal(simulated ? live_loop_new_simulated(1000, &f->loop, NULL)
                               : live_loop_new(&f->loop, NULL),
                     LIVE_OK);
    f->peer = cometd_peer_new(f->loop, on_request, f);
    live_client_options options = { .url = http_peer_url(f->peer->http),
                                    .username = "bot",
                                    .password = "s3cret",
                                    .rest_input = "/services/plugin-restinput/bot/" };
    return (int)live_client_new(f->loop, &options, &f->client, NULL);
}

static int set_up(void **state)
{
    return set_up_on(state, false);
}

static int set_up_simulated(void **state)
{
    return set_up_on(state, true);
}

static int tear_down(void **state)
{
    fixture *f = *state;

    cometd_peer_free(f->peer); // first: nobody waits for its last words
    live_query_free(f->query);
    live_client_free(f->client);
    live_loop_free(f->loop);
    free(f);
    return 0;
}

static live_flow on_row(live_query *query, const cJSON *row, void *user)
{
    fixture *f = user;
    char *text = cJSON_PrintUnformatted(row);
    size_t length = strlen(f->rows);
    live_flow flow = f->flow;

    (void)query;
    snprintf(f->rows + length, sizeof f->rows - length, "%s", text);
    cJSON_free(text);
    point(f, "row");
    return flow;
}

static void on_control(live_query *query, const char *type, const cJSON *data, void *user)
{
    fixture *f = user;
    size_t length = strlen(f->controls);

    (void)query;
    assert_string_equal(live_json_str(data, "type", ""), type);
    snprintf(f->controls + length, sizeof f->controls - length, "%s ", type);
    point(f, "control");
}

static void on_end(live_query *query, const live_error *why, void *user)
{
    fixture *f = user;

    assert_ptr_equal(query, f->query);
    f->ends++;
    f->why = why ? *why : (live_error){ 0 };
    point(f, "end");
}

static void start(fixture *f, const char *expression, live_query_options options)
{
    options.size = sizeof options;
    options.on_control = on_control;
    assert_int_equal(
        live_query_start(f->client, expression, &options, on_row, on_end, f, &f->query, NULL),
        LIVE_OK);
}

static void stop_loop(fixture *f)
{
    live_loop_stop(f->loop);
}

// Runs until the point is reached.
static void run_to(fixture *f, const char *at)
{
    f->at = at;
    f->act = stop_loop;
    assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, NULL), LIVE_OK);
}

// Less long when nothing is left that could happen.
static void run_for(fixture *f, int64_t ms)
{
    live_err err = live_loop_run(f->loop, ms, NULL);

    assert_true(err == LIVE_OK || err == LIVE_E_TIMEOUT);
}

static void begin(fixture *f)
{
    start(f, "x", (live_query_options){ .realtime = true });
    run_to(f, "/meta/subscribe");
    f->at = NULL;
    run_for(f, 20);
}

static size_t count_requests(const fixture *f, const char *text)
{
    size_t count = 0;

    for (size_t i = 1; i <= http_peer_count(f->peer->http); i++)
        count += strstr(http_peer_request(f->peer->http, i)->body, text) != NULL;
    return count;
}

// The start

typedef struct recording {
    const char *expression;
    live_query_options options;
    const char *body; // as the Python client sent it
} recording;

static const recording recordings[] = {
    { "a => b",
      { 0 },
      "[{\"provider\": \"pipes\", \"reducer\": null, \"preload\": true, \"span\": null, "
      "\"follow\": false, \"expression\": \"a => b\"}]" },
    { "x",
      { .provider = "collector", .reducer = "hash" },
      "[{\"provider\": \"collector\", \"reducer\": \"hash\", \"preload\": true, \"span\": null, "
      "\"follow\": false, \"expression\": \"x\"}]" },
    { "__message -__delete:*",
      { .realtime = true, .span = "last 60 seconds" },
      "[{\"provider\": \"pipes\", \"reducer\": null, \"preload\": true, "
      "\"span\": \"last 60 seconds\", \"follow\": true, "
      "\"expression\": \"__message -__delete:*\"}]" },
    { "\"caf\xc3\xa9\"\n\\",
      { .no_preload = true },
      "[{\"provider\": \"pipes\", \"reducer\": null, \"preload\": false, \"span\": null, "
      "\"follow\": false, \"expression\": \"\\\"caf\\u00e9\\\"\\n\\\\\"}]" },
};

static void P_04_a_query_is_posted_as_the_recorded_one(void **state)
{
    for (size_t i = 0; i < sizeof recordings / sizeof *recordings; i++) {
        fixture *f = *state;
        cJSON *sent = NULL, *recorded = NULL;
        start(f, recordings[i].expression, recordings[i].options);
        run_to(f, "POST /rest/query");

        const peer_request *request =
            http_peer_request(f->peer->http, http_peer_count(f->peer->http));
        assert_true(peer_request_is(request, "POST /rest/query HTTP/1.1\n"));
        assert_string_equal(peer_request_header(request, "Content-Type"), "application/json");
        assert_string_equal(peer_request_header(request, "Authorization"),
                            "Basic Ym90OnMzY3JldA==");
        assert_int_equal(live_json_parse(request->body, strlen(request->body), &sent, NULL),
                         LIVE_OK);
        assert_int_equal(
            live_json_parse(recordings[i].body, strlen(recordings[i].body), &recorded, NULL),
            LIVE_OK);
        if (!cJSON_Compare(sent, recorded, true))
            fail_msg("%s: %s", recordings[i].expression, request->body);
        cJSON_Delete(sent);
        cJSON_Delete(recorded);
        tear_down(state);
        set_up(state);
    }
}

static void P_04_what_is_subscribed_is_the_channel_of_the_answer(void **state)
{
    fixture *f = *state;

    start(f, "x", (live_query_options){ 0 });
    run_to(f, "/meta/subscribe");
    assert_int_equal(count_requests(f, "\"subscription\":\"/data/q1\""), 1);
}

static void P_04_a_refused_query_ends_with_the_status(void **state)
{
    static const struct {
        const char *status, *body;
        live_err code;
        const char *text;
    } cases[] = {
        { "400 Bad Request", "", LIVE_E_HTTP, "POST /rest/query: HTTP 400" },
        { "401 Unauthorized", "", LIVE_E_AUTH, "POST /rest/query: HTTP 401" },
        { "403 Forbidden", "", LIVE_E_AUTH, "POST /rest/query: HTTP 403" },
        { "500 Internal Server Error", "", LIVE_E_HTTP, "POST /rest/query: HTTP 500" },
        { "200 OK", "[]", LIVE_E_PROTOCOL, "the answer names no channel" },
        { "200 OK", "{}", LIVE_E_PROTOCOL, "the answer names no channel" },
        { "200 OK", "[{\"channel\":7}]", LIVE_E_PROTOCOL, "the answer names no channel" },
        { "200 OK", "[{", LIVE_E_PARSE, "the answer is no JSON" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture *f = *state;
        f->status = cases[i].status;
        f->body = cases[i].body;
        start(f, "x", (live_query_options){ 0 });
        run_to(f, "end");
        assert_int_equal(f->why.code, cases[i].code);
        if (!strstr(f->why.text, cases[i].text))
            fail_msg("%s: %s", cases[i].status, f->why.text);
        tear_down(state);
        set_up(state);
    }
}

static void C_37_a_denied_subscription_ends_the_query(void **state)
{
    fixture *f = *state;

    f->denies = true;
    start(f, "x", (live_query_options){ 0 });
    run_to(f, "end");
    assert_int_equal(f->why.code, LIVE_E_AUTH);
    assert_string_equal(f->why.text, "/meta/subscribe: 403::denied");
}

// Rows

static void P_05_rows_and_control_events_come_apart_until_destroy(void **state)
{
    fixture *f = *state;

    begin(f);
    cometd_send(f->peer, "{\"type\":\"start\",\"fields\":{}}");
    cometd_send(f->peer, "{\"type\":\"span\",\"begin\":1,\"end\":2}");
    cometd_send(f->peer, "{\"type\":\"event\",\"content\":[{\"n\":1},{\"n\":2}]}");
    cometd_send(f->peer, "{\"type\":\"startRealTime\"}");
    cometd_send(f->peer, "{\"type\":\"event\",\"content\":[]}");
    cometd_send(f->peer, "{\"type\":\"event\",\"content\":[{\"n\":3}]}");
    cometd_send(f->peer, "{\"type\":\"brandNew\"}");
    cometd_send(f->peer, "{\"type\":\"destroy\"}");
    run_to(f, "end");
    assert_string_equal(f->rows, "{\"n\":1}{\"n\":2}{\"n\":3}");
    assert_string_equal(f->controls, "start span startRealTime brandNew destroy ");
    assert_int_equal(f->ends, 1);
    assert_int_equal(f->why.code, LIVE_OK);
    run_to(f, "/meta/unsubscribe");
}

static void P_05_what_is_no_event_of_a_query_is_passed_over(void **state)
{
    fixture *f = *state;

    begin(f);
    cometd_send(f->peer, "7");
    cometd_send(f->peer, "null");
    cometd_send(f->peer, "{\"type\":7}");
    cometd_send(f->peer, "{\"type\":\"event\"}");
    cometd_send(f->peer, "{\"type\":\"event\",\"content\":7}");
    cometd_send(f->peer, "{\"type\":\"event\",\"content\":[{\"n\":1}]}");
    run_to(f, "row");
    assert_string_equal(f->rows, "{\"n\":1}");
    assert_int_equal(f->ends, 0);
}

static void P_06_a_mistake_in_the_expression_ends_with_the_platforms_words(void **state)
{
    fixture *f = *state;

    begin(f);
    cometd_send(f->peer, "{\"type\":\"stop\",\"reason\":\"Error\","
                         "\"message\":\"PipeException: At (1, 5): unexpected end\"}");
    run_to(f, "end");
    assert_int_equal(f->why.code, LIVE_E_PARSE);
    assert_string_equal(f->why.text, "PipeException: At (1, 5): unexpected end");
    assert_int_equal(f->ends, 1);
}

static void P_06_a_stop_for_another_reason_is_no_failure(void **state)
{
    fixture *f = *state;

    begin(f);
    cometd_send(f->peer, "{\"type\":\"stop\",\"reason\":\"NoRealTime\"}");
    run_to(f, "control");
    assert_int_equal(f->ends, 0);
    cometd_send(f->peer, "{\"type\":\"destroy\"}");
    run_to(f, "end");
    assert_int_equal(f->why.code, LIVE_OK);
}

static live_flow check_numbers(live_query *query, const cJSON *row, void *user)
{
    fixture *f = user;

    (void)query;
    assert_int_equal(live_json_int(row, "a", 0), 3);
    assert_int_equal(live_json_int(row, "b", 0), 3);
    assert_int_equal(live_json_int(row, "t", 0), 1700000000000);
    assert_true(live_json_real(row, "a", 0) == live_json_real(row, "b", 0));
    assert_int_equal(live_json_int(row, "nothing", -1), live_json_int(row, "absent", -1));
    live_loop_stop(f->loop);
    return LIVE_CONTINUE;
}

static void P_07_a_number_is_the_same_however_it_is_written(void **state)
{
    fixture *f = *state;
    live_query_options options = { .size = sizeof options };

    assert_int_equal(
        live_query_start(f->client, "x", &options, check_numbers, on_end, f, &f->query, NULL),
        LIVE_OK);
    run_to(f, "/meta/subscribe");
    cometd_send(f->peer, "{\"type\":\"event\",\"content\":"
                         "[{\"a\":3,\"b\":3.0,\"t\":1.7E12,\"nothing\":null}]}");
    assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, NULL), LIVE_OK);
}

// Ends

static void P_08_a_silent_query_ends_after_its_idle_time(void **state)
{
    fixture *f = *state;
    int64_t begun = live_loop_monotonic_ms(f->loop);

    start(f, "x", (live_query_options){ .realtime = true, .idle_timeout_ms = 60 });
    run_to(f, "end");
    assert_true(live_loop_monotonic_ms(f->loop) - begun >= 60);
    assert_int_equal(f->why.code, LIVE_E_TIMEOUT);
    assert_string_equal(f->why.text, "no message for 60 ms");
    run_to(f, "/meta/unsubscribe");
}

static void P_08_a_row_callback_stops_the_query(void **state)
{
    fixture *f = *state;

    begin(f);
    f->flow = LIVE_STOP;
    cometd_send(f->peer, "{\"type\":\"event\",\"content\":[{\"n\":1},{\"n\":2}]}");
    run_to(f, "end");
    assert_string_equal(f->rows, "{\"n\":1}");
    assert_int_equal(f->why.code, LIVE_OK);
    run_to(f, "/meta/unsubscribe");
}

static void free_query(fixture *f)
{
    live_query_free(f->query);
    f->query = NULL;
    live_loop_stop(f->loop);
}

static void free_client(fixture *f)
{
    http_peer_refuse(f->peer->http);
    free_query(f);
    live_client_free(f->client);
    f->client = NULL;
}

static void C_64_query_and_client_are_freed_from_every_callback(void **state)
{
    static const char *const points[] = { "row", "control", "end" };
    static void (*const acts[])(fixture * f) = { free_query, free_client };

    for (size_t i = 0; i < 6; i++) {
        fixture *f = *state;
        begin(f);
        f->at = points[i / 2];
        f->act = acts[i % 2];
        cometd_send(f->peer, "{\"type\":\"event\",\"content\":[{\"n\":1},{\"n\":2}]}");
        cometd_send(f->peer, "{\"type\":\"destroy\"}");
        cometd_send(f->peer, "{\"type\":\"event\",\"content\":[{\"n\":3}]}");
        assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, NULL), LIVE_OK);
        assert_null(f->query);
        f->at = NULL;
        run_for(f, 10);
        assert_string_equal(f->rows, i / 2 == 0 ? "{\"n\":1}" : "{\"n\":1}{\"n\":2}");
        assert_int_equal(f->ends, i / 2 == 2);
        tear_down(state);
        set_up(state);
    }
}

static void C_64_a_query_is_freed_in_every_phase(void **state)
{
    static const char *const points[] = { "POST /rest/query", "/meta/handshake", "/meta/connect",
                                          "/meta/subscribe" };

    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        fixture *f = *state;
        start(f, "x", (live_query_options){ .realtime = true, .idle_timeout_ms = 1000 });
        run_to(f, points[i]);
        live_query_free(f->query);
        f->query = NULL;
        f->at = NULL;
        run_for(f, 20);
        assert_int_equal(f->ends, 0);
        tear_down(state);
        set_up(state);
    }
}

static void C_64_a_query_that_was_never_run_is_freed(void **state)
{
    fixture *f = *state;

    live_query_free(NULL);
    start(f, "x", (live_query_options){ 0 });
    assert_int_equal(f->ends, 0);
}

static void C_63_a_platform_that_is_down_at_the_start_ends_the_query(void **state)
{
    fixture *f = *state;

    http_peer_refuse(f->peer->http);
    start(f, "x", (live_query_options){ .realtime = true });
    run_to(f, "end");
    assert_int_equal(f->why.code, LIVE_E_CONNECT);
    assert_true(f->why.retry); // the caller may try again
}

static void without_an_url_there_is_no_query(void **state)
{
    fixture *f = *state;
    live_client_options options = { .tcp_host = "127.0.0.1", .tcp_port = 17042 };
    live_client *client = NULL;
    live_error error = { 0 };

    assert_int_equal(live_client_new(f->loop, &options, &client, NULL), LIVE_OK);
    assert_int_equal(live_query_start(client, "x", NULL, on_row, on_end, f, &f->query, &error),
                     LIVE_E_INVALID);
    assert_string_equal(error.text, "no url is set: queries need one");
    live_client_free(client);
}

// Losses

static void lose_session(fixture *f)
{
    char body[256];

    assert_non_null(f->peer->held);
    snprintf(body, sizeof body,
             "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":false,"
             "\"error\":\"402::Unknown client\","
             "\"advice\":{\"reconnect\":\"handshake\",\"interval\":0}}]",
             cometd_id(f->peer->held));
    peer_answer_json(f->peer->held, body);
    f->peer->held = NULL;
}

static void P_09_a_lost_session_posts_the_query_again_and_hides_no_row(void **state)
{
    fixture *f = *state;

    begin(f);
    cometd_send(f->peer, "{\"type\":\"event\",\"content\":[{\"n\":1}]}");
    run_to(f, "row");
    run_to(f, "/meta/connect");
    run_for(f, 10);
    lose_session(f);
    run_to(f, "/meta/subscribe");
    assert_int_equal(f->peer->handshakes, 2);
    assert_int_equal(f->peer->queries, 2);
    cometd_send(f->peer, "{\"type\":\"event\",\"content\":[{\"n\":1}]}");
    run_to(f, "row");
    assert_string_equal(f->rows, "{\"n\":1}{\"n\":1}");
    assert_int_equal(f->ends, 0);
    assert_int_equal(count_requests(f, "\"subscription\":\"/data/q1\""), 1); // it is over
}

static void P_09_a_platform_that_comes_back_slowly_is_asked_again(void **state)
{
    fixture *f = *state;

    f->usual = 1; // the second POST fails, the third does not
    f->status = "500 Internal Server Error";
    begin(f);
    lose_session(f);
    run_to(f, "/meta/subscribe");
    assert_null(f->status);
    assert_int_equal(f->peer->queries, 2);
    assert_int_equal(f->ends, 0);
}

static void P_09_a_query_that_is_refused_the_second_time_ends(void **state)
{
    fixture *f = *state;

    f->usual = 1;
    f->status = "401 Unauthorized";
    begin(f);
    lose_session(f);
    run_to(f, "end");
    assert_int_equal(f->why.code, LIVE_E_AUTH);
}

static void two_queries_share_a_session_and_keep_their_rows_apart(void **state)
{
    fixture *f = *state;
    live_query *first;

    begin(f);
    first = f->query;
    start(f, "y", (live_query_options){ .realtime = true });
    run_to(f, "/meta/subscribe");
    cometd_send(f->peer, "{\"type\":\"event\",\"content\":[{\"n\":2}]}"); // of the second
    run_to(f, "row");
    assert_string_equal(f->rows, "{\"n\":2}");
    assert_int_equal(f->peer->handshakes, 1);
    live_query_free(first);
    run_to(f, "/meta/unsubscribe");
    assert_int_equal(count_requests(f, "\"subscription\":\"/data/q1\""), 2);
    assert_int_equal(count_requests(f, "\"subscription\":\"/data/q2\""), 1);
}

// Blocking

static void say_all(fixture *f)
{
    cometd_send(f->peer, "{\"type\":\"event\",\"content\":[{\"n\":1},{\"n\":2}]}");
    cometd_send(f->peer, "{\"type\":\"event\",\"content\":[{\"n\":3}]}");
    cometd_send(f->peer, "{\"type\":\"destroy\"}");
}

static void fail_it(fixture *f)
{
    cometd_send(f->peer, "{\"type\":\"event\",\"content\":[{\"n\":1}]}");
    cometd_send(f->peer, "{\"type\":\"stop\",\"reason\":\"Error\",\"message\":\"wrong\"}");
}

static void cancel_it(fixture *f)
{
    live_client_cancel(f->client);
}

static live_err collect(fixture *f, void (*act)(fixture *f), cJSON **rows)
{
    peer_thread thread;

    f->at = "/meta/subscribe";
    f->act = act;
    *rows = NULL;
    peer_thread_start(&thread, f->loop);
    live_err err = live_query_collect(f->client, "x", NULL, rows, &f->why);
    peer_thread_stop(&thread);
    return err;
}

static void P_05_collecting_returns_all_rows(void **state)
{
    fixture *f = *state;
    cJSON *rows;

    assert_int_equal(collect(f, say_all, &rows), LIVE_OK);
    char *text = cJSON_PrintUnformatted(rows);
    assert_string_equal(text, "[{\"n\":1},{\"n\":2},{\"n\":3}]");
    cJSON_free(text);
    cJSON_Delete(rows);
}

static void P_06_collecting_fails_with_the_platforms_words_and_no_rows(void **state)
{
    fixture *f = *state;
    cJSON *rows;

    assert_int_equal(collect(f, fail_it, &rows), LIVE_E_PARSE);
    assert_string_equal(f->why.text, "wrong");
    assert_null(rows);
}

static void P_08_collecting_is_cancelled_from_another_thread(void **state)
{
    fixture *f = *state;
    cJSON *rows;

    assert_int_equal(collect(f, cancel_it, &rows), LIVE_E_CLOSED);
    assert_null(rows);
    assert_int_equal(collect(f, say_all, &rows), LIVE_OK); // and may be done again
    assert_int_equal(cJSON_GetArraySize(rows), 3);
    cJSON_Delete(rows);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define WAIT(name) cmocka_unit_test_setup_teardown(name, set_up_simulated, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(P_04_a_query_is_posted_as_the_recorded_one),
        CASE(P_04_what_is_subscribed_is_the_channel_of_the_answer),
        CASE(P_04_a_refused_query_ends_with_the_status),
        CASE(C_37_a_denied_subscription_ends_the_query),
        CASE(P_05_rows_and_control_events_come_apart_until_destroy),
        CASE(P_05_what_is_no_event_of_a_query_is_passed_over),
        CASE(P_05_collecting_returns_all_rows),
        CASE(P_06_a_mistake_in_the_expression_ends_with_the_platforms_words),
        CASE(P_06_a_stop_for_another_reason_is_no_failure),
        CASE(P_06_collecting_fails_with_the_platforms_words_and_no_rows),
        CASE(P_07_a_number_is_the_same_however_it_is_written),
        CASE(P_08_a_silent_query_ends_after_its_idle_time),
        CASE(P_08_a_row_callback_stops_the_query),
        CASE(P_08_collecting_is_cancelled_from_another_thread),
        CASE(P_09_a_lost_session_posts_the_query_again_and_hides_no_row),
        WAIT(P_09_a_platform_that_comes_back_slowly_is_asked_again),
        CASE(P_09_a_query_that_is_refused_the_second_time_ends),
        WAIT(C_63_a_platform_that_is_down_at_the_start_ends_the_query),
        CASE(C_64_query_and_client_are_freed_from_every_callback),
        CASE(C_64_a_query_is_freed_in_every_phase),
        CASE(C_64_a_query_that_was_never_run_is_freed),
        CASE(without_an_url_there_is_no_query),
        CASE(two_queries_share_a_session_and_keep_their_rows_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
