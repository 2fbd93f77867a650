// SPDX-License-Identifier: Apache-2.0
// Platform checks by their numbers: events on the wire, field by field as recorded from the Python client, and what
// is refused before it gets there.
#include <live/buf.h>
#include <live/event.h>
#include <live/json.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "cmocka_all.h"
#include "http_peer.h"
#include "peer_thread.h"

#define INPUT "/services/plugin-restinput/bot/"

typedef struct fixture {
    live_loop *loop; // of the peers
    http_peer *rest;
    tcp_peer *tcp;
    live_client *client;
    peer_thread thread;
    const char *status; // of the REST input's answers; NULL: 200
    bool cancels;       // instead of answering
    int calls;
    live_error error;
    const char *until; // the loop stops when the first TCP connection has received this
} fixture;

static void serve(http_peer *peer, const peer_request *request, void *user)
{
    const fixture *f = user;

    (void)peer;
    if (f->cancels)
        live_client_cancel(f->client);
    else if (f->status)
        peer_answer(request, f->status, "", "");
    else
        peer_answer(request, "200 OK", "", ""); // no body, no type: of no interest
}

static void on_line(tcp_end *end, void *user)
{
    fixture *f = user;

    if (f->until && strcmp(live_buf_data(end->received), f->until) == 0)
        live_loop_stop(f->loop);
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    assert_int_equal(live_loop_new(&f->loop, NULL), LIVE_OK);
    f->rest = http_peer_new(f->loop, serve, f);
    f->tcp = tcp_peer_new(f->loop, on_line, f);
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;

    live_client_free(f->client);
    http_peer_free(f->rest);
    tcp_peer_free(f->tcp);
    live_loop_free(f->loop);
    free(f);
    return 0;
}

static void open_rest(fixture *f)
{
    live_client_options options = {
        .url = http_peer_url(f->rest), .username = "bot", .password = "s3cret", .rest_input = INPUT
    };

    assert_int_equal(live_client_new(f->loop, &options, &f->client, NULL), LIVE_OK);
}

static void open_tcp(fixture *f)
{
    live_client_options options = { .tcp_host = "127.0.0.1", .tcp_port = tcp_peer_port(f->tcp) };

    assert_int_equal(live_client_new(f->loop, &options, &f->client, NULL), LIVE_OK);
}

static void on_sent(const live_error *error, void *user)
{
    fixture *f = user;

    f->calls++;
    if (error)
        f->error = *error;
    if (!f->until)
        live_loop_stop(f->loop);
}

static live_err send_text(fixture *f, const char *text)
{
    live_call *call = NULL;

    return live_event_send_text(f->client, text, strlen(text), on_sent, f, &call, &f->error);
}

static void run(fixture *f)
{
    assert_int_equal(live_loop_run(f->loop, 10000, NULL), LIVE_OK);
}

// Sends from this thread while the peers run on another one.
static live_err send_blocking(fixture *f, cJSON *event)
{
    peer_thread_start(&f->thread, f->loop);
    live_err err = live_event_send(f->client, event, &f->error);
    peer_thread_stop(&f->thread);
    return err;
}

static cJSON *body_of(const fixture *f, size_t number)
{
    cJSON *json = NULL;
    const peer_request *request = http_peer_request(f->rest, number);

    assert_non_null(request);
    assert_int_equal(live_json_parse(request->body, strlen(request->body), &json, NULL), LIVE_OK);
    return json;
}

