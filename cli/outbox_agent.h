// SPDX-License-Identifier: Apache-2.0
// The outbox of an agent that runs, by way of its control socket.
#ifndef OUTBOX_AGENT_H
#define OUTBOX_AGENT_H

#include <live/outbox.h>

#include "control.h"

// The counters; and appends each dead letter to `dead`: {"number", "refused", "http", "reason", "event"}.
live_err outbox_agent_show(control *control, live_outbox_stat *ret_stat, cJSON *dead,
                           live_error *error);

// `action` is "retry" or "purge"; `number` 0: all dead letters that there are now.
live_err outbox_agent_change(control *control, const char *action, int64_t number,
                             size_t *ret_count, live_error *error);

#endif
