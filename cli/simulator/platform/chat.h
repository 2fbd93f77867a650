// SPDX-License-Identifier: Apache-2.0
// What the page reads and writes: messages of rooms, and the marks that agents set on charts.
#ifndef SIM_CHAT_H
#define SIM_CHAT_H

#include "store.h"
#include "world.h"

// The newest messages of a room in order of time, events as they are stored.
cJSON *sim_chat_messages(const sim_store *store, const char *room_id);

// The newest annotations and chart markers in order of time, events as they are stored.
cJSON *sim_chat_marks(const sim_store *store);

// Says {"room": id, "text": …} as a user of the world: an ordinary message event. LIVE_E_INVALID:
// nothing to say; LIVE_E_NOTFOUND: no such room; LIVE_E_LIMIT: too long.
live_err sim_chat_say(sim_store *store, sim_world *world, const cJSON *user, const cJSON *said,
                      live_error *error);

// Tells that a user is there.
live_err sim_chat_join(sim_store *store, const cJSON *user, live_error *error);

#endif
