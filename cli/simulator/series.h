// SPDX-License-Identifier: Apache-2.0
// Rows in the order of (time, number): appended at the end, dropped at the front, cheaply.
#ifndef SIM_SERIES_H
#define SIM_SERIES_H

#include "row.h"
#include <stdbool.h>

typedef struct sim_series {
    sim_row **rows; // rows[first] to rows[first + count - 1]
    size_t first, count, capacity;
} sim_series;

// Takes the reference.
void sim_series_insert(sim_series *series, sim_row *row);

// Gives up its reference; false when it is not there.
bool sim_series_remove(sim_series *series, const sim_row *row);
void sim_series_clear(sim_series *series);

sim_row *sim_series_at(const sim_series *series, size_t index); // borrowed

// Index of the first row that is not before (time_ms, number).
size_t sim_series_find(const sim_series *series, int64_t time_ms, uint64_t number);

#endif
