// SPDX-License-Identifier: Apache-2.0
// Counters of the kernel and what they grew by.
#include "counters.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

bool counter_growth(uint64_t before, uint64_t now, uint64_t *ret_growth)
{
    uint64_t over_32 = now + ((uint64_t)1 << 32) - before;

    *ret_growth = now - before; // right over the end of 64 bits
    if (now >= before || before > UINT64_MAX / 2)
        return true;
    // A drop from close to the end of 32 bits is that end; from anywhere else it is a new beginning.
    *ret_growth = over_32;
    return before <= UINT32_MAX && over_32 < ((uint64_t)1 << 31);
}

static counter *find(counters *counters, const char *name)
{
    for (size_t i = 0; i < COUNTERS; i++)
        if (strncmp(counters->all[i].name, name, COUNTER_NAME_BYTES - 1) == 0)
            return &counters->all[i];
    return NULL;
}

bool counters_step(counters *counters, const char *name, const uint64_t values[COUNTER_FIELDS],
                   uint64_t ret_growth[COUNTER_FIELDS])
{
    counter *own = find(counters, name);
    bool known = own != NULL;

    if (!own)
        own = find(counters, "");
    if (!own)
        return false;
    for (size_t i = 0; known && i < COUNTER_FIELDS; i++)
        known = counter_growth(own->values[i], values[i], &ret_growth[i]);
    snprintf(own->name, sizeof own->name, "%s", name);
    memcpy(own->values, values, sizeof own->values);
    own->seen = true;
    return known;
}

void counters_sweep(counters *counters)
{
    for (size_t i = 0; i < COUNTERS; i++) {
        if (!counters->all[i].seen)
            counters->all[i].name[0] = '\0';
        counters->all[i].seen = false;
    }
}
