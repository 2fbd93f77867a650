// SPDX-License-Identifier: Apache-2.0
// What the supervisor asks the gateway for when somebody wants to know.
#include "supervise/inquiry.h"

#include <errno.h>
#include <fcntl.h>
#include <live/buf.h>
#include <live/json.h>
#include <stdlib.h>
#include <unistd.h>

enum { PIPE_BYTES = 1024 * 1024 };

struct ag_inquiry {
    live_loop *loop;
    int64_t limit_ms;
    live_timer *limit;
    live_io *io;
    int fd; // -1: nothing is asked
    bool asked;
    live_buf *text;
    ag_report_fn fn;
    void *user;
};

static void stop_reading(ag_inquiry *inquiry)
{
    live_io_free(inquiry->io);
    inquiry->io = NULL;
    if (inquiry->fd >= 0)
        close(inquiry->fd);
    inquiry->fd = -1;
}

void ag_inquiry_forget(ag_inquiry *inquiry)
{
    if (!inquiry)
        return;
    stop_reading(inquiry);
    live_timer_set(inquiry->limit, -1, 0);
    live_buf_clear(inquiry->text);
    inquiry->asked = false;
}

static void finish(ag_inquiry *inquiry)
{
    cJSON *report = NULL;

    if (live_buf_length(inquiry->text) > 0 &&
        live_json_parse(live_buf_data(inquiry->text), live_buf_length(inquiry->text), &report,
                        NULL))
        report = NULL;
    ag_inquiry_forget(inquiry);
    inquiry->fn(report, inquiry->user);
    cJSON_Delete(report);
}

static void on_limit(live_timer *timer, void *user)
{
    (void)timer;
    finish(user);
}

static void on_answer(live_io *io, unsigned ready, void *user)
{
    ag_inquiry *inquiry = user;
    char chunk[4096];
    ssize_t got = read(inquiry->fd, chunk, sizeof chunk);

    (void)io;
    (void)ready;
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got > 0)
        live_buf_add(inquiry->text, chunk, (size_t)got);
    if (got <= 0 || live_buf_length(inquiry->text) > PIPE_BYTES)
        finish(inquiry);
}

static bool pass(ag_inquiry *inquiry, ag_child *gateway, const char *question)
{
    int ends[2];

    if (!gateway || ag_child_state(gateway) != AG_UP || pipe2(ends, O_CLOEXEC | O_NONBLOCK))
        return false;
    inquiry->fd = ends[0];
    // The answer must fit, since the gateway does not wait for its reader.
    fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES);
    bool passed = ag_child_pass(gateway, question, ends[1]);
    close(ends[1]);
    return passed && live_io_new(inquiry->loop, ends[0], LIVE_READABLE, on_answer, inquiry,
                                 &inquiry->io, NULL) == LIVE_OK;
}

void ag_inquiry_ask(ag_inquiry *inquiry, ag_child *gateway, const char *question)
{
    if (inquiry->asked)
        return;
    inquiry->asked = true;
    live_timer_set(inquiry->limit, pass(inquiry, gateway, question) ? inquiry->limit_ms : 0, 0);
}

live_err ag_inquiry_new(live_loop *loop, int64_t limit_ms, ag_report_fn fn, void *user,
                        ag_inquiry **ret_inquiry, live_error *error)
{
    ag_inquiry *inquiry = calloc(1, sizeof *inquiry);
    if (!inquiry)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    *inquiry = (ag_inquiry){
        .loop = loop, .limit_ms = limit_ms, .fd = -1, .text = live_buf_new(), .fn = fn, .user = user
    };
    live_err err = live_timer_new(loop, -1, 0, on_limit, inquiry, &inquiry->limit, error);
    if (err) {
        ag_inquiry_free(inquiry);
        return err;
    }
    *ret_inquiry = inquiry;
    return LIVE_OK;
}

void ag_inquiry_free(ag_inquiry *inquiry)
{
    if (!inquiry)
        return;
    stop_reading(inquiry);
    live_timer_free(inquiry->limit);
    live_buf_free(inquiry->text);
    free(inquiry);
}
