// SPDX-License-Identifier: Apache-2.0
// What one turn of the loop may do for one query, so that it keeps the others not waiting.
#ifndef SIM_SLICE_H
#define SIM_SLICE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct sim_slice {
    int left;
    int64_t until_ms;
} sim_slice;

sim_slice sim_slice_new(void);

// Takes one row or tick of it; false: nothing is left.
bool sim_slice_take(sim_slice *slice);

#endif
