// SPDX-License-Identifier: Apache-2.0
// Client and platform checks by their numbers: how queries end, and what they outlive.
#include <live/json.h>
#include <live/query.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "query_talk.h"

// Ends

static void P_08_a_silent_query_ends_after_its_idle_time(void **state)
{
    query_talk *talk = *state;
    int64_t begun = live_loop_monotonic_ms(talk->loop);

    query_talk_start(talk, "x", (live_query_options){ .realtime = true, .idle_timeout_ms = 60 });
    query_talk_run_to(talk, "end");
    assert_true(live_loop_monotonic_ms(talk->loop) - begun >= 60);
    assert_int_equal(talk->why.code, LIVE_E_TIMEOUT);
    assert_string_equal(talk->why.text, "no message for 60 ms");
    query_talk_run_to(talk, "/meta/unsubscribe");
}

static void P_08_a_row_callback_stops_the_query(void **state)
{
    query_talk *talk = *state;

    query_talk_begin(talk);
    talk->flow = LIVE_STOP;
    cometd_send(talk->peer, "{\"type\":\"event\",\"content\":[{\"n\":1},{\"n\":2}]}");
    query_talk_run_to(talk, "end");
    assert_string_equal(talk->rows, "{\"n\":1}");
    assert_int_equal(talk->why.code, LIVE_OK);
    query_talk_run_to(talk, "/meta/unsubscribe");
}

static void free_query(query_talk *talk)
{
    live_query_free(talk->query);
    talk->query = NULL;
    live_loop_stop(talk->loop);
}

static void free_client(query_talk *talk)
{
    http_peer_refuse(talk->peer->http);
    free_query(talk);
    live_client_free(talk->client);
    talk->client = NULL;
}

static void C_64_query_and_client_are_freed_from_every_callback(void **state)
{
    static const char *const points[] = { "row", "control", "end" };
    static void (*const acts[])(query_talk * talk) = { free_query, free_client };

    for (size_t i = 0; i < 6; i++) {
        query_talk *talk = *state;
        query_talk_begin(talk);
        talk->at = points[i / 2];
        talk->act = acts[i % 2];
        cometd_send(talk->peer, "{\"type\":\"event\",\"content\":[{\"n\":1},{\"n\":2}]}");
        cometd_send(talk->peer, "{\"type\":\"destroy\"}");
        cometd_send(talk->peer, "{\"type\":\"event\",\"content\":[{\"n\":3}]}");
        assert_int_equal(live_loop_run(talk->loop, LIVE_FOREVER, NULL), LIVE_OK);
        assert_null(talk->query);
        talk->at = NULL;
        query_talk_run_for(talk, 10);
        assert_string_equal(talk->rows, i / 2 == 0 ? "{\"n\":1}" : "{\"n\":1}{\"n\":2}");
        assert_int_equal(talk->ends, i / 2 == 2);
        query_talk_close(state);
        query_talk_open_simulated(state);
    }
}

static void C_64_a_query_is_freed_in_every_phase(void **state)
{
    static const char *const points[] = { "POST /rest/query", "/meta/handshake", "/meta/connect",
                                          "/meta/subscribe" };

    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        query_talk *talk = *state;
        query_talk_start(talk, "x",
                         (live_query_options){ .realtime = true, .idle_timeout_ms = 1000 });
        query_talk_run_to(talk, points[i]);
        live_query_free(talk->query);
        talk->query = NULL;
        talk->at = NULL;
        query_talk_run_for(talk, 20);
        assert_int_equal(talk->ends, 0);
        query_talk_close(state);
        query_talk_open_simulated(state);
    }
}

static void C_64_a_query_that_was_never_run_is_freed(void **state)
{
    query_talk *talk = *state;

    live_query_free(NULL);
    query_talk_start(talk, "x", (live_query_options){ 0 });
    assert_int_equal(talk->ends, 0);
}

static void C_63_a_platform_that_is_down_at_the_start_ends_the_query(void **state)
{
    query_talk *talk = *state;

    http_peer_refuse(talk->peer->http);
    query_talk_start(talk, "x", (live_query_options){ .realtime = true });
    query_talk_run_to(talk, "end");
    assert_int_equal(talk->why.code, LIVE_E_CONNECT);
    assert_true(talk->why.retry); // the caller may try again
}

static void without_an_url_there_is_no_query(void **state)
{
    query_talk *talk = *state;
    live_client_options options = { .tcp_host = "127.0.0.1", .tcp_port = 17042 };
    live_client *client = NULL;
    live_error error = { 0 };

    assert_int_equal(live_client_new(talk->loop, &options, &client, NULL), LIVE_OK);
    assert_int_equal(live_query_start(client, "x", NULL, NULL, NULL, talk, &talk->query, &error),
                     LIVE_E_INVALID);
    assert_string_equal(error.text, "no url is set: queries need one");
    live_client_free(client);
}

// Losses

static void end_session(query_talk *talk)
{
    char body[256];

    assert_non_null(talk->peer->held);
    snprintf(body, sizeof body,
             "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":true,"
             "\"advice\":{\"reconnect\":\"none\"}}]",
             cometd_id(talk->peer->held));
    peer_answer_json(talk->peer->held, body);
    talk->peer->held = NULL;
}

static void C_28_a_session_the_server_ends_ends_its_queries_and_no_later_ones(void **state)
{
    query_talk *talk = *state;

    query_talk_begin(talk);
    end_session(talk);
    query_talk_run_to(talk, "end");
    assert_int_equal(talk->why.code, LIVE_E_CLOSED);
    assert_string_equal(talk->why.text, "/meta/connect: the server wants no further connect");
    live_query_free(talk->query);
    query_talk_begin(talk);
    assert_int_equal(talk->peer->handshakes, 2);
    cometd_send(talk->peer, "{\"type\":\"event\",\"content\":[{\"n\":1}]}");
    query_talk_run_to(talk, "row");
    assert_int_equal(talk->ends, 1);
}

