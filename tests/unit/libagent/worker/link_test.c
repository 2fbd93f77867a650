// SPDX-License-Identifier: Apache-2.0
// A worker's end of the link, with the test in the place of supervisor and gateway.
#include "worker/link.h"

#include <fcntl.h>
#include <inttypes.h>
#include <live/live.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "link/frame.h"
#include "link/passing.h"

#define EVENT "{\"a\":1}"

typedef struct fixture {
    live_loop *loop;
    ag_link *link;
    int control; // the supervisor's end; -1: closed
    int gateway; // -1: none
    live_buf *got;
    int64_t rows[8];
    bool late[8];
    size_t row_count, end_count, orphaned_count;
    live_error why;
} fixture;

static void on_row(const cJSON *row, void *user)
{
    fixture *f = user;

    assert_true(f->row_count < sizeof f->rows / sizeof *f->rows);
    f->late[f->row_count] = f->link && ag_link_row_is_late(f->link);
    f->rows[f->row_count++] = live_json_int(row, "n", -1);
}

static void on_end(const live_error *why, void *user)
{
    fixture *f = user;

    f->end_count++;
    f->why = why ? *why : (live_error){ 0 };
}

static const ag_question_hooks hooks = { .on_row = on_row, .on_end = on_end };

static void on_orphaned(void *user)
{
    ((fixture *)user)->orphaned_count++;
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    int control[2];

    *state = f;
    f->gateway = -1;
    f->got = live_buf_new();
    assert_int_equal(live_loop_new(&f->loop, NULL), LIVE_OK);
    assert_int_equal(ag_passing_pair(control, NULL), LIVE_OK);
    f->control = control[0];
    return (int)ag_link_new(f->loop, control[1], on_orphaned, f, &f->link, NULL);
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static int tear_down(void **state)
{
    fixture *f = *state;

    ag_link_free(f->link);
    close_fd(&f->control);
    close_fd(&f->gateway);
    live_loop_free(f->loop);
    live_buf_free(f->got);
    free(f);
    return 0;
}

// The gateway

// A new gateway, whose socket the supervisor passes; the one before is dead.
static void start_gateway(fixture *f)
{
    int ends[2];

    close_fd(&f->gateway);
    live_buf_clear(f->got);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    assert_int_equal(ag_passing_send(f->control, "gateway", ends[0], NULL), LIVE_OK);
    close(ends[0]);
    f->gateway = ends[1];
}

static void run(fixture *f)
{
    live_err err = live_loop_run(f->loop, 20, NULL);

    assert_true(err == LIVE_OK || err == LIVE_E_TIMEOUT);
}

static void say(const fixture *f, ag_frame_type type, uint64_t number, const char *text)
{
    live_buf *out = live_buf_new();

    ag_frame_add(out, type, number, text, strlen(text));
    assert_int_equal(write(f->gateway, live_buf_data(out), live_buf_length(out)),
                     live_buf_length(out));
    live_buf_free(out);
}

// The next frame from the worker; false: none has come. Its text is valid until the next call.
static bool hear(fixture *f, ag_frame *frame)
{
    char chunk[65536];
    ssize_t got;
    static char text[1024];
    size_t bytes = 0;

    while ((got = read(f->gateway, chunk, sizeof chunk)) > 0)
        live_buf_add(f->got, chunk, (size_t)got);
    assert_int_equal(ag_frame_read(f->got, 0, frame, &bytes, NULL), LIVE_OK);
    if (bytes == 0)
        return false;
    snprintf(text, sizeof text, "%.*s", (int)frame->length, frame->text);
    frame->text = text;
    live_buf_drop(f->got, bytes);
    return true;
}

static void expect(fixture *f, ag_frame_type type, uint64_t number, const char *text)
{
    ag_frame frame = { 0 };

    assert_true(hear(f, &frame));
    assert_int_equal(frame.type, type);
    if (type != AG_FRAME_HELLO)
        assert_int_equal(frame.number, number);
    if (text)
        assert_string_equal(frame.text, text);
}

static void expect_nothing(fixture *f)
{
    ag_frame frame;

    assert_false(hear(f, &frame));
}

// Up to the welcome of a gateway that has `accepted` events.
static void attach(fixture *f, uint64_t accepted)
{
    start_gateway(f);
    run(f);
    expect(f, AG_FRAME_HELLO, 0, NULL);
    say(f, AG_FRAME_WELCOME, accepted, "");
    run(f);
}

static void emit(const fixture *f)
{
    assert_int_equal(ag_link_emit(f->link, EVENT, strlen(EVENT), NULL), LIVE_OK);
}

// Tests

static void events_are_sent_in_order_and_kept_until_they_are_accepted(void **state)
{
    fixture *f = *state;

    emit(f); // before there is a gateway
    attach(f, 0);
    expect(f, AG_FRAME_EVENT, 1, EVENT);
    emit(f);
    run(f);
    expect(f, AG_FRAME_EVENT, 2, EVENT);
    say(f, AG_FRAME_ACK, 1, "");
    run(f);
    attach(f, 1); // the next gateway was told of one
    expect(f, AG_FRAME_EVENT, 2, EVENT);
    expect_nothing(f);
}

static void a_new_gateway_learns_the_last_event_that_was_accepted(void **state)
{
    fixture *f = *state;

    attach(f, 0);
    for (int i = 0; i < 3; i++)
        emit(f);
    run(f);
    say(f, AG_FRAME_ACK, 2, "");
    run(f);
    start_gateway(f);
    run(f);
    expect(f, AG_FRAME_HELLO, 0, "2");
    say(f, AG_FRAME_WELCOME, 2, "");
    say(f, AG_FRAME_ACK, 3, "");
    run(f);
    start_gateway(f);
    run(f);
    expect(f, AG_FRAME_HELLO, 0, "3");
}

static void a_flush_waits_for_what_is_not_accepted_and_no_longer_than_it_may(void **state)
{
    fixture *f = *state;
    live_error error = { 0 };

    attach(f, 0);
    assert_int_equal(ag_link_flush(f->link, 1, NULL), LIVE_OK);
    emit(f);
    assert_int_equal(ag_link_flush(f->link, 20, &error), LIVE_E_TIMEOUT);
    assert_true(error.retry);
    expect(f, AG_FRAME_EVENT, 1, EVENT);
    say(f, AG_FRAME_ACK, 1, "");
    assert_int_equal(ag_link_flush(f->link, 20, &error), LIVE_E_TIMEOUT); // not synced yet
    assert_string_equal(error.text, "the gateway does not sync its outbox");
    expect(f, AG_FRAME_SYNC, 1, "");
    say(f, AG_FRAME_SYNCED, 1, "");
    assert_int_equal(ag_link_flush(f->link, 5000, NULL), LIVE_OK);
    assert_int_equal(ag_link_flush(f->link, 1, NULL), LIVE_OK); // nothing came since
}

static void who_is_in_a_hurry_waits_shorter_in_all(void **state)
{
    fixture *f = *state;
    int64_t start_ms = live_time_monotonic_ms();

    emit(f); // and there is no gateway
    ag_link_hurry(f->link, true);
    assert_int_equal(ag_link_flush(f->link, 0, NULL), LIVE_E_TIMEOUT);
    assert_true(live_time_monotonic_ms() - start_ms < AG_EMIT_TIMEOUT_MS);
    start_ms = live_time_monotonic_ms();
    assert_int_equal(ag_link_flush(f->link, 0, NULL), LIVE_E_TIMEOUT);
    assert_true(live_time_monotonic_ms() - start_ms < AG_HURRY_MS);
    ag_link_hurry(f->link, false);
    start_ms = live_time_monotonic_ms();
    assert_int_equal(ag_link_flush(f->link, 20, NULL), LIVE_E_TIMEOUT);
    assert_true(live_time_monotonic_ms() - start_ms >= 20);
}

static void a_new_gateway_is_asked_to_sync_again(void **state)
{
    fixture *f = *state;

    attach(f, 0);
    emit(f);
    say(f, AG_FRAME_ACK, 1, "");
    assert_int_equal(ag_link_flush(f->link, 20, NULL), LIVE_E_TIMEOUT);
    start_gateway(f);
    run(f);
    expect(f, AG_FRAME_HELLO, 0, "1");
    say(f, AG_FRAME_WELCOME, 1, "");
    assert_int_equal(ag_link_flush(f->link, 20, NULL), LIVE_E_TIMEOUT);
    expect(f, AG_FRAME_SYNC, 1, "");
    say(f, AG_FRAME_SYNCED, 1, "");
    assert_int_equal(ag_link_flush(f->link, 5000, NULL), LIVE_OK);
}

// One gateway dies before it has welcomed the worker, the next one does its work.
static void *start_two_gateways(void *user)
{
    fixture *f = user;
    char byte;

    start_gateway(f);
    while (read(f->gateway, &byte, 1) != 1) // its hello
        continue;
    start_gateway(f);
    while (read(f->gateway, &byte, 1) != 1)
        continue;
    say(f, AG_FRAME_WELCOME, 0, "");
    say(f, AG_FRAME_ACK, 1, "");
    say(f, AG_FRAME_SYNCED, 1, "");
    return NULL;
}

static void a_flush_outlives_two_restarts_of_the_gateway(void **state)
{
    fixture *f = *state;
    pthread_t supervisor;

    attach(f, 0);
    emit(f);
    run(f);
    assert_int_equal(pthread_create(&supervisor, NULL, start_two_gateways, f), 0);
    assert_int_equal(ag_link_flush(f->link, 5000, NULL), LIVE_OK);
    pthread_join(supervisor, NULL);
}

static void who_waits_learns_that_the_supervisor_is_gone(void **state)
{
    fixture *f = *state;
    live_error error = { 0 };

    emit(f);
    close_fd(&f->control);
    assert_int_equal(ag_link_flush(f->link, 60000, &error), LIVE_E_CLOSED);
    assert_false(error.retry);
    assert_int_equal(f->orphaned_count, 1);
}

static void the_end_of_the_supervisor_is_told_once(void **state)
{
    fixture *f = *state;

    close_fd(&f->control);
    run(f);
    run(f);
    assert_int_equal(f->orphaned_count, 1);
}

static void a_full_window_makes_wait_and_an_event_beyond_it_is_refused(void **state)
{
    fixture *f = *state;
    size_t length = AG_EVENT_WINDOW_BYTES;
    char *text = malloc(length + 1);

    memset(text, ' ', length + 1);
    text[0] = '1';
    assert_int_equal(ag_link_emit(f->link, text, length + 1, NULL), LIVE_E_LIMIT);
    assert_int_equal(ag_link_emit(f->link, text, length, NULL), LIVE_OK);
    assert_int_equal(ag_link_flush(f->link, 20, NULL), LIVE_E_TIMEOUT);
    free(text);
}

static ag_question *ask(fixture *f, ag_question_kind kind, const char *text)
{
    ag_question *question = NULL;

    assert_int_equal(ag_link_ask(f->link, kind, text, &hooks, f, &question, NULL), LIVE_OK);
    return question;
}

static void rows_are_delivered_one_by_one_with_the_end_after_them(void **state)
{
    fixture *f = *state;

    ask(f, AG_FOLLOW, "{\"expression\":\"x\"}");
    attach(f, 0);
    expect(f, AG_FRAME_CREDIT, AG_ROW_WINDOW_BYTES, "");
    expect(f, AG_FRAME_QUERY, 1, "{\"expression\":\"x\"}");
    say(f, AG_FRAME_ROW, 1, "{\"n\":1}");
    say(f, AG_FRAME_ROW, 1, "{\"n\":");
    say(f, AG_FRAME_ROW, 1, "{\"n\":2}");
    say(f, AG_FRAME_END, 1, "{\"code\":-12,\"text\":\"no such pipe\"}");
    run(f);
    assert_int_equal(f->row_count, 2);
    assert_int_equal(f->rows[1], 2);
    assert_int_equal(f->end_count, 1);
    assert_int_equal(f->why.code, LIVE_E_PARSE);
    assert_string_equal(f->why.text, "no such pipe");
}

static void a_row_that_was_missed_at_its_time_is_told_as_such(void **state)
{
    fixture *f = *state;

    ask(f, AG_FOLLOW, "{}");
    attach(f, 0);
    say(f, AG_FRAME_LATE, 1, "{\"n\":1}");
    say(f, AG_FRAME_ROW, 1, "{\"n\":2}");
    run(f);
    assert_int_equal(f->row_count, 2);
    assert_int_equal(f->rows[0], 1);
    assert_true(f->late[0]);
    assert_false(f->late[1]);
}

static void the_rows_of_two_questions_are_told_apart(void **state)
{
    fixture *f = *state, other = { 0 };
    ag_question *question = NULL;

    ask(f, AG_FOLLOW, "{}");
    assert_int_equal(ag_link_ask(f->link, AG_COLLECT, "{}", &hooks, &other, &question, NULL),
                     LIVE_OK);
    attach(f, 0);
    say(f, AG_FRAME_ROW, 1, "{\"n\":1}");
    say(f, AG_FRAME_ROW, 2, "{\"n\":2}");
    say(f, AG_FRAME_END, 2, "");
    run(f);
    assert_int_equal(f->row_count, 1);
    assert_int_equal(f->end_count, 0);
    assert_int_equal(other.rows[0], 2);
    assert_int_equal(other.end_count, 1);
    assert_int_equal(other.why.code, LIVE_OK);
}

static void a_new_gateway_is_asked_what_goes_on_and_what_ends_has_ended(void **state)
{
    fixture *f = *state, other = { 0 };
    ag_question *question = NULL;

    ask(f, AG_FOLLOW, "{\"expression\":\"x\"}");
    assert_int_equal(ag_link_ask(f->link, AG_REQUEST, "/rest/me", &hooks, &other, &question, NULL),
                     LIVE_OK);
    attach(f, 0);
    run(f);
    attach(f, 0);
    run(f);
    expect(f, AG_FRAME_CREDIT, AG_ROW_WINDOW_BYTES, "");
    expect(f, AG_FRAME_QUERY, 1, "{\"expression\":\"x\"}");
    expect_nothing(f);
    assert_int_equal(f->end_count, 0);
    assert_int_equal(other.end_count, 1);
    assert_int_equal(other.why.code, LIVE_E_CLOSED);
    assert_true(other.why.retry);
}

static void a_question_that_is_freed_is_withdrawn_and_hears_nothing_more(void **state)
{
    fixture *f = *state;
    ag_question *question = ask(f, AG_COLLECT, "{}");

    attach(f, 0);
    run(f);
    say(f, AG_FRAME_ROW, 1, "{\"n\":1}");
    ag_question_free(question);
    run(f);
    expect(f, AG_FRAME_CREDIT, AG_ROW_WINDOW_BYTES, "");
    expect(f, AG_FRAME_QUERY, 1, "{}");
    expect(f, AG_FRAME_CANCEL, 1, "");
    assert_int_equal(f->row_count, 0);
}

// A gateway whose store had been full says where it stands, to get what it had no room for.
static void a_second_welcome_brings_events_again_but_leaves_the_query_as_it_is(void **state)
{
    fixture *f = *state;

    ask(f, AG_FOLLOW, "{\"expression\":\"x\"}");
    attach(f, 0);
    expect(f, AG_FRAME_CREDIT, AG_ROW_WINDOW_BYTES, "");
    expect(f, AG_FRAME_QUERY, 1, NULL);
    emit(f);
    run(f);
    expect(f, AG_FRAME_EVENT, 1, EVENT);
    say(f, AG_FRAME_ROW, 1, "{\"n\":1}");
    say(f, AG_FRAME_WELCOME, 0, "");
    run(f);
    expect(f, AG_FRAME_EVENT, 1, EVENT);
    expect_nothing(f);
    assert_int_equal(f->row_count, 1);
}

static void what_was_taken_of_the_row_window_is_given_back(void **state)
{
    fixture *f = *state;
    size_t length = AG_ROW_WINDOW_BYTES / 8;
    char *text = malloc(length + 1);
    live_buf *out = live_buf_new();

    memset(text, ' ', length);
    memcpy(text, "{\"n\":7", 6);
    text[length] = '\0';
    ask(f, AG_FOLLOW, "{}");
    attach(f, 0);
    expect(f, AG_FRAME_CREDIT, AG_ROW_WINDOW_BYTES, "");
    expect(f, AG_FRAME_QUERY, 1, NULL);
    for (int good = 0; good < 2; good++) { // a row that cannot be read has taken its room too
        text[length - 1] = good ? '}' : ' ';
        live_buf_clear(out);
        ag_frame_add(out, AG_FRAME_ROW, 1, text, length);
        for (size_t at = 0; at < live_buf_length(out);) {
            ssize_t sent = write(f->gateway, live_buf_data(out) + at, live_buf_length(out) - at);
            at += sent > 0 ? (size_t)sent : 0;
            run(f);
        }
    }
    run(f);
    expect(f, AG_FRAME_CREDIT, 2 * length, "");
    live_buf_free(out);
    free(text);
}

static void a_gateway_that_speaks_another_language_is_left(void **state)
{
    fixture *f = *state;
    char byte;

    attach(f, 0);
    assert_int_equal(write(f->gateway, "HTTP/1.1 400 Bad Request\r\n", 26), 26);
    run(f);
    assert_int_equal(read(f->gateway, &byte, 1), 0);
    attach(f, 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(events_are_sent_in_order_and_kept_until_they_are_accepted),
        CASE(a_new_gateway_learns_the_last_event_that_was_accepted),
        CASE(a_flush_waits_for_what_is_not_accepted_and_no_longer_than_it_may),
        CASE(who_is_in_a_hurry_waits_shorter_in_all),
        CASE(a_new_gateway_is_asked_to_sync_again),
        CASE(a_flush_outlives_two_restarts_of_the_gateway),
        CASE(who_waits_learns_that_the_supervisor_is_gone),
        CASE(the_end_of_the_supervisor_is_told_once),
        CASE(a_full_window_makes_wait_and_an_event_beyond_it_is_refused),
        CASE(rows_are_delivered_one_by_one_with_the_end_after_them),
        CASE(a_row_that_was_missed_at_its_time_is_told_as_such),
        CASE(the_rows_of_two_questions_are_told_apart),
        CASE(a_new_gateway_is_asked_what_goes_on_and_what_ends_has_ended),
        CASE(a_question_that_is_freed_is_withdrawn_and_hears_nothing_more),
        CASE(a_second_welcome_brings_events_again_but_leaves_the_query_as_it_is),
        CASE(what_was_taken_of_the_row_window_is_given_back),
        CASE(a_gateway_that_speaks_another_language_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
