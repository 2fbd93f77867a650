// SPDX-License-Identifier: Apache-2.0
// A query of a client and a scripted platform, on one loop.
#include "query_talk.h"

#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "query_said.h"

enum { HEARD_MS = 20 };

static void deny(const peer_request *request)
{
    char body[256];

    snprintf(body, sizeof body,
             "[{\"channel\":\"/meta/subscribe\",\"id\":\"%s\",\"successful\":false,"
             "\"error\":\"403::denied\"}]",
             cometd_id(request));
    peer_answer_json(request, body);
}

static void point(query_talk *talk, const char *at)
{
    if (talk->at && strcmp(talk->at, at) == 0 && talk->act)
        talk->act(talk);
}

static bool on_request(cometd_peer *peer, const char *what, const peer_request *request, void *user)
{
    query_talk *talk = user;

    point(talk, what);
    if (talk->status && strcmp(what, "POST /rest/query") == 0 && peer->queries >= talk->usual) {
        const char *status = talk->status;
        talk->status = NULL; // once
        peer_answer(request, status, "Content-Type: application/json\r\n",
                    talk->body ? talk->body : "");
        return true;
    }
    if (talk->unreached && strcmp(what, "/meta/handshake") == 0) {
        peer_answer(request, "503 Service Unavailable", "", "");
        return true;
    }
    if (talk->denies && strcmp(what, "/meta/subscribe") == 0) {
        deny(request);
        return true;
    }
    return false;
}

static int open_on(void **state, bool simulated)
{
    query_talk *talk = calloc(1, sizeof *talk);

    *state = talk;
    assert_int_equal(simulated ? live_loop_new_simulated(1000, &talk->loop, NULL)
                               : live_loop_new(&talk->loop, NULL),
                     LIVE_OK);
    talk->peer = cometd_peer_new(talk->loop, on_request, talk);
    live_client_options options = { .url = http_peer_url(talk->peer->http),
                                    .username = "bot",
                                    .password = "s3cret",
                                    .rest_input = "/services/plugin-restinput/bot/" };
    return (int)live_client_new(talk->loop, &options, &talk->client, NULL);
}

int query_talk_open(void **state)
{
    return open_on(state, false);
}

int query_talk_open_simulated(void **state)
{
    return open_on(state, true);
}

int query_talk_close(void **state)
{
    query_talk *talk = *state;

    cometd_peer_free(talk->peer); // first: nobody waits for its last words
    live_query_free(talk->query);
    live_client_free(talk->client);
    live_loop_free(talk->loop);
    free(talk);
    return 0;
}

static live_flow on_row(live_query *query, const cJSON *row, void *user)
{
    query_talk *talk = user;
    char *text = NULL;
    size_t length = strlen(talk->rows);
    live_flow flow = talk->flow;

    assert_int_equal(live_json_print(row, &text, NULL), LIVE_OK);
    talk->longest = strlen(text) > talk->longest ? strlen(text) : talk->longest;
    snprintf(talk->rows + length, sizeof talk->rows - length, "%s%s",
             live_query_is_late(query) ? "~" : "", text);
    live_free(text);
    point(talk, "row");
    return flow;
}

static void on_control(live_query *query, const char *type, const cJSON *data, void *user)
{
    query_talk *talk = user;
    size_t length = strlen(talk->controls);

    (void)query;
    assert_string_equal(live_json_str(data, "type", ""), type);
    snprintf(talk->controls + length, sizeof talk->controls - length, "%s ", type);
    point(talk, "control");
}

static void on_gap(live_query *query, const live_gap *gap, void *user)
{
    query_talk *talk = user;

    assert_ptr_equal(query, talk->query);
    talk->gaps++;
    talk->gap = *gap;
    point(talk, "gap");
}

static void on_trouble(live_query *query, const live_error *why, void *user)
{
    query_talk *talk = user;
    size_t length = strlen(talk->troubles);

    assert_ptr_equal(query, talk->query);
    snprintf(talk->troubles + length, sizeof talk->troubles - length, "%s; ",
             why ? why->text : "runs");
    point(talk, why ? "trouble" : "runs");
}

static void on_end(live_query *query, const live_error *why, void *user)
{
    query_talk *talk = user;

    assert_ptr_equal(query, talk->query);
    talk->ends++;
    talk->why = why ? *why : (live_error){ 0 };
    point(talk, "end");
}

void query_talk_start(query_talk *talk, const char *expression, live_query_options options)
{
    options.size = sizeof options;
    options.on_control = on_control;
    options.on_gap = on_gap;
    options.on_trouble = on_trouble;
    assert_int_equal(live_query_start(talk->client, expression, &options, on_row, on_end, talk,
                                      &talk->query, NULL),
                     LIVE_OK);
}

static void stop_loop(query_talk *talk)
{
    live_loop_stop(talk->loop);
}

void query_talk_run_to(query_talk *talk, const char *at)
{
    talk->at = at;
    talk->act = stop_loop;
    assert_int_equal(live_loop_run(talk->loop, LIVE_FOREVER, NULL), LIVE_OK);
}

void query_talk_run_for(query_talk *talk, int64_t ms)
{
    live_err err = live_loop_run(talk->loop, ms, NULL);

    assert_true(err == LIVE_OK || err == LIVE_E_TIMEOUT);
}

void query_talk_begin(query_talk *talk)
{
    query_talk_start(talk, "x", (live_query_options){ .realtime = true });
    query_talk_run_to(talk, "runs");
    while (!talk->peer->held)
        query_talk_run_to(talk, "/meta/connect");
    talk->at = NULL;
}

void query_talk_say(query_talk *talk, const char *data)
{
    cometd_send(talk->peer, data);
    query_talk_run_for(talk, HEARD_MS);
}

void query_talk_follow(query_talk *talk, const char *expression, live_query_options options)
{
    options.realtime = true;
    query_talk_start(talk, expression, options);
    query_talk_run_to(talk, "/meta/subscribe");
    talk->at = NULL;
    query_talk_run_for(talk, HEARD_MS);
    cometd_send(talk->peer, START);
    cometd_send(talk->peer, REAL_TIME);
    query_talk_say(talk, EVENT(ROW(5, 1) "," ROW(7, 2)));
    assert_non_null(strstr(talk->rows, ROW(7, 2)));
    talk->rows[0] = '\0';
}

void query_talk_lose_session(query_talk *talk)
{
    char body[256];

    assert_non_null(talk->peer->held);
    snprintf(body, sizeof body,
             "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":false,"
             "\"error\":\"402::Unknown client\","
             "\"advice\":{\"reconnect\":\"handshake\",\"interval\":0}}]",
             cometd_id(talk->peer->held));
    peer_answer_json(talk->peer->held, body);
    talk->peer->held = NULL;
}

size_t query_talk_count(const query_talk *talk, const char *text)
{
    size_t count = 0;

    for (size_t i = 1; i <= http_peer_count(talk->peer->http); i++)
        count += strstr(http_peer_request(talk->peer->http, i)->body, text) != NULL;
    return count;
}
