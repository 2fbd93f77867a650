// SPDX-License-Identifier: Apache-2.0
// What a child writes on its output, line by line.
#ifndef AG_CAPTURE_H
#define AG_CAPTURE_H

#include <live/loop.h>

enum { AG_LINE_BYTES = 8192 }; // a longer line comes in pieces

typedef struct ag_capture ag_capture;

typedef void (*ag_line_fn)(const char *line, size_t length, void *user); // without its end

live_err ag_capture_new(live_loop *loop, ag_line_fn fn, void *user, ag_capture **ret_capture,
                        live_error *error);
void ag_capture_free(ag_capture *capture);

// What a child gets as its output; stays the capture's.
int ag_capture_fd(const ag_capture *capture);

// The child has ended: what is there already is told, also a last line without its end.
void ag_capture_flush(ag_capture *capture);

#endif
