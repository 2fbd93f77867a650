// SPDX-License-Identifier: Apache-2.0
// The feed of arriving events, as a stream of server-sent events.
#ifndef SIM_FEED_H
#define SIM_FEED_H

#include "http_server.h"
#include "store.h"

typedef struct sim_feed sim_feed;

// Never NULL.
sim_feed *sim_feed_new(sim_store *store);
void sim_feed_free(sim_feed *feed);

// Answers with each event received from now on; a viewer that does not keep up misses some.
void sim_feed_start(sim_feed *feed, ag_exchange *exchange);

#endif
