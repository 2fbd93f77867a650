// SPDX-License-Identifier: Apache-2.0
// A worker's end of the link: events that are kept until they are accepted, questions whose rows are taken one by one.
#ifndef AG_LINK_H
#define AG_LINK_H

#include <cJSON.h>
#include <live/loop.h>
#include <stdbool.h>
#include <stddef.h>

enum {
    AG_EVENT_WINDOW_BYTES = 256 * 1024,
    AG_ROW_WINDOW_BYTES = 1024 * 1024,
    AG_EMIT_TIMEOUT_MS = 10000,
    AG_HURRY_MS = 2000
};

typedef struct ag_link ag_link;
typedef struct ag_question ag_question; // a query or a request, until it ends

// `on_orphaned`: the supervisor is gone. `control` is where it passes a socket to each gateway that it starts. Takes it.
live_err ag_link_new(live_loop *loop, int control, void (*on_orphaned)(void *user), void *user,
                     ag_link **ret_link, live_error *error);
void ag_link_free(ag_link *link);

// Keeps the text (JSON of one event) until the gateway has accepted it. Blocks while the window is full.
live_err ag_link_emit(ag_link *link, const char *text, size_t length, live_error *error);

// The process is to end: whoever waits for the gateway waits AG_HURRY_MS more at most, until it is taken back. May be
// called from a signal handler.
void ag_link_hurry(ag_link *link, bool hurry);

// Waits until everything is accepted, and survives a power cut.
live_err ag_link_flush(ag_link *link, int64_t timeout_ms, live_error *error);

typedef enum ag_question_kind {
    AG_FOLLOW,  // a query that goes on; asked again after each re-attachment
    AG_COLLECT, // a query that ends
    AG_REQUEST  // a resource, which comes as one row
} ag_question_kind;

typedef struct ag_question_hooks {
    void (*on_row)(const cJSON *row, void *user);      // borrowed
    void (*on_end)(const live_error *why, void *user); // NULL: it simply ended; no row follows
} ag_question_hooks;

// Asks the platform: `text` is a query's JSON, or the path of a resource. What ends and is under way when the gateway
// is lost ends with LIVE_E_CLOSED. Both hooks come from the loop and may free the question.
live_err ag_link_ask(ag_link *link, ag_question_kind kind, const char *text,
                     const ag_question_hooks *hooks, void *user, ag_question **ret_question,
                     live_error *error);

// Whether the row that is being delivered was missed at its time, and asked for since.
bool ag_link_row_is_late(const ag_link *link);

// Withdraws a question; none of its hooks is called any more. NULL is fine.
void ag_question_free(ag_question *question);

#endif
