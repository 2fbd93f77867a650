// SPDX-License-Identifier: Apache-2.0
// The queries of the simulated platform and the CometD channels that carry their messages.
#ifndef SIM_CHANNELS_H
#define SIM_CHANNELS_H

#include <cJSON.h>
#include <live/error.h>
#include <live/loop.h>

#include "bayeux/bayeux_server.h"
#include "store.h"

typedef struct sim_channels sim_channels;

live_err sim_channels_new(live_loop *loop, sim_store *store, sim_channels **ret_channels,
                          live_error *error);
void sim_channels_free(sim_channels *channels);

// Where the messages go; before the first query.
void sim_channels_attach(sim_channels *channels, bayeux_server *server);

// Makes a channel for each query of a `POST /rest/query` body. A query starts when its channel is
// subscribed; one that nobody subscribes is forgotten. Returns the answer, [{"channel": "/data/…"}], or
// NULL when the body is no array of query objects.
cJSON *sim_channels_create(sim_channels *channels, const cJSON *queries);

// What the Bayeux server reports. A channel that is none gets a `destroy`, so that nobody waits for ever.
bool sim_channels_may_subscribe(const char *channel, void *channels);
void sim_channels_subscribed(const char *channel, void *channels);
void sim_channels_unsubscribed(const char *channel, void *channels);

#endif
