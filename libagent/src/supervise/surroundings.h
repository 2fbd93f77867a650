// SPDX-License-Identifier: Apache-2.0
// What the children of a supervisor get from where it runs: variables, and the gateway's program.
#ifndef AG_SURROUNDINGS_H
#define AG_SURROUNDINGS_H

#include <cJSON.h>
#include <live/error.h>

typedef struct ag_environment ag_environment;

// The variables that a worker keeps: those of every program, and those that a secret of its settings is read from, a variable
// of its own or the folder of credentials. The gateway, whose settings are the object `live`, has those of proxies besides.
ag_environment *ag_environment_of_worker(const cJSON *settings); // NULL: out of memory
ag_environment *ag_environment_of_gateway(const cJSON *live);
const char *const *ag_environment_list(const ag_environment *environment);
void ag_environment_free(ag_environment *environment);

// Where live-gateway lies. Yours: free().
live_err ag_find_gateway(char **ret_path, live_error *error);

#endif
