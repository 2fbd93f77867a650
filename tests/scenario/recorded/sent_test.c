// SPDX-License-Identifier: Apache-2.0
// What was recorded from the Python client, made again by the library over sockets: every request field by field, and
// what the caller gets from the answers.
#include <live/annotation.h>
#include <live/buf.h>
#include <live/event.h>
#include <live/json.h>
#include <live/message.h>
#include <live/resource.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "http_peer.h"
#include "log/remote_log.h"
#include "peer_thread.h"
#include "recording.h"

#define INPUT "/services/plugin-restinput/bot/"
#define RIGS  "/services/plugin-liverig/assets/"

typedef struct answer {
    const char *path;   // up to its "?"
    const char *body;   // text/plain, when it is no list or object
    const char *status; // NULL: 200
} answer;

typedef struct capture capture;

typedef struct fixture {
    live_loop *loop; // of the peers
    http_peer *rest;
    tcp_peer *tcp;
    peer_thread thread;
    live_client *client;
    const capture *capture;
    int lines; // of the TCP input, that are waited for
    live_error error;
} fixture;

struct capture {
    const char *file;
    live_err (*make)(fixture *f, cJSON **ret_result);
    recording_match match;
    live_err err;         // of the call
    const char *lacks[3]; // members that we have no place for
    answer answers[4];
};

// The calls

static const live_author oliver = { .id = 2, .name = "Oliver" };
static const live_author ann = { .id = 9, .name = "Ann" };

static live_err emit(fixture *f, cJSON *event)
{
    return live_event_send(f->client, event, &f->error);
}

static live_err annotate(fixture *f, const char *data, bool on_dashboard)
{
    live_annotation_options options = LIVE_ANNOTATION_OPTIONS_INIT;
    cJSON *annotation = NULL;

    options.author = "Oliver";
    options.room_id = "room-1";
    options.dashboard_id = on_dashboard ? 12 : 0;
    options.dashboard = on_dashboard ? "the dashboard" : NULL;
    live_err err = live_annotation_new(cJSON_Parse(data), &options, &annotation, &f->error);
    return err ? err : emit(f, annotation);
}

static live_err annotate_minimal(fixture *f, cJSON **ret_result)
{
    (void)ret_result;
    return annotate(f, "{\"message\":\"m\"}", false);
}

static live_err annotate_span(fixture *f, cJSON **ret_result)
{
    (void)ret_result;
    return annotate(f, "{\"message\":\"m\",\"begin\":1600000000000,\"end\":1600000010000}", false);
}

static live_err annotate_backwards(fixture *f, cJSON **ret_result)
{
    (void)ret_result;
    return annotate(f, "{\"message\":\"m\",\"begin\":1600000000000,\"end\":1500000000000}", false);
}

static live_err annotate_dashboard(fixture *f, cJSON **ret_result)
{
    (void)ret_result;
    return annotate(f, "{\"message\":\"m\",\"begin\":1600000000000}", true);
}

static live_err say(fixture *f, cJSON **ret_result)
{
    const live_author driller = { .id = 2, .name = "Driller" };

    (void)ret_result;
    return emit(f, live_message_new("room-1", &driller, "hello"));
}

static live_err mark(fixture *f, cJSON **ret_result)
{
    (void)ret_result;
    return emit(f, live_marker_new("raw_well", "MSG", "hello", 0));
}

static live_err say_and_mark(fixture *f, cJSON **ret_result)
{
    live_err err = mark(f, ret_result);

    return err ? err : emit(f, live_message_new("room-1", &oliver, "hello"));
}

static live_err join(fixture *f, cJSON **ret_result)
{
    (void)ret_result;
    return emit(f, live_join_new(&oliver));
}

static live_err add_to_room(fixture *f, cJSON **ret_result)
{
    (void)ret_result;
    return emit(f, live_room_add_new("room-1", &ann, &oliver));
}

static live_err remove_from_room(fixture *f, cJSON **ret_result)
{
    (void)ret_result;
    return emit(f, live_room_remove_new("room-1", &ann, &oliver));
}

