// SPDX-License-Identifier: Apache-2.0
// What every child owes its supervisor.
#include "link/duty.h"

#include <live/json.h>
#include <live/log.h>
#include <signal.h>
#include <unistd.h>

#include "link/config.h"
#include "link/joining.h"
#include "link/passing.h"
#include "worker/worker.h"

live_err ag_duty_enter(const char *process, cJSON **ret_config, live_error *error)
{
    live_level level = LIVE_LOG_INFO;

    signal(SIGPIPE, SIG_IGN);
    live_log_to_fd(level, STDERR_FILENO, process);
    live_err err = ag_config_read(AG_FD_CONFIG, ret_config, error);
    if (err)
        return err;
    if (!live_level_parse(live_json_str(*ret_config, "level", "info"), &level, NULL))
        live_log_set_level(level);
    ag_joining_enter(*ret_config);
    return LIVE_OK;
}

static void on_control(live_io *io, unsigned ready, void *user)
{
    const ag_duty *duty = user;
    char name[AG_NAME_BYTES];
    int fd = -1;
    live_err err;

    (void)ready;
    while ((err = ag_passing_receive(AG_FD_CONTROL, name, &fd, NULL)) == LIVE_OK) {
        if (fd < 0)
            ag_passing_obey(name);
        else
            duty->fn(name, fd, duty->user);
    }
    if (err != LIVE_E_NOTFOUND) { // the supervisor is gone
        live_io_want(io, 0);
        live_loop_stop(duty->loop);
    }
}

static void on_stop_signal(live_signal *signal, int number, void *user)
{
    (void)signal;
    (void)number;
    live_loop_stop(user);
}

live_err ag_duty_begin(ag_duty *duty, live_loop *loop, ag_passed_fn fn, void *user,
                       live_error *error)
{
    *duty = (ag_duty){ .loop = loop, .fn = fn, .user = user };
    live_err err = live_signal_new(loop, SIGTERM, on_stop_signal, loop, &duty->on_term, error);

    return err ? err
               : live_io_new(loop, AG_FD_CONTROL, LIVE_READABLE, on_control, duty, &duty->control,
                             error);
}

void ag_duty_end(ag_duty *duty)
{
    live_io_free(duty->control);
    live_signal_free(duty->on_term);
}

void ag_duty_ready(void)
{
    // The supervisor that does not read it is gone, which the control descriptor tells.
    ssize_t ignored = write(AG_FD_READY, "", 1);
    (void)ignored;
    close(AG_FD_READY);
}