static void P_10_P_14_an_event_is_posted_as_the_recorded_one(void **state)
{
    fixture *f = *state;
    cJSON *event = live_event_new("well_a", 1600000000000);
    cJSON *time = cJSON_AddObjectToObject(event, "TIME");

    cJSON_AddNumberToObject(time, "value", 1.5);
    cJSON_AddStringToObject(time, "uom", "s");
    cJSON_AddStringToObject(event, "text", "caf\xc3\xa9 \xf0\x9f\xa4\x96");
    cJSON_AddNullToObject(event, "n");
    cJSON_AddTrueToObject(event, "b");
    open_rest(f);
    assert_int_equal(send_blocking(f, event), LIVE_OK);
    assert_int_equal(http_peer_count(f->rest), 1);

    const peer_request *request = http_peer_request(f->rest, 1);
    assert_true(peer_request_is(request, "POST " INPUT " HTTP/1.1\n"));
    assert_string_equal(peer_request_header(request, "Content-Type"), "application/json");
    assert_string_equal(peer_request_header(request, "Authorization"), "Basic Ym90OnMzY3JldA==");
    assert_null(peer_request_header(request, "Expect"));

    cJSON *body = body_of(f, 1);
    assert_int_equal(cJSON_GetArraySize(body), 6);
    assert_string_equal(live_json_str(body, "__type", ""), "well_a");
    assert_int_equal(live_json_int(body, "liverig__index__timestamp", 0), 1600000000000);
    assert_null(live_json_get(body, "timestamp"));
    assert_true(live_json_real(live_json_get(body, "TIME"), "value", 0) == 1.5);
    assert_string_equal(live_json_str(live_json_get(body, "TIME"), "uom", ""), "s");
    assert_string_equal(live_json_str(body, "text", ""), "caf\xc3\xa9 \xf0\x9f\xa4\x96");
    assert_true(cJSON_IsNull(live_json_get(body, "n")));
    assert_true(cJSON_IsTrue(live_json_get(body, "b")));
    cJSON_Delete(body);
}

static void P_14_an_event_without_a_time_has_that_of_its_making(void **state)
{
    int64_t before = live_time_ms();
    cJSON *event = live_event_new("t", 0);

    (void)state;
    assert_true(live_json_int(event, "liverig__index__timestamp", 0) >= before);
    assert_null(live_json_get(event, "timestamp"));
    cJSON_Delete(event);
}

static void P_10_several_events_go_in_one_post_in_their_order(void **state)
{
    fixture *f = *state;

    open_rest(f);
    assert_int_equal(send_text(f, "[{\"n\":1},{\"n\":2.50},{\"n\":12345678901234567890}]"),
                     LIVE_OK);
    run(f);
    assert_int_equal(f->calls, 1);
    assert_int_equal(f->error.code, LIVE_OK);
    assert_int_equal(http_peer_count(f->rest), 1);
    assert_string_equal(
        http_peer_request(f->rest, 1)->body,
        "[{\"n\":1},{\"n\":2.50},{\"n\":12345678901234567890}]"); // never re-printed
}

static void P_10_sending_several_at_once_waits_for_the_answer_to_all(void **state)
{
    fixture *f = *state;

    open_rest(f);
    for (int i = 0; i < 2; i++) {
        cJSON *events = cJSON_CreateArray();
        for (int64_t n = 1; n <= 3; n++)
            cJSON_AddItemToArray(events, live_event_new("t", n));
        f->status = i == 0 ? NULL : "503 Service Unavailable";
        peer_thread_start(&f->thread, f->loop);
        live_err err = live_event_send_all(f->client, events, &f->error);
        peer_thread_stop(&f->thread);
        assert_int_equal(err, i == 0 ? LIVE_OK : LIVE_E_HTTP);
    }
    assert_int_equal(f->error.http, 503);
    cJSON *body = body_of(f, 1);
    assert_int_equal(cJSON_GetArraySize(body), 3);
    assert_int_equal(live_json_int(body->child->next, "liverig__index__timestamp", 0), 2);
    cJSON_Delete(body);
}

static void P_08_sending_is_cancelled_from_another_thread(void **state)
{
    fixture *f = *state;

    open_rest(f);
    f->cancels = true;
    assert_int_equal(send_blocking(f, live_event_new("t", 1)), LIVE_E_CLOSED);
    assert_string_equal(f->error.text, "cancelled");
}

