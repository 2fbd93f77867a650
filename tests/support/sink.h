// SPDX-License-Identifier: Apache-2.0
// A platform in a process of its own that takes events as fast as it can, counts them by number, and fails on demand.
#ifndef SINK_H
#define SINK_H

#include <stdatomic.h>
#include <sys/types.h>

enum { SINK_NUMBERS = 1 << 24 };

typedef enum sink_mode {
    SINK_TAKES,
    SINK_COUNTS_BYTES, // takes without a look at the events
    SINK_REFUSES,      // connections
    SINK_IS_SILENT,
    SINK_ANSWERS_500,
    SINK_RESETS, // amid the answer, to what it took
    SINK_LOSES,  // takes, and closes without an answer
    SINK_ANSWERS_401,
    SINK_MODES
} sink_mode;

typedef struct sink_state {
    _Atomic int mode;
    _Atomic long requests, connections, events, bytes;
    _Atomic long lost;                // requests that were taken, and the answer did not go out
    _Atomic long strangers;           // events that came again with another uid
    unsigned char seen[SINK_NUMBERS]; // how often the event {"n":NUMBER,…} came
    unsigned uids[SINK_NUMBERS];      // a sum of its uid
} sink_state;

typedef struct sink {
    sink_state *state; // shared with its process
    int rest_port, tcp_port;
    pid_t pid;
} sink;

void sink_start(sink *sink);
void sink_stop(sink *sink);

// Numbers from `first` to `last` that never came, and how often others came again.
long sink_missing(const sink *sink, long first, long last);
long sink_duplicates(const sink *sink, long first, long last);

#endif
