// SPDX-License-Identifier: Apache-2.0
// Queries: posted to the platform, read from a CometD channel, posted again after a lost session for what was missed.
#include <live/query.h>

#include <live/buf.h>
#include <live/json.h>
#include <live/time.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backlog.h"
#include "base/auto.h"
#include "base/sized.h"
#include "bayeux/session.h"
#include "client.h"
#include "gap.h"
#include "net/backoff.h"
#include "rows.h"
#include "wording.h"

enum { FIRST_WAIT_MS = 1000, LONGEST_WAIT_MS = 30000 };

// What became of a message: rows of it are LEFT for later, or the query is OVER.
typedef enum progress { HANDLED, LEFT, OVER } progress;

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
    bool *gone;       // set when a callback frees the query
    live_row_fn on_row;
    live_end_fn on_end;
    live_control_fn on_control;
    live_gap_fn on_gap;
    live_trouble_fn on_trouble;
    void *user;
};

// Nothing follows but on_end, which may free the query.
static void end(live_query *query, const live_error *why)
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
    end(query, &error);
}

static void restart_idle(live_query *query)
{
    if (query->idle_timeout_ms && !query->paused)
        live_timer_set(query->idle, query->idle_timeout_ms, 0);
}

// Tells that it does not run (`why`) or does again (NULL). False: the callback has ended the query.
static bool tell_trouble(live_query *query, const live_error *why)
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

// A time beyond it is ahead of the platform's clock; where that is not known none is.
static int64_t last_time(const live_query *query)
{
    int64_t doubt, now_ms = lv_session_platform_ms(query->session, &doubt);

    return doubt == LIVE_FOREVER ? INT64_MAX : now_ms + doubt;
}

// Rows may wait for their program where the stream can be torn, and mended, without telling its history again.
static bool may_wait(const live_query *query)
{
    return query->wording.realtime &&
           (query->gap.began_ms >= 0 || lv_gap_mend(&query->gap) == LV_MEND_FILL);
}

static int64_t now(const live_query *query)
{
    return live_loop_monotonic_ms(query->client->loop);
}

static void end_without_memory(live_query *query)
{
    live_error error = { 0 };

    live_fail(&error, LIVE_E_NOMEM, "out of memory");
    end(query, &error);
}

// One row. False: the query is over.
static bool deliver(live_query *query, const cJSON *row, int64_t last_ms, const bool *gone)
{
    if (query->wording.realtime && !lv_gap_take(&query->gap, row, last_ms))
        return true;
    query->delivered = true;
    live_flow flow = query->on_row ? query->on_row(query, row, query->user) : LIVE_CONTINUE;
    if (*gone)
        return false;
    if (flow == LIVE_STOP)
        end(query, NULL);
    return flow != LIVE_STOP;
}

static progress deliver_all(live_query *query, lv_rows *rows, const bool *gone)
{
    int64_t last_ms = last_time(query);
    bool over = false, waits = may_wait(query);

    while (lv_rows_are_left(rows) && !query->paused && !over) {
        const cJSON *row = lv_rows_take(rows);
        if (!row)
            end_without_memory(query);
        if (!row || !deliver(query, row, last_ms, gone))
            return OVER;
        over = waits && lv_backlog_is_over(&query->backlog, now(query));
    }
    return lv_rows_are_left(rows) ? LEFT : HANDLED;
}

