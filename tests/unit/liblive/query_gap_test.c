// SPDX-License-Identifier: Apache-2.0
// A query that follows over a lost session: what was missed is filled or reported, never silently gone.
#include <live/json.h>
#include <live/query.h>
#include <live/time.h>
#include <stdio.h>
#include <string.h>

#include "cmocka_all.h"
#include "query_said.h"
#include "query_talk.h"

static void lose_session(query_talk *talk)
{
    query_talk_lose_session(talk);
    query_talk_run_to(talk, "/meta/subscribe");
    talk->at = NULL;
    query_talk_run_for(talk, 20);
}

static void P_09_rows_that_were_missed_come_once_in_order_and_late(void **state)
{
    query_talk *talk = *state;

    query_talk_follow(talk, "x", (live_query_options){ .reducer = "@latest", .no_preload = true });
    lose_session(talk);
    assert_int_equal(query_talk_count(talk, "\"span\":\"since ts 7\""), 1);
    assert_int_equal(query_talk_count(talk, "\"reducer\":null,\"preload\":true"), 1);
    query_talk_say(talk, START);
    query_talk_say(talk, EVENT(ROW(7, 2) "," ROW(7, 3) "," ROW(8, 4)));
    query_talk_say(talk, REAL_TIME);
    query_talk_say(talk, EVENT(ROW(9, 5)));
    assert_string_equal(talk->rows, "~" ROW(7, 3) "~" ROW(8, 4) ROW(9, 5));
    assert_int_equal(talk->gaps, 0);
    assert_int_equal(talk->ends, 0);
}

static void a_second_loss_while_it_fills_repeats_nothing(void **state)
{
    query_talk *talk = *state;

    query_talk_follow(talk, "x", (live_query_options){ 0 });
    lose_session(talk);
    query_talk_say(talk, EVENT(ROW(7, 2) "," ROW(8, 4)));
    lose_session(talk);
    assert_int_equal(query_talk_count(talk, "since ts 8"), 1);
    query_talk_say(talk, EVENT(ROW(8, 4) "," ROW(8, 5) "," ROW(9, 6)));
    assert_string_equal(talk->rows, "~" ROW(8, 4) "~" ROW(8, 5) "~" ROW(9, 6));
}

static void a_query_of_windows_begins_anew_and_reports_the_gap(void **state)
{
    query_talk *talk = *state;

    query_talk_follow(talk, "x => count() every minute",
                      (live_query_options){ .span = "last 5 minutes" });
    int64_t before = live_time_ms();
    lose_session(talk);
    assert_int_equal(query_talk_count(talk, "\"span\":\"last 5 minutes\""), 2);
    assert_int_equal(talk->gaps, 1);
    assert_int_equal(talk->gap.begin_ms, 7);
    assert_in_range(talk->gap.end_ms, before, live_time_ms());
    query_talk_say(talk, START);
    query_talk_say(talk, EVENT(ROW(7, 2))); // history as it was asked for: nothing of it is hidden
    assert_string_equal(talk->rows, ROW(7, 2));
}

static void a_gap_that_is_only_to_be_reported_costs_no_history(void **state)
{
    query_talk *talk = *state;

    query_talk_follow(talk, "x",
                      (live_query_options){ .span = "last 5 minutes", .gap = LIVE_GAP_REPORT });
    lose_session(talk);
    assert_int_equal(query_talk_count(talk, "\"preload\":false,\"span\":null"), 1);
    assert_int_equal(talk->gaps, 1);
    int64_t first_end = talk->gap.end_ms;
    lose_session(talk);
    assert_int_equal(talk->gaps, 2);
    assert_int_equal(talk->gap.begin_ms, first_end); // nothing is reported twice
}

static void before_anything_came_the_same_query_is_posted_again(void **state)
{
    query_talk *talk = *state;

    query_talk_start(talk, "x", (live_query_options){ .realtime = true, .span = "last hour" });
    query_talk_run_to(talk, "/meta/subscribe");
    talk->at = NULL;
    query_talk_run_for(talk, 20);
    lose_session(talk);
    assert_int_equal(query_talk_count(talk, "\"span\":\"last hour\""), 2);
    assert_int_equal(talk->gaps, 0);
    query_talk_say(talk, EVENT(ROW(1, 1)));
    assert_string_equal(talk->rows, ROW(1, 1));
}

static void lose_the_answer(query_talk *talk)
{
    peer_answer(talk->peer->held, "502 Bad Gateway", "", "");
    talk->peer->held = NULL;
}

static void an_answer_that_may_have_held_rows_is_made_up_for(void **state)
{
    query_talk *talk = *state;

    query_talk_follow(talk, "x", (live_query_options){ 0 });
    lose_the_answer(talk);
    talk->peer->fresh = true; // the next one is answered at once, of the same session
    cometd_send(talk->peer, EVENT(ROW(9, 9))); // which has kept this, but not what came before it
    query_talk_run_to(talk, "/meta/subscribe");
    assert_string_equal(talk->rows, "");
    talk->at = NULL;
    assert_int_equal(talk->peer->handshakes, 1);
    assert_int_equal(query_talk_count(talk, "since ts 7"), 1);
    assert_int_equal(query_talk_count(talk, "/meta/unsubscribe"), 1);
}

