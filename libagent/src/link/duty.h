// SPDX-License-Identifier: Apache-2.0
// What every child owes its supervisor, whatever else it does: it becomes what it is told, says when it has started, takes
// what is passed to it, obeys words, and ends when it is asked to or when nobody is left to ask.
#ifndef AG_DUTY_H
#define AG_DUTY_H

#include <cJSON.h>
#include <live/loop.h>

// A descriptor was passed by that name; it is the callee's.
typedef void (*ag_passed_fn)(const char *name, int fd, void *user);

typedef struct ag_duty {
    live_loop *loop;
    live_io *control;
    live_signal *on_term;
    ag_passed_fn fn;
    void *user;
} ag_duty;

// The first that a child does: `process` is its name in the log. Reads what it is to be, goes into its control group and logs
// as the settings want it.
live_err ag_duty_enter(const char *process, cJSON **ret_config, live_error *error);

// From now on the loop stops when the supervisor wants it, or is gone.
live_err ag_duty_begin(ag_duty *duty, live_loop *loop, ag_passed_fn fn, void *user,
                       live_error *error);
void ag_duty_end(ag_duty *duty);

// Says that it has started.
void ag_duty_ready(void);

#endif
