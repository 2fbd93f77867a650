// SPDX-License-Identifier: Apache-2.0
// What a worker does for its module when that asks for it: events, saved state, questions.
#ifndef AG_SERVED_H
#define AG_SERVED_H

#include "bot/ask.h"
#include "worker/link.h"
#include "worker/run.h"

// A run that is served by a worker.
typedef struct ag_served {
    agent_run run; // first: a run is what is served
    const char *state_directory;
    ag_link *link;
    ag_asks *asks; // NULL: no bot
} ag_served;

extern const ag_services ag_served_services;

#endif
