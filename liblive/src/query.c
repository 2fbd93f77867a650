// SPDX-License-Identifier: Apache-2.0
// Queries: posted to the platform, subscribed to, posted again after a lost session for what was missed.
#include "query_inside.h"

#include <live/buf.h>
#include <live/json.h>
#include <stdlib.h>
#include <string.h>

#include "base/sized.h"

enum { FIRST_WAIT_MS = 1000, LONGEST_WAIT_MS = 30000 };

void lv_query_end(live_query *query, const live_error *why)
{
    live_end_fn on_end = query->on_end;

    lv_listener_free(query->listener);
    query->listener = NULL;
    live_call_free(query->posting);
    query->posting = NULL;
    live_timer_set(query->retry, -1, 0);
    live_timer_set(query->idle, -1, 0);
    live_timer_set(query->turn, -1, 0);
    lv_backlog_clear(&query->backlog);
    if (query->gone)
        *query->gone = true; // for what is under way the query is over
    query->gone = NULL;
    query->on_end = NULL;
    if (on_end)
        on_end(query, why, query->user);
}

static void on_idle(live_timer *timer, void *user)
{
    live_query *query = user;
    live_error error = { 0 };

    (void)timer;
    live_fail(&error, LIVE_E_TIMEOUT, "no message for %lld ms", (long long)query->idle_timeout_ms);
    lv_query_end(query, &error);
}

static void restart_idle(live_query *query)
{
    if (query->idle_timeout_ms && !query->paused)
        live_timer_set(query->idle, query->idle_timeout_ms, 0);
}

bool lv_query_tell_trouble(live_query *query, const live_error *why)
{
    bool gone = false;

    if (!why && !query->troubled)
        return true;
    query->troubled = why != NULL;
    if (!query->on_trouble)
        return true;
    query->gone = &gone;
    query->on_trouble(query, why, query->user);
    if (!gone)
        query->gone = NULL;
    return !gone;
}

// The platform's clock is known with some doubt: a gap is rather too long than too short.
static int64_t platform_not_before(const live_query *query)
{
    int64_t doubt, now_ms = lv_session_platform_ms(query->session, &doubt);

    return doubt > 0 ? now_ms - doubt : now_ms;
}

static int64_t platform_not_after(const live_query *query)
{
    int64_t doubt, now_ms = lv_session_platform_ms(query->session, &doubt);

    return doubt > 0 ? now_ms + doubt : now_ms;
}

// Interruptions

// What is missed from now on is to be reported, once it is known where it ends.
static void owe_report(live_query *query)
{
    int64_t since = lv_gap_since(&query->gap);

    if (!query->owed)
        query->owed_ms = since < 0 ? query->lost_ms : since;
    query->owed = true;
}

bool lv_query_report_gap(live_query *query)
{
    live_gap gap = { .begin_ms = query->owed_ms, .end_ms = platform_not_after(query) };
    bool gone = false;

    if (gap.end_ms < gap.begin_ms)
        gap.end_ms = gap.begin_ms;
    query->owed = false;
    lv_gap_settle(&query->gap, gap.end_ms);
    if (!query->on_gap)
        return true;
    query->gone = &gone;
    query->on_gap(query, &gap, query->user);
    if (!gone)
        query->gone = NULL;
    return !gone;
}

bool lv_query_ask_later(live_query *query)
{
    live_error ended = { 0 };

    lv_listener_unsubscribe(query->listener);
    live_timer_set(query->retry, lv_backoff_wait(&query->backoff), 0);
    live_fail(&ended, LIVE_E_CLOSED, "the platform has ended the query");
    return lv_query_tell_trouble(query, &ended);
}

bool lv_query_is_behind(const live_query *query)
{
    return query->paused || lv_backlog_first(&query->backlog);
}

void lv_query_tear(live_query *query)
{
    lv_listener_unsubscribe(query->listener);
    live_call_free(query->posting);
    query->posting = NULL;
    live_timer_set(query->retry, -1, 0);
    query->lost_ms = platform_not_before(query);
    query->torn = true;
}

