// SPDX-License-Identifier: Apache-2.0
// Platform checks of queries by their numbers, against a scripted platform; the requests field by field as recorded
// from the Python client.
#include <live/json.h>
#include <live/query.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "peer_thread.h"
#include "query_talk.h"
#include "recording.h"

// The start

typedef struct capture {
    const char *file; // as the Python client sent it; NULL: `body`
    const char *expression;
    live_query_options options;
    const char *body;
} capture;

static const capture captures[] = {
    { .file = "query_start_defaults.json", .expression = "a => b" },
    { .file = "query_start_provider_reducer.json",
      .expression = "x",
      .options = { .provider = "collector", .reducer = "hash" } },
    { .file = "query_start_realtime_span.json",
      .expression = "__message -__delete:*",
      .options = { .realtime = true, .span = "last 60 seconds" } },
    { .expression = "\"caf\xc3\xa9\"\n\\",
      .options = { .no_preload = true },
      .body = "[{\"provider\": \"pipes\", \"reducer\": null, \"preload\": false, \"span\": null, "
              "\"follow\": false, \"expression\": \"\\\"caf\\u00e9\\\"\\n\\\\\"}]" },
};

static cJSON *body_of(const capture *capture)
{
    cJSON *body = NULL;

    if (!capture->file) {
        assert_int_equal(live_json_parse(capture->body, strlen(capture->body), &body, NULL),
                         LIVE_OK);
        return body;
    }
    cJSON *recording = recording_read(capture->file);
    body = cJSON_Duplicate(live_json_get(live_json_get(recording, "request"), "json"), true);
    cJSON_Delete(recording);
    return body;
}

static void P_04_a_query_is_posted_as_the_recorded_one(void **state)
{
    for (size_t i = 0; i < sizeof captures / sizeof *captures; i++) {
        query_talk *talk = *state;
        cJSON *sent = NULL, *recorded = body_of(&captures[i]);
        query_talk_start(talk, captures[i].expression, captures[i].options);
        query_talk_run_to(talk, "POST /rest/query");

        const peer_request *request =
            http_peer_request(talk->peer->http, http_peer_count(talk->peer->http));
        assert_true(peer_request_is(request, "POST /rest/query HTTP/1.1\n"));
        assert_string_equal(peer_request_header(request, "Content-Type"), "application/json");
        assert_string_equal(peer_request_header(request, "Authorization"),
                            "Basic Ym90OnMzY3JldA==");
        assert_int_equal(live_json_parse(request->body, strlen(request->body), &sent, NULL),
                         LIVE_OK);
        if (!recording_same(recorded, sent, RECORDING_ORDERED))
            fail_msg("%s: %s", captures[i].expression, request->body);
        cJSON_Delete(sent);
        cJSON_Delete(recorded);
        query_talk_close(state);
        query_talk_open(state);
    }
}

static void P_04_what_is_subscribed_is_the_channel_of_the_answer(void **state)
{
    query_talk *talk = *state;

    query_talk_start(talk, "x", (live_query_options){ 0 });
    query_talk_run_to(talk, "/meta/subscribe");
    assert_int_equal(query_talk_count(talk, "\"subscription\":\"/data/q1\""), 1);
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
        query_talk *talk = *state;
        talk->status = cases[i].status;
        talk->body = cases[i].body;
        query_talk_start(talk, "x", (live_query_options){ 0 });
        query_talk_run_to(talk, "end");
        assert_int_equal(talk->why.code, cases[i].code);
        if (!strstr(talk->why.text, cases[i].text))
            fail_msg("%s: %s", cases[i].status, talk->why.text);
        query_talk_close(state);
        query_talk_open(state);
    }
}

static void C_37_a_denied_subscription_ends_the_query(void **state)
{
    query_talk *talk = *state;

    talk->denies = true;
    query_talk_start(talk, "x", (live_query_options){ 0 });
    query_talk_run_to(talk, "end");
    assert_int_equal(talk->why.code, LIVE_E_AUTH);
    assert_string_equal(talk->why.text, "/meta/subscribe: 403::denied");
}

// Rows

