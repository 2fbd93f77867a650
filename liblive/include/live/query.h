// SPDX-License-Identifier: Apache-2.0
/** @file query.h
 * Queries over history and the live stream, row by row.
 *
 * Threads: a query and its callbacks belong to the thread of its client's loop.
 *
 * Blocking: live_query_collect(); nothing else.
 */
#ifndef LIVE_QUERY_H
#define LIVE_QUERY_H

#include <cJSON.h>
#include <live/api.h>
#include <live/client.h>
#include <live/error.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A query that runs. Belongs to its client's loop. */
typedef struct live_query live_query;

/** What a row callback wants: more rows, or the end of the query. */
typedef enum live_flow { LIVE_CONTINUE, LIVE_STOP } live_flow;

/**
 * One row, borrowed for the call. LIVE_STOP ends the query; `on_end` follows with NULL.
 *
 * Nothing else of the loop runs during the call. A query that takes longer than 10 ms for its rows
 * lets others have their turn between two of them; its rows wait as in a pause. Where they cannot be
 * asked for again (a query that does not follow, the history of one that aggregates) what finds no
 * room among them does not wait.
 */
typedef live_flow (*live_row_fn)(live_query *query, const cJSON *row, void *user);

/**
 * The query has ended; `why` is NULL when it simply did. Called once, never after
 * live_query_free().
 */
typedef void (*live_end_fn)(live_query *query, const live_error *why, void *user);

/**
 * A life-cycle message of the platform other than rows: `start`, `span`, `startRealTime`,
 * `warning`, …
 */
typedef void (*live_control_fn)(live_query *query, const char *type, const cJSON *data, void *user);

/**
 * When the platform could not be reached, on its clock, in epoch ms. What it received in this time is missed, also where an
 * event that came late has an older time of its own.
 */
typedef struct live_gap {
    int64_t begin_ms; ///< time of the last row that came, or when the query began
    int64_t end_ms;   ///< when it went on; never too early, by some ms too late
} live_gap;

/** Rows of this time are missing and will not come. */
typedef void (*live_gap_fn)(live_query *query, const live_gap *gap, void *user);

/**
 * NULL: the query runs, for the first time or again. Otherwise it does not at present, since `why`:
 * it could not begin, or has run before. It goes on by itself, so there is nothing to do but to say
 * so; a further reason may follow the first.
 */
typedef void (*live_trouble_fn)(live_query *query, const live_error *why, void *user);

/** How a query that follows goes on after the session or its connection was lost. */
typedef enum live_gap_policy {
    LIVE_GAP_AUTO,    ///< LIVE_GAP_FILL where rows can be told apart, else LIVE_GAP_RESTART
    LIVE_GAP_FILL,    ///< missed rows are asked for: see live_query_is_late()
    LIVE_GAP_RESTART, ///< the query begins anew, with its history; `on_gap` is told
    LIVE_GAP_REPORT,  ///< it goes on with what arrives from now on; `on_gap` is told
} live_gap_policy;

/** How a query runs. Begin with LIVE_QUERY_OPTIONS_INIT. */
typedef struct live_query_options {
    size_t size;                ///< sizeof(live_query_options)
    const char *provider;       ///< NULL: "pipes"
    const char *reducer;        ///< a stage for the history part, such as "@latest"; NULL
    const char *span;           ///< such as "last 10 minutes"; NULL: no history
    bool realtime;              ///< go on with what arrives after history
    bool no_preload;            ///< do not read history first
    int64_t idle_timeout_ms;    ///< no message for so long ends it with LIVE_E_TIMEOUT; 0: no limit
    live_control_fn on_control; ///< NULL when not wanted; gets the `user` of live_query_start()
    live_gap_policy gap;        ///< of a query that follows
    live_gap_fn on_gap;         ///< NULL when not wanted; gets the `user` of live_query_start()
    live_trouble_fn on_trouble; ///< likewise
} live_query_options;

/** Initialises options: Pipes, no history, no live rows. */
#define LIVE_QUERY_OPTIONS_INIT                                                                    \
    {                                                                                              \
        sizeof(live_query_options), 0, 0, 0, false, false, 0, 0, LIVE_GAP_AUTO, 0, 0               \
    }

/**
 * Starts a query.
 *
 * All queries of a client share one CometD session. After a lost session a query that follows is
 * posted again from ten seconds before its last row on, for what has reached the platform late; rows
 * that this repeats are left out, so each comes once. Expressions with `every`, `over` or `at the end`, spans that end in the past and rows
 * without a `timestamp` do not allow that: then the query begins anew and `on_gap` is told. A query
 * that does not follow ends with LIVE_E_CLOSED when its session is lost between two of its rows.
 *
 * @param options NULL for the defaults. Copied.
 * @param on_end  NULL when not wanted. LIVE_E_PARSE: the expression does not compile, with the
 * platform's text and, where that tells it, `line` and `column` in the expression; LIVE_E_AUTH:
 * refused credentials; LIVE_E_TIMEOUT: idle.
 * @param ret_query yours: live_query_free(), also after its end, before the client
 */
LIVE_API LIVE_MUST_USE live_err live_query_start(live_client *client, const char *expression,
                                                 const live_query_options *options,
                                                 live_row_fn on_row, live_end_fn on_end, void *user,
                                                 live_query **ret_query, live_error *error);

/**
 * Whether the row that is being delivered was missed at its time and has been asked for since. In
 * the order of their times such rows come before those of the present.
 */
LIVE_API bool live_query_is_late(const live_query *query);

/**
 * Lets no further row come, also of those that have arrived, until live_query_resume(): for a
 * consumer that cannot keep up. What comes meanwhile is kept, some 4 MB of it; what finds no room is
 * made up for as after a lost session. Has no effect on a query that does not follow. May be called
 * from the row's callback.
 */
LIVE_API void live_query_pause(live_query *query);

/** Goes on after live_query_pause(); without it, nothing happens. */
LIVE_API void live_query_resume(live_query *query);

/** Ends the query (the channel is unsubscribed) and frees it. */
LIVE_API void live_query_free(live_query *query);

/**
 * Runs a query to its end and returns all its rows.
 *
 * Blocks the calling thread on a loop of its own; no other callback of the client runs meanwhile.
 *
 * @param options  NULL for the defaults; `realtime` is ignored.
 * @param ret_rows an array, empty when nothing matched. Yours: cJSON_Delete().
 * @retval LIVE_E_PARSE   the expression does not compile; see live_query_start()
 * @retval LIVE_E_AUTH    the platform refused the credentials
 * @retval LIVE_E_TIMEOUT no message for `idle_timeout_ms`
 * @retval LIVE_E_CLOSED  live_client_cancel(), or the session was lost between two rows
 */
LIVE_API LIVE_MUST_USE live_err live_query_collect(live_client *client, const char *expression,
                                                   const live_query_options *options,
                                                   cJSON **ret_rows, live_error *error);

#ifdef __cplusplus
}
#endif
#endif
