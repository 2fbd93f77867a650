// SPDX-License-Identifier: Apache-2.0
// The supervisor: reads the settings through a child, keeps its staff as they ask for it, and does what is asked over the
// control socket.
#ifndef AG_SUPERVISOR_H
#define AG_SUPERVISOR_H

#include <live/action.h>

#include "log/journal.h"
#include "supervise/amending.h"
#include "supervise/consulting.h"
#include "supervise/control.h"
#include "supervise/inquiry.h"
#include "supervise/office.h"
#include "supervise/reading.h"

struct ag_supervisor {
    live_action action; // what the agent is in the middle of, where it is `acting`
    bool acting;
    live_loop *loop;
    ag_office office;
    ag_journal *journal;
    ag_forward *forward;  // to the process that sends the log
    ag_domain *domain;    // NULL: no control group is delegated
    live_error ungrouped; // why
    ag_staff *staff;
    ag_control *control;
    ag_inquiry *inquiry;
    bool strict, stopping, ready;
    bool announcing; // it is ready, and whoever started it is told so once the gateway has reported
    bool restarting; // once all have stopped
    int code;        // of the exit
    int64_t started_ms;
    ag_reading reading;
    ag_amending amending;
    ag_waiting waiting;
    ag_tickets asking; // for a status
    ag_consulting consulting;
};

enum { AG_EXIT_SETTINGS = 2 };

// Runs the agent of a settings file; the exit code. `strict`: any error in the file refuses it.
int ag_supervisor_run(const ag_office_options *options, bool strict);

// For its parts:

void ag_supervisor_stop(ag_supervisor *supervisor, const char *why);
void ag_supervisor_restart(ag_supervisor *supervisor);

// Ends at once, with an exit code and a line for who started it; the second one logs that line as a failure.
void ag_supervisor_end(ag_supervisor *supervisor, int code, const char *text);
void ag_supervisor_give_up(ag_supervisor *supervisor, const char *text);

// Something may have come to rest: whoever waits for that is told.
void ag_supervisor_settle(ag_supervisor *supervisor);

// It is ready and known how it is: whoever started it is told, once.
void ag_supervisor_announce(ag_supervisor *supervisor, const char *verdict);

// What the agent is in the middle of, for the log: whatever it does in between is a part of that. `about` outlives it.
void ag_supervisor_act(ag_supervisor *supervisor, const char *type, const char *about);
void ag_supervisor_acted(ag_supervisor *supervisor, const live_error *why); // NULL: it succeeded

// Does what was asked (of ag_control_new()).
void ag_operate(ag_ticket ticket, const ag_request *request, void *supervisor);

// The gateway has reported: whoever asked for a status gets it, and whoever started the agent a verdict.
void ag_operate_report(const cJSON *report, void *supervisor);

// A line for people: the verdict and its reason, as far as is known without the gateway. Yours: free(), or NULL.
char *ag_operate_verdict(const ag_supervisor *supervisor);

#endif
