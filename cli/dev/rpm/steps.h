// SPDX-License-Identifier: Apache-2.0
// The steps of a build: programs, one after the other, whose output is seen when they fail.
#ifndef STEPS_H
#define STEPS_H

#include <live/error.h>

typedef struct steps steps;

// From here on SIGINT and SIGTERM end the step that runs, or the next one.
live_err steps_new(steps **ret_steps, live_error *error);
void steps_free(steps *steps);

// Runs a program in `directory` with its output in the file `log`, until it ends or one of those signals comes, which
// ends it with all that it started.
// LIVE_E_CLOSED: a signal came. LIVE_E_UNSUPPORTED: it ran and failed; its output is in the log.
live_err steps_run(steps *steps, const char *const *argv, const char *directory, const char *log,
                   live_error *error);

#endif
