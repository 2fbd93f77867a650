// SPDX-License-Identifier: Apache-2.0
// The TCP input of the simulated platform: a line, an event.
#ifndef SIM_INPUTS_H
#define SIM_INPUTS_H

#include <live/loop.h>

#include "store.h"

typedef struct sim_tcp_input sim_tcp_input;

// Port 0: any that is free. LIVE_E_SYSTEM names address and port when they are in use.
live_err sim_tcp_input_new(live_loop *loop, sim_store *store, int port, sim_tcp_input **ret_input,
                           live_error *error);
void sim_tcp_input_free(sim_tcp_input *input);
int sim_tcp_input_port(const sim_tcp_input *input);

// Receives the text of one event or of an array of them, as both inputs do: leniently.
live_err sim_input_receive(sim_store *store, const char *text, size_t length, live_error *error);

#endif