static void P_05_rows_and_control_events_come_apart_until_destroy(void **state)
{
    query_talk *talk = *state;

    query_talk_begin(talk);
    cometd_send(talk->peer, "{\"type\":\"start\",\"fields\":{}}");
    cometd_send(talk->peer, "{\"type\":\"span\",\"begin\":1,\"end\":2}");
    cometd_send(talk->peer, "{\"type\":\"event\",\"content\":[{\"n\":1},{\"n\":2}]}");
    cometd_send(talk->peer, "{\"type\":\"startRealTime\"}");
    cometd_send(talk->peer, "{\"type\":\"event\",\"content\":[]}");
    cometd_send(talk->peer, "{\"type\":\"event\",\"content\":[{\"n\":3}]}");
    cometd_send(talk->peer, "{\"type\":\"brandNew\"}");
    cometd_send(talk->peer, "{\"type\":\"destroy\"}");
    query_talk_run_to(talk, "end");
    assert_string_equal(talk->rows, "{\"n\":1}{\"n\":2}{\"n\":3}");
    assert_string_equal(talk->controls, "start span startRealTime brandNew destroy ");
    assert_int_equal(talk->ends, 1);
    assert_int_equal(talk->why.code, LIVE_OK);
    query_talk_run_to(talk, "/meta/unsubscribe");
}

static void P_05_what_is_no_event_of_a_query_is_passed_over(void **state)
{
    query_talk *talk = *state;

    query_talk_begin(talk);
    cometd_send(talk->peer, "7");
    cometd_send(talk->peer, "null");
    cometd_send(talk->peer, "{\"type\":7}");
    cometd_send(talk->peer, "{\"type\":\"event\"}");
    cometd_send(talk->peer, "{\"type\":\"event\",\"content\":7}");
    cometd_send(talk->peer, "{\"type\":\"event\",\"content\":[{\"n\":1}]}");
    query_talk_run_to(talk, "row");
    assert_string_equal(talk->rows, "{\"n\":1}");
    assert_int_equal(talk->ends, 0);
}

static void P_06_a_mistake_in_the_expression_ends_with_the_platforms_words(void **state)
{
    query_talk *talk = *state;

    query_talk_begin(talk);
    cometd_send(talk->peer, "{\"type\":\"stop\",\"reason\":\"Error\","
                            "\"message\":\"PipeException: At (1, 5): unexpected end\"}");
    query_talk_run_to(talk, "end");
    assert_int_equal(talk->why.code, LIVE_E_PARSE);
    assert_string_equal(talk->why.text, "PipeException: At (1, 5): unexpected end");
    assert_int_equal(talk->why.line, 1);
    assert_int_equal(talk->why.column, 5);
    assert_int_equal(talk->ends, 1);
}

static void P_06_a_platform_without_words_is_spoken_for(void **state)
{
    static const char *const stops[] = {
        "{\"type\":\"stop\",\"reason\":\"Error\"}",
        "{\"type\":\"stop\",\"reason\":\"Error\",\"message\":\"\"}",
        "{\"type\":\"stop\",\"reason\":\"Error\",\"message\":{}}"
    };
    query_talk *talk = *state;

    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        query_talk_begin(talk);
        cometd_send(talk->peer, stops[i]);
        query_talk_run_to(talk, "end");
        assert_string_equal(talk->why.text, "the platform stopped the query");
        live_query_free(talk->query);
        talk->query = NULL;
    }
}

static void P_06_a_mistake_has_its_place_where_the_platform_tells_it(void **state)
{
    static const struct {
        const char *message;
        int line, column;
    } rows[] = {
        { "PipeException: At (2, 17->3, 1): unknown stage '@nosuch'", 2, 17 },
        { "PipeException: At (1, 7->1, 11)", 1, 7 },
        { "the query was refused", 0, 0 },
        { "PipeException: At (0, 4): nowhere", 0, 0 },
        { "PipeException: At (x, y): nowhere", 0, 0 },
        { "PipeException: At (3", 0, 0 },
        { "PipeException: At (99999999999999999999, 1): nowhere", 0, 0 },
    };
    query_talk *talk = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char stop[200];
        snprintf(stop, sizeof stop, "{\"type\":\"stop\",\"reason\":\"Error\",\"message\":\"%s\"}",
                 rows[i].message);
        query_talk_begin(talk);
        cometd_send(talk->peer, stop);
        query_talk_run_to(talk, "end");
        assert_string_equal(talk->why.text, rows[i].message);
        assert_int_equal(talk->why.line, rows[i].line);
        assert_int_equal(talk->why.column, rows[i].column);
        live_query_free(talk->query);
        talk->query = NULL;
    }
}

static void P_06_a_stop_for_another_reason_is_no_failure(void **state)
{
    query_talk *talk = *state;

    query_talk_begin(talk);
    cometd_send(talk->peer, "{\"type\":\"stop\",\"reason\":\"NoRealTime\"}");
    query_talk_run_to(talk, "control");
    assert_int_equal(talk->ends, 0);
    cometd_send(talk->peer, "{\"type\":\"destroy\"}");
    query_talk_run_to(talk, "end");
    assert_int_equal(talk->why.code, LIVE_OK);
}

