// SPDX-License-Identifier: Apache-2.0
// Asking a module what it offers, in a child that loads it: what crashes there ends that child.
#include "settings/interview.h"

#include <errno.h>
#include <fcntl.h>
#include <live/buf.h>
#include <live/json.h>
#include <live/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "link/config.h"
#include "settings/describe.h"
#include "worker/module.h"

enum { TIME_LIMIT_MS = 10000, MAX_DESCRIPTION_BYTES = 4 * 1024 * 1024 };

// The asker

typedef struct interview {
    live_loop *loop;
    int fd;
    live_buf *text;
    bool exited, ended, late;
    int status, term_signal;
} interview;

static void stop_when_whole(interview *interview)
{
    if (interview->exited && interview->ended)
        live_loop_stop(interview->loop);
}

static void on_output(live_io *io, unsigned ready, void *user)
{
    interview *interview = user;
    char chunk[4096];
    ssize_t got = read(interview->fd, chunk, sizeof chunk);

    (void)ready;
    if (got > 0 && live_buf_length(interview->text) < MAX_DESCRIPTION_BYTES) {
        live_buf_add(interview->text, chunk, (size_t)got);
        return;
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    live_io_want(io, 0);
    interview->ended = true;
    stop_when_whole(interview);
}

static void on_exit_of(live_process *process, int status, int term_signal, void *user)
{
    interview *interview = user;

    (void)process;
    interview->exited = true;
    interview->status = status;
    interview->term_signal = term_signal;
    stop_when_whole(interview);
}

static void on_late(live_timer *timer, void *user)
{
    interview *interview = user;

    (void)timer;
    interview->late = true;
    live_loop_stop(interview->loop);
}

static live_err judge(const interview *interview, const char *path, cJSON **ret_json,
                      live_error *error)
{
    if (interview->late)
        return live_fail(error, LIVE_E_TIMEOUT, "%s: loading it took longer than %d s", path,
                         TIME_LIMIT_MS / 1000);
    if (interview->term_signal)
        return live_fail(error, LIVE_E_UNSUPPORTED, "%s: loading it ended with signal %d (%s)",
                         path, interview->term_signal, strsignal(interview->term_signal));
    if (live_buf_failed(interview->text))
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (interview->status != 0)
        return live_fail(error, LIVE_E_UNSUPPORTED, "%.*s",
                         (int)strcspn(live_buf_data(interview->text), "\n"),
                         live_buf_data(interview->text));
    return live_json_parse(live_buf_data(interview->text), live_buf_length(interview->text),
                           ret_json, error);
}

static live_err run_child(interview *interview, const char *path, int output, int processes,
                          live_error *error)
{
    const char *libraries = getenv("LD_LIBRARY_PATH");
    char kept[4096] = "LD_LIBRARY_PATH=";
    const char *const env[] = { "PATH=/usr/bin:/bin", kept, NULL };
    const char *const argv[] = { "live-agent", "--describe", path, NULL };
    const int fds[] = { -1, output, STDERR_FILENO, [AG_FD_PROCESSES] = processes };
    live_process_options options = LIVE_PROCESS_OPTIONS_INIT;
    live_process *process = NULL;
    live_timer *timer = NULL;
    live_io *io = NULL;

    snprintf(kept, sizeof kept, "LD_LIBRARY_PATH=%s", libraries ? libraries : "");
    options.file = "/proc/self/exe";
    options.argv = argv;
    options.env = env;
    options.fds = fds;
    options.fd_count = sizeof fds / sizeof *fds;
    options.new_session = true;
    live_err err =
        live_process_start(interview->loop, &options, on_exit_of, interview, &process, error);
    close(output);
    if (processes >= 0)
        close(processes);
    if (!err)
        err = live_timer_new(interview->loop, TIME_LIMIT_MS, 0, on_late, interview, &timer, error);
    if (!err)
        err = live_io_new(interview->loop, interview->fd, LIVE_READABLE, on_output, interview, &io,
                          error);
    if (!err)
        err = live_loop_run(interview->loop, LIVE_FOREVER, error);
    live_io_free(io);
    live_timer_free(timer);
    live_process_free(process);
    return err;
}

live_err ag_interview(const char *path, const cJSON *processes, cJSON **ret_json, live_error *error)
{
    interview interview = { .text = live_buf_new() };
    int ends[2], settings = -1;
    live_err err = live_loop_new(&interview.loop, error);

    if (!err && processes)
        err = ag_config_write(processes, &settings, error);

    if (!err && pipe2(ends, O_CLOEXEC)) {
        err = live_fail_errno(error, errno, "pipe");
        if (settings >= 0)
            close(settings);
    }
    if (!err) {
        interview.fd = ends[0];
        err = run_child(&interview, path, ends[1], settings, error);
        if (!err)
            err = judge(&interview, path, ret_json, error);
        close(ends[0]);
    }
    live_loop_free(interview.loop);
    live_buf_free(interview.text);
    return err;
}

// The child

int ag_interview_answer(const char *path)
{
    const agent_module *module = NULL;
    live_error error = { 0 };
    cJSON *processes = NULL;

    // Read before the module's code runs, which must find no descriptor of ours.
    if (ag_config_read(AG_FD_PROCESSES, &processes, NULL))
        processes = NULL; // somebody asks for the description alone
    if (ag_module_load(path, &module, &error)) {
        puts(error.text);
        cJSON_Delete(processes);
        return EXIT_FAILURE;
    }
    cJSON *description = ag_module_examine(module, processes);
    if (live_json_write(description, stdout, &error))
        puts(error.text);
    cJSON_Delete(description);
    cJSON_Delete(processes);
    return error.code ? EXIT_FAILURE : EXIT_SUCCESS;
}
