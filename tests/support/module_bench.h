// SPDX-License-Identifier: Apache-2.0
// What tests of modules look at most often: the last event, and figures in it.
#ifndef MODULE_BENCH_H
#define MODULE_BENCH_H

#include <agent/testing.h>

// The event emitted last; NULL: none. Borrowed.
const cJSON *bench_event(const agent_bench *bench);

// A figure of the last event by its path, such as "disks/sda/busy_percent"; NaN: it is not there.
double bench_figure(const agent_bench *bench, const char *path);

#endif
