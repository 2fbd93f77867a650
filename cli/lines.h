// SPDX-License-Identifier: Apache-2.0
// Standard input, line by line.
#ifndef LINES_H
#define LINES_H

#include <live/error.h>
#include <stddef.h>

// One line without its end; borrowed.
typedef live_err (*lines_fn)(const char *line, size_t length, void *user, live_error *error);

// The lines that have come have been told; more may take a while. NULL: of no interest.
typedef live_err (*lines_pause_fn)(void *user, live_error *error);

// Reads until the end, or until a function fails.
live_err lines_read(lines_fn fn, lines_pause_fn pause, void *user, live_error *error);

#endif