static void start_own(query_talk *talk, live_row_fn on_row, live_control_fn on_control)
{
    live_query_options options = { .size = sizeof options, .on_control = on_control };

    assert_int_equal(
        live_query_start(talk->client, "x", &options, on_row, NULL, talk, &talk->query, NULL),
        LIVE_OK);
    query_talk_run_to(talk, "/meta/subscribe");
}

static live_flow check_numbers(live_query *query, const cJSON *row, void *user)
{
    query_talk *talk = user;

    (void)query;
    assert_int_equal(live_json_int(row, "a", 0), 3);
    assert_int_equal(live_json_int(row, "b", 0), 3);
    assert_int_equal(live_json_int(row, "t", 0), 1700000000000);
    assert_true(live_json_real(row, "a", 0) == live_json_real(row, "b", 0));
    assert_int_equal(live_json_int(row, "nothing", -1), live_json_int(row, "absent", -1));
    live_loop_stop(talk->loop);
    return LIVE_CONTINUE;
}

static void P_07_a_number_is_the_same_however_it_is_written(void **state)
{
    query_talk *talk = *state;

    start_own(talk, check_numbers, NULL);
    cometd_send(talk->peer, "{\"type\":\"event\",\"content\":"
                            "[{\"a\":3,\"b\":3.0,\"t\":1.7E12,\"nothing\":null}]}");
    assert_int_equal(live_loop_run(talk->loop, LIVE_FOREVER, NULL), LIVE_OK);
}

static live_flow check_deep_row(live_query *query, const cJSON *row, void *user)
{
    query_talk *talk = user;
    const cJSON *deep = live_json_get(live_json_get(row, "a")->child, "b");

    (void)query;
    assert_int_equal(live_json_int(deep->child->child, "id", 0), 9007199254740993);
    assert_string_equal(live_json_str(row, "text", ""), "\xc3\xa4");
    if (live_json_int(row, "n", 0) == 2)
        live_loop_stop(talk->loop);
    return LIVE_CONTINUE;
}

// The second message has what JSON has not.
static void P_05_a_row_is_whole_however_deep_it_is(void **state)
{
    query_talk *talk = *state;

    start_own(talk, check_deep_row, NULL);
    cometd_send(
        talk->peer,
        "{\"type\":\"event\",\"content\":[{\"n\":1,\"a\":[{\"b\":[[{\"id\":9007199254740993}]]}],"
        "\"text\":\"\\u00e4\"}]}");
    cometd_send(
        talk->peer,
        "{\"type\":\"event\",\"content\":[{\"n\":2,\"a\":[{\"b\":[[{\"id\":9007199254740993}]]}],"
        "\"none\":NaN,\"text\":\"\xc3\xa4\"}]}");
    assert_int_equal(live_loop_run(talk->loop, LIVE_FOREVER, NULL), LIVE_OK);
}

static void check_deep_control(live_query *query, const char *type, const cJSON *data, void *user)
{
    query_talk *talk = user;
    const cJSON *fields = live_json_get(data, "fields");

    (void)query;
    assert_string_equal(type, "start");
    assert_int_equal(live_json_int(live_json_get(fields->child, "b"), "c", 0), 1);
    live_loop_stop(talk->loop);
}

static void P_05_so_is_a_control_event(void **state)
{
    query_talk *talk = *state;

    start_own(talk, NULL, check_deep_control);
    cometd_send(talk->peer, "{\"type\":\"start\",\"fields\":[{\"b\":{\"c\":1}}]}");
    assert_int_equal(live_loop_run(talk->loop, LIVE_FOREVER, NULL), LIVE_OK);
}

static live_flow read_after_free(live_query *query, const cJSON *row, void *user)
{
    query_talk *talk = user;

    live_query_free(query);
    talk->query = NULL;
    assert_string_equal(live_json_str(row->child, "b", ""), "still here");
    live_loop_stop(talk->loop);
    return LIVE_CONTINUE;
}

static void P_05_a_row_outlives_its_query_until_its_callback_returns(void **state)
{
    query_talk *talk = *state;

    start_own(talk, read_after_free, NULL);
    cometd_send(talk->peer, "{\"type\":\"event\",\"content\":[{\"a\":{\"b\":\"still here\"}},{}]}");
    assert_int_equal(live_loop_run(talk->loop, LIVE_FOREVER, NULL), LIVE_OK);
}