static void P_10_what_the_input_answers_counts_by_its_status_only(void **state)
{
    static const struct {
        const char *status;
        live_err err;
    } cases[] = { { "200 OK", LIVE_OK },
                  { "201 Created", LIVE_OK },
                  { "204 No Content", LIVE_OK },
                  { "302 Found", LIVE_E_HTTP },
                  { "400 Bad Request", LIVE_E_HTTP },
                  { "401 Unauthorized", LIVE_E_AUTH },
                  { "403 Forbidden", LIVE_E_AUTH },
                  { "404 Not Found", LIVE_E_NOTFOUND },
                  { "500 Internal Server Error", LIVE_E_HTTP } };
    fixture *f = *state;

    open_rest(f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        f->error = (live_error){ 0 };
        f->status = cases[i].status;
        assert_int_equal(send_text(f, "{\"n\":1}"), LIVE_OK);
        run(f);
        if (f->error.code != cases[i].err)
            fail_msg("%s: %s", cases[i].status, f->error.text);
    }
    assert_int_equal(http_peer_count(f->rest), sizeof cases / sizeof *cases);
}

static void P_12_an_event_is_a_line_as_the_recorded_one(void **state)
{
    fixture *f = *state;
    cJSON *event = cJSON_CreateObject();

    cJSON_AddStringToObject(event, "__type", "t");
    cJSON_AddNumberToObject(event, "x", 1.5);
    cJSON_AddStringToObject(event, "s", "caf\xc3\xa9");
    open_tcp(f);
    assert_int_equal(send_blocking(f, event), LIVE_OK);
    f->until = "{\"__type\":\"t\",\"x\":1.5,\"s\":\"caf\xc3\xa9\"}\n";
    const tcp_end *end = tcp_peer_end(f->tcp, 1);
    if (!end || strcmp(live_buf_data(end->received), f->until) != 0)
        run(f);
    assert_string_equal(live_buf_data(tcp_peer_end(f->tcp, 1)->received), f->until);
}

static void P_12_each_event_of_several_is_a_line_of_its_own(void **state)
{
    fixture *f = *state;

    open_tcp(f);
    assert_int_equal(send_text(f, "{ \"x\" : 1,\n \"__type\":\"t\" }"), LIVE_OK);
    assert_int_equal(send_text(f, " [ {\"x\":2,\r\n\"s\":\"a\\nb\"} , {\"x\":[3,\n4]} ]"), LIVE_OK);
    f->until = "{ \"x\" : 1, \"__type\":\"t\" }\n{\"x\":2,\"s\":\"a\\nb\"}\n{\"x\":[3,4]}\n";
    run(f);
    assert_int_equal(tcp_peer_count(f->tcp), 1);
    assert_int_equal(f->calls, 2);
}

static void P_12_a_server_that_closed_gets_the_next_line_on_a_new_connection(void **state)
{
    fixture *f = *state;

    open_tcp(f);
    f->until = "{\"x\":1}\n";
    assert_int_equal(send_text(f, "{\"x\":1}"), LIVE_OK);
    run(f);
    tcp_end_close(tcp_peer_end(f->tcp, 1));
    assert_int_equal(live_loop_run(f->loop, 20, NULL), LIVE_E_TIMEOUT);
    f->until = "{\"x\":2}\n";
    assert_int_equal(send_text(f, "{\"x\":2}"), LIVE_OK);
    run(f);
    assert_int_equal(f->error.code, LIVE_OK);
}

static void P_12_a_refused_connection_is_reported(void **state)
{
    fixture *f = *state;
    live_client_options options = { .tcp_host = "127.0.0.1", .tcp_port = tcp_unused_port() };

    assert_int_equal(live_client_new(f->loop, &options, &f->client, NULL), LIVE_OK);
    assert_int_equal(send_text(f, "{\"x\":1}"), LIVE_OK);
    run(f);
    assert_int_equal(f->error.code, LIVE_E_CONNECT);
    assert_true(f->error.retry);
}

