// SPDX-License-Identifier: Apache-2.0
// Memory that is freed at once: what a compiled query or one evaluation needs.
#include "pipes/arena.h"

#include "memory.h"
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 4096, ALIGNMENT = 16 };

typedef struct arena_block {
    struct arena_block *next;
    size_t used, size;
    _Alignas(ALIGNMENT) char bytes[];
} arena_block;

struct pipes_arena {
    arena_block *blocks; // the current one first
    cJSON **owned;
    size_t owned_count, owned_capacity;
};

pipes_arena *pipes_arena_new(void)
{
    return sim_alloc(1, sizeof(pipes_arena));
}

static void add_block(pipes_arena *arena, size_t bytes)
{
    size_t size = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
    arena_block *block = sim_alloc(1, sizeof *block + size);

    block->size = size;
    block->next = arena->blocks;
    arena->blocks = block;
}

void *pipes_arena_alloc(pipes_arena *arena, size_t bytes)
{
    size_t size = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;

    if (!arena->blocks || arena->blocks->size - arena->blocks->used < size)
        add_block(arena, size);
    void *memory = arena->blocks->bytes + arena->blocks->used;
    arena->blocks->used += size;
    return memset(memory, 0, size);
}

char *pipes_arena_text(pipes_arena *arena, const char *text, size_t length)
{
    char *copy = pipes_arena_alloc(arena, length + 1);

    if (length > 0)
        memcpy(copy, text, length);
    return copy;
}

cJSON *pipes_arena_own(pipes_arena *arena, cJSON *json)
{
    arena->owned =
        sim_grow(arena->owned, arena->owned_count, &arena->owned_capacity, sizeof *arena->owned);
    arena->owned[arena->owned_count++] = json;
    return json;
}

void pipes_arena_reset(pipes_arena *arena)
{
    for (size_t i = 0; i < arena->owned_count; i++)
        cJSON_Delete(arena->owned[i]);
    arena->owned_count = 0;
    while (arena->blocks && arena->blocks->next) {
        arena_block *block = arena->blocks;
        arena->blocks = block->next;
        free(block);
    }
    if (arena->blocks)
        arena->blocks->used = 0;
}

void pipes_arena_free(pipes_arena *arena)
{
    if (!arena)
        return;
    pipes_arena_reset(arena);
    free(arena->blocks);
    free(arena->owned);
    free(arena);
}
