// SPDX-License-Identifier: Apache-2.0
// Platform checks by their numbers: resources, health, plugins and the own user.
#include <live/buf.h>
#include <live/json.h>
#include <live/resource.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "cmocka_all.h"
#include "http_peer.h"
#include "peer_thread.h"
#include "recording.h"

typedef struct fixture {
    live_loop *loop; // of the peer
    http_peer *peer;
    peer_thread thread;
    live_client *client;
    live_error error;
    const char *status, *type, *body; // what the peer answers
    bool chunked;
    bool cancels; // instead
    bool silent;
    int calls;
} fixture;

static void answer_in_chunks(const fixture *f, const peer_request *request)
{
    size_t length = strlen(f->body);
    live_buf *text = live_buf_new();

    live_buf_add_format(text, "HTTP/1.1 %s\r\nTransfer-Encoding: chunked\r\n%s\r\n", f->status,
                        f->type);
    for (size_t at = 0; at < length; at += 3)
        live_buf_add_format(text, "%zx\r\n%.3s\r\n", length - at < 3 ? length - at : 3,
                            f->body + at);
    live_buf_add_text(text, "0\r\n\r\n");
    tcp_end_send(request->end, live_buf_data(text));
    live_buf_free(text);
}

static void serve(http_peer *peer, const peer_request *request, void *user)
{
    const fixture *f = user;

    (void)peer;
    if (f->silent)
        return;
    if (f->cancels)
        live_client_cancel(f->client);
    else if (f->chunked)
        answer_in_chunks(f, request);
    else
        peer_answer(request, f->status, f->type, f->body);
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    assert_int_equal(live_loop_new(&f->loop, NULL), LIVE_OK);
    f->peer = http_peer_new(f->loop, serve, f);
    live_client_options options = { .url = http_peer_url(f->peer),
                                    .username = "bot",
                                    .password = "s3cret",
                                    .rest_input = "/in/",
                                    .max_body_bytes = 10000,
                                    .max_retries = -1 };
    return (int)live_client_new(f->loop, &options, &f->client, NULL);
}

static int tear_down(void **state)
{
    fixture *f = *state;

    live_client_free(f->client);
    http_peer_free(f->peer);
    live_loop_free(f->loop);
    free(f);
    return 0;
}

static void will_answer(fixture *f, const char *status, const char *type, const char *body)
{
    f->status = status;
    f->type = type;
    f->body = body;
    f->error = (live_error){ 0 };
    peer_thread_start(&f->thread, f->loop);
}

static live_err answered(fixture *f, live_err err)
{
    peer_thread_stop(&f->thread);
    return err;
}

static live_err get(fixture *f, const char *path, cJSON **body)
{
    *body = NULL;
    return answered(f, live_client_get(f->client, path, body, &f->error));
}

#define JSON "Content-Type: application/json\r\n"
#define TEXT "Content-Type: text/plain;charset=iso-8859-1\r\n"

static void P_01_only_the_word_WORKING_means_available(void **state)
{
    static const struct {
        const char *status, *type, *body;
        live_err err;
    } cases[] = { { "200 OK", TEXT, "WORKING", LIVE_OK },
                  { "200 OK", "Content-Type: text/plain\r\n", "WORKING", LIVE_OK },
                  { "200 OK", TEXT, "WORKING\n", LIVE_E_PROTOCOL },
                  { "200 OK", TEXT, "STARTING", LIVE_E_PROTOCOL },
                  { "200 OK", TEXT, "", LIVE_E_PROTOCOL },
                  { "200 OK", JSON, "WORKING", LIVE_E_PARSE },
                  { "200 OK", JSON, "{}", LIVE_E_PROTOCOL },
                  { "500 Internal Server Error", TEXT, "WORKING", LIVE_E_HTTP },
                  { "302 Found", "Location: /login\r\n", "", LIVE_E_HTTP } };
    fixture *f = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        will_answer(f, cases[i].status, cases[i].type, cases[i].body);
        live_err err = answered(f, live_client_health(f->client, &f->error));
        if (err != cases[i].err)
            fail_msg("%zu: %s", i, f->error.text);
    }
    const peer_request *request = http_peer_request(f->peer, 1);
    assert_true(peer_request_is(request, "GET /healthcheck HTTP/1.1\n"));
    assert_string_equal(peer_request_header(request, "Authorization"),
                        "Basic Ym90OnMzY3JldA=="); // as in the recording
}

static void P_01_a_platform_that_is_down_is_not_available(void **state)
{
    fixture *f = *state;

    http_peer_free(f->peer);
    f->peer = NULL;
    assert_int_equal(live_client_health(f->client, &f->error), LIVE_E_CONNECT);
}

