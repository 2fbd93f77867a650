// SPDX-License-Identifier: Apache-2.0
// Inside of a query: what its parts share. query.c is about its standing on the platform, delivery.c about its program.
#ifndef LV_QUERY_INSIDE_H
#define LV_QUERY_INSIDE_H

#include <live/query.h>

#include "backlog.h"
#include "bayeux/session.h"
#include "client.h"
#include "gap.h"
#include "net/backoff.h"
#include "wording.h"

struct live_query {
    live_client *client;
    lv_session *session;
    lv_listener *listener;
    live_call *posting;
    live_timer *retry, *idle, *turn;
    lv_wording wording;
    int64_t idle_timeout_ms;
    lv_backoff backoff;
    lv_gap gap;
    lv_backlog backlog;
    bool torn;        // the stream, behind what waits: it goes on when the program has taken that
    lv_mend mend;     // what the query that was posted last is for
    int64_t lost_ms;  // when the session was
    int64_t asked_ms; // when the platform was asked to begin
    bool owed;        // what was missed is to be reported
    int64_t owed_ms;  // from then on
    bool started;     // the platform has accepted it once
    bool delivered;   // a row
    bool paused;      // by the program
    bool begun;       // the platform has said so
    bool running;     // and of the one posted last
    bool troubled;    // the program was told that it does not run, or not yet that it does
    bool explained;   // it was told why it does not begin
    bool *gone;       // set when a callback frees the query
    live_row_fn on_row;
    live_end_fn on_end;
    live_control_fn on_control;
    live_gap_fn on_gap;
    live_trouble_fn on_trouble;
    void *user;
};

// Nothing follows but on_end, which may free the query.
void lv_query_end(live_query *query, const live_error *why);

// Tells that it does not run (`why`) or does again (NULL). False: the callback has ended the query.
bool lv_query_tell_trouble(live_query *query, const live_error *why);

// What was missed ends now. False: the callback has ended the query.
bool lv_query_report_gap(live_query *query);

// The platform has ended it, and is asked again after a while. False: the callback has ended the query.
bool lv_query_ask_later(live_query *query);

// The stream ends behind what waits for the program; it is posted again when that has caught up.
void lv_query_tear(live_query *query);
void lv_query_post(live_query *query);

// Whether something waits for the program, or would.
bool lv_query_is_behind(const live_query *query);

// What has come on its channel; rows that are left for later are taken out of the notice.
void lv_query_take(live_query *query, lv_notice *notice);

// A turn of the program's own, so that what comes for others is not held up.
void lv_query_catch_up(live_timer *timer, void *user);

#endif
