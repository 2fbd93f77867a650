// SPDX-License-Identifier: Apache-2.0
// Things by key, in the order in which they first came: groups, distinct values, throttles.
#ifndef PIPES_TABLE_H
#define PIPES_TABLE_H

#include "pipes/value.h"
#include <live/buf.h>
#include <stddef.h>

typedef struct pipes_table_entry {
    char *key;
    void *thing;
} pipes_table_entry;

typedef struct pipes_table {
    pipes_table_entry *entries; // `count` of them, in order
    size_t count, capacity;
    size_t *slots; // open hashing: index + 1 of an entry, 0 free
    size_t slot_count;
} pipes_table;

// The place of a key; a new one holds NULL. Valid until the next call.
void **pipes_table_at(pipes_table *table, const char *key);

// Forgets all entries; `drop` frees each thing, NULL when they need none.
void pipes_table_clear(pipes_table *table, void (*drop)(void *thing));

// Adds a value to a key under construction, so that different values never read the same.
void pipes_key_add(live_buf *key, pipes_value value);

#endif
