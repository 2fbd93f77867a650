// SPDX-License-Identifier: Apache-2.0
// What a process may use at most, of memory, processor time and descriptors: kept by the kernel.
#ifndef AG_LIMITS_H
#define AG_LIMITS_H

#include <live/error.h>
#include <stdint.h>

typedef struct ag_limits { // 0: none
    int64_t memory_bytes, cpu_ms, files;
    int64_t tasks; // of a control group only
    double cores;  // likewise
} ag_limits;

// Confines the calling process and whatever it starts; there is no way back.
live_err ag_limits_apply(const ag_limits *limits, live_error *error);

// Which limit a signal that ended a process speaks of: " (limits.cpu)", or "".
const char *ag_limits_of_signal(int number);

#endif
