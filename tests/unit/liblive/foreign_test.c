// SPDX-License-Identifier: Apache-2.0
// Foreign bytes at each way into the library, as docs/design/bad_input.md says: what a program hands over is refused where it
// stands, what the platform sends is mended.
#include <live/client.h>
#include <live/event.h>
#include <live/json.h>
#include <live/outbox.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "peer_thread.h"
#include "query_talk.h"

typedef struct fixture {
    query_talk *talk; // a platform that answers queries
    http_peer *input; // one that takes events
    peer_thread thread;
    live_client *client;
    live_outbox *outbox;
    char folder[32], path[48];
    live_error error;
} fixture;

static void take(http_peer *peer, const peer_request *request, void *user)
{
    (void)peer;
    (void)user;
    peer_answer(request, "200 OK", "", "");
}

static int set_up(void **state)
{
    fixture *f = test_calloc(1, sizeof *f);
    void *talk = NULL;

    *state = f;
    if (query_talk_open(&talk))
        return -1;
    f->talk = talk;
    f->input = http_peer_new(f->talk->loop, take, f);
    live_client_options options = { .url = http_peer_url(f->input),
                                    .username = "bot",
                                    .password = "s3cret",
                                    .rest_input = "/in/",
                                    .request_timeout_ms =
                                        60000 }; // ten megabytes on a busy machine
    snprintf(f->folder, sizeof f->folder, "/tmp/live-foreign-XXXXXX");
    if (!mkdtemp(f->folder))
        return -1;
    snprintf(f->path, sizeof f->path, "%s/outbox.db", f->folder);
    return live_client_new(f->talk->loop, &options, &f->client, NULL) ||
           live_outbox_open(f->path, NULL, &f->outbox, NULL);
}

static int tear_down(void **state)
{
    static const char *const endings[] = { "", "-wal", "-shm", "-owner" };
    fixture *f = *state;
    void *talk = f->talk;
    char path[64];

    live_outbox_free(f->outbox);
    live_client_free(f->client);
    http_peer_free(f->input);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        snprintf(path, sizeof path, "%s%s", f->path, endings[i]);
        remove(path);
    }
    remove(f->folder);
    test_free(f);
    return query_talk_close(&talk);
}

// As text

typedef struct foreign {
    const char *name, *text; // an event
    live_err err;            // where a program hands it over
    const char *why;         // what the refusal says; of one that is taken NULL
    const char *row;         // where the platform sends it
} foreign;

#define FFFD "\xEF\xBF\xBD"

static const foreign cases[] = {
    { "not UTF-8", "{\"a\":\"\xFF\xC3\"}", LIVE_E_PARSE, "1:7: not UTF-8",
      "{\"a\":\"" FFFD FFFD "\"}" },
    { "not UTF-8 in a name", "{\"\xFF\":1}", LIVE_E_PARSE, "1:3: not UTF-8", "{\"" FFFD "\":1}" },
    { "a surrogate in UTF-8", "{\"a\":\"\xED\xA0\x80\"}", LIVE_E_PARSE, "1:7: not UTF-8",
      "{\"a\":\"" FFFD FFFD FFFD "\"}" },
    { "NaN", "{\"a\":NaN}", LIVE_E_PARSE, "1:6: a value is due", "{\"a\":null}" },
    { "an infinity", "{\"a\":-Infinity}", LIVE_E_PARSE, "1:7: a number needs digits",
      "{\"a\":null}" },
    { "beyond a double", "{\"a\":1e999}", LIVE_E_PARSE,
      "1:6: a number beyond the range of a double", "{\"a\":null}" },
    { "half a surrogate pair", "{\"a\":\"x\\ud83d\"}", LIVE_E_PARSE,
      "1:8: half of a surrogate pair", "{\"a\":\"x" FFFD "\"}" },
    { "U+0000", "{\"a\":\"x\\u0000y\"}", LIVE_E_PARSE, "1:8: a string holds no U+0000",
      "{\"a\":\"x" FFFD "y\"}" },
    { "a control character", "{\"a\":\"x\ty\"}", LIVE_E_PARSE,
      "1:8: a control character in a string", "{\"a\":\"x\\ty\"}" },
    { "2^53 + 1", "{\"a\":9007199254740993}", LIVE_OK, NULL, "{\"a\":9007199254740993}" },
    { "2^64", "{\"a\":[-18446744073709551616]}", LIVE_OK, NULL, "{\"a\":[-18446744073709551616]}" },
    { "a point", "{\"a\":3.0}", LIVE_OK, NULL, "{\"a\":3}" },
    { "an exponent", "{\"a\":1.7E12}", LIVE_OK, NULL, "{\"a\":1700000000000}" },
    { "a surrogate pair", "{\"a\":\"\\ud83d\\ude00\"}", LIVE_OK, NULL,
      "{\"a\":\"\xF0\x9F\x98\x80\"}" },
};

