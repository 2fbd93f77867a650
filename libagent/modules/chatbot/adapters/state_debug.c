// SPDX-License-Identifier: Apache-2.0
// Logic adapter: what the room remembers, for whoever knows the phrase of the settings. Without one it is off.
#include <live/json.h>
#include <strings.h>

#include "adapters/adapters.h"

// What the adapters of this module remember.
static const char *const keys[] = { "asset-list", "selected-asset", "variables" };

double state_debug_score(agent_chat *chat, const char *text)
{
    const state_debug_config *config = agent_chat_config(chat);

    return *config->phrase && strcasecmp(text, config->phrase) == 0;
}

live_err state_debug_answer(agent_chat *chat, const char *text, live_error *error)
{
    live_err err = LIVE_OK;

    (void)text;
    agent_reply(chat, "Room %s:", agent_chat_room(chat));
    for (size_t i = 0; !err && i < sizeof keys / sizeof *keys; i++) {
        const cJSON *value = agent_chat_recall(chat, keys[i]);
        char *json = NULL;
        err = value ? live_json_print(value, &json, error) : LIVE_OK;
        if (!err)
            agent_reply(chat, "\n- %s: %s", keys[i], json ? json : "nothing");
        live_free(json);
    }
    return err;
}