static live_err create(fixture *f, cJSON **ret_result)
{
    cJSON *event = live_event_new("well_a", 0), *time = cJSON_AddObjectToObject(event, "TIME");

    (void)ret_result;
    cJSON_AddNumberToObject(time, "value", 1.5);
    cJSON_AddStringToObject(time, "uom", "s");
    cJSON_AddStringToObject(event, "text", "caf\xc3\xa9 \xf0\x9f\xa4\x96");
    cJSON_AddNullToObject(event, "n");
    cJSON_AddTrueToObject(event, "b");
    return emit(f, event);
}

static live_err create_number(fixture *f, const char *type, int64_t time_ms, const char *name,
                              double number)
{
    cJSON *event = live_event_new(type, time_ms);

    cJSON_AddNumberToObject(event, name, number);
    return emit(f, event);
}

static live_err create_at(fixture *f, cJSON **ret_result)
{
    (void)ret_result;
    return create_number(f, "well_a", 1600000000000, "x", 1);
}

static live_err create_nan(fixture *f, cJSON **ret_result)
{
    (void)ret_result;
    return create_number(f, "t", 0, "a", (double)NAN);
}

static live_err create_two(fixture *f, cJSON **ret_result)
{
    (void)ret_result;
    live_err err = create_number(f, "t", 0, "x", 1);
    return err ? err : create_number(f, "t", 0, "x", 2);
}

static live_err send_plain(fixture *f, cJSON **ret_result)
{
    (void)ret_result;
    return emit(f, cJSON_Parse("{\"__type\":\"t\",\"x\":1.5,\"s\":\"caf\xc3\xa9\"}"));
}

static live_err log_line(fixture *f, const char *line)
{
    cJSON *json = cJSON_Parse(line);
    cJSON *event = ag_remote_log_event(json, "dda_log");

    cJSON_Delete(json);
    return emit(f, event);
}

static live_err log_message(fixture *f, cJSON **ret_result)
{
    (void)ret_result;
    return log_line(f, "{\"time_ms\":1600000000500,\"level\":\"info\",\"text\":\"hello\"}");
}

#define TASK "\"task_uuid\":\"0f2b1c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d\","

static live_err log_action(fixture *f, cJSON **ret_result)
{
    static const char *const lines[] = {
        "{\"time_ms\":1600000000500,\"level\":\"info\",\"event\":\"my action\"," TASK
        "\"task_level\":[1],\"action_status\":\"started\"}",
        "{\"time_ms\":1600000000500,\"level\":\"warn\",\"text\":\"inside\"," TASK
        "\"task_level\":[2]}",
        "{\"time_ms\":1600000000500,\"level\":\"info\",\"event\":\"my action\"," TASK
        "\"task_level\":[3],\"action_status\":\"succeeded\"}",
    };
    live_err err = LIVE_OK;

    (void)ret_result;
    for (size_t i = 0; !err && i < sizeof lines / sizeof *lines; i++)
        err = log_line(f, lines[i]);
    return err;
}

static live_err health(fixture *f, cJSON **ret_result)
{
    live_err err = live_client_health(f->client, &f->error);

    *ret_result = cJSON_CreateBool(!err);
    return err;
}

static live_err input(fixture *f, cJSON **ret_result)
{
    (void)ret_result;
    return live_client_input(f->client, &f->error);
}

static live_err assets(fixture *f, cJSON **ret_result)
{
    return live_asset_list(f->client, NULL, ret_result, &f->error);
}

static live_err settings(fixture *f, cJSON **ret_result)
{
    return live_asset_settings(f->client, "rig", 1, ret_result, &f->error);
}

static live_err me(fixture *f, cJSON **ret_result)
{
    return live_user_me(f->client, true, ret_result, &f->error);
}

static live_err plugins(fixture *f, cJSON **ret_result)
{
    return live_plugin_list(f->client, false, ret_result, &f->error);
}

static live_err rooms(fixture *f, cJSON **ret_result)
{
    return live_room_list(f->client, ret_result, &f->error);
}

