// SPDX-License-Identifier: Apache-2.0
// Logic adapter: what the bot can do, and how to ask it.
#include <agent/module.h>

#include "adapters/adapters.h"

const char *const help_examples[] = {
    "help",
    "help me",
    "what can you do",
    "what do you do",
    "what can I ask you",
    "which questions can I ask you",
    "what can you help with",
    "what are you able to do",
    "what are you capable of",
    "tell me what you can do",
    "how can you help",
    "how do I use you",
    "how do you work",
    "show your commands",
    "list the commands",
    "which commands do you know",
    "what are your commands",
    "which commands are there",
    "what are your skills",
    "what features do you have",
    "list your skills and features",
    "what do you know",
    "what do you understand",
    "I do not understand",
    "I do not know what to say",
    "give me instructions",
    "show the usage",
    "I am lost",
    NULL,
};

void help_write(live_buf *out, const agent_chat *chat)
{
    const agent_adapter *adapter;

    for (size_t i = 0; (adapter = agent_chat_adapter(chat, i)); i++)
        if (adapter->usage)
            live_buf_add_format(out, "\n- %s: *%s, %s*", adapter->summary, agent_chat_alias(chat),
                                adapter->usage);
}

live_err help_answer(agent_chat *chat, const char *text, live_error *error)
{
    live_buf *out = live_buf_new();

    (void)text;
    (void)error;
    help_write(out, chat);
    live_err err = agent_reply(chat, "This is what I can do:%s", live_buf_data(out));
    live_buf_free(out);
    return err;
}
