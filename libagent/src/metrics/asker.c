// SPDX-License-Identifier: Apache-2.0
// Asks a running agent how it is.
#include "asker.h"

#include <errno.h>
#include <live/buf.h>
#include <live/json.h>
#include <live/log.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dial.h"

enum { LIMIT_MS = 3000, BETWEEN_MS = 200, MAX_BYTES = 16 * 1024 * 1024 };

static const char request[] = "{\"v\":1,\"do\":\"status\"}\n";

struct ag_asker {
    live_loop *loop;
    const char *folder;
    ag_status_fn fn;
    void *user;
    int fd; // -1: nothing is asked at the moment
    live_io *io;
    live_timer *timer; // when the question is due; then when its answer is overdue
    bool asked;
    int64_t last_ms; // when it was asked last, on the loop's clock
    live_buf *text;
};

static void hang_up(ag_asker *asker)
{
    live_io_free(asker->io);
    asker->io = NULL;
    if (asker->fd >= 0)
        close(asker->fd);
    asker->fd = -1;
    live_timer_set(asker->timer, -1, 0);
    live_buf_clear(asker->text);
    asker->asked = false;
}

static void answer(ag_asker *asker, const cJSON *status)
{
    bool good = live_json_bool(status, "ok", false);

    hang_up(asker);
    asker->fn(good ? status : NULL, asker->user);
}

static void give_up(ag_asker *asker, const char *why)
{
    live_log(LIVE_LOG_DEBUG, "metrics.unanswered", "the agent does not say how it is: %s", why);
    answer(asker, NULL);
}

static void on_text(live_io *io, unsigned ready, void *user)
{
    ag_asker *asker = user;
    char chunk[16384];
    cJSON *status = NULL;
    live_error error = { 0 };
    ssize_t got = read(asker->fd, chunk, sizeof chunk);

    (void)io;
    (void)ready;
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got > 0)
        live_buf_add(asker->text, chunk, (size_t)got);
    size_t length = live_buf_length(asker->text);
    if (got <= 0 || length > MAX_BYTES || live_buf_failed(asker->text)) {
        give_up(asker, got < 0 ? strerror(errno) : "its answer ended early, or does not end");
        return;
    }
    if (chunk[got - 1] != '\n') // a request has one line for an answer
        return;
    if (live_json_parse(live_buf_data(asker->text), length, &status, &error))
        give_up(asker, error.text);
    else
        answer(asker, status);
    cJSON_Delete(status);
}

static bool call(ag_asker *asker)
{
    asker->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    return asker->fd >= 0 && ag_dial(asker->fd, asker->folder) &&
           send(asker->fd, request, sizeof request - 1, MSG_NOSIGNAL) == sizeof request - 1;
}

static void on_time(live_timer *timer, void *user)
{
    ag_asker *asker = user;
    live_error error = { 0 };

    if (asker->fd >= 0) {
        give_up(asker, "it takes too long");
        return;
    }
    asker->last_ms = live_loop_monotonic_ms(asker->loop);
    if (!call(asker))
        give_up(asker, strerror(errno));
    else if (live_io_new(asker->loop, asker->fd, LIVE_READABLE, on_text, asker, &asker->io, &error))
        give_up(asker, error.text);
    else
        live_timer_set(timer, LIMIT_MS, 0);
}

void ag_asker_ask(ag_asker *asker)
{
    int64_t due_ms = asker->last_ms + BETWEEN_MS - live_loop_monotonic_ms(asker->loop);

    if (asker->asked)
        return;
    asker->asked = true;
    live_timer_set(asker->timer, due_ms > 0 ? due_ms : 0, 0);
}

live_err ag_asker_new(live_loop *loop, const char *folder, ag_status_fn fn, void *user,
                      ag_asker **ret_asker, live_error *error)
{
    ag_asker *asker = calloc(1, sizeof *asker);
    if (!asker)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    *asker = (ag_asker){ .loop = loop, .folder = folder, .fn = fn, .user = user, .fd = -1 };
    asker->text = live_buf_new();
    asker->last_ms = live_loop_monotonic_ms(loop) - BETWEEN_MS;
    live_err err = live_timer_new(loop, -1, 0, on_time, asker, &asker->timer, error);
    if (err) {
        ag_asker_free(asker);
        return err;
    }
    *ret_asker = asker;
    return LIVE_OK;
}

void ag_asker_free(ag_asker *asker)
{
    if (!asker)
        return;
    live_io_free(asker->io);
    if (asker->fd >= 0)
        close(asker->fd);
    live_timer_free(asker->timer);
    live_buf_free(asker->text);
    free(asker);
}
