// SPDX-License-Identifier: Apache-2.0
// The control socket.
#include "supervise/control.h"

#include <errno.h>
#include <fcntl.h>
#include <live/buf.h>
#include <live/json.h>
#include <live/log.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 16, CHUNK_BYTES = 16384, GROUPS = 256, MOST_OPEN = 64 };

typedef struct caller {
    struct caller *next;
    ag_control *control;
    uint64_t number;
    int fd;
    live_io *io;
    live_buf *in, *out;
    int open;       // requests without an answer
    unsigned topic; // ag_topic bits
    cJSON *filter;  // of AG_TOPIC_LOGS
    bool ended;     // it says nothing more
    bool lost;      // freed at the next turn
} caller;

struct ag_control {
    live_loop *loop;
    int folder, fd;
    live_io *io;
    live_timer *sweep;
    caller *first; // the one that came last
    uint64_t numbers;
    ag_request_fn fn;
    void *user;
};

// Callers

static void lose(caller *caller)
{
    caller->lost = true;
    live_timer_set(caller->control->sweep, 0, 0);
}

static void free_caller(caller *caller)
{
    live_io_free(caller->io);
    close(caller->fd);
    live_buf_free(caller->in);
    live_buf_free(caller->out);
    cJSON_Delete(caller->filter);
    free(caller);
}

static void on_sweep(live_timer *timer, void *user)
{
    ag_control *control = user;
    caller **link = &control->first;

    (void)timer;
    while (*link) {
        caller *one = *link;
        if (one->lost) {
            *link = one->next;
            free_caller(one);
        } else {
            link = &one->next;
        }
    }
}

static caller *find(const ag_control *control, uint64_t number)
{
    caller *caller = control->first;

    while (caller && (caller->number != number || caller->lost))
        caller = caller->next;
    return caller;
}

static void flush_out(caller *caller)
{
    while (live_buf_length(caller->out) > 0) {
        ssize_t sent = send(caller->fd, live_buf_data(caller->out), live_buf_length(caller->out),
                            MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && errno != EAGAIN)
            lose(caller);
        if (sent < 0)
            break;
        live_buf_drop(caller->out, (size_t)sent);
    }
    bool waits = live_buf_length(caller->out) > 0;
    if (caller->ended && !waits && caller->open == 0 && !caller->topic)
        lose(caller);
    live_io_want(caller->io, (caller->ended ? 0 : LIVE_READABLE) | (waits ? LIVE_WRITABLE : 0));
}

static void say(caller *caller, const cJSON *json)
{
    live_buf_add_json(caller->out, json);
    live_buf_add_text(caller->out, "\n");
    if (live_buf_failed(caller->out) || live_buf_length(caller->out) > AG_CONTROL_BYTES)
        lose(caller); // it does not listen
    else
        flush_out(caller);
}

// Requests

static cJSON *id_of(const ag_request *request)
{
    const cJSON *id = live_json_get(request->json, "id");

    return id ? cJSON_Duplicate(id, true) : NULL;
}

static void take_line(caller *caller, const char *line, size_t length)
{
    ag_control *control = caller->control;
    ag_request request = { .json = NULL };
    live_error error = { 0 };
    live_err err = ag_request_parse(line, length, &request, &error);
    ag_ticket ticket = { .caller = caller->number, .id = id_of(&request) };

    if (!err && caller->open >= MOST_OPEN)
        err = live_fail(&error, LIVE_E_LIMIT, "%d requests wait for their answers already",
                        MOST_OPEN);
    caller->open++;
    if (err)
        ag_control_answer(control, ticket, NULL, &error);
    else
        control->fn(ticket, &request, control->user);
    ag_request_clear(&request);
}

static void take_lines(caller *caller)
{
    const char *at = live_buf_data(caller->in), *end;
    size_t left = live_buf_length(caller->in), length = left;

    while (!caller->lost && (end = memchr(at, '\n', left))) {
        take_line(caller, at, (size_t)(end - at));
        left -= (size_t)(end + 1 - at);
        at = end + 1;
    }
    live_buf_drop(caller->in, length - left);
}

static void refuse_long(caller *caller)
{
    live_error error = { 0 };
    ag_ticket ticket = { .caller = caller->number };

    live_fail(&error, LIVE_E_LIMIT, "a request has at most %d bytes", AG_REQUEST_BYTES);
    caller->open++;
    caller->ended = true;
    ag_control_answer(caller->control, ticket, NULL, &error);
}

static void on_ready(live_io *io, unsigned ready, void *user)
{
    caller *caller = user;
    char chunk[CHUNK_BYTES];

    (void)io;
    if (ready & LIVE_WRITABLE)
        flush_out(caller);
    if (!(ready & LIVE_READABLE) || caller->ended || caller->lost)
        return;
    ssize_t got = read(caller->fd, chunk, sizeof chunk);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got > 0) {
        live_buf_add(caller->in, chunk, (size_t)got);
        take_lines(caller);
        if (live_buf_failed(caller->in) || live_buf_length(caller->in) > AG_REQUEST_BYTES)
            refuse_long(caller);
        return;
    }
    // Who has only said its last may still wait for answers; a follower that hangs up is gone.
    caller->ended = true;
    caller->topic = 0;
    flush_out(caller);
}

// Arrivals

static bool shares_group(int fd, gid_t group)
{
    gid_t groups[GROUPS];
    socklen_t bytes = sizeof groups;

    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &bytes))
        return false;
    for (size_t i = 0; i < bytes / sizeof *groups; i++)
        if (groups[i] == group)
            return true;
    return false;
}