enum { CASES = sizeof cases / sizeof *cases };

static void is_as_due(const fixture *f, const foreign *one, live_err err)
{
    if (err != one->err || (one->why && !strstr(f->error.text, one->why)))
        fail_msg("%s: %s: %s", one->name, live_err_name(err), f->error.text);
}

static void on_sent(const live_error *error, void *user)
{
    fixture *f = user;

    assert_null(error);
    live_loop_stop(f->talk->loop);
}

static const char *last_body(const fixture *f)
{
    return http_peer_request(f->input, http_peer_count(f->input))->body;
}

static void text_that_is_sent_is_refused_where_it_is_wrong_or_goes_as_it_is(void **state)
{
    fixture *f = *state;

    for (size_t i = 0; i < CASES; i++) {
        live_call *call = NULL;
        live_err err = live_event_send_text(f->client, cases[i].text, strlen(cases[i].text),
                                            on_sent, f, &call, &f->error);
        is_as_due(f, &cases[i], err);
        if (err)
            continue;
        assert_int_equal(live_loop_run(f->talk->loop, 10000, NULL), LIVE_OK);
        assert_string_equal(last_body(f), cases[i].text);
    }
}

static void wait_until_taken(fixture *f)
{
    live_outbox_stat stat = { .queued = 1 };

    for (int i = 0; stat.queued > 0 && i < 1000; i++) {
        live_err err = live_loop_run(f->talk->loop, 10, NULL);
        assert_true(err == LIVE_OK || err == LIVE_E_TIMEOUT);
        live_outbox_stats(f->outbox, &stat);
    }
    assert_int_equal(stat.queued, 0);
}

static void text_that_is_put_is_refused_where_it_is_wrong_or_goes_as_it_is(void **state)
{
    fixture *f = *state;

    assert_int_equal(live_outbox_attach(f->outbox, f->client, NULL), LIVE_OK);
    for (size_t i = 0; i < CASES; i++) {
        live_err err =
            live_outbox_put_text(f->outbox, cases[i].text, strlen(cases[i].text), &f->error);
        is_as_due(f, &cases[i], err);
        if (err)
            continue;
        wait_until_taken(f);
        char event[128]; // without its last brace: a uid follows
        snprintf(event, sizeof event, "%.*s,", (int)strlen(cases[i].text) - 1, cases[i].text);
        if (!strstr(last_body(f), event))
            fail_msg("%s: %s", event, last_body(f));
    }
}

static void send_row(fixture *f, const char *text)
{
    live_buf *data = live_buf_new();

    live_buf_add_format(data, "{\"type\":\"event\",\"content\":[%s]}", text);
    cometd_send(f->talk->peer, live_buf_data(data));
    live_buf_free(data);
    query_talk_run_to(f->talk, "row");
}

static void what_the_platform_sends_is_mended_and_the_session_lives(void **state)
{
    fixture *f = *state;

    query_talk_begin(f->talk);
    for (size_t i = 0; i < CASES; i++) {
        *f->talk->rows = '\0';
        send_row(f, cases[i].text);
        if (strcmp(f->talk->rows, cases[i].row) != 0)
            fail_msg("%s: %s", cases[i].name, f->talk->rows);
    }
    assert_int_equal(f->talk->peer->handshakes, 1);
    assert_string_equal(f->talk->troubles, "runs; ");
}

// As trees

static cJSON *event_of(cJSON *value)
{
    cJSON *event = cJSON_CreateObject();

    cJSON_AddItemToObject(event, "a", value);
    return event;
}

static cJSON *nested(int depth)
{
    cJSON *json = cJSON_CreateArray();

    for (int i = 1; i < depth; i++) {
        cJSON *outer = cJSON_CreateArray();
        cJSON_AddItemToArray(outer, json);
        json = outer;
    }
    return json;
}

