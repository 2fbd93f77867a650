// SPDX-License-Identifier: Apache-2.0
// Things by key, in the order in which they first came: groups, distinct values, throttles.
#include "pipes/table.h"

#include "memory.h"
#include <live/json.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static uint64_t hash(const char *key) // FNV-1a
{
    uint64_t sum = UINT64_C(14695981039346656037);

    for (; *key; key++)
        sum = (sum ^ (unsigned char)*key) * UINT64_C(1099511628211);
    return sum;
}

static size_t *slot_of(const pipes_table *table, const char *key)
{
    size_t at = (size_t)hash(key) & (table->slot_count - 1);

    while (table->slots[at] && strcmp(table->entries[table->slots[at] - 1].key, key) != 0)
        at = (at + 1) & (table->slot_count - 1);
    return &table->slots[at];
}

static void grow_slots(pipes_table *table)
{
    if (table->count * 2 < table->slot_count)
        return;
    free(table->slots);
    table->slot_count = table->slot_count ? table->slot_count * 2 : 16;
    table->slots = sim_alloc(table->slot_count, sizeof *table->slots);
    for (size_t i = 0; i < table->count; i++)
        *slot_of(table, table->entries[i].key) = i + 1;
}

void **pipes_table_at(pipes_table *table, const char *key)
{
    grow_slots(table);
    size_t *slot = slot_of(table, key);
    if (!*slot) {
        table->entries =
            sim_grow(table->entries, table->count, &table->capacity, sizeof *table->entries);
        table->entries[table->count++] = (pipes_table_entry){ .key = sim_copy(key) };
        *slot = table->count;
    }
    return &table->entries[*slot - 1].thing;
}

void pipes_table_clear(pipes_table *table, void (*drop)(void *thing))
{
    for (size_t i = 0; i < table->count; i++) {
        free(table->entries[i].key);
        if (drop && table->entries[i].thing)
            drop(table->entries[i].thing);
    }
    free(table->entries);
    free(table->slots);
    *table = (pipes_table){ 0 };
}

void pipes_key_add(live_buf *key, pipes_value value)
{
    switch (value.kind) {
    case PIPES_NULL: live_buf_add_text(key, "n"); break;
    case PIPES_BOOLEAN: live_buf_add_text(key, value.truth ? "t" : "f"); break;
    case PIPES_NUMBER: live_buf_add_format(key, "#%.17g", value.number); break;
    case PIPES_TEXT: live_buf_add_format(key, "\"%zu:%s", strlen(value.text), value.text); break;
    case PIPES_JSON: live_buf_add_json(key, value.json); break;
    }
    live_buf_add_text(key, ";");
}
