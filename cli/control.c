// SPDX-License-Identifier: Apache-2.0
// A conversation with a running agent.
#include "control.h"

#include <errno.h>
#include <limits.h>
#include <live/buf.h>
#include <live/json.h>
#include <live/time.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dial.h"

enum { PATH_BYTES = PATH_MAX + 32 };

struct control {
    int fd;
    int process; // a descriptor of the agent's; -1: the kernel has none
    pid_t pid;
    live_buf *in;
};

// Where

static void folder_of(const char *settings, char folder[PATH_BYTES])
{
    char real[PATH_MAX];

    snprintf(folder, PATH_BYTES, "%s", realpath(settings, real) ? real : settings);
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder ? 1 : 0] = '\0';
    else
        snprintf(folder, PATH_BYTES, ".");
}

static bool connect_somewhere(int fd, const char *settings)
{
    const char *given = getenv("RUNTIME_DIRECTORY"), *name;
    char folder[PATH_BYTES], path[PATH_BYTES + 32];

    if (given && *given == '/') {
        snprintf(path, sizeof path, "%.*s", (int)strcspn(given, ":"), given);
        return ag_dial(fd, path);
    }
    folder_of(settings, folder);
    snprintf(path, sizeof path, "%s/.live/run", folder);
    if (ag_dial(fd, path))
        return true;
    if (errno == EACCES)
        return false;
    name = strrchr(folder, '/');
    snprintf(path, sizeof path, "/run/%s", name ? name + 1 : folder);
    return name && name[1] && ag_dial(fd, path);
}

static live_err open_socket(control *control, const char *settings, live_error *error)
{
    struct ucred peer = { 0 };
    socklen_t bytes = sizeof peer;

    control->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (control->fd < 0)
        return live_fail_errno(error, errno, "socket");
    if (!connect_somewhere(control->fd, settings))
        return errno == EACCES ? live_fail(error, LIVE_E_AUTH,
                                           "the agent of %s is another user's, and not of this "
                                           "user's groups",
                                           settings)
                               : live_fail(error, LIVE_E_NOTFOUND, "no agent of %s runs", settings);
    getsockopt(control->fd, SOL_SOCKET, SO_PEERCRED, &peer, &bytes);
    control->pid = peer.pid;
    control->process = (int)syscall(SYS_pidfd_open, peer.pid, 0);
    return LIVE_OK;
}

live_err control_open(const char *settings, control **ret_control, live_error *error)
{
    control *control = calloc(1, sizeof *control);
    if (!control)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    control->process = -1;
    control->in = live_buf_new();
    live_err err = open_socket(control, settings, error);
    if (err) {
        control_close(control);
        return err;
    }
    *ret_control = control;
    return LIVE_OK;
}

void control_close(control *control)
{
    if (!control)
        return;
    if (control->fd >= 0)
        close(control->fd);
    if (control->process >= 0)
        close(control->process);
    live_buf_free(control->in);
    free(control);
}

// Lines

static live_err send_line(const control *control, cJSON *request, live_error *error)
{
    live_buf *line = live_buf_new();
    size_t sent = 0;
    live_err err = LIVE_OK;

    live_buf_add_json(line, request);
    live_buf_add_text(line, "\n");
    cJSON_Delete(request);
    if (live_buf_failed(line))
        err = live_fail(error, LIVE_E_NOMEM, "out of memory");
    while (!err && sent < live_buf_length(line)) {
        ssize_t got = send(control->fd, live_buf_data(line) + sent, live_buf_length(line) - sent,
                           MSG_NOSIGNAL);
        if (got < 0 && errno != EINTR)
            err = live_fail(error, LIVE_E_CLOSED, "the agent has ended");
        sent += got > 0 ? (size_t)got : 0;
    }
    live_buf_free(line);
    return err;
}