static void P_02_credentials_go_with_every_request_and_wrong_ones_are_told(void **state)
{
    static const char *const statuses[] = { "401 Unauthorized", "403 Forbidden" };
    fixture *f = *state;
    cJSON *body;

    for (size_t i = 0; i < 2; i++) {
        will_answer(f, statuses[i], "WWW-Authenticate: Basic realm=\"live\"\r\n", "");
        assert_int_equal(get(f, "/rest/me", &body), LIVE_E_AUTH);
        assert_null(strstr(f->error.text, "s3cret"));
    }
    for (size_t i = 1; i <= http_peer_count(f->peer); i++)
        assert_string_equal(peer_request_header(http_peer_request(f->peer, i), "Authorization"),
                            "Basic Ym90OnMzY3JldA==");
    assert_int_equal(http_peer_count(f->peer), 2); // it does not try the same again
}

static void P_03_the_content_type_decides_between_text_and_json(void **state)
{
    fixture *f = *state;
    cJSON *body;

    will_answer(f, "200 OK", TEXT, "[1]");
    assert_int_equal(get(f, "/a", &body), LIVE_OK);
    assert_string_equal(cJSON_GetStringValue(body), "[1]");
    cJSON_Delete(body);
    will_answer(f, "200 OK", "Content-Type: application/json;charset=utf-8\r\n", "[1]");
    assert_int_equal(get(f, "/a", &body), LIVE_OK);
    assert_true(cJSON_IsArray(body));
    cJSON_Delete(body);
    will_answer(f, "200 OK", "", "[1]"); // no type at all
    assert_int_equal(get(f, "/a", &body), LIVE_OK);
    assert_true(cJSON_IsArray(body));
    cJSON_Delete(body);
    will_answer(f, "200 OK", "Content-Type: text/html\r\n", "<html>");
    assert_int_equal(get(f, "/a", &body), LIVE_E_PARSE);
    assert_non_null(strstr(f->error.text, "the answer is no JSON but 'text/html'"));
    assert_null(body);
}

static void P_03_chunked_answers_are_put_together(void **state)
{
    fixture *f = *state;
    cJSON *body;

    f->chunked = true;
    will_answer(f, "200 OK", JSON, "{\"text\":\"abcdefghijklmnopqrstuvwxyz\"}");
    assert_int_equal(get(f, "/a", &body), LIVE_OK);
    assert_string_equal(live_json_str(body, "text", ""), "abcdefghijklmnopqrstuvwxyz");
    cJSON_Delete(body);
}

static void an_answer_beyond_the_limit_is_refused_also_in_chunks(void **state)
{
    fixture *f = *state;
    char text[10002];
    cJSON *body;

    memset(text, ' ', sizeof text);
    text[sizeof text - 1] = '\0';
    will_answer(f, "200 OK", JSON, text);
    assert_int_equal(get(f, "/a", &body), LIVE_E_LIMIT);
    assert_string_equal(f->error.text, "GET /a: the answer is longer than 10000 bytes");
    f->chunked = true;
    will_answer(f, "200 OK", JSON, text);
    assert_int_equal(get(f, "/a", &body), LIVE_E_LIMIT);
}

static void P_23_plugins_are_listed_as_recorded_and_enabled_ones_told_apart(void **state)
{
    static const char *const answer =
        "{\"data\":[{\"id\":1,\"name\":\"plugin-messenger\",\"version\":\"2.24.3\","
        "\"status\":{\"status\":\"VALID\"}},{\"id\":2,\"name\":\"plugin-sql\",\"version\":\"2.25."
        "0\","
        "\"status\":{\"status\":\"INACTIVE\"}},{\"id\":3,\"name\":\"plugin-odd\"},"
        "{\"id\":4,\"name\":\"plugin-restinput\",\"version\":\"2.25.0\","
        "\"status\":{\"status\":\"VALID\"}}],\"total\":4}";
    fixture *f = *state;
    cJSON *plugins = NULL;

    will_answer(f, "200 OK", JSON, answer);
    assert_int_equal(answered(f, live_plugin_list(f->client, false, &plugins, &f->error)), LIVE_OK);
    assert_int_equal(cJSON_GetArraySize(plugins), 2);
    assert_string_equal(live_json_str(plugins->child, "name", ""), "plugin-messenger");
    assert_string_equal(live_json_str(plugins->child->next, "name", ""), "plugin-restinput");
    cJSON_Delete(plugins);
    will_answer(f, "200 OK", JSON, answer);
    assert_int_equal(answered(f, live_plugin_list(f->client, true, &plugins, &f->error)), LIVE_OK);
    assert_int_equal(cJSON_GetArraySize(plugins), 4);
    cJSON_Delete(plugins);
    assert_true(peer_request_is(http_peer_request(f->peer, 1), "GET /rest/plugin HTTP/1.1\n"));
}

