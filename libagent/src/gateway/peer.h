// SPDX-License-Identifier: Apache-2.0
// The gateway's end of one worker's link: its events in, its query's rows out.
#ifndef AG_PEER_H
#define AG_PEER_H

#include <live/client.h>

#include "gateway/sender.h"

typedef struct ag_peers ag_peers;

// `client` NULL: no platform; queries wait for nothing then.
live_err ag_peers_new(live_loop *loop, live_client *client, ag_store *store, ag_peers **ret_peers,
                      live_error *error);
void ag_peers_free(ag_peers *peers);
void ag_peers_attach_sender(ag_peers *peers, ag_sender *sender);

// A worker's new link; an older one of the same name ends. Takes the descriptor.
void ag_peers_add(ag_peers *peers, const char *name, int fd);

// The store has room again: who was told to wait goes on.
void ag_peers_resume(ag_peers *peers);

#endif
