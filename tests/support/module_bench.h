// SPDX-License-Identifier: Apache-2.0
// One process of a module on a bench: no worker, no gateway, a clock of its own.
#ifndef MODULE_BENCH_H
#define MODULE_BENCH_H

#include <agent/module.h>

typedef struct agent_run module_bench;

// Starts a process with settings as in the settings file. LIVE_E_…: the settings or start() failed.
live_err bench_new(const agent_module *module, const char *type, const char *settings,
                   module_bench **ret_bench, live_error *error);
void bench_free(module_bench *bench);

// Lets time pass, then polls; fails the test when that fails.
void bench_poll(module_bench *bench, int64_t after_ms);

// As bench_poll(), with the result of the poll.
live_err bench_try(module_bench *bench, int64_t after_ms, live_error *error);

// The event emitted last; NULL: none. Borrowed.
const cJSON *bench_event(const module_bench *bench);

// A figure of the last event by its path, such as "disks/sda/busy_percent"; NaN: it is not there.
double bench_figure(const module_bench *bench, const char *path);

#endif
