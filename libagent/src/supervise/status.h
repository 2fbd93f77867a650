// SPDX-License-Identifier: Apache-2.0
// How an agent is: a verdict with its reason, and the figures it comes from.
#ifndef AG_STATUS_H
#define AG_STATUS_H

#include <cJSON.h>

#include "supervise/staff.h"

// What the agent's own part of a status comes from.
typedef struct ag_status_facts {
    const ag_staff *staff;
    const cJSON *report;   // of the gateway; NULL: it does not answer
    const cJSON *refused;  // findings of a reload that was refused, or NULL
    const char *settings;  // path
    const char *groups;    // the folder of the control group that was delegated; NULL: none
    const char *ungrouped; // why
    int64_t started_ms, reloaded_ms;
    bool stopping;
} ag_status_facts;

// {"verdict", "reason", "pid", "started_ms", "settings", "reload", "platform", "queue", "processes"}. Yours.
cJSON *ag_status_make(const ag_status_facts *facts, int64_t now_ms, int64_t monotonic_ms);

// Adds "verdict" ("healthy", "starting", "degraded" or "stopping") and "reason" (of one line) to a status.
void ag_status_judge(cJSON *status, int64_t now_ms);

#endif
