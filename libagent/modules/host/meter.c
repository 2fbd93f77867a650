// SPDX-License-Identifier: Apache-2.0
// Counters remembered by device, from one sample to the next.
#include "meter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What became of a counter since the sample before.
typedef enum course { FORWARD, WRAPPED, FELL } course;

// A counter that fell has wrapped if it is then less than half its range further; else it began anew.
static course course_of(uint64_t before, uint64_t now, uint64_t *ret_delta)
{
    bool narrow = before <= UINT32_MAX;
    uint64_t delta = narrow ? (uint64_t)(uint32_t)(now - before) : now - before;
    uint64_t half = narrow ? UINT32_MAX / 2 : UINT64_MAX / 2;

    *ret_delta = now >= before ? now - before : delta;
    if (now >= before)
        return FORWARD;
    return delta <= half ? WRAPPED : FELL;
}

static meter *find(meters *all, const char *name)
{
    for (size_t i = 0; i < all->count; i++)
        if (strncmp(all->items[i].name, name, METER_NAME_BYTES - 1) == 0)
            return &all->items[i];
    return NULL;
}

static void add(meters *all, const char *name, const uint64_t values[METER_VALUES])
{
    if (all->count == all->capacity) {
        size_t capacity = all->capacity ? all->capacity * 2 : 8;
        meter *items = realloc(all->items, capacity * sizeof *items);
        if (!items)
            return; // the device stays new: tried again with the next sample
        all->items = items;
        all->capacity = capacity;
    }
    meter *added = &all->items[all->count++];
    *added = (meter){ .round = all->round };
    snprintf(added->name, sizeof added->name, "%s", name);
    memcpy(added->values, values, sizeof added->values);
}

void meters_begin(meters *all, int64_t now_ms)
{
    all->seconds = all->round ? (double)(now_ms - all->sampled_ms) / 1000 : 0;
    all->sampled_ms = now_ms;
    all->round++;
}

bool meters_advance(meters *all, const char *name, const uint64_t values[METER_VALUES],
                    uint64_t ret_deltas[METER_VALUES])
{
    meter *known = find(all, name);
    size_t wrapped = 0, fallen = 0;

    if (!known) {
        add(all, name, values);
        return false;
    }
    for (size_t i = 0; i < METER_VALUES; i++) {
        course course = course_of(known->values[i], values[i], &ret_deltas[i]);
        wrapped += course == WRAPPED;
        fallen += course == FELL;
        if (course == FELL)
            ret_deltas[i] = 0;
    }
    memcpy(known->values, values, sizeof known->values);
    known->round = all->round;
    // A wrap takes one counter at a time; several that fall at once are those of another device.
    return wrapped <= 1 && (fallen == 0 || all->steps_back);
}

void meters_end(meters *all)
{
    size_t kept = 0;

    for (size_t i = 0; i < all->count; i++)
        if (all->items[i].round == all->round)
            all->items[kept++] = all->items[i];
    all->count = kept;
}

void meters_clear(meters *all)
{
    free(all->items);
    *all = (meters){ .steps_back = all->steps_back };
}