static void the_same_for_windows_is_reported(void **state)
{
    query_talk *talk = *state;

    query_talk_follow(talk, "x => count() every minute", (live_query_options){ 0 });
    lose_the_answer(talk);
    talk->peer->fresh = true;
    query_talk_run_to(talk, "gap");
    assert_int_equal(talk->gap.begin_ms, 7);
    assert_int_equal(talk->peer->queries, 1); // its windows go on
}

static void nothing_came_before(query_talk *talk)
{
    assert_string_equal(talk->rows, "");
    live_loop_stop(talk->loop);
}

static void no_row_that_comes_first_hides_what_was_missed(void **state)
{
    query_talk *talk = *state;

    query_talk_follow(talk, "x => count() every minute", (live_query_options){ 0 });
    lose_the_answer(talk);
    talk->peer->fresh = true; // the session has kept a row, which comes with the next answer
    cometd_send(talk->peer, EVENT(ROW(9, 9)));
    talk->at = "gap";
    talk->act = nothing_came_before;
    assert_int_equal(live_loop_run(talk->loop, LIVE_FOREVER, NULL), LIVE_OK);
    assert_int_equal(talk->gap.begin_ms, 7);
    talk->at = NULL;
    query_talk_run_for(talk, 20);
    assert_string_equal(talk->rows, ROW(9, 9));
    assert_int_equal(talk->gaps, 1);
}

// Whatever of both comes first.
static void send_before_the_answer(query_talk *talk)
{
    cometd_send(talk->peer, EVENT(ROW(9, 9)));
}

static void nor_one_ahead_of_the_answer_to_its_subscription(void **state)
{
    query_talk *talk = *state;

    query_talk_follow(talk, "x", (live_query_options){ .gap = LIVE_GAP_REPORT });
    query_talk_lose_session(talk);
    talk->at = "/meta/subscribe";
    talk->act = send_before_the_answer;
    query_talk_run_for(talk, 50);
    assert_int_equal(talk->gaps, 1);
    assert_int_equal(talk->gap.begin_ms, 7);
    assert_string_equal(talk->rows, ROW(9, 9));
}

static void a_query_that_begins_again_on_its_channel_repeats_nothing(void **state)
{
    query_talk *talk = *state;

    query_talk_follow(talk, "x", (live_query_options){ .span = "last hour" });
    query_talk_say(talk, "{\"type\":\"stop\",\"reason\":\"Reloaded\"}");
    query_talk_say(talk, START);
    query_talk_say(talk, EVENT(ROW(5, 1) "," ROW(7, 2) "," ROW(8, 3)));
    query_talk_say(talk, REAL_TIME);
    query_talk_say(talk, EVENT(ROW(9, 4)));
    assert_string_equal(talk->rows, "~" ROW(8, 3) ROW(9, 4));
}

static void a_channel_without_a_query_behind_it_is_no_end(void **state)
{
    query_talk *talk = *state;

    query_talk_follow(talk, "x", (live_query_options){ 0 });
    lose_session(talk);
    cometd_send(talk->peer, DESTROY);
    query_talk_run_to(talk, "/meta/subscribe");
    assert_int_equal(talk->peer->queries, 3);
    assert_int_equal(talk->ends, 0);
    assert_int_equal(query_talk_count(talk, "since ts 7"), 2);
}

static void a_query_of_history_alone_does_not_repeat_its_rows(void **state)
{
    query_talk *talk = *state;

    query_talk_start(talk, "x", (live_query_options){ .span = "last hour" });
    query_talk_run_to(talk, "/meta/subscribe");
    talk->at = NULL;
    query_talk_run_for(talk, 20);
    query_talk_say(talk, EVENT(ROW(1, 1)));
    query_talk_lose_session(talk);
    query_talk_run_to(talk, "end");
    assert_int_equal(talk->why.code, LIVE_E_CLOSED);
    assert_true(talk->why.retry);
    assert_int_equal(talk->peer->queries, 1);
}

static void free_query(query_talk *talk)
{
    live_query_free(talk->query);
    talk->query = NULL;
    live_loop_stop(talk->loop);
}

static void a_query_is_freed_while_its_gap_is_reported(void **state)
{
    query_talk *talk = *state;

    query_talk_follow(talk, "x", (live_query_options){ .gap = LIVE_GAP_RESTART });
    query_talk_lose_session(talk);
    talk->at = "gap";
    talk->act = free_query;
    assert_int_equal(live_loop_run(talk->loop, LIVE_FOREVER, NULL), LIVE_OK);
    assert_null(talk->query);
    query_talk_run_for(talk, 20);
}

int main(void)
{
#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, query_talk_open_simulated, query_talk_close)
    const struct CMUnitTest tests[] = {
        CASE(P_09_rows_that_were_missed_come_once_in_order_and_late),
        CASE(a_second_loss_while_it_fills_repeats_nothing),
        CASE(a_query_of_windows_begins_anew_and_reports_the_gap),
        CASE(a_gap_that_is_only_to_be_reported_costs_no_history),
        CASE(before_anything_came_the_same_query_is_posted_again),
        CASE(an_answer_that_may_have_held_rows_is_made_up_for),
        CASE(the_same_for_windows_is_reported),
        CASE(no_row_that_comes_first_hides_what_was_missed),
        CASE(nor_one_ahead_of_the_answer_to_its_subscription),
        CASE(a_query_that_begins_again_on_its_channel_repeats_nothing),
        CASE(a_channel_without_a_query_behind_it_is_no_end),
        CASE(a_query_of_history_alone_does_not_repeat_its_rows),
        CASE(a_query_is_freed_while_its_gap_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
