// SPDX-License-Identifier: Apache-2.0
// A row: one event or one result with its time, shared by counting.
#ifndef SIM_ROW_H
#define SIM_ROW_H

#include <cJSON.h>
#include <stddef.h>
#include <stdint.h>

// The store, windows and batches hold the same row; its JSON never changes once it is shared.
typedef struct sim_row {
    size_t refs;
    int64_t time_ms;
    uint64_t number; // order of reception, from 1; 0 for a result
    size_t bytes;    // an estimate of what it keeps in memory; 0 for a result
    cJSON *json;     // an object
} sim_row;

// Takes the object.
sim_row *sim_row_new(cJSON *json, int64_t time_ms);
sim_row *sim_row_ref(sim_row *row);
void sim_row_unref(sim_row *row);

// Its `__type`, or "".
const char *sim_row_type(const sim_row *row);

#endif
