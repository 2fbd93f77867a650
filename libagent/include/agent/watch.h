// SPDX-License-Identifier: Apache-2.0
/** @file watch.h
 * What a monitor watches: one query, followed in real time.
 *
 * Threads: the worker's loop.
 *
 * Blocking: nothing.
 */
#ifndef AGENT_WATCH_H
#define AGENT_WATCH_H

#include <live/api.h>
#include <live/error.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct agent_watch agent_watch; ///< what watch() fills; borrowed for the call

/** The query, formatted. @retval LIVE_E_NOMEM memory is out */
LIVE_API LIVE_MUST_USE live_err agent_watch_expr(agent_watch *watch, live_error *error,
                                                 const char *format, ...) LIVE_FORMAT(3, 4);

/**
 * The history to read first, such as "last 10 minutes"; without it only what arrives.
 *
 * @retval LIVE_E_NOMEM memory is out
 */
LIVE_API LIVE_MUST_USE live_err agent_watch_span(agent_watch *watch, const char *span,
                                                 live_error *error);

#ifdef __cplusplus
}
#endif
#endif
