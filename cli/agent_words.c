// SPDX-License-Identifier: Apache-2.0
// The words of commands that operate an agent.
#include "agent_words.h"

#include "command.h"

error_t agent_words_parse(agent_words *words, int key, char *value, struct argp_state *state)
{
    switch (key) {
    case 's': words->settings = value; return 0;
    case ARGP_KEY_ARG:
        if (words->count == AGENT_WORDS_NAMES)
            return command_no_argument(key, value, state);
        words->names[words->count++] = value;
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}
