// SPDX-License-Identifier: Apache-2.0
/** @file run.h
 * What a running process may do: its settings, its events, its saved state.
 *
 * Threads: the worker's loop, which calls the module. An adapter's answer() runs on another and has what chat.h names.
 *
 * Blocking: agent_emit(), agent_flush() and agent_save() wait for the gateway and the disk, within time limits.
 */
#ifndef AGENT_RUN_H
#define AGENT_RUN_H

#include <cJSON.h>
#include <live/api.h>
#include <live/error.h>
#include <live/loop.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct agent_run agent_run; ///< one running process; lives until its stop() has returned

/** The config struct, filled from the settings. Never changes while the process runs. Borrowed. */
LIVE_API const void *agent_config(const agent_run *run);

/** The process's own memory, `state_size` bytes, zero at the start. Not saved. Borrowed. */
LIVE_API void *agent_state(agent_run *run);

/** Its name in the settings file. Borrowed from the run. */
LIVE_API const char *agent_name(const agent_run *run);

/** The worker's loop, for timers and descriptors of one's own. Borrowed: do not run or free it. */
LIVE_API live_loop *agent_loop(agent_run *run);

/**
 * In row(): whether the row was missed at its time, while the platform could not be reached, and has been asked for
 * since. Such rows come in the order of their times, before those of the present.
 */
LIVE_API bool agent_row_is_late(const agent_run *run);

/**
 * Hands an event over to the gateway. Takes the event.
 *
 * Blocks while the window of events that are not yet accepted (256 KiB) is full, for at most ten seconds.
 *
 * @retval LIVE_E_TIMEOUT the gateway takes no events; `retry` is set
 * @retval LIVE_E_INVALID no event; the text names the member
 */
LIVE_API LIVE_MUST_USE live_err agent_emit(agent_run *run, cJSON *event, live_error *error);

/**
 * Waits until every event that was emitted is accepted by the gateway, and survives a power cut.
 *
 * @param timeout_ms 0 or less: ten seconds
 * @retval LIVE_E_TIMEOUT it has not
 */
LIVE_API LIVE_MUST_USE live_err agent_flush(agent_run *run, int64_t timeout_ms, live_error *error);

/**
 * Saves a value of the process's state under a key, durably: it is on the disk when this returns, and
 * never ahead of the events that were emitted before, which are flushed first.
 *
 * @retval LIVE_E_INVALID a key that is none
 * @retval LIVE_E_LIMIT   a key of more than 200 bytes
 * @retval LIVE_E_SYSTEM  it cannot be written; `retry` is set where the disk is full
 */
LIVE_API LIVE_MUST_USE live_err agent_save(agent_run *run, const char *key, const cJSON *value,
                                           live_error *error);

/** Loads what was saved. @param ret_value yours: cJSON_Delete() @retval LIVE_E_NOTFOUND nothing was */
LIVE_API LIVE_MUST_USE live_err agent_load(agent_run *run, const char *key, cJSON **ret_value,
                                           live_error *error);

#ifdef __cplusplus
}
#endif
#endif