// The session is another one, or may have lost what was in flight.
static void go_on_after(live_query *query, bool same_session)
{
    live_error error = { 0 };

    if (!query->started)
        return; // it is being posted
    if (query->wording.realtime && lv_query_is_behind(query)) {
        lv_query_tear(query);
    } else if (!query->wording.realtime && query->delivered) {
        live_fail(&error, LIVE_E_CLOSED, "the session was lost between two rows");
        error.retry = true;
        lv_query_end(query, &error);
    } else if (!same_session || lv_gap_mend(&query->gap) != LV_MEND_REPORT) {
        lv_listener_unsubscribe(query->listener);
        lv_query_post(query);
    } else if (!query->owed || lv_query_report_gap(query)) {
        (void)lv_query_tell_trouble(query, NULL);
    }
}

// Without acknowledgements rows in flight may be gone, and those that the session has kept since would hide where.
static void on_lost(live_query *query, const live_error *why)
{
    bool repeats = lv_session_acknowledges(query->session);

    query->lost_ms = platform_not_before(query);
    if (query->started && !repeats && query->wording.realtime && lv_query_is_behind(query))
        lv_query_tear(query);
    else if (query->started && !repeats && lv_gap_mend(&query->gap) == LV_MEND_REPORT)
        owe_report(query);
    else if (query->started && !repeats)
        lv_listener_unsubscribe(query->listener);
    if (query->started)
        (void)lv_query_tell_trouble(query, why);
}

// Once: the tries go on, and so would their failures.
static void on_unreached(live_query *query, const live_error *why)
{
    if (query->explained || !query->started)
        return;
    query->explained = true;
    (void)lv_query_tell_trouble(query, why);
}

// Its channel means nothing any more.
static void on_forgotten(live_query *query)
{
    live_error forgotten = { 0 };

    lv_listener_unsubscribe(query->listener);
    query->lost_ms = platform_not_before(query);
    live_fail(&forgotten, LIVE_E_CLOSED, "the platform no longer knows the session");
    if (query->started && !query->troubled)
        (void)lv_query_tell_trouble(query, &forgotten);
}

// What the platform has to send again it does; the rest is asked for.
static void on_restored(live_query *query)
{
    if (!lv_session_acknowledges(query->session))
        go_on_after(query, true);
    else if (query->running && !query->paused)
        (void)lv_query_tell_trouble(query, NULL);
}

static void on_subscribed(live_query *query)
{
    if (!query->owed || lv_query_report_gap(query))
        (void)lv_query_tell_trouble(query, NULL);
}

static void on_notice(lv_notice *notice, void *user)
{
    live_query *query = user;
    live_error closed = { 0 };

    switch (notice->kind) {
    case LV_NOTICE_EVENT:
        restart_idle(query);
        lv_query_take(query, notice);
        return;
    case LV_NOTICE_DENIED: lv_query_end(query, &notice->error); return;
    case LV_NOTICE_FORGOTTEN: on_forgotten(query); return;
    case LV_NOTICE_UNREACHED: on_unreached(query, &notice->error); return;
    case LV_NOTICE_LOST: on_lost(query, &notice->error); return;
    case LV_NOTICE_SUBSCRIBED: on_subscribed(query); return;
    case LV_NOTICE_REHANDSHAKEN: go_on_after(query, false); return;
    case LV_NOTICE_RESTORED: on_restored(query); return;
    case LV_NOTICE_TERMINATED:
        live_fail(&closed, LIVE_E_CLOSED, "the session has ended");
        lv_query_end(query, notice->error.code ? &notice->error : &closed);
        return;
    default: return;
    }
}

// Asks again where that can help: always once the query has run, never for what is refused.
static void on_post_failed(live_query *query, const live_error *error)
{
    bool refused = error->http == 400 || error->code == LIVE_E_AUTH;

    if (!query->started || refused) {
        lv_query_end(query, error);
        return;
    }
    live_timer_set(query->retry, lv_backoff_wait(&query->backoff), 0);
    (void)lv_query_tell_trouble(query, error);
}

static void on_posted(const cJSON *body, const live_error *error, void *user)
{
    live_query *query = user;
    live_error own = { 0 };
    const char *channel = live_json_str(cJSON_GetArrayItem(body, 0), "channel", NULL);

    query->posting = NULL;
    if (!error && !channel) {
        live_fail(&own, LIVE_E_PROTOCOL, "POST /rest/query: the answer names no channel");
        error = &own;
    }
    query->running = false;
    query->asked_ms = platform_not_before(query);
    if (!error && (query->mend != LV_MEND_FILL || !lv_gap_begin_fill(&query->gap, true, &own)) &&
        !lv_listener_subscribe(query->listener, channel, &own)) {
        query->started = true;
        return;
    }
    on_post_failed(query, error ? error : &own);
}