// The Python client hands out the envelope around the list.
static live_err dashboards(fixture *f, cJSON **ret_result)
{
    cJSON *list = NULL;
    live_err err = live_dashboard_list(f->client, &list, &f->error);

    if (!err) {
        *ret_result = cJSON_CreateObject();
        cJSON_AddNumberToObject(*ret_result, "total", cJSON_GetArraySize(list));
        cJSON_AddItemToObject(*ret_result, "data", list);
    }
    return err;
}

static live_err analyse(fixture *f, cJSON **ret_result)
{
    live_analysis what = LIVE_ANALYSIS_INIT;

    what.asset_type = "rig";
    what.asset_id = 1;
    what.channel = "RPM & torque/\xc3\xa9";
    what.begin_ms = 1600000000000;
    what.end_ms = 1600000030000;
    return live_analyse(f->client, &what, ret_result, &f->error);
}

// The Python client's raw events end with their type and time, ours begin with them; our log has members of its own,
// but its actions have no values.
static const capture captures[] = {
    { .file = "annotation_begin_end.json", .make = annotate_span },
    { .file = "annotation_dashboard.json", .make = annotate_dashboard },
    { .file = "annotation_end_before_begin.json", .make = annotate_backwards },
    { .file = "annotation_minimal.json", .make = annotate_minimal },
    { .file = "fetch_asset_settings.json",
      .make = settings,
      .answers = { { .path = RIGS "rig/1/normalizer",
                     .body = "{\"event_type\":\"raw_rig1\",\"filter\":\"raw_rig1\",\"curves\":{}"
                             "}" } } },
    { .file = "fetch_user_info_teams.json",
      .make = me,
      .answers = { { .path = "/rest/me",
                     .body = "{\"id\":2,\"name\":\"bot\",\"teams\":[{\"id\":5}]}" },
                   { .path = "/rest/team",
                     .body =
                         "{\"data\":[{\"id\":5,\"name\":\"team five\",\"roles\":[{\"id\":7}]}]}" },
                   { .path = "/rest/role",
                     .body = "{\"data\":[{\"id\":7,\"name\":\"ops\",\"permissions\":"
                             "[\"CONSOLE\",\"ASSETS\"]}]}" } } },
    { .file = "is_live_available.json",
      .make = health,
      .answers = { { .path = "/healthcheck", .body = "WORKING" } } },
    { .file = "list_assets_all.json",
      .make = assets,
      .answers = { { .path = RIGS "rig", .body = "[{\"id\":1,\"name\":\"RIG-1\"}]" },
                   { .path = RIGS "crew", .body = "[]" },
                   { .path = RIGS "pump", .body = "[{\"id\":3,\"name\":\"PUMP\"}]" } } },
    { .file = "list_dashboards.json",
      .make = dashboards,
      .answers = { { .path = "/rest/dashboard",
                     .body =
                         "{\"total\":1,\"data\":[{\"id\":1,\"url\":\"d1\",\"title\":\"D\"}]}" } } },
    { .file = "list_plugins.json",
      .make = plugins,
      .answers = { { .path = "/rest/plugin",
                     .body = "{\"data\":[{\"id\":1,\"name\":\"plugin-messenger\",\"version\":\"2."
                             "24.3\","
                             "\"status\":{\"status\":\"VALID\"}},"
                             "{\"name\":\"off\",\"status\":{\"status\":\"INACTIVE\"}},"
                             "{\"id\":2,\"name\":\"plugin-restinput\",\"version\":\"2.25.0\","
                             "\"status\":{\"status\":\"VALID\"}}]}" } } },
    { .file = "list_rooms.json",
      .make = rooms,
      .answers = { { .path = "/services/plugin-messenger/rooms",
                     .body = "[{\"id\":\"r1\",\"type\":\"Global\"}]" } } },
    { .file = "log_to_live_action.json",
      .make = log_action,
      .match = RECORDING_WITHIN,
      .lacks = { "url", "channels" } },
    { .file = "log_to_live_message.json", .make = log_message, .match = RECORDING_WITHIN },
    { .file = "messenger_add_to_room.json", .make = add_to_room },
    { .file = "messenger_join.json", .make = join },
    { .file = "messenger_remove_from_room.json", .make = remove_from_room },
    { .file = "messenger_send_author_name.json", .make = say },
    { .file = "messenger_send_both.json", .make = say_and_mark },
    { .file = "messenger_send_event.json", .make = mark },
    { .file = "raw_create.json", .make = create, .match = RECORDING_UNORDERED },
    { .file = "raw_create_nan.json", .make = create_nan, .err = LIVE_E_INVALID },
    { .file = "raw_create_with_timestamp.json", .make = create_at, .match = RECORDING_UNORDERED },
    { .file = "rest_input_is_available.json",
      .make = input,
      .answers = { { .path = INPUT, .body = "", .status = "405 Method Not Allowed" } } },
    { .file = "run_analysis.json",
      .make = analyse,
      .answers = { { .path = "/services/plugin-liverig-vis/auto-analysis/analyse",
                     .body = "{\"min\":1.0,\"max\":2.0}" } } },
    { .file = "tcp_raw_create_two.json", .make = create_two, .match = RECORDING_UNORDERED },
    { .file = "tcp_send_event.json", .make = send_plain },
};

