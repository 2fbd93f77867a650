// SPDX-License-Identifier: Apache-2.0
// A conversation with a running agent, over its control socket.
#ifndef CONTROL_H
#define CONTROL_H

#include <cJSON.h>
#include <live/error.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct control control;

enum { CONTROL_SHORT_MS = 10000, CONTROL_LONG_MS = 120000 };

// Finds the agent of a settings file: its socket lies below $RUNTIME_DIRECTORY, else in .live/run beside the settings, else
// in /run/NAME, where NAME is that of the settings' folder. LIVE_E_NOTFOUND: none runs.
live_err control_open(const char *settings, control **ret_control, live_error *error);
void control_close(control *control);

// A request to be filled: {"v", "do"}; with "processes", unless `names` is NULL or empty.
cJSON *control_request(const char *operation, const char *const *names);

// Asks and waits for the answer. `request` is given away. An answer that is no success is an error, whose text is the
// agent's; the answer is given out all the same where there is one. LIVE_E_CLOSED: the agent has ended.
live_err control_ask(control *control, cJSON *request, int64_t timeout_ms, cJSON **ret_answer,
                     live_error *error);

// The next line that the agent says by itself.
live_err control_hear(control *control, int64_t timeout_ms, cJSON **ret_news, live_error *error);

// Waits until the agent's process has ended.
live_err control_wait_end(const control *control, int64_t timeout_ms, live_error *error);
bool control_has_ended(const control *control); // as far as the kernel tells
int control_pid(const control *control);

#endif
