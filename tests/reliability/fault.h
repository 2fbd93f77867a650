// SPDX-License-Identifier: Apache-2.0
// The kinds of failure between a client and its platform.
#ifndef FAULT_H
#define FAULT_H

#include "fair.h"
#include "feed.h"
#include "follower.h"
#include "middle.h"

// Who takes part in a trial.
typedef struct stage {
    live_loop *loop;
    middle *middle;
    feed feed;
    follower *follower;
    fair_clock clock;
    fair_moment heard[FOLLOWER_QUERIES]; // when each query showed a sign of life last
    long signs[FOLLOWER_QUERIES], ends[FOLLOWER_QUERIES];
    char end[240];     // why a query ended first, unless it was for the machine; "": none
    int64_t lasted_ms; // the failure, by the clock
    int64_t quiet_ms[FOLLOWER_QUERIES], fair_ms[FOLLOWER_QUERIES]; // the longest time without one
    bool polling;
    int round; // from 0
} stage;

enum { BY_POLLING = 1, BY_WEBSOCKET = 2, BY_BOTH = 3 };

// First its act is played, then it begins.
typedef struct fault {
    const char *name;
    int by;
    int bound_ms; // rows, a reported gap or an error come again so long after its end, in fair time
    middle_act act;
    bool
        at_upgrade; // over a WebSocket: connections are reset, and the act is for the upgrades that follow
    void (*begin)(stage *stage);
    void (*end)(stage *stage); // after `lasts_ms`
    int lasts_ms;
    int other_ms; // only the first query is hit; so long the other one may be quiet
    bool ends;    // the query may end with an error
    bool fresh;   // the client is a new one each time
    bool acks;    // only with acknowledged delivery can it be told from what is right
    bool own;     // only on the simulated platform: others believe what is said, or say less
} fault;

extern const fault faults[];
extern const size_t fault_count;

void fault_begin(const fault *fault, stage *stage);

#endif