// The kernel says who the peer is: the agent's user, its group, or root.
static bool may_speak(int fd)
{
    struct ucred peer;
    socklen_t bytes = sizeof peer;

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &bytes))
        return false;
    if (peer.uid == 0 || peer.uid == geteuid() || peer.gid == getegid() ||
        shares_group(fd, getegid()))
        return true;
    live_log(LIVE_LOG_WARN, "control.refused", "user %d may not speak on the control socket",
             (int)peer.uid);
    return false;
}

// Room for one more: whoever asks and follows nothing and has been here longest makes it.
static bool make_room(ag_control *control)
{
    caller *idle = NULL;
    int count = 0;

    for (caller *one = control->first; one; one = one->next) {
        count += !one->lost;
        if (!one->lost && one->open == 0 && !one->topic)
            idle = one;
    }
    if (count < AG_CONTROL_CALLERS)
        return true;
    if (idle)
        lose(idle);
    return idle != NULL;
}

static bool add_caller(ag_control *control, int fd)
{
    caller *one = make_room(control) ? calloc(1, sizeof *one) : NULL;

    if (!one)
        return false;
    *one = (caller){ .control = control,
                     .number = ++control->numbers,
                     .fd = fd,
                     .in = live_buf_new(),
                     .out = live_buf_new() };
    if (live_io_new(control->loop, fd, LIVE_READABLE, on_ready, one, &one->io, NULL)) {
        live_buf_free(one->in);
        live_buf_free(one->out);
        free(one);
        return false;
    }
    one->next = control->first;
    control->first = one;
    return true;
}

static void on_arrival(live_io *io, unsigned ready, void *user)
{
    ag_control *control = user;
    int fd = accept4(control->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    (void)io;
    (void)ready;
    if (fd >= 0 && (!may_speak(fd) || !add_caller(control, fd)))
        close(fd);
}

// Answers

void ag_control_answer(ag_control *control, ag_ticket ticket, cJSON *body, const live_error *error)
{
    caller *caller = find(control, ticket.caller);
    cJSON *answer = body ? body : cJSON_CreateObject();

    cJSON_AddNumberToObject(answer, "v", AG_CONTROL_VERSION);
    if (ticket.id)
        cJSON_AddItemToObject(answer, "id", ticket.id);
    cJSON_AddBoolToObject(answer, "ok", !error);
    if (error) {
        cJSON_AddStringToObject(answer, "code", live_err_name(error->code));
        cJSON_AddStringToObject(answer, "error", error->text);
    }
    if (caller) {
        caller->open--;
        say(caller, answer);
    }
    cJSON_Delete(answer);
}

void ag_control_subscribe(ag_control *control, uint64_t number, ag_topic topic, cJSON *filter)
{
    caller *caller = find(control, number);

    if (!caller) {
        cJSON_Delete(filter);
        return;
    }
    caller->topic |= topic;
    if (topic == AG_TOPIC_LOGS) {
        cJSON_Delete(caller->filter);
        caller->filter = filter;
    }
}

bool ag_control_is_heard(const ag_control *control, ag_topic topic)
{
    for (const caller *caller = control->first; caller; caller = caller->next)
        if (!caller->lost && caller->topic & topic)
            return true;
    return false;
}

void ag_control_tell(ag_control *control, ag_topic topic, const cJSON *news,
                     bool (*wants)(const cJSON *filter, const cJSON *news))
{
    for (caller *caller = control->first; caller; caller = caller->next)
        if (!caller->lost && caller->topic & topic && (!wants || wants(caller->filter, news)))
            say(caller, news);
}

// Life

// By the folder's descriptor: so no path of a folder is too long for a socket's address.
static live_err listen_in(ag_control *control, const char *folder, live_error *error)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct stat own;

    control->folder = open(folder, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (control->folder < 0 || fstat(control->folder, &own))
        return live_fail_errno(error, errno, "%s", folder);
    if (own.st_uid != geteuid() || own.st_mode & S_IWOTH)
        return live_fail(error, LIVE_E_INVALID,
                         "%s: it is another user's, or others may write there", folder);
    control->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (control->fd < 0)
        return live_fail_errno(error, errno, "socket");
    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/" AG_CONTROL_NAME,
             control->folder);
    unlinkat(control->folder, AG_CONTROL_NAME, 0);
    mode_t mask = umask(0117); // 0660, from its first moment on
    int failed = bind(control->fd, (struct sockaddr *)&address, sizeof address);
    umask(mask);
    if (failed || listen(control->fd, BACKLOG))
        return live_fail_errno(error, errno, "%s/" AG_CONTROL_NAME, folder);
    return LIVE_OK;
}

live_err ag_control_new(live_loop *loop, const char *folder, ag_request_fn fn, void *user,
                        ag_control **ret_control, live_error *error)
{
    ag_control *control = calloc(1, sizeof *control);
    if (!control)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    *control = (ag_control){ .loop = loop, .folder = -1, .fd = -1, .fn = fn, .user = user };
    live_err err = listen_in(control, folder, error);
    if (!err)
        err = live_timer_new(loop, -1, 0, on_sweep, control, &control->sweep, error);
    if (!err)
        err =
            live_io_new(loop, control->fd, LIVE_READABLE, on_arrival, control, &control->io, error);
    if (err) {
        ag_control_free(control);
        return err;
    }
    *ret_control = control;
    return LIVE_OK;
}

void ag_control_free(ag_control *control)
{
    if (!control)
        return;
    while (control->first) {
        caller *caller = control->first;
        control->first = caller->next;
        free_caller(caller);
    }
    live_io_free(control->io);
    live_timer_free(control->sweep);
    if (control->fd >= 0) {
        close(control->fd);
        unlinkat(control->folder, AG_CONTROL_NAME, 0);
    }
    if (control->folder >= 0)
        close(control->folder);
    free(control);
}
