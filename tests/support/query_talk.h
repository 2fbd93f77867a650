// SPDX-License-Identifier: Apache-2.0
// A query of a client and a scripted platform, on one loop.
#ifndef QUERY_TALK_H
#define QUERY_TALK_H

#include <live/query.h>

#include "cometd_peer.h"

typedef struct query_talk {
    live_loop *loop;
    cometd_peer *peer;
    live_client *client;
    live_query *query;
    char rows[512]; // printed, one after the other, a late one behind a '~'
    size_t longest; // row, in bytes
    live_gap gap;   // the last that was reported
    int gaps;
    char controls[256]; // types, each followed by a space
    char troubles[512]; // why it did not run, or "runs", each followed by "; "
    int ends;
    live_error why; // of the end
    // What the test does at a point: stop the loop, or free something.
    const char *at; // "row", "control", "end", "trouble", "runs", or what the platform is asked for
    void (*act)(struct query_talk *talk);
    live_flow flow; // what a row answers
    // What the platform answers to "POST /rest/query" after so many answers of the usual kind.
    size_t usual;
    const char *status, *body;
    bool denies;    // subscriptions
    bool unreached; // handshakes fail
} query_talk;

// For cmocka_unit_test_setup_teardown(). On the simulated clock waits pass at once.
int query_talk_open(void **state);
int query_talk_open_simulated(void **state);
int query_talk_close(void **state);

// Starts the query; `on_control` is the talk's own.
void query_talk_start(query_talk *talk, const char *expression, live_query_options options);

// Starts a query that follows, until it runs and a connect is held.
void query_talk_begin(query_talk *talk);

// Starts a query, follows it into real time and to its first rows, at 5 (n 1) and at 7 (n 2), which are forgotten.
void query_talk_follow(query_talk *talk, const char *expression, live_query_options options);

// Has the platform say something of the query, and the query hear it.
void query_talk_say(query_talk *talk, const char *data);

// The session of the query that runs is no longer known to the platform.
void query_talk_lose_session(query_talk *talk);

// Runs until the point is reached.
void query_talk_run_to(query_talk *talk, const char *at);

// On the simulated clock: until nothing is ready any more, and as long as it takes. Less long when nothing is left that could
// happen.
void query_talk_run_for(query_talk *talk, int64_t ms);

// The requests so far whose body holds the text.
size_t query_talk_count(const query_talk *talk, const char *text);

#endif
