// SPDX-License-Identifier: Apache-2.0
// What several commands do with a running agent.
#ifndef OPERATE_H
#define OPERATE_H

#include <cJSON.h>

#include "agent_words.h"

// Asks for something about the named processes and prints "NAME: WORD" for each; the exit code.
int operate_processes(const agent_words *words, const char *operation, const char *word);

// Has the agent read its settings again and prints what changes; the exit code. Without an agent that runs there is
// nothing to do.
int operate_reload_if_running(const char *settings);

// Prints what an answer tells of a reload: changes on standard output, findings on standard error.
void operate_print_changes(const cJSON *answer);

#endif
