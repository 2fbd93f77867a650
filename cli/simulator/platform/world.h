// SPDX-License-Identifier: Apache-2.0
// The world of the simulated platform: its users, teams, plugins, rooms, assets and the rest of what it
// knows, one JSON document.
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include <cJSON.h>
#include <live/error.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct sim_world sim_world;

// Reads and checks a world file.
live_err sim_world_new(const char *path, sim_world **ret_world, live_error *error);
void sim_world_free(sim_world *world);

// A list or object of the world, such as "rooms"; borrowed, and there for every name of the document.
cJSON *sim_world_get(sim_world *world, const char *name);

// The user of these credentials, or NULL.
const cJSON *sim_world_login(sim_world *world, const char *username, const char *password);

// Whether one of the user's teams has a role with the permission.
bool sim_world_may(sim_world *world, const cJSON *user, const char *permission);

// The element of a list with this id, a number or its text; NULL when there is none.
cJSON *sim_world_find(cJSON *list, const char *id);

// A new id for an element of the list: one more than the largest.
int64_t sim_world_next_id(const cJSON *list);

// Applies an event that changes the world: a messenger control event changes the users of rooms.
void sim_world_apply(sim_world *world, const cJSON *event);

#endif
