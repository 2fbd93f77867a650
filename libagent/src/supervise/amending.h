// SPDX-License-Identifier: Apache-2.0
// What is asked for over the control socket and hangs on the settings file: a change of it, whose text is planned first, then
// written and put in force, or neither; and the agent's restart, which a file that is wrong keeps from happening.
#ifndef AG_AMENDING_H
#define AG_AMENDING_H

#include "settings/edit.h"
#include "supervise/planner.h"
#include "supervise/waiting.h"

typedef struct ag_supervisor ag_supervisor;
typedef struct ag_errand ag_errand;

typedef struct ag_amending {
    ag_planner *planner; // of the first errand; NULL: none is under way
    ag_errand *first;
} ag_amending;

// Changes the file once what is under way is over, and answers with the changes. `edit` is copied.
void ag_amending_ask(ag_supervisor *supervisor, ag_ticket ticket, const ag_edit *edit);

// Restarts the agent, once what is under way is over.
void ag_amending_restart(ag_supervisor *supervisor, ag_ticket ticket);

// Nothing is under way: the next errand begins.
void ag_amending_next(ag_supervisor *supervisor);

// Gives up what is under way, the file as it is, and tells whoever waits why.
void ag_amending_end(ag_supervisor *supervisor, const live_error *why);

#endif
