// SPDX-License-Identifier: Apache-2.0
// Has a child make the plan of a settings file.
#include "supervise/planner.h"

#include <errno.h>
#include <fcntl.h>
#include <live/buf.h>
#include <live/json.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { TIME_LIMIT_MS = 120000 };

struct ag_planner {
    live_process *process;
    live_io *io;
    live_timer *limit;
    live_buf *text;
    int fd;
    bool exited, ended;
    int status, term_signal;
    ag_planned_fn fn;
    void *user;
};

static void fail(const ag_planner *planner, live_error *error)
{
    if (planner->term_signal)
        live_fail(error, LIVE_E_SYSTEM, "reading the settings ended with signal %d (%s)",
                  planner->term_signal, strsignal(planner->term_signal));
    else
        live_fail(error, LIVE_E_SYSTEM, "reading the settings ended with exit code %d",
                  planner->status);
}

static void tell_when_whole(ag_planner *planner)
{
    live_error error = { 0 };
    cJSON *plan = NULL;

    if (!planner->exited || !planner->ended)
        return;
    if (planner->term_signal || planner->status)
        fail(planner, &error);
    else if (live_buf_failed(planner->text))
        live_fail(&error, LIVE_E_NOMEM, "out of memory");
    else if (live_json_parse(live_buf_data(planner->text), live_buf_length(planner->text), &plan,
                             &error))
        live_error_context(&error, error.code, "reading the settings");
    planner->fn(plan, plan ? NULL : &error, planner->user);
}

static void on_output(live_io *io, unsigned ready, void *user)
{
    ag_planner *planner = user;
    char chunk[16384];
    ssize_t got = read(planner->fd, chunk, sizeof chunk);

    (void)ready;
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got > 0) {
        live_buf_add(planner->text, chunk, (size_t)got);
        return;
    }
    live_io_want(io, 0);
    planner->ended = true;
    tell_when_whole(planner);
}

static void on_exit_of(live_process *process, int status, int term_signal, void *user)
{
    ag_planner *planner = user;

    (void)process;
    planner->exited = true;
    planner->status = status;
    planner->term_signal = term_signal;
    tell_when_whole(planner);
}

static void on_late(live_timer *timer, void *user)
{
    ag_planner *planner = user;
    live_error error = { 0 };

    (void)timer;
    live_fail(&error, LIVE_E_TIMEOUT, "reading the settings took longer than %d s",
              TIME_LIMIT_MS / 1000);
    planner->fn(NULL, &error, planner->user);
}

static live_err start(ag_planner *planner, live_loop *loop, const ag_draft *draft, int input,
                      int output, live_error *error)
{
    const char *const argv[] = { "live-agent", draft->text ? "--plan-draft" : "--plan", draft->path,
                                 NULL };
    const int fds[] = { input, output, STDERR_FILENO };
    live_process_options options = LIVE_PROCESS_OPTIONS_INIT;

    options.file = "/proc/self/exe";
    options.argv = argv;
    options.fds = fds;
    options.fd_count = sizeof fds / sizeof *fds;
    options.new_session = true;
    live_err err =
        live_process_start(loop, &options, on_exit_of, planner, &planner->process, error);
    if (!err)
        err =
            live_io_new(loop, planner->fd, LIVE_READABLE, on_output, planner, &planner->io, error);
    return err ? err
               : live_timer_new(loop, TIME_LIMIT_MS, 0, on_late, planner, &planner->limit, error);
}

// A text behind a descriptor; -1: none.
static live_err open_text(const ag_draft *draft, int *ret_fd, live_error *error)
{
    *ret_fd = -1;
    if (!draft->text)
        return LIVE_OK;
    int fd = memfd_create("settings", MFD_CLOEXEC);
    if (fd < 0)
        return live_fail_errno(error, errno, "memfd_create");
    *ret_fd = fd;
    for (size_t sent = 0; sent < draft->length;) {
        ssize_t got = write(fd, draft->text + sent, draft->length - sent);
        if (got < 0)
            return live_fail_errno(error, errno, "writing the settings");
        sent += (size_t)got;
    }
    return lseek(fd, 0, SEEK_SET) < 0 ? live_fail_errno(error, errno, "lseek") : LIVE_OK;
}

live_err ag_planner_start(live_loop *loop, const ag_draft *draft, ag_planned_fn fn, void *user,
                          ag_planner **ret_planner, live_error *error)
{
    ag_planner *planner = calloc(1, sizeof *planner);
    int ends[2], input = -1;

    if (!planner)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (pipe2(ends, O_CLOEXEC)) {
        free(planner);
        return live_fail_errno(error, errno, "pipe");
    }
    *planner = (ag_planner){ .text = live_buf_new(), .fd = ends[0], .fn = fn, .user = user };
    live_err err = open_text(draft, &input, error);
    if (!err)
        err = start(planner, loop, draft, input, ends[1], error);
    close(ends[1]);
    if (input >= 0)
        close(input);
    if (err) {
        ag_planner_free(planner);
        return err;
    }
    *ret_planner = planner;
    return LIVE_OK;
}

void ag_planner_free(ag_planner *planner)
{
    if (!planner)
        return;
    live_process_free(planner->process);
    live_io_free(planner->io);
    live_timer_free(planner->limit);
    close(planner->fd);
    live_buf_free(planner->text);
    free(planner);
}

pid_t ag_planner_pid(const ag_planner *planner)
{
    return planner && !planner->exited ? live_process_pid(planner->process) : 0;
}
