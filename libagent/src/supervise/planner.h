// SPDX-License-Identifier: Apache-2.0
// Has a child make the plan of a settings file, while the supervisor goes on.
#ifndef AG_PLANNER_H
#define AG_PLANNER_H

#include <cJSON.h>
#include <live/loop.h>

typedef struct ag_planner ag_planner;

// `plan` is given away; NULL: `why` tells why there is none.
typedef void (*ag_planned_fn)(cJSON *plan, const live_error *why, void *user);

// What to plan: a file, or a text that may become that file's.
typedef struct ag_draft {
    const char *path;
    const char *text; // NULL: what is in the file
    size_t length;
} ag_draft;

live_err ag_planner_start(live_loop *loop, const ag_draft *draft, ag_planned_fn fn, void *user,
                          ag_planner **ret_planner, live_error *error);
void ag_planner_free(ag_planner *planner);       // also from within `fn`, which is called once
pid_t ag_planner_pid(const ag_planner *planner); // 0: it has ended, or there is none

#endif