static void what_is_no_event_is_refused_before_anything_is_sent(void **state)
{
    static const struct {
        const char *text, *why;
    } cases[] = { { "", "event: " },
                  { "{", "event: " },
                  { "{\"a\":NaN}", "event: 1:6: a value is due" },
                  { "{\"a\":\"\xff\"}", "event: 1:7: not UTF-8" },
                  { "[{\"a\":1},7]", "an event is a JSON object" } };
    fixture *f = *state;

    open_tcp(f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_not_equal(send_text(f, cases[i].text), LIVE_OK);
        if (!strstr(f->error.text, cases[i].why))
            fail_msg("%s: %s", cases[i].text, f->error.text);
    }
    assert_int_equal(live_loop_run(f->loop, 10, NULL), LIVE_E_TIMEOUT);
    assert_int_equal(tcp_peer_count(f->tcp), 0);
    assert_int_equal(f->calls, 0);
}

static void P_14_a_number_that_is_none_never_leaves(void **state)
{
    fixture *f = *state;
    cJSON *event = cJSON_CreateObject();

    cJSON_AddNumberToObject(event, "a", (double)NAN);
    open_rest(f);
    assert_int_equal(live_event_send(f->client, event, &f->error), LIVE_E_INVALID);
    assert_string_equal(f->error.text, "member 'a' is not a finite number");
    assert_int_equal(live_event_send(f->client, cJSON_CreateObject(), &f->error), LIVE_E_INVALID);
    assert_int_equal(live_event_send(f->client, NULL, &f->error), LIVE_E_NOMEM);
    assert_int_equal(live_event_send_all(f->client, cJSON_CreateArray(), &f->error),
                     LIVE_E_INVALID);
    assert_int_equal(live_event_send_all(f->client, NULL, &f->error), LIVE_E_NOMEM);
    event = cJSON_CreateArray();
    cJSON_AddItemToArray(event, live_event_new("t", 1));
    cJSON_AddItemToArray(event, cJSON_CreateString("x"));
    assert_int_equal(live_event_send_all(f->client, event, &f->error), LIVE_E_INVALID);
    assert_string_equal(f->error.text, "event 1: an event is a JSON object");
    assert_int_equal(http_peer_connections(f->rest), 0);
}

static void a_client_that_is_freed_takes_its_events_along(void **state)
{
    fixture *f = *state;

    open_rest(f);
    assert_int_equal(send_text(f, "{\"n\":1}"), LIVE_OK);
    assert_int_equal(send_text(f, "{\"n\":2}"), LIVE_OK);
    live_client_free(f->client);
    f->client = NULL;
    assert_int_equal(live_loop_run(f->loop, 20, NULL), LIVE_E_TIMEOUT);
    assert_int_equal(f->calls, 0);
}

static void nobody_hears_of_an_event_that_was_cancelled(void **state)
{
    fixture *f = *state;
    live_call *call = NULL;

    open_tcp(f);
    assert_int_equal(live_event_send_text(f->client, "{\"a\":1}", 7, on_sent, f, &call, NULL),
                     LIVE_OK);
    live_call_free(call);
    assert_int_equal(live_loop_run(f->loop, 20, NULL), LIVE_E_TIMEOUT);
    assert_int_equal(f->calls, 0);
    assert_int_equal(tcp_peer_count(f->tcp), 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(P_10_P_14_an_event_is_posted_as_the_recorded_one),
        CASE(P_14_an_event_without_a_time_has_that_of_its_making),
        CASE(P_10_several_events_go_in_one_post_in_their_order),
        CASE(P_10_sending_several_at_once_waits_for_the_answer_to_all),
        CASE(P_08_sending_is_cancelled_from_another_thread),
        CASE(P_10_what_the_input_answers_counts_by_its_status_only),
        CASE(P_12_an_event_is_a_line_as_the_recorded_one),
        CASE(P_12_each_event_of_several_is_a_line_of_its_own),
        CASE(P_12_a_server_that_closed_gets_the_next_line_on_a_new_connection),
        CASE(P_12_a_refused_connection_is_reported),
        CASE(what_is_no_event_is_refused_before_anything_is_sent),
        CASE(a_client_that_is_freed_takes_its_events_along),
        CASE(P_14_a_number_that_is_none_never_leaves),
        CASE(nobody_hears_of_an_event_that_was_cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
