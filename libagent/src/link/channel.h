// SPDX-License-Identifier: Apache-2.0
// One end of a link: a socket that carries frames both ways without blocking.
#ifndef AG_CHANNEL_H
#define AG_CHANNEL_H

#include <live/loop.h>
#include <stdbool.h>

#include "link/frame.h"

typedef struct ag_channel ag_channel;

typedef struct ag_channel_hooks {
    void (*on_frame)(const ag_frame *frame, void *user);
    // The other side is gone, or broke the protocol: the last call. Frees the channel.
    void (*on_closed)(ag_channel *channel, void *user);
} ag_channel_hooks;

// Takes the descriptor.
live_err ag_channel_new(live_loop *loop, int fd, const ag_channel_hooks *hooks, void *user,
                        ag_channel **ret_channel, live_error *error);
void ag_channel_free(ag_channel *channel);

void ag_channel_send(ag_channel *channel, ag_frame_type type, uint64_t number, const char *text,
                     size_t length);

// What waits to be taken by the other side, in bytes.
size_t ag_channel_waiting(const ag_channel *channel);

// Stops and goes on reading: the other side's sends then wait.
void ag_channel_pause(ag_channel *channel, bool paused);

// Carries frames now, waiting for them at most `timeout_ms`: for a caller that cannot return to the loop.
// False: the channel was closed (and freed).
bool ag_channel_pump(ag_channel *channel, int timeout_ms);

// Reads all that is there already. False: the channel was closed (and freed).
bool ag_channel_drain(ag_channel *channel);

#endif
