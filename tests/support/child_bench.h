// SPDX-License-Identifier: Apache-2.0
// A child of an agent, a worker or the gateway, with the test in the place of its supervisor.
#ifndef CHILD_BENCH_H
#define CHILD_BENCH_H

#include <cJSON.h>
#include <stdbool.h>
#include <sys/types.h>

enum { CHILD_BENCH_PATIENCE_MS = 20000 };

typedef struct child_bench {
    pid_t pid;   // 0: it has ended
    int control; // where descriptors are passed to it
    int ready, told, said;
    char told_text[256];  // on its standard output
    char said_text[8192]; // on its standard error
} child_bench;

#define CHILD_BENCH_INIT                                                                           \
    {                                                                                              \
        .control = -1, .ready = -1, .told = -1, .said = -1                                         \
    }

// Starts it: `become` is called in a process of its own, in which its descriptors are where a supervisor puts them, and
// returns its exit code. `config` is borrowed; NULL: what it is given is no JSON.
void child_bench_start(child_bench *child, const cJSON *config, int (*become)(const void *user),
                       const void *user);

// Waits until it says that it has started; false: it has ended without a word.
bool child_bench_is_ready(const child_bench *child);

// Until that stands in `told_text`.
void child_bench_wait_told(child_bench *child, const char *what);

// Waits for its end. The exit code; -1: a signal ended it.
int child_bench_end(child_bench *child);

// Asks it to end first.
int child_bench_stop(child_bench *child);

// It ends, whatever it does.
void child_bench_clear(child_bench *child);

#endif
