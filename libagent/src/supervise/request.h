// SPDX-License-Identifier: Apache-2.0
// What comes over the control socket: one JSON object a line.
#ifndef AG_REQUEST_H
#define AG_REQUEST_H

#include <cJSON.h>
#include <live/error.h>
#include <stddef.h>

enum { AG_CONTROL_VERSION = 1, AG_REQUEST_BYTES = 256 * 1024, AG_REQUEST_NAMES = 256 };

typedef enum ag_operation {
    AG_DO_STATUS,
    AG_DO_START,     // "processes"; answered when they are up or failed
    AG_DO_STOP,      // "processes"; without any: the agent
    AG_DO_RESTART,   // "processes"; without any: the agent, as it lies there by then
    AG_DO_ENABLE,    // "processes": in the settings file, then a reload
    AG_DO_DISABLE,   // likewise
    AG_DO_ADD,       // "process" and its "settings", likewise
    AG_DO_REMOVE,    // "processes", likewise
    AG_DO_RELOAD,    //
    AG_DO_SETTINGS,  // as they are in force, without their secrets
    AG_DO_LOGS,      // "count", "level", "processes", "follow"
    AG_DO_SUBSCRIBE, // each change of a state is told
    AG_DO_OUTBOX, // "action" and the numbers "first" and "last" of dead letters: gateway/letters.h
    AG_OPERATIONS,
} ag_operation;

typedef struct ag_request {
    ag_operation operation;
    cJSON *json; // the whole; yours: ag_request_clear()
} ag_request;

// Reads {"v": 1, "do": NAME, …}; "id", whatever it is, comes back in the answer. On failure `ret_request->json` may still
// hold what was read, so that the answer can carry the id.
// LIVE_E_PARSE: no JSON; LIVE_E_PROTOCOL: another version; LIVE_E_INVALID: a member that is missing or wrong.
live_err ag_request_parse(const char *line, size_t length, ag_request *ret_request,
                          live_error *error);
void ag_request_clear(ag_request *request);

#endif
