// SPDX-License-Identifier: Apache-2.0
// What comes for a query, to its program: rows, what the platform tells beside them, and what waits because the program is slow.
#include <live/json.h>
#include <stdio.h>
#include <string.h>

#include "base/auto.h"
#include "query_inside.h"
#include "rows.h"

// What became of a message: rows of it are LEFT for later, or the query is OVER.
typedef enum progress { HANDLED, LEFT, OVER } progress;

// A time beyond it is ahead of the platform's clock; where that is not known none is.
static int64_t last_time(const live_query *query)
{
    int64_t doubt, now_ms = lv_session_platform_ms(query->session, &doubt);

    return doubt == LIVE_FOREVER ? INT64_MAX : now_ms + doubt;
}

// Where there is no room for what comes the stream can be torn, and mended without telling its history again.
static bool can_be_torn(const live_query *query)
{
    return query->wording.realtime &&
           (query->gap.began_ms >= 0 || lv_gap_mend(&query->gap) == LV_MEND_FILL);
}

// Rows wait for their program, so that others have their turn. Where it cannot be torn only as long as there is room.
static bool may_wait(const live_query *query)
{
    return can_be_torn(query) || !lv_backlog_is_full(&query->backlog);
}

static int64_t now(const live_query *query)
{
    return live_loop_monotonic_ms(query->client->loop);
}

static void end_without_memory(live_query *query)
{
    live_error error = { 0 };

    live_fail(&error, LIVE_E_NOMEM, "out of memory");
    lv_query_end(query, &error);
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
        lv_query_end(query, NULL);
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
        return lv_query_ask_later(query);
    lv_query_end(query, NULL);
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

// For good.
static bool on_error(live_query *query, const char *message)
{
    live_error error = { 0 };

    live_fail(&error, LIVE_E_PARSE, "%s", *message ? message : "the platform stopped the query");
    find_place(&error);
    lv_query_end(query, &error);
    return false;
}

// Nothing comes until it starts again, if it does. One whose history is over has had all that it asked for.
static bool on_stop(live_query *query, const cJSON *data)
{
    const char *reason = live_json_str(data, "reason", "");
    const char *message = live_json_str(data, "message", "");
    live_error why = { 0 };

    if (strcmp(reason, "Error") == 0)
        return on_error(query, message);
    if (!query->wording.realtime || strcmp(reason, "NoRealTime") == 0)
        return true;
    live_fail(&why, LIVE_E_CLOSED, "the platform has stopped the query (%s)%s%s",
              *reason ? reason : "no reason", *message ? ": " : "", message);
    return lv_query_tell_trouble(query, &why);
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

    if (query->owed && !lv_query_report_gap(query))
        return OVER; // its subscription stands, whether we were told or not
    if (strcmp(type, "destroy") != 0) {
        lv_backoff_reset(&query->backoff);
        if (!lv_query_tell_trouble(query, NULL))
            return OVER;
    }
    if (strcmp(type, "event") == 0)
        return deliver_rows(query, data);
    if (!tell_control(query, type, data))
        return OVER;
    return tell_life(query, type, data) ? HANDLED : OVER;
}

// What the program has not taken yet

// HANDLED: there is none, or it was.
static progress handle_first(live_query *query)
{
    cJSON *data = lv_backlog_first(&query->backlog);
    progress progress = data ? handle(query, data) : HANDLED;

    if (data && progress == HANDLED)
        lv_backlog_drop_first(&query->backlog);
    return progress;
}

// Without waiting for the program's turn, where nothing of it may be left out. False: the query is over.
static bool make_room(live_query *query)
{
    progress progress = HANDLED;

    while (progress == HANDLED && lv_backlog_is_full(&query->backlog))
        progress = handle_first(query);
    return progress != OVER;
}

// It has said all that it says: what becomes of the session, or that nothing more comes, is nothing to it.
static void stop_listening(live_query *query)
{
    lv_listener_free(query->listener);
    query->listener = NULL;
    live_timer_set(query->idle, -1, 0);
}

// What found no room, or no memory. False: the query is over.
static bool overflow(live_query *query, bool kept)
{
    if (can_be_torn(query) || query->paused || (query->wording.realtime && !kept)) {
        lv_query_tear(query);
        return true;
    }
    if (kept)
        return make_room(query);
    end_without_memory(query);
    return false;
}

static void keep(live_query *query, lv_notice *notice)
{
    cJSON *data = notice->data;
    bool ends = !query->wording.realtime && strcmp(live_json_str(data, "type", ""), "destroy") == 0;
    bool kept = lv_backlog_add(&query->backlog, data);

    notice->data = NULL;
    if (ends && kept)
        stop_listening(query);
    if ((!kept || lv_backlog_is_full(&query->backlog)) && !overflow(query, kept))
        return;
    if (!query->paused)
        live_timer_set(query->turn, 0, 0);
}

void lv_query_take(live_query *query, lv_notice *notice)
{
    progress progress = LEFT;

    if (!lv_query_is_behind(query)) {
        lv_backlog_begin(&query->backlog, now(query), false);
        progress = handle(query, notice->data);
    }
    if (progress == OVER)
        return;
    lv_backlog_end(&query->backlog, now(query));
    if (progress == LEFT)
        keep(query, notice);
}

void lv_query_catch_up(live_timer *timer, void *user)
{
    live_query *query = user;
    progress progress = HANDLED;

    lv_backlog_begin(&query->backlog, now(query), true);
    while (progress == HANDLED && !query->paused && lv_backlog_first(&query->backlog)) {
        progress = handle_first(query);
        if (progress == OVER)
            return;
    }
    lv_backlog_end(&query->backlog, now(query));
    if (query->paused)
        return;
    if (lv_backlog_first(&query->backlog)) {
        live_timer_set(timer, 0, 0);
    } else if (query->torn) {
        query->torn = false;
        lv_query_post(query);
    }
}