static void a_list_that_is_none_is_told(void **state)
{
    static const char *const answers[] = { "{}", "[]", "{\"data\":{}}", "null" };
    fixture *f = *state;
    cJSON *plugins = NULL;

    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        will_answer(f, "200 OK", JSON, answers[i]);
        assert_int_equal(answered(f, live_plugin_list(f->client, false, &plugins, &f->error)),
                         LIVE_E_PROTOCOL);
        assert_null(plugins);
    }
}

static void the_own_user_is_an_object(void **state)
{
    fixture *f = *state;
    cJSON *user = NULL;

    will_answer(f, "200 OK", JSON, "{\"id\":2,\"name\":\"Demo User\"}");
    assert_int_equal(answered(f, live_user_me(f->client, false, &user, &f->error)), LIVE_OK);
    assert_int_equal(live_json_int(user, "id", 0), 2);
    cJSON_Delete(user);
    user = NULL;
    will_answer(f, "200 OK", JSON, "[]");
    assert_int_equal(answered(f, live_user_me(f->client, false, &user, &f->error)),
                     LIVE_E_PROTOCOL);
    assert_null(user);
}

static void P_11_only_405_tells_of_an_input(void **state)
{
    static const struct {
        const char *status, *body;
        live_err err;
        const char *text;
    } cases[] = {
        { "405 Method Not Allowed", "", LIVE_OK, "" },
        { "405 Method Not Allowed", "<html>", LIVE_OK, "" },
        { "200 OK", "{}", LIVE_E_PROTOCOL, "GET /in/: what answers is no input" },
        { "200 OK", "<html>", LIVE_E_PROTOCOL, "GET /in/: what answers is no input" },
        { "404 Not Found", "", LIVE_E_NOTFOUND, "GET /in/: HTTP 404" },
        { "401 Unauthorized", "", LIVE_E_AUTH, "GET /in/: HTTP 401" },
        { "500 Internal Server Error", "", LIVE_E_HTTP, "GET /in/: HTTP 500" },
    };
    fixture *f = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        will_answer(f, cases[i].status, JSON, cases[i].body);
        live_err err = answered(f, live_client_input(f->client, &f->error));
        if (err != cases[i].err || strcmp(f->error.text, cases[i].text) != 0)
            fail_msg("%zu: %s", i, f->error.text);
    }
    assert_true(peer_request_is(http_peer_request(f->peer, 1), "GET /in/ HTTP/1.1\n"));
    http_peer_refuse(f->peer);
    live_client_options options = { .url = "http://127.0.0.1:1", .rest_input = "/in/" };
    live_client *client = NULL;
    options.max_retries = -1;
    assert_int_equal(live_client_new(f->loop, &options, &client, NULL), LIVE_OK);
    assert_int_equal(live_client_input(client, &f->error), LIVE_E_CONNECT);
    live_client_free(client);
    options.rest_input = NULL;
    assert_int_equal(live_client_new(f->loop, &options, &client, NULL), LIVE_OK);
    assert_int_equal(live_client_input(client, &f->error), LIVE_E_INVALID);
    assert_string_equal(f->error.text, "no REST input is set: url and rest_input");
    live_client_free(client);
}

static void rooms_and_dashboards_are_listed_as_recorded(void **state)
{
    fixture *f = *state;
    cJSON *list = NULL, *expected = recording_returns("list_rooms.json");
    char *text = cJSON_PrintUnformatted(expected);

    will_answer(f, "200 OK", JSON, text);
    assert_int_equal(answered(f, live_room_list(f->client, &list, &f->error)), LIVE_OK);
    assert_true(cJSON_Compare(list, expected, true));
    cJSON_Delete(list);
    cJSON_Delete(expected);
    cJSON_free(text);
    expected = recording_returns("list_dashboards.json");
    text = cJSON_PrintUnformatted(expected);
    will_answer(f, "200 OK", JSON, text);
    assert_int_equal(answered(f, live_dashboard_list(f->client, &list, &f->error)), LIVE_OK);
    assert_true(cJSON_Compare(list, live_json_get(expected, "data"), true));
    cJSON_Delete(list);
    cJSON_Delete(expected);
    cJSON_free(text);
    char *rooms = recording_path("list_rooms.json", 0);
    char *dashboards = recording_path("list_dashboards.json", 0);
    assert_non_null(strstr(http_peer_request(f->peer, 1)->head, rooms));
    assert_non_null(strstr(http_peer_request(f->peer, 2)->head, dashboards));
    test_free(rooms);
    test_free(dashboards);
}

