// SPDX-License-Identifier: Apache-2.0
// What somebody asks of the gateway over the control socket: one question after the other, each with its own answer.
#ifndef AG_CONSULTING_H
#define AG_CONSULTING_H

#include "link/passing.h"
#include "supervise/control.h"
#include "supervise/inquiry.h"
#include "supervise/staff.h"

typedef struct ag_consultation {
    ag_ticket ticket;
    char question[AG_NAME_BYTES];
} ag_consultation;

typedef struct ag_consulting {
    ag_control *control;
    const ag_staff *staff;
    ag_inquiry *inquiry;
    ag_consultation *items; // the first one is under way
    size_t count;
} ag_consulting;

// A question is waited for `limit_ms`.
live_err ag_consulting_init(ag_consulting *consulting, live_loop *loop, ag_control *control,
                            const ag_staff *staff, int64_t limit_ms, live_error *error);
void ag_consulting_clear(ag_consulting *consulting);

// Asks the gateway, when it is this one's turn, and answers the ticket.
void ag_consulting_add(ag_consulting *consulting, ag_ticket ticket, const char *question);

// Whoever still waits is told why that is over.
void ag_consulting_end(ag_consulting *consulting, const live_error *why);

#endif