// Takes each row out of the message as it is delivered.
static progress deliver_rows(live_query *query, cJSON *data)
{
    lv_rows rows = lv_rows_of(data);
    bool gone = false;

    query->gone = &gone;
    progress progress = deliver_all(query, &rows, &gone);
    if (!gone)
        query->gone = NULL;
    lv_rows_clear(&rows);
    return progress;
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

// False: the callback has ended the query.
static bool report_gap(live_query *query)
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

static bool ask_later(live_query *query)
{
    live_error ended = { 0 };

    lv_listener_unsubscribe(query->listener);
    live_timer_set(query->retry, lv_backoff_wait(&query->backoff), 0);
    live_fail(&ended, LIVE_E_CLOSED, "the platform has ended the query");
    return tell_trouble(query, &ended);
}

// What the platform tells of the query's life. False: the query is over.

// A query may begin again on its channel, and tell its history again.
static bool on_start(live_query *query)
{
    bool again = query->running && query->wording.realtime;

    query->begun = query->running = true;
    if (again && lv_gap_mend(&query->gap) == LV_MEND_FILL)
        (void)lv_gap_begin_fill(&query->gap, false, NULL); // without memory rows are only repeated
    return true;
}

static bool on_real_time(live_query *query)
{
    lv_gap_end_fill(&query->gap, query->asked_ms);
    return true;
}

static bool on_skipped(live_query *query)
{
    query->gap.untracked = true; // such events are in no storage that could be asked
    return true;
}

// Of a query that never began on its channel: there was none behind it, as when the platform has restarted since.
static bool on_destroy(live_query *query)
{
    if (query->wording.realtime && query->begun && !query->running)
        return ask_later(query);
    end(query, NULL);
    return false;
}

// "PipeException: At (1, 7->1, 11): …": the words are the platform's, the place is for programs, too.
static void find_place(live_error *error)
{
    const char *at = strstr(error->text, "At (");
    int line, column;

    if (at && sscanf(at, "At (%9d, %9d", &line, &column) == 2 && line > 0 && column > 0) {
        error->line = line;
        error->column = column;
    }
}

static bool on_stop(live_query *query, const cJSON *data)
{
    live_error error = { 0 };

    if (strcmp(live_json_str(data, "reason", ""), "Error") != 0)
        return true;
    live_fail(&error, LIVE_E_PARSE, "%s",
              live_json_str(data, "message", "the platform stopped the query"));
    find_place(&error);
    end(query, &error);
    return false;
}

static const struct {
    const char *type;
    bool (*act)(live_query *query);
} lives[] = { { "start", on_start },
              { "startRealTime", on_real_time },
              { "skippedRealtime", on_skipped },
              { "destroy", on_destroy } };

static bool tell_life(live_query *query, const char *type, const cJSON *data)
{
    if (strcmp(type, "stop") == 0)
        return on_stop(query, data);
    for (size_t i = 0; i < sizeof lives / sizeof *lives; i++) {
        if (strcmp(type, lives[i].type) == 0)
            return lives[i].act(query);
    }
    return true;
}

// What is deep inside of it has come as text.
static cJSON *read_whole(const cJSON *data)
{
    LV_AUTO(free) char *text = NULL;
    cJSON *whole = NULL;

    if (live_json_print(data, &text, NULL) || live_json_parse(text, strlen(text), &whole, NULL))
        return NULL;
    return whole;
}

// False: the callback has ended the query.
static bool tell_control(live_query *query, const char *type, const cJSON *data)
{
    LV_AUTO(cJSON_Delete) cJSON *whole = query->on_control ? read_whole(data) : NULL;
    bool gone = false;

    if (!whole)
        return true;
    query->gone = &gone;
    query->on_control(query, type, whole, query->user);
    if (!gone)
        query->gone = NULL;
    return !gone;
}

static progress handle(live_query *query, cJSON *data)
{
    const char *type = live_json_str(data, "type", "");

    if (query->owed && !report_gap(query))
        return OVER; // its subscription stands, whether we were told or not
    if (strcmp(type, "destroy") != 0) {
        lv_backoff_reset(&query->backoff);
        if (!tell_trouble(query, NULL))
            return OVER;
    }
    if (strcmp(type, "event") == 0)
        return deliver_rows(query, data);
    if (!tell_control(query, type, data))
        return OVER;
    return tell_life(query, type, data) ? HANDLED : OVER;
}

// What the program has not taken yet

static bool is_behind(const live_query *query)
{
    return query->paused || lv_backlog_first(&query->backlog);
}

// The stream ends behind what waits. What is missed then is made up for when the program has caught up.
static void tear(live_query *query)
{
    lv_listener_unsubscribe(query->listener);
    live_call_free(query->posting);
    query->posting = NULL;
    live_timer_set(query->retry, -1, 0);
    query->lost_ms = platform_not_before(query);
    query->torn = true;
}

static void keep(live_query *query, lv_notice *notice)
{
    cJSON *data = notice->data;

    notice->data = NULL;
    if (!lv_backlog_add(&query->backlog, data) || lv_backlog_is_full(&query->backlog))
        tear(query);
    if (!query->paused)
        live_timer_set(query->turn, 0, 0);
}

static void on_event(live_query *query, lv_notice *notice)
{
    progress progress = LEFT;

    restart_idle(query);
    if (!is_behind(query)) {
        lv_backlog_begin(&query->backlog, now(query), false);
        progress = handle(query, notice->data);
    }
    if (progress == OVER)
        return;
    lv_backlog_end(&query->backlog, now(query));
    if (progress == LEFT)
        keep(query, notice);
}

static void post(live_query *query);

// The session is another one, or may have lost what was in flight.
static void go_on_after(live_query *query, bool same_session)
{
    live_error error = { 0 };

    if (!query->started)
        return; // it is being posted
    if (is_behind(query)) {
        tear(query);
    } else if (!query->wording.realtime && query->delivered) {
        live_fail(&error, LIVE_E_CLOSED, "the session was lost between two rows");
        error.retry = true;
        end(query, &error);
    } else if (!same_session || lv_gap_mend(&query->gap) != LV_MEND_REPORT) {
        lv_listener_unsubscribe(query->listener);
        post(query);
    } else if (!query->owed || report_gap(query)) {
        (void)tell_trouble(query, NULL);
    }
}

// Without acknowledgements rows in flight may be gone, and those that the session has kept since would hide where.
static void on_lost(live_query *query, const live_error *why)
{
    bool repeats = lv_session_acknowledges(query->session);

    query->lost_ms = platform_not_before(query);
    if (query->started && !repeats && is_behind(query))
        tear(query);
    else if (query->started && !repeats && lv_gap_mend(&query->gap) == LV_MEND_REPORT)
        owe_report(query);
    else if (query->started && !repeats)
        lv_listener_unsubscribe(query->listener);
    if (query->started)
        (void)tell_trouble(query, why);
}

// Its channel means nothing any more.
static void on_forgotten(live_query *query)
{
    live_error forgotten = { 0 };

    lv_listener_unsubscribe(query->listener);
    query->lost_ms = platform_not_before(query);
    live_fail(&forgotten, LIVE_E_CLOSED, "the platform no longer knows the session");
    if (query->started && !query->troubled)
        (void)tell_trouble(query, &forgotten);
}

// What the platform has to send again it does; the rest is asked for.
static void on_restored(live_query *query)
{
    if (!lv_session_acknowledges(query->session))
        go_on_after(query, true);
    else if (query->running && !query->paused)
        (void)tell_trouble(query, NULL);
}

static void on_subscribed(live_query *query)
{
    if (!query->owed || report_gap(query))
        (void)tell_trouble(query, NULL);
}

static void on_notice(lv_notice *notice, void *user)
{
    live_query *query = user;
    live_error closed = { 0 };

    switch (notice->kind) {
    case LV_NOTICE_EVENT: on_event(query, notice); return;
    case LV_NOTICE_DENIED: end(query, &notice->error); return;
    case LV_NOTICE_FORGOTTEN: on_forgotten(query); return;
    case LV_NOTICE_LOST: on_lost(query, &notice->error); return;
    case LV_NOTICE_SUBSCRIBED: on_subscribed(query); return;
    case LV_NOTICE_REHANDSHAKEN: go_on_after(query, false); return;
    case LV_NOTICE_RESTORED: on_restored(query); return;
    case LV_NOTICE_TERMINATED:
        live_fail(&closed, LIVE_E_CLOSED, "the session has ended");
        end(query, notice->error.code ? &notice->error : &closed);
        return;
    default: return;
    }
}

// Asks again where that can help: always once the query has run, never for what is refused.
static void on_post_failed(live_query *query, const live_error *error)
{
    bool refused = error->http == 400 || error->code == LIVE_E_AUTH;

    if (!query->started || refused) {
        end(query, error);
        return;
    }
    live_timer_set(query->retry, lv_backoff_wait(&query->backoff), 0);
    (void)tell_trouble(query, error);
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

static void post(live_query *query)
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
    if (is_behind(query))
        query->torn = true;
    else
        post(query);
}

// A turn of the program's own, so that what comes for others is not held up.
static void catch_up(live_timer *timer, void *user)
{
    live_query *query = user;
    progress progress = HANDLED;
    cJSON *data;

    lv_backlog_begin(&query->backlog, now(query), true);
    while (progress == HANDLED && !query->paused && (data = lv_backlog_first(&query->backlog))) {
        progress = handle(query, data);
        if (progress == OVER)
            return;
        if (progress == HANDLED)
            lv_backlog_drop_first(&query->backlog);
    }
    lv_backlog_end(&query->backlog, now(query));
    if (query->paused)
        return;
    if (lv_backlog_first(&query->backlog)) {
        live_timer_set(timer, 0, 0);
    } else if (query->torn) {
        query->torn = false;
        post(query);
    }
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
        err = live_timer_new(loop, -1, 0, catch_up, query, &query->turn, error);
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
