// SPDX-License-Identifier: Apache-2.0
// What one turn of the loop may do for one query.
#include "slice.h"

#include <time.h>

enum {
    MOST = 5000,     // rows or ticks
    MOST_MS = 20,    // which they may take
    LOOK_EVERY = 16, // rows or ticks, at the time
};

// The work of this process, whatever the clock of the loop says and whoever else is at work.
static int64_t work_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

sim_slice sim_slice_new(void)
{
    return (sim_slice){ .left = MOST, .until_ms = work_ms() + MOST_MS };
}

bool sim_slice_take(sim_slice *slice)
{
    return --slice->left >= 0 && (slice->left % LOOK_EVERY != 0 || work_ms() <= slice->until_ms);
}
