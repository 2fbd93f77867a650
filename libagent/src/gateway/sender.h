// SPDX-License-Identifier: Apache-2.0
// Sends what is stored to the platform: in batches, one at a time, until it is taken.
#ifndef AG_SENDER_H
#define AG_SENDER_H

#include <live/client.h>

#include "gateway/store.h"

typedef struct ag_sender ag_sender;

// `on_room` is called after events left the store. `client` NULL: no platform, nothing is sent.
live_err ag_sender_new(live_loop *loop, live_client *client, ag_store *store,
                       void (*on_room)(void *user), void *user, ag_sender **ret_sender,
                       live_error *error);
void ag_sender_free(ag_sender *sender);

// Something was stored.
void ag_sender_wake(ag_sender *sender);

#endif
