// SPDX-License-Identifier: Apache-2.0
// The asset normalizer: raw events become events of an asset's own type, one for each curve.
#ifndef SIM_NORMALIZER_H
#define SIM_NORMALIZER_H

#include "store.h"
#include "world.h"

typedef struct sim_normalizer sim_normalizer;

// Normalises what arrives from now on; `__asset` events make it read the assets anew. Store and
// world outlive it.
sim_normalizer *sim_normalizer_new(sim_store *store, sim_world *world);
void sim_normalizer_free(sim_normalizer *normalizer);

// Whether the filters of an asset's `normalizer` compile. LIVE_E_PARSE: one does not.
live_err sim_normalizer_check(const cJSON *config, live_error *error);

#endif