// Blocking

static void say_all(query_talk *talk)
{
    cometd_send(talk->peer, "{\"type\":\"event\",\"content\":[{\"n\":1},{\"n\":2}]}");
    cometd_send(talk->peer, "{\"type\":\"event\",\"content\":[{\"n\":3}]}");
    cometd_send(talk->peer, "{\"type\":\"destroy\"}");
}

static void fail_it(query_talk *talk)
{
    cometd_send(talk->peer, "{\"type\":\"event\",\"content\":[{\"n\":1}]}");
    cometd_send(talk->peer, "{\"type\":\"stop\",\"reason\":\"Error\",\"message\":\"wrong\"}");
}

static void cancel_it(query_talk *talk)
{
    live_client_cancel(talk->client);
}

static live_err collect(query_talk *talk, void (*act)(query_talk *talk), cJSON **rows)
{
    peer_thread thread;

    talk->at = "/meta/subscribe";
    talk->act = act;
    *rows = NULL;
    peer_thread_start(&thread, talk->loop);
    live_err err = live_query_collect(talk->client, "x", NULL, rows, &talk->why);
    peer_thread_stop(&thread);
    return err;
}

static void P_05_collecting_returns_all_rows(void **state)
{
    query_talk *talk = *state;
    cJSON *rows;

    assert_int_equal(collect(talk, say_all, &rows), LIVE_OK);
    char *text = cJSON_PrintUnformatted(rows);
    assert_string_equal(text, "[{\"n\":1},{\"n\":2},{\"n\":3}]");
    cJSON_free(text);
    cJSON_Delete(rows);
}

static void P_06_collecting_fails_with_the_platforms_words_and_no_rows(void **state)
{
    query_talk *talk = *state;
    cJSON *rows;

    assert_int_equal(collect(talk, fail_it, &rows), LIVE_E_PARSE);
    assert_string_equal(talk->why.text, "wrong");
    assert_null(rows);
}

static void P_08_collecting_is_cancelled_from_another_thread(void **state)
{
    query_talk *talk = *state;
    cJSON *rows;

    assert_int_equal(collect(talk, cancel_it, &rows), LIVE_E_CLOSED);
    assert_null(rows);
    assert_int_equal(collect(talk, say_all, &rows), LIVE_OK); // and may be done again
    assert_int_equal(cJSON_GetArraySize(rows), 3);
    cJSON_Delete(rows);
}

static void P_05_collecting_takes_options_but_follows_nothing(void **state)
{
    query_talk *talk = *state;
    live_query_options options = { .size = sizeof options, .span = "last hour", .realtime = true };
    cJSON *rows = NULL;
    peer_thread thread;

    talk->at = "/meta/subscribe";
    talk->act = say_all;
    peer_thread_start(&thread, talk->loop);
    live_err err = live_query_collect(talk->client, "x", &options, &rows, &talk->why);
    peer_thread_stop(&thread);
    assert_int_equal(err, LIVE_OK);
    cJSON_Delete(rows);
    assert_int_equal(query_talk_count(talk, "\"span\":\"last hour\",\"follow\":false"), 1);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, query_talk_open, query_talk_close)
    const struct CMUnitTest tests[] = {
        CASE(P_04_a_query_is_posted_as_the_recorded_one),
        CASE(P_04_what_is_subscribed_is_the_channel_of_the_answer),
        CASE(P_04_a_refused_query_ends_with_the_status),
        CASE(C_37_a_denied_subscription_ends_the_query),
        CASE(P_05_rows_and_control_events_come_apart_until_destroy),
        CASE(P_05_what_is_no_event_of_a_query_is_passed_over),
        CASE(P_05_a_row_is_whole_however_deep_it_is),
        CASE(P_05_so_is_a_control_event),
        CASE(P_05_a_row_outlives_its_query_until_its_callback_returns),
        CASE(P_05_collecting_returns_all_rows),
        CASE(P_05_collecting_takes_options_but_follows_nothing),
        CASE(P_06_a_mistake_in_the_expression_ends_with_the_platforms_words),
        CASE(P_06_a_platform_without_words_is_spoken_for),
        CASE(P_06_a_mistake_has_its_place_where_the_platform_tells_it),
        CASE(P_06_a_stop_for_another_reason_is_no_failure),
        CASE(P_06_collecting_fails_with_the_platforms_words_and_no_rows),
        CASE(P_07_a_number_is_the_same_however_it_is_written),
        CASE(P_08_collecting_is_cancelled_from_another_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
