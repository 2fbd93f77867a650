// SPDX-License-Identifier: Apache-2.0
// Child processes: spawn, signal, reap.
#include <errno.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sized.h"
#include "loop/loop.h"

typedef struct handle {
    uv_process_t uv;
    live_process *process;
} handle;

struct live_process {
    lv_attached attached;
    live_loop *loop;
    handle *handle;
    pid_t pid;
    bool alive, group;
    live_exit_fn fn;
    void *user;
};

static void dispatch(uv_process_t *uv, int64_t status, int term_signal)
{
    live_process *process = ((handle *)uv)->process;

    if (!process)
        return;
    process->alive = false;
    process->loop->busy--;
    live_loop *loop = process->loop;
    lv_loop_enter(loop);
    process->fn(process, term_signal ? -1 : (int)status, term_signal, process->user);
    lv_loop_leave(loop);
}

static void free_attached(lv_attached *attached)
{
    live_process_free((live_process *)attached);
}

// libuv's own pipe to the child would be in the way below 3 if those were closed.
static live_err map_descriptors(const live_process_options *options, uv_stdio_container_t **ret_map,
                                int *ret_count, live_error *error)
{
    static const int standard[] = { 0, 1, 2 };
    const int *fds = options->fds ? options->fds : standard;
    size_t count = options->fds ? options->fd_count : 3;
    uv_stdio_container_t *map = calloc(count ? count : 1, sizeof *map);

    if (!map)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    for (size_t i = 0; i < count; i++) {
        map[i].flags = fds[i] < 0 ? UV_IGNORE : UV_INHERIT_FD;
        map[i].data.fd = fds[i];
    }
    *ret_map = map;
    *ret_count = (int)count;
    return LIVE_OK;
}

static live_err spawn(live_process *process, const live_process_options *options, live_error *error)
{
    uv_stdio_container_t *map = NULL;
    int count = 0;
    live_err err = map_descriptors(options, &map, &count, error);
    if (err)
        return err;

    uv_process_options_t uv = {
        .exit_cb = dispatch,
        .file = options->file,
        .args = (char **)(uintptr_t)options->argv, // libuv does not change them
        .env = (char **)(uintptr_t)options->env,
        .cwd = options->directory,
        .flags = options->new_session ? UV_PROCESS_DETACHED : 0,
        .stdio = map,
        .stdio_count = count,
    };
    // Nothing is passed on but what is mapped, whoever opened it.
    close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    int failed = uv_spawn(&process->loop->uv, &process->handle->uv, &uv);
    free(map);
    if (failed == UV_ENOENT)
        return live_fail(error, LIVE_E_NOTFOUND, "%s: no such program", options->file);
    return lv_loop_fail(error, failed, options->file);
}

live_err live_process_start(live_loop *loop, const live_process_options *options, live_exit_fn fn,
                            void *user, live_process **ret_process, live_error *error)
{
    live_process_options taken = LIVE_PROCESS_OPTIONS_INIT;
    live_process *process = calloc(1, sizeof *process);
    handle *uv = calloc(1, sizeof *uv);
    if (!process || !uv) {
        free(process);
        free(uv);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }

    *process = (live_process){ .loop = loop, .handle = uv, .fn = fn, .user = user };
    LV_TAKE(taken, options);
    live_err err = spawn(process, &taken, error);
    if (err) {
        if (uv->uv.type == UV_PROCESS) // also a handle whose spawn failed has to be closed
            lv_loop_close(loop, (uv_handle_t *)uv);
        else
            free(uv);
        free(process);
        return err;
    }
    process->group = taken.new_session;
    process->pid = uv->uv.pid;
    process->alive = true;
    uv->process = process;
    loop->busy++;
    lv_loop_attach(loop, &process->attached, free_attached);
    lv_loop_changed(loop);
    *ret_process = process;
    return LIVE_OK;
}

pid_t live_process_pid(const live_process *process)
{
    return process->pid;
}

live_err live_process_signal(live_process *process, int number, live_error *error)
{
    pid_t target = process->group ? -process->pid : process->pid;

    if (process->alive && kill(target, number) != 0 && errno != ESRCH)
        return live_fail_errno(error, errno, "signal %d to process %d", number, (int)process->pid);
    return LIVE_OK;
}

void live_process_free(live_process *process)
{
    if (!process)
        return;
    bool alive = process->alive;
    if (alive) {
        process->loop->busy--;
        kill(process->group ? -process->pid : process->pid, SIGKILL);
    }
    process->handle->process = NULL;
    lv_loop_close(process->loop, (uv_handle_t *)process->handle);
    // libuv no longer looks for this one; after SIGKILL it is gone at once.
    while (alive && waitpid(process->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    lv_loop_detach(&process->attached);
    free(process);
}
