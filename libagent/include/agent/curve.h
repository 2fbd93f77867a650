// SPDX-License-Identifier: Apache-2.0
/** @file curve.h
 * Monitors of curves: the query for the latest values of some mnemonics, and a window of its rows by index.
 *
 * A monitor knows its curves by roles ("pressure"); the settings say which mnemonic of the asset plays which.
 *
 * Threads: the worker's loop, or that of an adapter's answer(); a window belongs to one at a time.
 *
 * Blocking: nothing.
 */
#ifndef AGENT_CURVE_H
#define AGENT_CURVE_H

#include <agent/setting.h>
#include <agent/watch.h>
#include <cJSON.h>
#include <live/api.h>
#include <live/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Watches the curves of an asset: each second one row with the last value of each mnemonic and, as `NAME_uom`, its
 * unit; a curve without a value in that second is absent from the row. A row without the first curve is left out.
 * Names are quoted, so any mnemonic and event type may be given.
 *
 * @param event_type of the asset's normalised events
 * @param mnemonics  role → mnemonic, as in the setting AGENT_MAP()
 * @retval LIVE_E_INVALID no event type, or no mnemonic
 */
LIVE_API LIVE_MUST_USE live_err agent_watch_curves(agent_watch *watch, const char *event_type,
                                                   const agent_map *mnemonics, live_error *error);

/** A window of rows over the last `duration` of an index. Belongs to one process. */
typedef struct agent_window agent_window;

/**
 * @param mnemonics what a row must have to count; borrowed, as the config struct is
 * @param index     the member that orders rows, such as "timestamp"; copied
 * @param duration  in units of the index: ms where that is a time
 * @retval LIVE_E_NOMEM memory is out
 */
LIVE_API LIVE_MUST_USE live_err agent_window_new(const agent_map *mnemonics, const char *index,
                                                 double duration, agent_window **ret_window,
                                                 live_error *error);
/** Frees the window and its rows. NULL is fine. */
LIVE_API void agent_window_free(agent_window *window);

/** What became of a row. */
typedef enum agent_window_result {
    AGENT_WINDOW_ADDED,      ///< it is the last one of the window
    AGENT_WINDOW_INCOMPLETE, ///< a curve is missing in it; see agent_window_missing()
    AGENT_WINDOW_RESET, ///< its index lies before the window: the index began anew, and this is the first row
    AGENT_WINDOW_OUTDATED ///< its index lies before that of the last row, in the window: it was put in its place
} agent_window_result;

/**
 * Adds a copy of a row and drops what is older than `duration` before the newest one: rows with an index in
 * (newest - duration, newest] stay.
 *
 * @retval LIVE_E_NOMEM memory is out; the window is as before
 */
LIVE_API LIVE_MUST_USE live_err agent_window_add(agent_window *window, const cJSON *row,
                                                 agent_window_result *ret_result,
                                                 live_error *error);

/** How many rows it has. */
LIVE_API size_t agent_window_count(const agent_window *window);

/** The rows in the order of their index, 0 the oldest; NULL past the last. Borrowed until the next add. */
LIVE_API const cJSON *agent_window_at(const agent_window *window, size_t index);

/**
 * The mnemonic that no row has had yet and that was not told before, or NULL: so a monitor says once which curves
 * are missing. Call until it returns NULL. Borrowed.
 */
LIVE_API const char *agent_window_missing(agent_window *window);

#ifdef __cplusplus
}
#endif
#endif
