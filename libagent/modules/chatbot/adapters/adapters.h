// SPDX-License-Identifier: Apache-2.0
// The adapters of this module, one a file; module.c has their table.
#ifndef CHATBOT_ADAPTERS_H
#define CHATBOT_ADAPTERS_H

#include <agent/chat.h>
#include <live/buf.h>

#define ADAPTER(name)                                                                              \
    extern const char *const name##_examples[];                                                    \
    live_err name##_answer(agent_chat *chat, const char *text, live_error *error)

ADAPTER(help);
ADAPTER(asset_list);
ADAPTER(asset_select);
ADAPTER(current_value);
ADAPTER(analysis);

#undef ADAPTER

double variables_score(agent_chat *chat, const char *text);
live_err variables_answer(agent_chat *chat, const char *text, live_error *error);

typedef struct state_debug_config {
    const char *phrase;
} state_debug_config;

double state_debug_score(agent_chat *chat, const char *text);
live_err state_debug_answer(agent_chat *chat, const char *text, live_error *error);

// What the bot can do: a line an adapter, with an example of asking it. One without an example is not shown.
void help_write(live_buf *out, const agent_chat *chat);

#endif
