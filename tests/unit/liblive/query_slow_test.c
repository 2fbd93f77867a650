// SPDX-License-Identifier: Apache-2.0
// A query whose program does not keep up: what comes waits for it, up to a limit, and delays no other.
#include <live/json.h>
#include <live/query.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backlog.h"
#include "cmocka_all.h"
#include "loop/loop.h"
#include "query_said.h"
#include "query_talk.h"

// More than may wait, in messages that are no rows.
static void send_much(query_talk *talk)
{
    enum { TEXT_BYTES = 15000 };
    char text[TEXT_BYTES + 64];
    int length = snprintf(text, 64, "{\"type\":\"progress\",\"text\":\"");

    memset(text + length, 'x', TEXT_BYTES);
    snprintf(text + length + TEXT_BYTES, 8, "\"}");
    for (int sent = 0; sent < LV_BACKLOG_BYTES; sent += TEXT_BYTES) {
        if (query_talk_count(talk, "/meta/unsubscribe"))
            assert_true(sent > LV_BACKLOG_BYTES / 10 * 9);
        cometd_send(talk->peer, text);
        query_talk_run_to(talk, "/meta/connect");
    }
    talk->at = NULL;
    query_talk_run_for(talk, 20);
    assert_int_equal(query_talk_count(talk, "/meta/unsubscribe"), 1);
}

static void resume(query_talk *talk)
{
    live_query_resume(talk->query);
    query_talk_run_for(talk, 20);
}

static void pause_it(query_talk *talk)
{
    live_query_pause(talk->query);
    live_query_pause(talk->query); // once is enough
}

static void what_comes_in_a_pause_is_delivered_after_it(void **state)
{
    query_talk *talk = *state;

    query_talk_follow(talk, "x", (live_query_options){ .idle_timeout_ms = 100 });
    talk->at = "row";
    talk->act = pause_it;
    query_talk_say(talk, EVENT(ROW(8, 3) "," ROW(8, 4)));
    talk->at = NULL;
    query_talk_say(talk, EVENT(ROW(9, 5)));
    query_talk_run_for(talk, 150); // it is not idle meanwhile
    assert_string_equal(talk->rows, ROW(8, 3));
    resume(talk);
    assert_string_equal(talk->rows, ROW(8, 3) ROW(8, 4) ROW(9, 5));
    live_query_resume(talk->query); // which it is not
    query_talk_say(talk, EVENT(ROW(9, 6)));
    assert_string_equal(talk->rows, ROW(8, 3) ROW(8, 4) ROW(9, 5) ROW(9, 6));
    assert_int_equal(talk->peer->queries, 1);
    assert_int_equal(talk->ends, 0);
}

static void a_pause_in_every_row_loses_none(void **state)
{
    query_talk *talk = *state;

    query_talk_follow(talk, "x", (live_query_options){ 0 });
    talk->at = "row";
    talk->act = pause_it;
    query_talk_say(talk, EVENT(ROW(8, 3) "," ROW(8, 4) "," ROW(8, 5)));
    query_talk_say(talk, EVENT(ROW(9, 6)));
    for (int i = 0; i < 4; i++)
        resume(talk);
    assert_string_equal(talk->rows, ROW(8, 3) ROW(8, 4) ROW(8, 5) ROW(9, 6));
}

static void what_finds_no_room_is_made_up_for(void **state)
{
    query_talk *talk = *state;

    query_talk_follow(talk, "x", (live_query_options){ 0 });
    live_query_pause(talk->query);
    query_talk_say(talk, EVENT(ROW(8, 3)));
    send_much(talk);
    query_talk_say(talk, EVENT(ROW(9, 4)));
    assert_string_equal(talk->rows, "");
    live_query_resume(talk->query);
    query_talk_run_to(talk, "/meta/subscribe");
    talk->at = NULL;
    query_talk_run_for(talk, 20);
    assert_int_equal(query_talk_count(talk, "since ts 8"), 1);
    query_talk_say(talk, EVENT(ROW(8, 3) "," ROW(9, 4)));
    query_talk_say(talk, REAL_TIME);
    assert_string_equal(talk->rows, ROW(8, 3) "~" ROW(9, 4));
    assert_int_equal(talk->gaps, 0);
}

static void or_reported_from_the_last_row_that_waited(void **state)
{
    query_talk *talk = *state;

    query_talk_follow(talk, "x => count() every minute", (live_query_options){ 0 });
    live_query_pause(talk->query);
    query_talk_say(talk, EVENT(ROW(8, 3)));
    send_much(talk);
    assert_int_equal(talk->gaps, 0);
    live_query_resume(talk->query);
    query_talk_run_to(talk, "gap");
    assert_string_equal(talk->rows, ROW(8, 3));
    assert_int_equal(talk->gap.begin_ms, 8);
    assert_int_equal(talk->gaps, 1);
}

