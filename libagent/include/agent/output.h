// SPDX-License-Identifier: Apache-2.0
/** @file output.h
 * Where a process speaks: the object `output` of its settings, and speaking there.
 *
 * Every process may have it; the host reads it, so it stands in no table of a module:
 *
 * Blocking: speaking, as agent_emit() does; nothing else.
 *
 * @code
 * "output": {
 *     "author": { "id": 7, "name": "Pump watch" },
 *     "room": { "id": "k3v9a1m2q0c7d5e8f6g4h2j1n0" },
 *     "message_event": { "event_type": "raw_rig_01", "mnemonic": "MSG" }
 * }
 * @endcode
 *
 * Threads: the worker's loop.
 */
#ifndef AGENT_OUTPUT_H
#define AGENT_OUTPUT_H

#include <agent/run.h>
#include <cJSON.h>
#include <live/api.h>
#include <live/error.h>
#include <live/message.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A text that is not given is "". */
typedef struct agent_output {
    live_author author;          ///< who speaks; `name` "" : nobody is named
    const char *room_id;         ///< of the messenger
    const char *marker_type;     ///< `message_event`: the event type of chart markers
    const char *marker_mnemonic; ///< and their mnemonic
    int64_t dashboard_id;        ///< of annotations; 0: none
    const char *dashboard_name;  ///< of annotations
    const char *event_type;      ///< for a module's own events
    bool skip_storage;           ///< `skipstorage`: such events are not stored
} agent_output;

/** What the settings say. Borrowed; never NULL; never changes while the process runs. */
LIVE_API const agent_output *agent_output_of(const agent_run *run);

/**
 * Says something: as a chart marker where `message_event` is set, and as a message where `room` and `author` are.
 *
 * @retval LIVE_E_INVALID the settings name neither place; the text says what is missing
 * @retval LIVE_E_TIMEOUT the gateway takes no events; `retry` is set
 */
LIVE_API LIVE_MUST_USE live_err agent_say(agent_run *run, live_error *error, const char *format,
                                          ...) LIVE_FORMAT(3, 4);

/** As agent_say(), as a message in the room alone. */
LIVE_API LIVE_MUST_USE live_err agent_message(agent_run *run, live_error *error, const char *format,
                                              ...) LIVE_FORMAT(3, 4);

/** As agent_say(), as a chart marker alone, at `time_ms` (0: now). */
LIVE_API LIVE_MUST_USE live_err agent_mark(agent_run *run, int64_t time_ms, live_error *error,
                                           const char *format, ...) LIVE_FORMAT(4, 5);

/**
 * Annotates: `data` (taken) holds what is said of a span of time, at the least `message`; `begin` and `end` in ms
 * since 1970 (defaults: now, and 30 s after `begin`). Author, room and dashboard are those of the settings.
 *
 * @retval LIVE_E_INVALID the settings name no author, or a time is none
 */
LIVE_API LIVE_MUST_USE live_err agent_annotate(agent_run *run, cJSON *data, live_error *error);

#ifdef __cplusplus
}
#endif
#endif
