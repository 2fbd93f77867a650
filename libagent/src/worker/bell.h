// SPDX-License-Identifier: Apache-2.0
// What a thread rings to have the loop's thread do something.
#ifndef AG_BELL_H
#define AG_BELL_H

#include <live/loop.h>

// Called from the loop, once for however many rings before; may clear the bell.
typedef void (*ag_bell_fn)(void *user);

typedef struct ag_bell {
    live_io *io;
    int fd; // -1: there is none
    ag_bell_fn fn;
    void *user;
} ag_bell;

// The bell stays where it is until it is cleared.
live_err ag_bell_init(ag_bell *bell, live_loop *loop, ag_bell_fn fn, void *user, live_error *error);
void ag_bell_clear(ag_bell *bell);

// Threads: any.
void ag_bell_ring(const ag_bell *bell);

#endif
