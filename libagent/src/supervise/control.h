// SPDX-License-Identifier: Apache-2.0
// The control socket: who may speak, lines in, lines out, nobody waits for anybody.
#ifndef AG_CONTROL_H
#define AG_CONTROL_H

#include <cJSON.h>
#include <live/loop.h>
#include <stdbool.h>

#include "supervise/request.h"

#define AG_CONTROL_NAME "control" // in the run folder

enum {
    AG_CONTROL_CALLERS = 32,
    AG_CONTROL_BYTES = 4 * 1024 * 1024, // that wait for one caller; beyond it is cut off
};

typedef struct ag_control ag_control;

// Who is to be answered: a caller, who may be gone by then, and the id of its request.
typedef struct ag_ticket {
    uint64_t caller;
    cJSON *id;
} ag_ticket;

// A request was made; takes the ticket and has it answered, now or later. `request` is borrowed.
typedef void (*ag_request_fn)(ag_ticket ticket, const ag_request *request, void *user);

// Listens in a folder of ours, for members of the agent's group. One that a killed agent left is replaced: the caller has
// made sure that no other agent runs.
live_err ag_control_new(live_loop *loop, const char *folder, ag_request_fn fn, void *user,
                        ag_control **ret_control, live_error *error);
void ag_control_free(
    ag_control *control); // what is answered already is still written, if it can be at once

// Answers; `body` (an object) is given away, gets "v", "id" and "ok". `error` NULL: it was done.
void ag_control_answer(ag_control *control, ag_ticket ticket, cJSON *body, const live_error *error);

// What callers asked to be told of.
typedef enum ag_topic { AG_TOPIC_STATES = 1, AG_TOPIC_LOGS = 2 } ag_topic;

// `filter`: what that caller asked for with the topic; kept, and given back to `wants`.
void ag_control_subscribe(ag_control *control, uint64_t caller, ag_topic topic, cJSON *filter);
void ag_control_tell(ag_control *control, ag_topic topic, const cJSON *news,
                     bool (*wants)(const cJSON *filter, const cJSON *news));
bool ag_control_is_heard(const ag_control *control, ag_topic topic);

#endif
