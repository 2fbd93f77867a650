// SPDX-License-Identifier: Apache-2.0
// Saved state: a file of JSON for each key of a process, replaced as a whole and synced.
#ifndef AG_STATE_H
#define AG_STATE_H

#include <cJSON.h>
#include <live/error.h>

// `directory` is the state directory of the agent; folders are made as needed, readable by the owner only.
live_err ag_state_save(const char *directory, const char *process, const char *key,
                       const cJSON *value, live_error *error);
live_err ag_state_load(const char *directory, const char *process, const char *key,
                       cJSON **ret_value, live_error *error);

#endif
