// SPDX-License-Identifier: Apache-2.0
// Who waits for an answer: for what somebody else has to tell first, or until processes are where they are to be.
#ifndef AG_WAITING_H
#define AG_WAITING_H

#include "supervise/control.h"
#include "supervise/staff.h"

typedef struct ag_tickets { // { 0 }: nobody's
    ag_ticket *items;
    size_t count;
} ag_tickets;

void ag_tickets_add(ag_tickets *tickets, ag_ticket ticket);

// Answers all of them with copies of `body`, which is borrowed.
void ag_tickets_answer(ag_tickets *tickets, ag_control *control, const cJSON *body,
                       const live_error *error);

// What somebody waits for.
typedef enum ag_goal {
    AG_GOAL_UP, // otherwise the answer is an error
    AG_GOAL_DOWN,
    AG_GOAL_SETTLED // neither on its way up nor down
} ag_goal;

typedef struct ag_wait ag_wait;

typedef struct ag_waiting {
    ag_control *control;
    const ag_staff *staff;
    ag_wait *first; // NULL: nobody waits
} ag_waiting;

// Answers with `body` (given away) once the named processes are where they are to be.
void ag_waiting_add(ag_waiting *waiting, ag_ticket ticket, const cJSON *names, ag_goal goal,
                    cJSON *body);

// A process has changed: whoever waits for that is told.
void ag_waiting_check(ag_waiting *waiting);

// Whoever still waits is told why that is over.
void ag_waiting_end(ag_waiting *waiting, const live_error *why);

#endif
