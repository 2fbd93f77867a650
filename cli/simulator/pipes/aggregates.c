// SPDX-License-Identifier: Apache-2.0
// The table of aggregates: one row each.
#include "pipes/expression.h"

#include <math.h>
#include <string.h>
#include <strings.h>

static void add_count(pipes_tally *tally, const pipes_value *args, size_t count)
{
    tally->count += count == 0 || args[0].kind != PIPES_NULL;
}

static pipes_value get_count(const pipes_tally *tally, pipes_arena *arena)
{
    (void)arena;
    return pipes_number(tally->count);
}

// Welford's running mean and sum of squares; the sum beside them.
static void add_number(pipes_tally *tally, const pipes_value *args, size_t count)
{
    (void)count;
    pipes_value value = pipes_to_number(args[0]);
    if (value.kind == PIPES_NULL)
        return;
    tally->count++;
    double delta = value.number - tally->number;
    tally->number += delta / tally->count;
    tally->squares += delta * (value.number - tally->number);
}

static pipes_value get_average(const pipes_tally *tally, pipes_arena *arena)
{
    (void)arena;
    return tally->count > 0 ? pipes_number(tally->number) : pipes_null();
}

static pipes_value get_deviation(const pipes_tally *tally, pipes_arena *arena)
{
    (void)arena;
    return tally->count > 1 ? pipes_number(sqrt(tally->squares / (tally->count - 1)))
                            : pipes_null();
}

static void add_sum(pipes_tally *tally, const pipes_value *args, size_t count)
{
    (void)count;
    pipes_value value = pipes_to_number(args[0]);
    if (value.kind == PIPES_NULL)
        return;
    tally->any = true;
    tally->number += value.number;
}

static pipes_value get_number(const pipes_tally *tally, pipes_arena *arena)
{
    (void)arena;
    return tally->any ? pipes_number(tally->number) : pipes_null();
}

static void add_extreme(pipes_tally *tally, pipes_value value, int sign)
{
    value = pipes_to_number(value);
    if (value.kind == PIPES_NULL)
        return;
    if (!tally->any || (value.number - tally->number) * sign > 0)
        tally->number = value.number;
    tally->any = true;
}

static void add_max(pipes_tally *tally, const pipes_value *args, size_t count)
{
    (void)count;
    add_extreme(tally, args[0], 1);
}

static void add_min(pipes_tally *tally, const pipes_value *args, size_t count)
{
    (void)count;
    add_extreme(tally, args[0], -1);
}

static void keep(pipes_tally *tally, pipes_value value)
{
    cJSON_Delete(tally->kept);
    tally->kept = pipes_to_json(value);
    tally->any = true;
}

static void add_last(pipes_tally *tally, const pipes_value *args, size_t count)
{
    (void)count;
    keep(tally, args[0]);
}

static void add_last_value(pipes_tally *tally, const pipes_value *args, size_t count)
{
    (void)count;
    if (args[0].kind != PIPES_NULL)
        keep(tally, args[0]);
}

static void add_first(pipes_tally *tally, const pipes_value *args, size_t count)
{
    (void)count;
    if (!tally->any)
        keep(tally, args[0]);
}

static void add_first_value(pipes_tally *tally, const pipes_value *args, size_t count)
{
    (void)count;
    if (!tally->any && args[0].kind != PIPES_NULL)
        keep(tally, args[0]);
}

static pipes_value get_kept(const pipes_tally *tally, pipes_arena *arena)
{
    (void)arena;
    return pipes_of_json(tally->kept);
}

// Whether the value is seen for the first time.
static bool is_new(pipes_tally *tally, pipes_value value)
{
    live_buf *key = live_buf_new();

    pipes_key_add(key, value);
    void **place = pipes_table_at(&tally->distinct, live_buf_data(key));
    bool fresh = !*place;
    *place = tally; // any mark
    live_buf_free(key);
    return fresh;
}

static void add_distinct(pipes_tally *tally, const pipes_value *args, size_t count)
{
    (void)count;
    if (args[0].kind != PIPES_NULL && is_new(tally, args[0]))
        tally->count++;
}

static void add_list(pipes_tally *tally, const pipes_value *args, size_t count)
{
    (void)count;
    if (!tally->kept)
        tally->kept = cJSON_CreateArray();
    if (args[0].kind != PIPES_NULL)
        cJSON_AddItemToArray(tally->kept, pipes_to_json(args[0]));
}

static void add_set(pipes_tally *tally, const pipes_value *args, size_t count)
{
    if (args[0].kind != PIPES_NULL && is_new(tally, args[0]))
        add_list(tally, args, count);
}

static void add_map(pipes_tally *tally, const pipes_value *args, size_t count)
{
    (void)count;
    if (!tally->kept)
        tally->kept = cJSON_CreateObject();
    if (args[0].kind != PIPES_TEXT || args[1].kind == PIPES_NULL)
        return;
    cJSON_DeleteItemFromObjectCaseSensitive(tally->kept, args[0].text);
    cJSON_AddItemToObject(tally->kept, args[0].text, pipes_to_json(args[1]));
}

static const pipes_aggregate aggregates[] = {
    { "count", 0, 1, add_count, get_count },     { "sum", 1, 1, add_sum, get_number },
    { "avg", 1, 1, add_number, get_average },    { "stdev", 1, 1, add_number, get_deviation },
    { "min", 1, 1, add_min, get_number },        { "max", 1, 1, add_max, get_number },
    { "last", 1, 1, add_last, get_kept },        { "lastv", 1, 1, add_last_value, get_kept },
    { "first", 1, 1, add_first, get_kept },      { "firstv", 1, 1, add_first_value, get_kept },
    { "dcount", 1, 1, add_distinct, get_count }, { "set", 1, 1, add_set, get_kept },
    { "list", 1, 1, add_list, get_kept },        { "map", 2, 2, add_map, get_kept },
};

const pipes_aggregate *pipes_aggregate_find(const char *name, size_t count)
{
    for (size_t i = 0; i < sizeof aggregates / sizeof *aggregates; i++) {
        const pipes_aggregate *each = &aggregates[i];
        if (strcasecmp(each->name, name) == 0 && count >= each->least && count <= each->most)
            return each;
    }
    return NULL;
}

bool pipes_is_function(const char *name)
{
    for (size_t count = 0; count <= PIPES_MAX_ARGS; count++)
        if (pipes_function_find(name, count) || pipes_aggregate_find(name, count))
            return true;
    return false;
}
