// SPDX-License-Identifier: Apache-2.0
// Counters remembered by device, from one sample to the next.
#ifndef HOST_METER_H
#define HOST_METER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { METER_VALUES = 8, METER_NAME_BYTES = 64 };

typedef struct meter {
    char name[METER_NAME_BYTES];
    uint64_t values[METER_VALUES];
    uint64_t round; // the sample it was last seen in
} meter;

// The devices of one kind. Zeroed memory is an empty one.
typedef struct meters {
    bool steps_back; // its counters may fall a little, as the kernel's idle times do
    double seconds;  // since the sample before; 0: there was none
    uint64_t round;
    int64_t sampled_ms;
    size_t count, capacity;
    meter *items;
} meters;

// Starts a sample at a time of the monotonic clock.
void meters_begin(meters *all, int64_t now_ms);

// How far each counter of a device went on since the sample before, over a wrap at 32 or 64 bits. False:
// there is nothing to compare with, because the device is new, is another one, or was reset.
bool meters_advance(meters *all, const char *name, const uint64_t values[METER_VALUES],
                    uint64_t ret_deltas[METER_VALUES]);

// Ends a sample: forgets the devices that were not in it.
void meters_end(meters *all);

void meters_clear(meters *all);

#endif
