// SPDX-License-Identifier: Apache-2.0
// What a program hears of a query that does not run for a while.
#include <live/query.h>
#include <string.h>

#include "cmocka_all.h"
#include "query_talk.h"

#define LOST "runs; /meta/connect: 402::Unknown client; "

static void that_a_query_runs_is_told_once(void **state)
{
    query_talk *talk = *state;

    query_talk_begin(talk);
    cometd_send(talk->peer, "{\"type\":\"start\"}");
    cometd_send(talk->peer, "{\"type\":\"event\",\"content\":[{\"n\":1}]}");
    query_talk_run_to(talk, "row");
    assert_string_equal(talk->troubles, "runs; ");
}

static void a_lost_session_is_told_and_so_is_the_new_one(void **state)
{
    query_talk *talk = *state;

    query_talk_begin(talk);
    query_talk_lose_session(talk);
    query_talk_run_to(talk, "trouble");
    assert_string_equal(talk->troubles, LOST);
    query_talk_run_to(talk, "runs");
    assert_string_equal(talk->troubles, LOST "runs; ");
    assert_int_equal(talk->ends, 0);
}

static void a_query_that_cannot_be_posted_again_says_why(void **state)
{
    query_talk *talk = *state;

    talk->usual = 1; // the second POST fails, the third does not
    talk->status = "500 Internal Server Error";
    query_talk_begin(talk);
    query_talk_lose_session(talk);
    query_talk_run_to(talk, "runs");
    assert_non_null(strstr(talk->troubles, LOST "POST /rest/query: HTTP 500"));
    assert_non_null(strstr(talk->troubles, "; runs; "));
}

// Somebody stopped it there, or a plugin restarts: nothing comes until it starts again.
static void a_query_that_the_platform_has_stopped_is_in_trouble_until_it_starts(void **state)
{
    query_talk *talk = *state;

    query_talk_begin(talk);
    cometd_send(talk->peer, "{\"type\":\"start\"}");
    cometd_send(talk->peer, "{\"type\":\"stop\",\"reason\":\"Killed\",\"message\":\"by Ann\"}");
    query_talk_run_to(talk, "trouble");
    assert_string_equal(talk->troubles,
                        "runs; the platform has stopped the query (Killed): by Ann; ");
    cometd_send(talk->peer, "{\"type\":\"start\"}");
    query_talk_run_to(talk, "runs");
    assert_int_equal(talk->ends, 0);
}

static void a_query_that_has_read_its_history_to_the_end_is_in_no_trouble(void **state)
{
    query_talk *talk = *state;

    query_talk_begin(talk);
    cometd_send(talk->peer, "{\"type\":\"start\"}");
    cometd_send(talk->peer, "{\"type\":\"stop\",\"reason\":\"NoRealTime\"}");
    cometd_send(talk->peer, "{\"type\":\"destroy\"}");
    query_talk_run_to(talk, "end");
    assert_string_equal(talk->troubles, "runs; ");
    assert_int_equal(talk->why.code, LIVE_OK);
}

static void a_platform_that_is_gone_is_told_once(void **state)
{
    query_talk *talk = *state;

    query_talk_begin(talk);
    http_peer_refuse(talk->peer->http);
    assert_non_null(talk->peer->held);
    peer_answer(talk->peer->held, "503 Service Unavailable", "", "");
    talk->peer->held = NULL;
    query_talk_run_to(talk, "trouble");
    talk->at = NULL;
    query_talk_run_for(talk, 3000);
    assert_memory_equal(talk->troubles, "runs; ", 6);
    assert_null(strstr(talk->troubles + 4, "runs"));
    assert_int_equal(talk->ends, 0);
}

static void a_query_that_the_platform_has_dropped_is_in_trouble_until_it_begins(void **state)
{
    query_talk *talk = *state;

    query_talk_begin(talk);
    cometd_send(talk->peer, "{\"type\":\"start\"}");
    query_talk_run_to(talk, "/meta/connect");
    talk->at = NULL;
    query_talk_run_for(talk, 10);
    query_talk_lose_session(talk);
    query_talk_run_to(talk, "/meta/subscribe");
    cometd_send(talk->peer, "{\"type\":\"destroy\"}"); // of the one posted last, which never began
    query_talk_run_to(talk, "trouble");
    assert_non_null(strstr(talk->troubles, "the platform has ended the query; "));
    query_talk_run_to(talk, "runs");
    assert_int_equal(talk->ends, 0);
}

// It would wait for ever, and nobody would know for what.
static void a_query_without_a_session_to_come_by_says_once_why_it_does_not_begin(void **state)
{
    query_talk *talk = *state;

    talk->unreached = true;
    query_talk_start(talk, "x", (live_query_options){ .realtime = true });
    query_talk_run_for(talk, 10000);
    assert_string_equal(talk->troubles, "POST /cometd: HTTP 503; ");
    talk->unreached = false;
    query_talk_run_to(talk, "runs");
    assert_string_equal(talk->troubles, "POST /cometd: HTTP 503; runs; ");
    assert_int_equal(talk->ends, 0);
}

static void free_query(query_talk *talk)
{
    live_query_free(talk->query);
    talk->query = NULL;
    live_loop_stop(talk->loop);
}

static void a_query_is_freed_when_it_is_in_trouble_and_when_it_runs_again(void **state)
{
    static const char *const points[] = { "trouble", "runs" };

    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        query_talk *talk = *state;
        query_talk_begin(talk);
        query_talk_lose_session(talk);
        talk->at = points[i];
        talk->act = free_query;
        assert_int_equal(live_loop_run(talk->loop, LIVE_FOREVER, NULL), LIVE_OK);
        assert_null(talk->query);
        talk->at = NULL;
        query_talk_run_for(talk, 10);
        query_talk_close(state);
        query_talk_open_simulated(state);
    }
}

int main(void)
{
#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, query_talk_open_simulated, query_talk_close)
    const struct CMUnitTest tests[] = {
        CASE(that_a_query_runs_is_told_once),
        CASE(a_lost_session_is_told_and_so_is_the_new_one),
        CASE(a_query_that_cannot_be_posted_again_says_why),
        CASE(a_query_that_the_platform_has_stopped_is_in_trouble_until_it_starts),
        CASE(a_query_that_has_read_its_history_to_the_end_is_in_no_trouble),
        CASE(a_platform_that_is_gone_is_told_once),
        CASE(a_query_that_the_platform_has_dropped_is_in_trouble_until_it_begins),
        CASE(a_query_without_a_session_to_come_by_says_once_why_it_does_not_begin),
        CASE(a_query_is_freed_when_it_is_in_trouble_and_when_it_runs_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
