// SPDX-License-Identifier: Apache-2.0
// A program of liblive's in a process of its own: it follows the rows of a feed with two queries, and keeps book of them
// in memory that the trial shares.
#ifndef FOLLOWER_H
#define FOLLOWER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { FOLLOWER_ROWS = 1 << 22, FOLLOWER_GAPS = 4096, FOLLOWER_QUERIES = 2 };

// Of one query.
typedef struct followed {
    atomic_long newest, rows, late, gaps, ends; // newest: the greatest row number; -1: none
    atomic_long first;                   // moment in which a row of the query that runs arrived
    atomic_long signs;                   // of life so far
    int64_t gap[FOLLOWER_GAPS][2];       // reported times
    char why[240];                       // of the last end
    atomic_bool overdue;                 // for want of an answer in time
    unsigned char counts[FOLLOWER_ROWS]; // by row number
} followed;

typedef struct follower {
    pid_t pid;
    int64_t first_ms;
    char url[64];
    bool polling;
    atomic_llong shift_ms;         // of the clock
    atomic_bool deaf;              // names are not found
    atomic_bool paused;            // the first query
    atomic_int row_us;             // what the program takes for each row of it
    atomic_int more;               // further queries that are to be started, for an instant each
    followed of[FOLLOWER_QUERIES]; // LIVE_GAP_AUTO, LIVE_GAP_REPORT
} follower;

// In shared memory.
follower *follower_new(void);
void follower_free(follower *follower);

void follower_start(follower *follower);
void follower_kill(follower *follower);

// Whether the row came, or reached the platform at a time that was reported.
bool follower_accounts(const follower *follower, const followed *followed, long row);

#endif
