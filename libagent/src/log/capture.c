// SPDX-License-Identifier: Apache-2.0
// What a child writes on its output, line by line.
#include "log/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <live/buf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_CHUNKS = 16 }; // in one turn: others have something to say too

struct ag_capture {
    int ends[2];
    live_io *io;
    live_buf *line; // what has no end yet
    ag_line_fn fn;
    void *user;
};

static void tell_lines(ag_capture *capture)
{
    const char *at = live_buf_data(capture->line);
    size_t left = live_buf_length(capture->line), length = left;

    while (left > 0) {
        const char *end = memchr(at, '\n', left);
        size_t line = end ? (size_t)(end - at) : left;
        if (!end && left < AG_LINE_BYTES)
            break;
        line = line < AG_LINE_BYTES ? line : AG_LINE_BYTES;
        if (line > 0)
            capture->fn(at, line, capture->user);
        line += at + line == end;
        at += line;
        left -= line;
    }
    live_buf_drop(capture->line, length - left);
}

static bool read_some(ag_capture *capture)
{
    char chunk[4096];
    ssize_t got = read(capture->ends[0], chunk, sizeof chunk);

    if (got <= 0)
        return false;
    live_buf_add(capture->line, chunk, (size_t)got);
    tell_lines(capture);
    return true;
}

static void on_output(live_io *io, unsigned ready, void *user)
{
    (void)io;
    (void)ready;
    for (int i = 0; i < MAX_CHUNKS && read_some(user); i++)
        ;
}

void ag_capture_flush(ag_capture *capture)
{
    for (int i = 0; i < MAX_CHUNKS && read_some(capture); i++)
        ;
    if (live_buf_length(capture->line) > 0)
        capture->fn(live_buf_data(capture->line), live_buf_length(capture->line), capture->user);
    live_buf_clear(capture->line);
}

int ag_capture_fd(const ag_capture *capture)
{
    return capture->ends[1];
}

live_err ag_capture_new(live_loop *loop, ag_line_fn fn, void *user, ag_capture **ret_capture,
                        live_error *error)
{
    ag_capture *capture = calloc(1, sizeof *capture);
    if (!capture)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    *capture = (ag_capture){ .ends = { -1, -1 }, .line = live_buf_new(), .fn = fn, .user = user };
    live_err err = LIVE_OK;
    // Our end does not block; the child's does, as it expects of its output.
    if (pipe2(capture->ends, O_CLOEXEC) || fcntl(capture->ends[0], F_SETFL, O_NONBLOCK))
        err = live_fail_errno(error, errno, "pipe");
    if (!err)
        err = live_io_new(loop, capture->ends[0], LIVE_READABLE, on_output, capture, &capture->io,
                          error);
    if (err) {
        ag_capture_free(capture);
        return err;
    }
    *ret_capture = capture;
    return LIVE_OK;
}

void ag_capture_free(ag_capture *capture)
{
    if (!capture)
        return;
    live_io_free(capture->io);
    for (int i = 0; i < 2; i++)
        if (capture->ends[i] >= 0)
            close(capture->ends[i]);
    live_buf_free(capture->line);
    free(capture);
}
