// SPDX-License-Identifier: Apache-2.0
/** @file query.h
 * Queries over history and the live stream, row by row.
 */
#ifndef LIVE_QUERY_H
#define LIVE_QUERY_H

#include <cJSON.h>
#include <live/api.h>
#include <live/client.h>
#include <live/error.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A query that runs. Belongs to its client's loop. */
typedef struct live_query live_query;

/** What a row callback wants: more rows, or the end of the query. */
typedef enum live_flow { LIVE_CONTINUE, LIVE_STOP } live_flow;

/** One row, borrowed for the call. LIVE_STOP ends the query; `on_end` follows with NULL. */
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
} live_query_options;

/** Initialises options: Pipes, no history, no live rows. */
#define LIVE_QUERY_OPTIONS_INIT                                                                    \
    {                                                                                              \
        sizeof(live_query_options), 0, 0, 0, false, false, 0, 0                                    \
    }

/**
 * Starts a query.
 *
 * All queries of a client share one CometD session. A lost session or connection leads to a new
 * handshake and the query posted again; rows that history repeats are not hidden.
 *
 * @param options NULL for the defaults. Copied.
 * @param on_end  NULL when not wanted. LIVE_E_PARSE: the expression does not compile, with the
 * platform's text; LIVE_E_AUTH: refused credentials; LIVE_E_TIMEOUT: idle.
 * @param ret_query yours: live_query_free(), also after its end, before the client
 */
LIVE_API LIVE_MUST_USE live_err live_query_start(live_client *client, const char *expression,
                                                 const live_query_options *options,
                                                 live_row_fn on_row, live_end_fn on_end, void *user,
                                                 live_query **ret_query, live_error *error);

/** Ends the query (the channel is unsubscribed) and frees it. */
LIVE_API void live_query_free(live_query *query);

/**
 * Runs a query to its end and returns all its rows.
 *
 * Blocks the calling thread on a loop of its own; no other callback of the client runs meanwhile.
 *
 * @param options  NULL for the defaults; `realtime` is ignored.
 * @param ret_rows an array, empty when nothing matched. Yours: cJSON_Delete().
 */
LIVE_API LIVE_MUST_USE live_err live_query_collect(live_client *client, const char *expression,
                                                   const live_query_options *options,
                                                   cJSON **ret_rows, live_error *error);

#ifdef __cplusplus
}
#endif
#endif