static void a_session_lost_during_a_pause_is_made_up_for_after_it(void **state)
{
    query_talk *talk = *state;

    query_talk_follow(talk, "x => count() every minute", (live_query_options){ 0 });
    live_query_pause(talk->query);
    query_talk_say(talk, EVENT(ROW(8, 3)));
    query_talk_lose_session(talk);
    query_talk_run_for(talk, 50);
    assert_int_equal(talk->peer->handshakes, 2);
    assert_int_equal(talk->peer->queries, 1);
    live_query_resume(talk->query);
    query_talk_run_to(talk, "gap");
    assert_int_equal(talk->peer->queries, 2);
    assert_int_equal(talk->gap.begin_ms, 8);
    assert_string_equal(talk->rows, ROW(8, 3));
}

static void free_query(query_talk *talk)
{
    live_query_free(talk->query);
    talk->query = NULL;
}

static void a_query_is_freed_with_what_waits_and_while_it_catches_up(void **state)
{
    for (int late = 0; late < 2; late++) {
        query_talk *talk = *state;
        query_talk_follow(talk, "x", (live_query_options){ 0 });
        live_query_pause(talk->query);
        query_talk_say(talk, EVENT(ROW(8, 3) "," ROW(8, 4)));
        query_talk_say(talk, EVENT(ROW(9, 5)));
        talk->at = "row";
        talk->act = free_query;
        if (late)
            resume(talk);
        assert_string_equal(talk->rows, late ? ROW(8, 3) : "");
        query_talk_close(state);
        query_talk_open_simulated(state);
    }
}

static void waste_time(query_talk *talk)
{
    talk->loop->simulated_ms += 12;
}

static live_flow note_row(live_query *query, const cJSON *row, void *user)
{
    query_talk *talk = user;

    (void)query;
    (void)row;
    strncat(talk->rows, "other", 6);
    return LIVE_CONTINUE;
}

// Not followed and posted: its rows wait as soon as each takes its program 12 ms.
static void begin_history(query_talk *talk, const char *expression, live_query_options options)
{
    query_talk_start(talk, expression, options);
    query_talk_run_to(talk, "/meta/subscribe");
    talk->at = NULL;
    query_talk_run_for(talk, 20);
    talk->at = "row";
    talk->act = waste_time;
}

static void begin_beside(query_talk *talk, live_query **other)
{
    live_query_options options = LIVE_QUERY_OPTIONS_INIT;

    options.realtime = true;
    talk->at = NULL;
    assert_int_equal(
        live_query_start(talk->client, "y", &options, note_row, NULL, talk, other, NULL), LIVE_OK);
    query_talk_run_to(talk, "/meta/subscribe");
    query_talk_run_for(talk, 20);
    talk->at = "row";
    talk->act = waste_time;
}

// One answer brings many rows of the first query, and behind them one of the second.
static void delays_no_other(query_talk *talk)
{
    live_query *other = NULL;

    begin_beside(talk, &other);
    live_buf_add_format(talk->peer->events, "{\"channel\":\"/data/q1\",\"data\":%s},",
                        EVENT(ROW(8, 3) "," ROW(8, 4) "," ROW(8, 5)));
    live_buf_add_format(talk->peer->events, "{\"channel\":\"/data/q1\",\"data\":%s},",
                        EVENT(ROW(9, 6)));
    cometd_send(talk->peer, EVENT(ROW(9, 1))); // of the second
    query_talk_run_for(talk, 100);
    assert_string_equal(talk->rows, ROW(8, 3) "other" ROW(8, 4) ROW(8, 5) ROW(9, 6));
    live_query_free(other);
}

static void a_slow_program_delays_no_other_query(void **state)
{
    query_talk *talk = *state;

    query_talk_follow(talk, "x", (live_query_options){ 0 });
    delays_no_other(talk);
}

static void nor_does_one_of_history_alone(void **state)
{
    query_talk *talk = *state;

    begin_history(talk, "x", (live_query_options){ .span = "last hour" });
    delays_no_other(talk);
}

static void nor_one_of_windows_while_it_tells_its_history(void **state)
{
    query_talk *talk = *state;

    begin_history(talk, "x => count() every minute",
                  (live_query_options){ .span = "last hour", .realtime = true });
    delays_no_other(talk);
}

static void say_slowly(query_talk *talk, const char *data)
{
    cometd_send(talk->peer, data);
    while (!talk->peer->held)
        query_talk_run_for(talk, 0);
}

