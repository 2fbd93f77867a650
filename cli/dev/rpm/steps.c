// SPDX-License-Identifier: Apache-2.0
// The steps of a build: programs, one after the other, whose output is seen when they fail.
#include "rpm/steps.h"

#include <errno.h>
#include <fcntl.h>
#include <live/loop.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct steps {
    live_loop *loop;
    live_signal *on_int, *on_term;
    int status, term_signal, interrupted;
};

static void on_exit_of(live_process *process, int status, int term_signal, void *user)
{
    steps *steps = user;

    (void)process;
    steps->status = status;
    steps->term_signal = term_signal;
    live_loop_stop(steps->loop);
}

static void on_signal(live_signal *signal, int number, void *user)
{
    steps *steps = user;

    (void)signal;
    steps->interrupted = number;
    live_loop_stop(steps->loop);
}

live_err steps_new(steps **ret_steps, live_error *error)
{
    steps *steps = calloc(1, sizeof *steps);
    if (!steps)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    live_err err = live_loop_new(&steps->loop, error);
    if (!err)
        err = live_signal_new(steps->loop, SIGINT, on_signal, steps, &steps->on_int, error);
    if (!err)
        err = live_signal_new(steps->loop, SIGTERM, on_signal, steps, &steps->on_term, error);
    if (err) {
        steps_free(steps);
        return err;
    }
    *ret_steps = steps;
    return LIVE_OK;
}

void steps_free(steps *steps)
{
    if (!steps)
        return;
    live_signal_free(steps->on_int);
    live_signal_free(steps->on_term);
    live_loop_free(steps->loop);
    free(steps);
}

static live_err judge(const steps *steps, live_error *error)
{
    if (steps->interrupted)
        return live_fail(error, LIVE_E_CLOSED, "ended by signal %d (%s)", steps->interrupted,
                         strsignal(steps->interrupted));
    if (steps->term_signal)
        return live_fail(error, LIVE_E_UNSUPPORTED, "it was ended by signal %d (%s)",
                         steps->term_signal, strsignal(steps->term_signal));
    return steps->status
               ? live_fail(error, LIVE_E_UNSUPPORTED, "it ended with exit code %d", steps->status)
               : LIVE_OK;
}

live_err steps_run(steps *steps, const char *const *argv, const char *directory, const char *log,
                   live_error *error)
{
    live_process_options options = LIVE_PROCESS_OPTIONS_INIT;
    live_process *process = NULL;
    int output = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const int fds[] = { -1, output, output };

    if (output < 0)
        return live_fail_errno(error, errno, "%s", log);
    options.file = argv[0];
    options.argv = argv;
    options.directory = directory;
    options.fds = fds;
    options.fd_count = sizeof fds / sizeof *fds;
    options.new_session = true;
    live_err err = live_process_start(steps->loop, &options, on_exit_of, steps, &process, error);
    if (!err)
        err = live_loop_run(steps->loop, LIVE_FOREVER, error);
    live_process_free(process); // what still runs is killed, with its group
    close(output);
    return err ? err : judge(steps, error);
}