static live_err try_post(live_query *query, live_error *error)
{
    query->mend =
        query->started && query->wording.realtime ? lv_gap_mend(&query->gap) : LV_MEND_AGAIN;
    if (query->mend == LV_MEND_REPORT)
        owe_report(query);
    live_buf *body = lv_wording_write(&query->wording, &query->gap, query->mend);
    live_err err = live_buf_failed(body)
                       ? live_fail(error, LIVE_E_NOMEM, "out of memory")
                       : live_client_call(query->client, "/rest/query", live_buf_data(body),
                                          on_posted, query, &query->posting, error);

    live_buf_free(body);
    return err;
}

void lv_query_post(live_query *query)
{
    live_error error = { 0 };

    live_call_free(query->posting);
    query->posting = NULL;
    live_timer_set(query->retry, -1, 0);
    if (try_post(query, &error))
        on_post_failed(query, &error);
}

static void post_again(live_timer *timer, void *user)
{
    live_query *query = user;

    (void)timer;
    if (lv_query_is_behind(query))
        query->torn = true;
    else
        lv_query_post(query);
}

static live_err begin(live_query *query, const char *expression, const live_query_options *options,
                      live_error *error)
{
    live_loop *loop = query->client->loop;
    live_err err = lv_wording_init(&query->wording, expression, options, error);

    lv_gap_init(&query->gap, expression, options);

    if (!err)
        err = live_timer_new(loop, -1, 0, post_again, query, &query->retry, error);
    if (!err)
        err = live_timer_new(loop, -1, 0, on_idle, query, &query->idle, error);
    if (!err)
        err = live_timer_new(loop, -1, 0, lv_query_catch_up, query, &query->turn, error);
    if (!err)
        err = lv_session_get(query->client, &query->session, error);
    if (!err)
        err = lv_listener_new(query->session, on_notice, query, &query->listener, error);
    if (!err)
        err = try_post(query, error);
    if (!err)
        restart_idle(query);
    return err;
}

// NOLINTNEXTLINE(readability-function-size): two callbacks, and what every start has
live_err live_query_start(live_client *client, const char *expression,
                          const live_query_options *options, live_row_fn on_row, live_end_fn on_end,
                          void *user, live_query **ret_query, live_error *error)
{
    live_query_options taken = LIVE_QUERY_OPTIONS_INIT;

    if (!client->options.url)
        return live_fail(error, LIVE_E_INVALID, "no url is set: queries need one");
    LV_TAKE(taken, options);
    live_query *query = calloc(1, sizeof *query);
    if (!query)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    *query = (live_query){ .client = client,
                           .idle_timeout_ms = taken.idle_timeout_ms,
                           .backoff = { .first_ms = FIRST_WAIT_MS, .cap_ms = LONGEST_WAIT_MS },
                           .on_row = on_row,
                           .on_end = on_end,
                           .on_control = taken.on_control,
                           .on_gap = taken.on_gap,
                           .on_trouble = taken.on_trouble,
                           .troubled = true,
                           .user = user };
    live_err err = begin(query, expression, &taken, error);
    if (err) {
        live_query_free(query);
        return err;
    }
    *ret_query = query;
    return LIVE_OK;
}

void live_query_free(live_query *query)
{
    if (!query)
        return;
    if (query->gone)
        *query->gone = true;
    lv_listener_free(query->listener);
    live_call_free(query->posting);
    live_timer_free(query->retry);
    live_timer_free(query->idle);
    live_timer_free(query->turn);
    lv_backlog_clear(&query->backlog);
    lv_gap_clear(&query->gap);
    lv_wording_clear(&query->wording);
    free(query);
}

void live_query_pause(live_query *query)
{
    if (!query->wording.realtime || !query->listener || query->paused)
        return;
    query->paused = true;
    live_timer_set(query->idle, -1, 0);
}

void live_query_resume(live_query *query)
{
    if (!query->paused || !query->listener)
        return;
    query->paused = false;
    restart_idle(query);
    live_timer_set(query->turn, 0, 0);
}

bool live_query_is_late(const live_query *query)
{
    return query->gap.filling;
}
