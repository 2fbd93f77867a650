// SPDX-License-Identifier: Apache-2.0
// What a process of this machine uses, as the kernel counts it.
#ifndef AG_USAGE_H
#define AG_USAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct ag_usage {
    int64_t cpu_ms;       // since its start
    int64_t memory_bytes; // resident
} ag_usage;

bool ag_usage_read(pid_t pid, ag_usage *ret_usage); // false: it is gone

// Reads the text of /proc/PID/stat, whatever the program is called.
bool ag_usage_parse(const char *stat, int64_t ticks_per_s, int64_t page_bytes, ag_usage *ret_usage);

#endif
