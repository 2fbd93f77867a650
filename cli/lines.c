// SPDX-License-Identifier: Apache-2.0
// Standard input, line by line.
#include "lines.h"

#include <errno.h>
#include <live/buf.h>
#include <string.h>
#include <unistd.h>

// Tells the whole lines that have come; a line still under way stays in the buffer.
static live_err tell_whole_lines(live_buf *input, lines_fn fn, void *user, live_error *error)
{
    const char *line = live_buf_data(input), *end;
    size_t left = live_buf_length(input);
    live_err err = LIVE_OK;

    while (!err && (end = memchr(line, '\n', left))) {
        err = fn(line, (size_t)(end - line), user, error);
        left -= (size_t)(end + 1 - line);
        line = end + 1;
    }
    live_buf_drop(input, live_buf_length(input) - left);
    return err;
}

live_err lines_read(lines_fn fn, lines_pause_fn pause, void *user, live_error *error)
{
    char chunk[65536];
    ssize_t got = 1;
    live_buf *input = live_buf_new();
    live_err err = LIVE_OK;

    while (!err && got > 0) {
        got = read(STDIN_FILENO, chunk, sizeof chunk);
        if (got < 0)
            err = live_fail_errno(error, errno, "standard input");
        live_buf_add(input, chunk, got > 0 ? (size_t)got : 0);
        if (got == 0 && live_buf_length(input) > 0)
            live_buf_add_text(input, "\n");
        if (!err && live_buf_failed(input))
            err = live_fail(error, LIVE_E_NOMEM, "out of memory");
        if (!err)
            err = tell_whole_lines(input, fn, user, error);
        if (!err && pause)
            err = pause(user, error);
    }
    live_buf_free(input);
    return err;
}
