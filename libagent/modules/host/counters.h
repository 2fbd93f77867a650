// SPDX-License-Identifier: Apache-2.0
// Counters of the kernel and what they grew by, by name.
#ifndef HOST_COUNTERS_H
#define HOST_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>

enum { COUNTERS = 128, COUNTER_FIELDS = 4, COUNTER_NAME_BYTES = 32 };

typedef struct counter {
    char name[COUNTER_NAME_BYTES]; // "": a free place
    uint64_t values[COUNTER_FIELDS];
    bool seen; // in the current sample
} counter;

// The counters of one family, such as disks; zero at the start.
typedef struct counters {
    counter all[COUNTERS];
} counters;

// Remembers the values under the name and tells what they grew by. False: there is nothing to compare with,
// because the name is new, was away, or its counters began again.
bool counters_step(counters *counters, const char *name, const uint64_t values[COUNTER_FIELDS],
                   uint64_t ret_growth[COUNTER_FIELDS]);

// At the end of a sample: forgets what was not in it.
void counters_sweep(counters *counters);

// What a counter grew by, also over its 32- or 64-bit end. False: it began again.
bool counter_growth(uint64_t before, uint64_t now, uint64_t *ret_growth);

#endif
