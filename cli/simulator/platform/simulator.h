// SPDX-License-Identifier: Apache-2.0
// The simulated platform: everything that listens, on one loop.
#ifndef SIM_SIMULATOR_H
#define SIM_SIMULATOR_H

#include <live/loop.h>
#include <stdbool.h>

#include "profile.h"

typedef struct simulator simulator;

typedef struct simulator_options {
    int port, tcp_port;         // 0: any that is free
    const char *share;          // directory of the page's files and of the default world
    const char *world;          // file; NULL: the default one
    const char *load;           // JSON lines to begin the store with; NULL
    bool cometd_auth;           // /cometd wants credentials too
    bool data;                  // the world's own sources of data run
    int64_t connect_timeout_ms; // how long a CometD connect is held; 0: 30000
    const sim_profile *profile; // how it is other than we believe; NULL. Outlives it
} simulator_options;

live_err simulator_new(live_loop *loop, const simulator_options *options, simulator **ret_simulator,
                       live_error *error);
void simulator_free(simulator *simulator);
int simulator_port(const simulator *simulator);
int simulator_tcp_port(const simulator *simulator);

// For trials: its memory, and the end of all CometD sessions without a word, as after a restart.
struct sim_store *simulator_store(const simulator *simulator);
void simulator_forget_sessions(simulator *simulator);

#endif