// Takes the first line of what was read. False: it is not whole.
static bool take_line(control *control, cJSON **ret_json, live_err *ret_err, live_error *error)
{
    const char *text = live_buf_data(control->in);
    const char *end = memchr(text, '\n', live_buf_length(control->in));

    if (!end)
        return false;
    *ret_err = live_json_parse(text, (size_t)(end - text), ret_json, error);
    live_buf_drop(control->in, (size_t)(end + 1 - text));
    return true;
}

static live_err read_some(control *control, int64_t deadline_ms, live_error *error)
{
    struct pollfd ready = { .fd = control->fd, .events = POLLIN };
    int64_t left = deadline_ms < 0 ? -1 : deadline_ms - live_time_monotonic_ms();
    char chunk[16384];

    if (deadline_ms >= 0 && left <= 0)
        return live_fail(error, LIVE_E_TIMEOUT, "the agent (pid %d) does not answer", control->pid);
    int got = poll(&ready, 1, (int)left);
    if (got < 0 && errno != EINTR)
        return live_fail_errno(error, errno, "poll");
    if (got <= 0)
        return LIVE_OK;
    ssize_t bytes = read(control->fd, chunk, sizeof chunk);
    if (bytes <= 0)
        return live_fail(error, LIVE_E_CLOSED, "the agent has ended");
    live_buf_add(control->in, chunk, (size_t)bytes);
    return LIVE_OK;
}

live_err control_hear(control *control, int64_t timeout_ms, cJSON **ret_news, live_error *error)
{
    int64_t deadline = timeout_ms < 0 ? -1 : live_time_monotonic_ms() + timeout_ms;
    live_err err = LIVE_OK;

    while (!take_line(control, ret_news, &err, error)) {
        err = read_some(control, deadline, error);
        if (err)
            return err;
    }
    return err;
}

cJSON *control_request(const char *operation, const char *const *names)
{
    cJSON *request = cJSON_CreateObject();

    cJSON_AddNumberToObject(request, "v", 1);
    cJSON_AddStringToObject(request, "do", operation);
    if (names && *names) {
        cJSON *list = cJSON_AddArrayToObject(request, "processes");
        for (; *names; names++)
            cJSON_AddItemToArray(list, cJSON_CreateString(*names));
    }
    return request;
}

live_err control_ask(control *control, cJSON *request, int64_t timeout_ms, cJSON **ret_answer,
                     live_error *error)
{
    cJSON *answer = NULL;
    live_err err = send_line(control, request, error);

    if (!err)
        err = control_hear(control, timeout_ms, &answer, error);
    if (!err && !live_json_bool(answer, "ok", false))
        err = live_fail(error, LIVE_E_INVALID, "%s", live_json_str(answer, "error", "it failed"));
    if (ret_answer)
        *ret_answer = answer;
    else
        cJSON_Delete(answer);
    return err;
}

// The end

int control_pid(const control *control)
{
    return control->pid;
}

bool control_has_ended(const control *control)
{
    struct pollfd ready = { .fd = control->process, .events = POLLIN };

    return control->process >= 0 && poll(&ready, 1, 0) > 0;
}

live_err control_wait_end(const control *control, int64_t timeout_ms, live_error *error)
{
    // Without a descriptor of the process the socket's end tells it, a moment early.
    struct pollfd ready = { .fd = control->process >= 0 ? control->process : control->fd,
                            .events = control->process >= 0 ? POLLIN : POLLRDHUP };
    int64_t deadline = live_time_monotonic_ms() + timeout_ms, left = timeout_ms;
    int got = 0;

    while (left > 0 && ((got = poll(&ready, 1, (int)left)) == 0 || (got < 0 && errno == EINTR)))
        left = deadline - live_time_monotonic_ms();
    return got > 0 ? LIVE_OK
                   : live_fail(error, LIVE_E_TIMEOUT, "the agent (pid %d) has not ended in %d s",
                               control->pid, (int)(timeout_ms / 1000));
}