static void its_end_comes_behind_what_waits(void **state)
{
    enum { ROWS = 40 };
    query_talk *talk = *state;
    char rows[10 * ROWS] = "", event[10 * ROWS + 64];

    begin_history(talk, "x", (live_query_options){ .span = "last hour", .idle_timeout_ms = 200 });
    for (int n = 0; n < ROWS; n++)
        snprintf(rows + strlen(rows), 10, "%s{\"n\":%d}", n ? "," : "", n % 10);
    snprintf(event, sizeof event, EVENT("%s"), rows);
    say_slowly(talk, event);
    say_slowly(talk, DESTROY);
    assert_in_range(strlen(talk->rows), 1, 20 * 7);
    query_talk_lose_session(talk); // which is nothing to a query whose end has come
    query_talk_run_for(talk, 1000);
    assert_int_equal(strlen(talk->rows), ROWS * 7);
    assert_int_equal(talk->ends, 1);
    assert_int_equal(talk->why.code, LIVE_OK);
}

static void without_its_end_a_lost_session_is_one_that_waits_or_not(void **state)
{
    query_talk *talk = *state;

    begin_history(talk, "x", (live_query_options){ .span = "last hour" });
    query_talk_say(talk, EVENT(ROW(8, 3) "," ROW(8, 4) "," ROW(8, 5)));
    query_talk_lose_session(talk);
    query_talk_run_for(talk, 100);
    assert_int_equal(talk->ends, 1);
    assert_int_equal(talk->why.code, LIVE_E_CLOSED);
    assert_true(talk->why.retry);
    assert_int_equal(talk->peer->queries, 1);
}

typedef struct counted {
    query_talk *talk;
    int64_t next, out_of_order, before_other;
} counted;

static live_flow count_row(live_query *query, const cJSON *row, void *user)
{
    counted *counted = user;

    (void)query;
    counted->out_of_order += live_json_int(row, "n", -1) != counted->next;
    counted->next++;
    waste_time(counted->talk);
    return LIVE_CONTINUE;
}

static live_flow note_count(live_query *query, const cJSON *row, void *user)
{
    counted *counted = user;

    (void)query;
    (void)row;
    counted->before_other = counted->next;
    return LIVE_CONTINUE;
}

// Two rows in a message of ten thousand bytes.
static void queue_two(query_talk *talk, int n)
{
    enum { PADDING = 10000 };

    live_buf_add_format(
        talk->peer->events,
        "{\"channel\":\"/data/q1\",\"data\":" EVENT("{\"n\":%d},{\"n\":%d,\"text\":\"%*s\"}") "},",
        n, n + 1, PADDING, "");
}

// Of such a query nothing can be asked for again: it is handed on at once, and what waited before it.
static void what_finds_no_room_of_it_is_handed_on_in_order(void **state)
{
    enum { ROWS = 900 };
    query_talk *talk = *state;
    counted counted = { .talk = talk };
    live_query *other = NULL;
    live_query_options options = LIVE_QUERY_OPTIONS_INIT;

    assert_int_equal(live_query_start(talk->client, "x", &options, count_row, NULL, &counted,
                                      &talk->query, NULL),
                     LIVE_OK);
    query_talk_run_to(talk, "/meta/subscribe");
    options.realtime = true;
    assert_int_equal(
        live_query_start(talk->client, "y", &options, note_count, NULL, &counted, &other, NULL),
        LIVE_OK);
    query_talk_run_to(talk, "/meta/subscribe");
    talk->at = NULL;
    query_talk_run_for(talk, 20);
    for (int n = 0; n < ROWS; n += 2)
        queue_two(talk, n);
    cometd_send(talk->peer, EVENT(ROW(9, 1))); // of the other
    query_talk_run_for(talk, ROWS * 20);
    assert_in_range(counted.before_other, 10, ROWS / 4); // there was room for most
    assert_int_equal(counted.next, ROWS);
    assert_int_equal(counted.out_of_order, 0);
    live_query_free(other);
}

int main(void)
{
#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, query_talk_open_simulated, query_talk_close)
    const struct CMUnitTest tests[] = {
        CASE(what_comes_in_a_pause_is_delivered_after_it),
        CASE(a_pause_in_every_row_loses_none),
        CASE(what_finds_no_room_is_made_up_for),
        CASE(or_reported_from_the_last_row_that_waited),
        CASE(a_session_lost_during_a_pause_is_made_up_for_after_it),
        CASE(a_query_is_freed_with_what_waits_and_while_it_catches_up),
        CASE(a_slow_program_delays_no_other_query),
        CASE(nor_does_one_of_history_alone),
        CASE(nor_one_of_windows_while_it_tells_its_history),
        CASE(its_end_comes_behind_what_waits),
        CASE(without_its_end_a_lost_session_is_one_that_waits_or_not),
        CASE(what_finds_no_room_of_it_is_handed_on_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