// The peers

static bool is_for(const peer_request *request, const char *path)
{
    const char *at = strchr(request->head, ' ');
    size_t length = strlen(path);

    return at && strncmp(at + 1, path, length) == 0 && strchr(" ?", at[1 + length]);
}

static void serve(http_peer *peer, const peer_request *request, void *user)
{
    const fixture *f = user;

    (void)peer;
    for (const answer *answer = f->capture->answers; answer->path; answer++) {
        if (!is_for(request, answer->path))
            continue;
        bool json = *answer->body && strchr("[{", *answer->body);
        peer_answer(request, answer->status ? answer->status : "200 OK",
                    json ? "Content-Type: application/json\r\n" : "Content-Type: text/plain\r\n",
                    answer->body);
        return;
    }
    peer_answer(request, "200 OK", "", "");
}

static int count_lines(const tcp_end *end)
{
    int count = 0;

    for (const char *at = end ? live_buf_data(end->received) : ""; *at; at++)
        count += *at == '\n';
    return count;
}

static void on_line(tcp_end *end, void *user)
{
    const fixture *f = user;

    if (f->lines && count_lines(end) >= f->lines)
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

// A client with the settings of the recording: a REST input, or only a TCP input.
static void open_client(fixture *f, const cJSON *recording)
{
    const cJSON *live = live_json_get(live_json_get(recording, "settings"), "live");
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;

    if (live_json_get(live, "url")) {
        options.url = http_peer_url(f->rest);
        options.username = live_json_str(live, "username", NULL);
        options.password = live_json_str(live, "password", NULL);
        options.rest_input = live_json_str(live, "rest_input", NULL);
    } else {
        options.tcp_host = "127.0.0.1";
        options.tcp_port = tcp_peer_port(f->tcp);
    }
    assert_int_equal(live_client_new(f->loop, &options, &f->client, NULL), LIVE_OK);
}

// What was recorded and what came

static void is_body(const fixture *f, const cJSON *recorded, const char *text, size_t length)
{
    cJSON *body = NULL, *expected = cJSON_Duplicate(recorded, true);

    for (size_t i = 0; f->capture->lacks[i]; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(expected, f->capture->lacks[i]);
    assert_int_equal(live_json_parse(text, length, &body, NULL), LIVE_OK);
    if (!recording_same(expected, body, f->capture->match))
        fail_msg("%s: %.*s", f->capture->file, (int)length, text);
    cJSON_Delete(expected);
    cJSON_Delete(body);
}

// Headers of the library it was made with, which are not the platform's business.
static bool is_of_no_interest(const char *name)
{
    static const char *const names[] = { "User-Agent", "Accept-Encoding", "Connection" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static void is_header(const fixture *f, const cJSON *expected, const peer_request *request)
{
    const char *value = peer_request_header(request, expected->string);
    const char *due = expected->valuestring;
    char length[32];

    if (is_of_no_interest(expected->string))
        return;
    snprintf(length, sizeof length, "%zu", request->length);
    if (strcmp(due, "<host>") == 0)
        due = strchr(http_peer_url(f->rest), '/') + 2;
    else if (strcmp(due, "<len>") == 0)
        due = length;
    if (!value || strcmp(value, due) != 0)
        fail_msg("%s: %s is '%s'", f->capture->file, expected->string, value ? value : "");
}

static void is_request(const fixture *f, const cJSON *expected, const peer_request *request)
{
    live_buf *line = live_buf_new();
    const cJSON *header, *json = live_json_get(expected, "json");

    live_buf_add_format(line, "%s %s %s\n", live_json_str(expected, "method", ""),
                        live_json_str(expected, "path", ""),
                        live_json_str(expected, "http_version", ""));
    if (!peer_request_is(request, live_buf_data(line)))
        fail_msg("%s: %.200s", f->capture->file, request->head);
    live_buf_free(line);
    cJSON_ArrayForEach (header, live_json_get(expected, "headers"))
        is_header(f, header, request);
    if (json)
        is_body(f, json, request->body, request->length);
    else
        assert_int_equal(request->length, 0);
}

// One connection for all lines, where the Python client opened one for each.
static void are_lines(fixture *f, const cJSON *expected)
{
    const cJSON *text, *lines = live_json_get(expected, "bytes_per_connection");

    f->lines = cJSON_GetArraySize(lines);
    if (count_lines(tcp_peer_end(f->tcp, 1)) < f->lines)
        assert_int_equal(live_loop_run(f->loop, 10000, NULL), LIVE_OK);
    const char *at = live_buf_data(tcp_peer_end(f->tcp, 1)->received);
    cJSON_ArrayForEach (text, lines) {
        const char *end = strchr(at, '\n');
        cJSON *json = cJSON_Parse(text->valuestring);
        assert_non_null(end);
        is_body(f, json, at, (size_t)(end - at));
        cJSON_Delete(json);
        at = end + 1;
    }
    assert_string_equal(at, "");
    assert_int_equal(tcp_peer_count(f->tcp), 1);
}

static void are_requests(fixture *f, const cJSON *recording)
{
    const cJSON *one = live_json_get(recording, "request"), *expected;
    const cJSON *requests = live_json_get(recording, "requests");
    size_t count = 0;

    if (strcmp(live_json_str(one, "transport", ""), "tcp") == 0) {
        are_lines(f, one);
        return;
    }
    assert_int_equal(http_peer_count(f->rest), one ? 1 : cJSON_GetArraySize(requests));
    if (one)
        is_request(f, one, http_peer_request(f->rest, 1));
    cJSON_ArrayForEach (expected, requests)
        is_request(f, expected, http_peer_request(f->rest, ++count));
}

// What the caller got, where it was more than nothing.
static void is_result(const fixture *f, const cJSON *recording, const cJSON *result)
{
    const cJSON *returns = live_json_get(recording, "returns");

    if (result && !recording_same(returns, result, RECORDING_ORDERED)) {
        char *text = cJSON_PrintUnformatted(result);
        fail_msg("%s returns %s", f->capture->file, text);
    }
}

static void each_capture_is_sent_as_it_was_recorded(void **state)
{
    fixture *f = *state;

    for (size_t i = 0; i < sizeof captures / sizeof *captures; i++) {
        cJSON *recording = recording_read(captures[i].file), *result = NULL;
        f->capture = &captures[i];
        open_client(f, recording);
        peer_thread_start(&f->thread, f->loop);
        live_err err = captures[i].make(f, &result);
        peer_thread_stop(&f->thread);
        if (err != captures[i].err)
            fail_msg("%s: %s: %s", captures[i].file, live_err_name(err), f->error.text);
        are_requests(f, recording);
        is_result(f, recording, result);
        cJSON_Delete(result);
        cJSON_Delete(recording);
        tear_down(state);
        set_up(state);
        f = *state;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_capture_is_sent_as_it_was_recorded, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
