// SPDX-License-Identifier: Apache-2.0
// The supervisor: reads the settings through a child, keeps its staff as they ask for it, and does what is asked over the
// control socket.
#ifndef AG_SUPERVISOR_H
#define AG_SUPERVISOR_H

#include "log/journal.h"
#include "supervise/control.h"
#include "supervise/inquiry.h"
#include "supervise/office.h"
#include "supervise/planner.h"
#include "supervise/staff.h"

typedef struct ag_tickets {
    ag_ticket *items;
    size_t count;
} ag_tickets;

// What somebody waits for.
typedef enum ag_goal {
    AG_GOAL_UP, // otherwise the answer is an error
    AG_GOAL_DOWN,
    AG_GOAL_SETTLED // neither on its way up nor down
} ag_goal;

typedef struct ag_wait {
    struct ag_wait *next;
    ag_ticket ticket;
    cJSON *names; // list
    ag_goal goal;
    cJSON *body; // of the answer
} ag_wait;

typedef struct ag_supervisor {
    live_loop *loop;
    ag_office office;
    ag_journal *journal;
    ag_forward *forward; // to the process that sends the log
    ag_staff *staff;
    ag_control *control;
    ag_inquiry *inquiry;
    ag_planner *planner; // NULL: the settings are not being read
    bool again;          // they are read once more after that
    bool strict, stopping, ready;
    int code;       // of the exit
    cJSON *refused; // lines; NULL: the file is in force
    int64_t started_ms, reloaded_ms;
    ag_tickets asking, reloading, next; // for a status; for a reload, for the one after it
    ag_wait *waits;
} ag_supervisor;

enum { AG_EXIT_SETTINGS = 2 };

// Runs the agent of a settings file; the exit code. `detach`: in the background; `strict`: any error in the file refuses it.
int ag_supervisor_run(const char *settings, bool detach, bool strict);

// Parts of it, for the operations:

void ag_supervisor_reload(ag_supervisor *supervisor,
                          ag_ticket *ticket); // ticket NULL: nobody waits
void ag_supervisor_stop(ag_supervisor *supervisor, const char *why);

// Does what was asked (of ag_control_new()).
void ag_operate(ag_ticket ticket, const ag_request *request, void *supervisor);

// The gateway has reported: whoever asked for a status gets it.
void ag_operate_report(const cJSON *report, void *supervisor);

// Answers with `body` (given away) once the named processes are where they are to be.
void ag_operate_wait(ag_supervisor *supervisor, ag_ticket ticket, const cJSON *names, ag_goal goal,
                     cJSON *body);

// A process has changed: whoever waits for that is told.
void ag_operate_changed(ag_supervisor *supervisor);

// Nobody is left waiting: the agent ends.
void ag_operate_end(ag_supervisor *supervisor);

// A line for people: the verdict and its reason. Yours: free(), or NULL.
char *ag_operate_verdict(const ag_supervisor *supervisor);

void ag_tickets_add(ag_tickets *tickets, ag_ticket ticket);

// Answers all of them with copies of `body`, which is borrowed.
void ag_tickets_answer(ag_tickets *tickets, ag_control *control, const cJSON *body,
                       const live_error *error);

#endif
