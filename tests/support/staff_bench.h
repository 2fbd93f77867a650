// SPDX-License-Identifier: Apache-2.0
// A supervisor's staff, with a folder, a loop and a journal of its own.
#ifndef STAFF_BENCH_H
#define STAFF_BENCH_H

#include "supervise/staff.h"

enum { STAFF_BENCH_PATIENCE_MS = 20000 };

typedef struct staff_bench {
    char folder[64];
    live_loop *loop;
    ag_journal *journal;
    ag_staff *staff;
} staff_bench;

// `options` says who is called; the loop is theirs to stop. Not 0: it cannot be had.
int staff_bench_open(staff_bench *bench, ag_staff_options options);

// What `system()` said of removing the folder.
int staff_bench_close(staff_bench *bench);

// A plan without processes.
cJSON *staff_bench_plan(void);

#endif
