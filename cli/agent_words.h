// SPDX-License-Identifier: Apache-2.0
// The words of commands that operate an agent: its settings, names of its processes.
#ifndef AGENT_WORDS_H
#define AGENT_WORDS_H

#include <argp.h>
#include <stddef.h>

enum { AGENT_WORDS_NAMES = 256 };

typedef struct agent_words {
    char *settings; // as given, or settings.json
    const char *names[AGENT_WORDS_NAMES + 1];
    size_t count;
} agent_words;

#define AGENT_WORDS_INIT                                                                           \
    {                                                                                              \
        (char[]){ "settings.json" }, { 0 }, 0                                                      \
    }
#define AGENT_WORDS_OPTION                                                                         \
    {                                                                                              \
        "settings", 's', "FILE", 0, "the agent's settings (default: settings.json)", 0             \
    }

// For a parser: the option and the names.
error_t agent_words_parse(agent_words *words, int key, char *value, struct argp_state *state);

#endif
