// SPDX-License-Identifier: Apache-2.0
// Memory that is freed at once: what a compiled query or one evaluation needs.
#ifndef PIPES_ARENA_H
#define PIPES_ARENA_H

#include <cJSON.h>
#include <stddef.h>

typedef struct pipes_arena pipes_arena;

pipes_arena *pipes_arena_new(void);
void pipes_arena_free(pipes_arena *arena);

// Forgets everything that was allocated; keeps a block for the next round.
void pipes_arena_reset(pipes_arena *arena);

void *pipes_arena_alloc(pipes_arena *arena, size_t bytes); // zeroed
char *pipes_arena_text(pipes_arena *arena, const char *text, size_t length);

// Deletes the tree with the arena; hands it back.
cJSON *pipes_arena_own(pipes_arena *arena, cJSON *json);

#endif
