// SPDX-License-Identifier: Apache-2.0
// Logic adapter: the names of the assets.
#include <live/json.h>

#include "adapters/adapters.h"
#include "adapters/asset.h"

const char *const asset_list_examples[] = {
    "list the assets",
    "list all assets please",
    "asset list",
    "assets",
    "show the assets",
    "show me the list of assets",
    "display the assets",
    "print the names of the assets",
    "tell me the assets",
    "tell me which assets there are",
    "which assets are there",
    "which assets do you know",
    "which assets do we have",
    "which assets are available",
    "which assets exist",
    "which assets can I select",
    "see the assets",
    "what assets are there",
    "what are the assets",
    "what are the names of the assets",
    "how many assets are there",
    "do we have assets",
    "are there assets",
    "list the rigs",
    "list the rigs, crews and pumps",
    "show the rigs",
    "which rigs are there",
    "which rigs do we have",
    "which pumps do we have",
    "which crews do we have",
    "which crews are there",
    "which pumps are there",
    "what rigs are available",
    NULL,
};

live_err asset_list_answer(agent_chat *chat, const char *text, live_error *error)
{
    const cJSON *assets = NULL, *asset;
    live_err err = assets_read(chat, &assets, error);

    (void)text;
    if (err)
        return err;
    if (cJSON_GetArraySize(assets) == 0)
        return agent_reply(chat, "There are no assets.");
    agent_reply(chat, "The assets are:");
    cJSON_ArrayForEach (asset, assets)
        agent_reply(chat, "\n- %s", live_json_str(asset, "name", ""));
    return LIVE_OK;
}
