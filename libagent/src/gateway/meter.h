// SPDX-License-Identifier: Apache-2.0
// How many events a second there were in the last minute, without a timer of its own.
#ifndef AG_METER_H
#define AG_METER_H

#include <stdint.h>

enum { AG_METER_SLOTS = 12, AG_METER_SLOT_MS = 5000 };

typedef struct ag_meter {
    int64_t total, first_ms, last_ms; // monotonic; 0: none yet
    int64_t slot[AG_METER_SLOTS], turn[AG_METER_SLOTS];
} ag_meter;

void ag_meter_add(ag_meter *meter, int64_t now_ms);

// Events a second over the last minute, or over as much of it as there was.
double ag_meter_rate(const ag_meter *meter, int64_t now_ms);

#endif
