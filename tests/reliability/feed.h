// SPDX-License-Identifier: Apache-2.0
// The simulated platform in a process of its own, with 1,000 rows a second: row N is of the time FIRST + N ms, and at any
// moment all rows up to now are there, also after a restart; but some reach it late.
#ifndef FEED_H
#define FEED_H

#include <stdint.h>

#include "server_process.h"

// How long a connect is held: what is advised as `timeout`.
enum { FEED_HOLD_MS = 1000, FEED_LATE_EVERY = 97, FEED_LATE_MS = 1500 };

typedef struct feed {
    server_process process;
    int64_t first_ms;
    long oldest; // row that it still has after a start
    const char *
        command; // of another platform of the same rows: prints its port, FIRST is added; NULL: the simulated one
} feed;

// When the row reaches the platform: FIRST + so many ms.
long feed_arrival(long row);

// Ends the trial when it cannot be started.
void feed_start(feed *feed);

// Kills it.
void feed_kill(feed *feed);

// Its sessions are forgotten, as after a restart.
void feed_forget(const feed *feed);

// The number of the newest row.
long feed_newest(const feed *feed);

#endif