static void P_09_a_lost_session_posts_the_query_again_and_hides_no_row(void **state)
{
    query_talk *talk = *state;

    query_talk_begin(talk);
    cometd_send(talk->peer, "{\"type\":\"event\",\"content\":[{\"n\":1}]}");
    query_talk_run_to(talk, "row");
    query_talk_run_to(talk, "/meta/connect");
    query_talk_run_for(talk, 10);
    query_talk_lose_session(talk);
    query_talk_run_to(talk, "/meta/subscribe");
    assert_int_equal(talk->peer->handshakes, 2);
    assert_int_equal(talk->peer->queries, 2);
    cometd_send(talk->peer, "{\"type\":\"event\",\"content\":[{\"n\":1}]}");
    query_talk_run_to(talk, "row");
    assert_string_equal(talk->rows, "{\"n\":1}{\"n\":1}");
    assert_int_equal(talk->ends, 0);
    assert_int_equal(query_talk_count(talk, "\"subscription\":\"/data/q1\""), 1); // it is over
}

// Nobody could tell which of its rows have come: it is the program's to ask again, for all of them.
static void P_09_history_that_breaks_off_between_two_rows_ends_the_query(void **state)
{
    query_talk *talk = *state;

    query_talk_start(talk, "x", (live_query_options){ .span = "last hour" });
    query_talk_run_to(talk, "runs");
    cometd_send(talk->peer, "{\"type\":\"event\",\"content\":[{\"n\":1}]}");
    query_talk_run_to(talk, "row");
    query_talk_run_to(talk, "/meta/connect");
    query_talk_run_for(talk, 10);
    query_talk_lose_session(talk);
    query_talk_run_to(talk, "end");
    assert_int_equal(talk->why.code, LIVE_E_CLOSED);
    assert_true(talk->why.retry);
    assert_string_equal(talk->why.text, "the session was lost between two rows");
    assert_int_equal(talk->peer->queries, 1);
}

static void P_09_history_that_has_no_row_yet_is_asked_for_again(void **state)
{
    query_talk *talk = *state;

    query_talk_start(talk, "x", (live_query_options){ .span = "last hour" });
    query_talk_run_to(talk, "runs");
    query_talk_run_to(talk, "/meta/connect");
    query_talk_run_for(talk, 10);
    query_talk_lose_session(talk);
    query_talk_run_to(talk, "/meta/subscribe");
    assert_int_equal(talk->peer->queries, 2);
    assert_int_equal(talk->ends, 0);
}

static void P_09_a_platform_that_comes_back_slowly_is_asked_again(void **state)
{
    query_talk *talk = *state;

    talk->usual = 1; // the second POST fails, the third does not
    talk->status = "500 Internal Server Error";
    query_talk_begin(talk);
    query_talk_lose_session(talk);
    query_talk_run_to(talk, "/meta/subscribe");
    assert_null(talk->status);
    assert_int_equal(talk->peer->queries, 2);
    assert_int_equal(talk->ends, 0);
}

static void P_09_a_query_that_is_refused_the_second_time_ends(void **state)
{
    query_talk *talk = *state;

    talk->usual = 1;
    talk->status = "401 Unauthorized";
    query_talk_begin(talk);
    query_talk_lose_session(talk);
    query_talk_run_to(talk, "end");
    assert_int_equal(talk->why.code, LIVE_E_AUTH);
}

static void two_queries_share_a_session_and_keep_their_rows_apart(void **state)
{
    query_talk *talk = *state;
    live_query *first;

    query_talk_begin(talk);
    first = talk->query;
    query_talk_start(talk, "y", (live_query_options){ .realtime = true });
    query_talk_run_to(talk, "/meta/subscribe");
    cometd_send(talk->peer, "{\"type\":\"event\",\"content\":[{\"n\":2}]}"); // of the second
    query_talk_run_to(talk, "row");
    assert_string_equal(talk->rows, "{\"n\":2}");
    assert_int_equal(talk->peer->handshakes, 1);
    live_query_free(first);
    query_talk_run_to(talk, "/meta/unsubscribe");
    assert_int_equal(query_talk_count(talk, "\"subscription\":\"/data/q1\""), 2);
    assert_int_equal(query_talk_count(talk, "\"subscription\":\"/data/q2\""), 1);
}

int main(void)
{
#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, query_talk_open_simulated, query_talk_close)
    const struct CMUnitTest tests[] = {
        CASE(P_08_a_silent_query_ends_after_its_idle_time),
        CASE(P_08_a_row_callback_stops_the_query),
        CASE(C_28_a_session_the_server_ends_ends_its_queries_and_no_later_ones),
        CASE(P_09_a_lost_session_posts_the_query_again_and_hides_no_row),
        CASE(P_09_history_that_breaks_off_between_two_rows_ends_the_query),
        CASE(P_09_history_that_has_no_row_yet_is_asked_for_again),
        CASE(P_09_a_platform_that_comes_back_slowly_is_asked_again),
        CASE(P_09_a_query_that_is_refused_the_second_time_ends),
        CASE(C_63_a_platform_that_is_down_at_the_start_ends_the_query),
        CASE(C_64_query_and_client_are_freed_from_every_callback),
        CASE(C_64_a_query_is_freed_in_every_phase),
        CASE(C_64_a_query_that_was_never_run_is_freed),
        CASE(without_an_url_there_is_no_query),
        CASE(two_queries_share_a_session_and_keep_their_rows_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
