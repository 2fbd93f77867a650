// SPDX-License-Identifier: Apache-2.0
// The log on its way to the process that sends it to the platform. Nobody waits for that: what finds no room is counted.
#ifndef AG_FORWARD_H
#define AG_FORWARD_H

#include <live/error.h>
#include <live/log.h>

typedef struct ag_forward ag_forward;

live_err ag_forward_new(ag_forward **ret_forward, live_error *error);
void ag_forward_free(ag_forward *forward);

// The standard input of that process; stays the forward's.
int ag_forward_fd(const ag_forward *forward);

// A record and its line. Those of the process itself, and what the gateway says while it sends (its debug lines), would feed
// on themselves: they are left out.
void ag_forward_line(ag_forward *forward, const live_log_record *record, const char *line);

#endif