static void P_08_a_blocking_call_is_cancelled_from_another_thread(void **state)
{
    fixture *f = *state;
    cJSON *body;

    f->cancels = true;
    will_answer(f, "200 OK", JSON, "{}");
    assert_int_equal(get(f, "/a", &body), LIVE_E_CLOSED);
    assert_string_equal(f->error.text, "cancelled");
    f->cancels = false; // the next one is not
    will_answer(f, "200 OK", JSON, "{}");
    assert_int_equal(get(f, "/a", &body), LIVE_OK);
    cJSON_Delete(body);
}

typedef struct asked {
    live_loop *loop;
    char text[64], type[64];
    int status;
    live_err err;
    size_t count;
} asked;

static void keep_answer(const live_answer *answer, const live_error *error, void *user)
{
    asked *asked = user;

    asked->count++;
    asked->err = error ? error->code : LIVE_OK;
    if (answer) {
        asked->status = answer->status;
        snprintf(asked->text, sizeof asked->text, "%s", answer->text);
        snprintf(asked->type, sizeof asked->type, "%s", answer->content_type);
        assert_int_equal(answer->length, strlen(answer->text));
    }
    live_loop_stop(asked->loop);
}

static asked ask(fixture *f, const char *path, const char *json)
{
    asked asked = { .loop = f->loop };
    live_call *call;

    assert_int_equal(live_client_ask(f->client, path, json, keep_answer, &asked, &call, NULL),
                     LIVE_OK);
    assert_int_equal(live_loop_run(f->loop, 5000, NULL), LIVE_OK);
    assert_int_equal(asked.count, 1);
    return asked;
}

static void an_answer_is_handed_out_as_it_is_whatever_its_status(void **state)
{
    fixture *f = *state;

    f->status = "200 OK";
    f->type = "Content-Type: text/html\r\n";
    f->body = "<p>1.0E0";
    asked page = ask(f, "/", NULL);
    assert_int_equal(page.err, LIVE_OK);
    assert_int_equal(page.status, 200);
    assert_string_equal(page.text, "<p>1.0E0");
    assert_string_equal(page.type, "text/html");

    f->status = "403 Forbidden";
    f->type = JSON;
    f->body = "{\"message\": \"not you\"}";
    asked refusal = ask(f, "/rest/query", "[]");
    assert_int_equal(refusal.err, LIVE_E_AUTH);
    assert_int_equal(refusal.status, 403);
    assert_string_equal(refusal.text, "{\"message\": \"not you\"}");
    assert_string_equal(http_peer_request(f->peer, 2)->body, "[]");
}

static void without_an_answer_there_is_an_error(void **state)
{
    fixture *f = *state;

    http_peer_free(f->peer);
    f->peer = NULL;
    asked none = ask(f, "/", NULL);
    assert_int_equal(none.err, LIVE_E_CONNECT);
    assert_int_equal(none.status, 0);
}

static void never(const cJSON *body, const live_error *error, void *user)
{
    (void)body;
    (void)error;
    ((fixture *)user)->calls++;
}

static void a_client_that_is_freed_takes_its_calls_along(void **state)
{
    fixture *f = *state;
    live_call *call = NULL;

    f->silent = true;
    for (int i = 0; i < 3; i++)
        assert_int_equal(live_client_call(f->client, "/a", NULL, never, f, &call, NULL), LIVE_OK);
    live_call_free(call);
    live_client_free(f->client);
    f->client = NULL;
    assert_int_equal(live_loop_run(f->loop, 20, NULL), LIVE_E_TIMEOUT);
    assert_int_equal(f->calls, 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(P_01_only_the_word_WORKING_means_available),
        CASE(P_01_a_platform_that_is_down_is_not_available),
        CASE(P_02_credentials_go_with_every_request_and_wrong_ones_are_told),
        CASE(P_03_the_content_type_decides_between_text_and_json),
        CASE(P_03_chunked_answers_are_put_together),
        CASE(an_answer_beyond_the_limit_is_refused_also_in_chunks),
        CASE(P_23_plugins_are_listed_as_recorded_and_enabled_ones_told_apart),
        CASE(P_11_only_405_tells_of_an_input),
        CASE(rooms_and_dashboards_are_listed_as_recorded),
        CASE(a_list_that_is_none_is_told),
        CASE(the_own_user_is_an_object),
        CASE(a_client_that_is_freed_takes_its_calls_along),
        CASE(P_08_a_blocking_call_is_cancelled_from_another_thread),
        CASE(an_answer_is_handed_out_as_it_is_whatever_its_status),
        CASE(without_an_answer_there_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
