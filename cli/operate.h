// SPDX-License-Identifier: Apache-2.0
// What several commands do with a running agent.
#ifndef OPERATE_H
#define OPERATE_H

#include "agent_words.h"

// Asks for something about the named processes and prints "NAME: WORD" for each; the exit code.
int operate_processes(const agent_words *words, const char *operation, const char *word);

// Has the agent read its settings again and prints what changes; the exit code. Without an agent that runs there is
// nothing to do.
int operate_reload_if_running(const char *settings);

// Changes the settings file (`argv` of live-agent --edit, argv[0] is set) as the user who calls, then as
// operate_reload_if_running().
int operate_edit(const char *settings, char **argv);

#endif
