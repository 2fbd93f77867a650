// SPDX-License-Identifier: Apache-2.0
// The process that sends the agent's log to the platform: its standard input is the log, a line a message.
#ifndef AG_REMOTE_LOG_H
#define AG_REMOTE_LOG_H

#include <agent/module.h>

#define AG_REMOTE_LOG                                                                              \
    "remote_log" // the module, its one process, and the name that this process has

extern const agent_module ag_remote_log_module;

// The event that a line of the log becomes, as the Python agent sends it. Yours.
cJSON *ag_remote_log_event(const cJSON *line, const char *type);

#endif
