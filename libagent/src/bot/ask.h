// SPDX-License-Identifier: Apache-2.0
// What threads of the pool ask the platform: the question goes to the loop and its link, the thread waits.
#ifndef AG_ASK_H
#define AG_ASK_H

#include "worker/link.h"

typedef struct ag_asks ag_asks;

live_err ag_asks_new(live_loop *loop, ag_link *link, ag_asks **ret_asks, live_error *error);

// No thread asks any more by then.
void ag_asks_free(ag_asks *asks);

// From a thread: asks and waits, at most `timeout_ms`. `given_up` is the asker's own flag, which ag_asks_cancel() sets.
// `*ret_rows` is an array of the rows, or of the one resource; yours.
live_err ag_asks_ask(ag_asks *asks, bool *given_up, ag_question_kind kind, const char *text,
                     int64_t timeout_ms, cJSON **ret_rows, live_error *error);

// From the loop: what this asker waits for, and whatever it asks later, ends with LIVE_E_CLOSED.
void ag_asks_cancel(ag_asks *asks, bool *given_up);

#endif