static void trees_are_refused_by_the_name_of_the_member(void **state)
{
    fixture *f = *state;
    const struct {
        cJSON *event;
        live_err err;
        const char *why;
    } rows[] = {
        { event_of(cJSON_CreateNumber((double)NAN)), LIVE_E_INVALID, "'a' is not a finite number" },
        { event_of(cJSON_CreateNumber((double)-INFINITY)), LIVE_E_INVALID,
          "'a' is not a finite number" },
        { event_of(cJSON_CreateString("\xFF")), LIVE_E_INVALID, "'a' is not valid UTF-8" },
        { event_of(cJSON_CreateString("\xED\xA0\xBD")), LIVE_E_INVALID, "'a' is not valid UTF-8" },
        { event_of(nested(LIVE_JSON_MAX_DEPTH + 1)), LIVE_E_LIMIT,
          "'a' is nested deeper than 256" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cJSON *copy = cJSON_Duplicate(rows[i].event, true);
        live_err sent = live_event_send(f->client, copy, &f->error);
        if (sent != rows[i].err || !strstr(f->error.text, rows[i].why))
            fail_msg("send %zu: %s", i, f->error.text);
        live_err put = live_outbox_put(f->outbox, rows[i].event, &f->error);
        if (put != rows[i].err || !strstr(f->error.text, rows[i].why))
            fail_msg("put %zu: %s", i, f->error.text);
    }
}

static void whole_numbers_of_trees_go_out_exactly(void **state)
{
    static const char *const exact = "{\"a\":9007199254740993,\"b\":-9223372036854775808,\"c\":3}";
    fixture *f = *state;
    cJSON *event = NULL;

    assert_int_equal(live_json_parse("{\"a\":9007199254740993}", 22, &event, NULL), LIVE_OK);
    live_json_add_int(event, "b", INT64_MIN);
    cJSON_AddNumberToObject(event, "c", 3.0);
    peer_thread_start(&f->thread, f->talk->loop);
    live_err err = live_event_send(f->client, cJSON_Duplicate(event, true), &f->error);
    peer_thread_stop(&f->thread);
    assert_int_equal(err, LIVE_OK);
    assert_string_equal(last_body(f), exact);

    assert_int_equal(live_outbox_attach(f->outbox, f->client, NULL), LIVE_OK);
    assert_int_equal(live_outbox_put(f->outbox, event, &f->error), LIVE_OK);
    wait_until_taken(f);
    assert_non_null(
        strstr(last_body(f), "{\"a\":9007199254740993,\"b\":-9223372036854775808,\"c\":3,"));
}

// Size and depth

enum { BIG_BYTES = 10 * 1000 * 1000 };

static char *big_event(size_t *ret_length)
{
    live_buf *buf = live_buf_new();
    char *text = NULL, *filling = test_malloc(BIG_BYTES + 1);

    memset(filling, 'x', BIG_BYTES);
    filling[BIG_BYTES] = '\0';
    live_buf_add_format(buf, "{\"a\":\"%s\"}", filling);
    test_free(filling);
    assert_int_equal(live_buf_take(buf, &text, ret_length, NULL), LIVE_OK);
    return text;
}

static void ten_megabytes_pass_each_way(void **state)
{
    fixture *f = *state;
    size_t length = 0;
    char *text = big_event(&length);
    live_call *call = NULL;

    assert_int_equal(live_event_send_text(f->client, text, length, on_sent, f, &call, NULL),
                     LIVE_OK);
    assert_int_equal(live_loop_run(f->talk->loop, 30000, NULL), LIVE_OK);
    assert_string_equal(last_body(f), text);
    assert_int_equal(live_outbox_attach(f->outbox, f->client, NULL), LIVE_OK);
    assert_int_equal(live_outbox_put_text(f->outbox, text, length, &f->error), LIVE_OK);
    wait_until_taken(f);
    assert_true(strlen(last_body(f)) > BIG_BYTES);
    query_talk_begin(f->talk);
    send_row(f, text);
    assert_true(f->talk->longest > BIG_BYTES);
    live_free(text);
}

static char *deep_event(int depth)
{
    live_buf *buf = live_buf_new();
    char *text = NULL;

    live_buf_add_text(buf, "{\"a\":");
    for (int i = 0; i < depth; i++)
        live_buf_add_text(buf, "[");
    for (int i = 0; i < depth; i++)
        live_buf_add_text(buf, "]");
    live_buf_add_text(buf, "}");
    assert_int_equal(live_buf_take(buf, &text, NULL, NULL), LIVE_OK);
    return text;
}

static void what_is_nested_deeply_is_refused_or_left_out(void **state)
{
    fixture *f = *state;
    char *text = deep_event(100000);
    live_call *call = NULL;

    assert_int_equal(
        live_event_send_text(f->client, text, strlen(text), on_sent, f, &call, &f->error),
        LIVE_E_LIMIT);
    assert_non_null(strstr(f->error.text, "nested too deep"));
    assert_int_equal(live_outbox_put_text(f->outbox, text, strlen(text), &f->error), LIVE_E_LIMIT);
    assert_non_null(strstr(f->error.text, "nested too deep"));
    query_talk_begin(f->talk);
    send_row(f, text);
    assert_int_equal(strncmp(f->talk->rows, "{\"a\":[[[", 8), 0);
    assert_int_equal(f->talk->peer->handshakes, 1);
    live_free(text);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(text_that_is_sent_is_refused_where_it_is_wrong_or_goes_as_it_is),
        CASE(text_that_is_put_is_refused_where_it_is_wrong_or_goes_as_it_is),
        CASE(what_the_platform_sends_is_mended_and_the_session_lives),
        CASE(trees_are_refused_by_the_name_of_the_member),
        CASE(whole_numbers_of_trees_go_out_exactly),
        CASE(ten_megabytes_pass_each_way),
        CASE(what_is_nested_deeply_is_refused_or_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
