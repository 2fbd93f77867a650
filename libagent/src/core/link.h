// SPDX-License-Identifier: Apache-2.0
// A worker's end of the link: events that are kept until they are accepted, rows that are taken one by one.
#ifndef AG_LINK_H
#define AG_LINK_H

#include <cJSON.h>
#include <live/loop.h>
#include <stddef.h>

enum {
    AG_EVENT_WINDOW_BYTES = 256 * 1024,
    AG_ROW_WINDOW_BYTES = 1024 * 1024,
    AG_EMIT_TIMEOUT_MS = 10000
};

typedef struct ag_link ag_link;

typedef struct ag_link_hooks {
    void (*on_row)(const cJSON *row, void *user);
    void (*on_end)(const char *why, void *user); // of the query; "" when it simply ended
    void (*on_orphaned)(void *user);             // the supervisor is gone
} ag_link_hooks;

// `control` is where the supervisor passes a socket to each gateway that it starts. Takes it.
live_err ag_link_new(live_loop *loop, int control, const ag_link_hooks *hooks, void *user,
                     ag_link **ret_link, live_error *error);
void ag_link_free(ag_link *link);

// Keeps the text (JSON of one event) until the gateway has accepted it. Blocks while the window is full.
live_err ag_link_emit(ag_link *link, const char *text, size_t length, live_error *error);

// Waits until everything is accepted.
live_err ag_link_flush(ag_link *link, int64_t timeout_ms, live_error *error);

// The query (JSON of its options) of this worker; it is asked again after each re-attachment.
live_err ag_link_query(ag_link *link, const char *text, live_error *error);

#endif
