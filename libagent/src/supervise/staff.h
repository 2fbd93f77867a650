// SPDX-License-Identifier: Apache-2.0
// The children of a supervisor: the gateway and a worker for each process, as the settings ask for them.
#ifndef AG_STAFF_H
#define AG_STAFF_H

#include "supervise/member.h"

typedef struct ag_staff ag_staff;

typedef struct ag_staff_options {
    const char *directory;   // of the settings
    const char *state;       // folder of the saved state
    const char *run;         // folder of the control socket
    const char *outbox;      // folder of the events that wait
    const ag_domain *domain; // where each gets a control group of its own; NULL: nowhere
    ag_journal *journal;
    int log; // standard input of the process that sends the log to the platform
    void (*on_changed)(ag_member *member, void *user);
    void (*on_stopped)(void *user); // after ag_staff_stop(): all have ended
    void *user;
} ag_staff_options;

live_err ag_staff_new(live_loop *loop, const ag_staff_options *options, ag_staff **ret_staff,
                      live_error *error);
void ag_staff_free(ag_staff *staff); // kills who still runs

// Makes it so. `plan` (ag_plan_make()) is taken; it is in force from now on. `changes` gets, for each process that is touched,
// what happens to it (ag_change_name()). Processes whose plan is the same are not touched.
live_err ag_staff_take(ag_staff *staff, cJSON *plan, cJSON *changes, live_error *error);
const cJSON *ag_staff_plan(const ag_staff *staff); // NULL: none yet

// Ends all, the workers first so that the gateway gets their last events.
void ag_staff_stop(ag_staff *staff);

// Whether a process is a child of ours.
bool ag_staff_has(const ag_staff *staff, pid_t pid);

// The members: the gateway first.
size_t ag_staff_count(const ag_staff *staff);
ag_member *ag_staff_at(const ag_staff *staff, size_t index);
ag_member *ag_staff_find(const ag_staff *staff, const char *name); // NULL: no such process

#endif
