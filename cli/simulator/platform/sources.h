// SPDX-License-Identifier: Apache-2.0
// Sources of data that the simulated platform brings itself, so that curves have values without any
// agent.
#ifndef SIM_SOURCES_H
#define SIM_SOURCES_H

#include "store.h"
#include "world.h"

typedef struct sim_sources sim_sources;

// Sends what the world's "sources" describe, beginning with the ten minutes before now. The store
// outlives them.
live_err sim_sources_new(sim_store *store, sim_world *world, sim_sources **ret_sources,
                         live_error *error);
void sim_sources_free(sim_sources *sources);

#endif
