// SPDX-License-Identifier: Apache-2.0
// Asks a running agent how it is, without waiting for the answer.
#ifndef AG_ASKER_H
#define AG_ASKER_H

#include <cJSON.h>
#include <live/error.h>
#include <live/loop.h>

typedef struct ag_asker ag_asker;

// `status` is borrowed; NULL: the agent did not answer.
typedef void (*ag_status_fn)(const cJSON *status, void *user);

// `folder` of the control socket is borrowed.
live_err ag_asker_new(live_loop *loop, const char *folder, ag_status_fn fn, void *user,
                      ag_asker **ret_asker, live_error *error);
void ag_asker_free(ag_asker *asker);

// `fn` is called once from the loop, also for several calls before it comes. However often this is called, the agent is asked a
// few times a second at most.
void ag_asker_ask(ag_asker *asker);

#endif
