// SPDX-License-Identifier: Apache-2.0
// Logic adapter: the asset that this room talks about.
#include <inttypes.h>
#include <live/json.h>
#include <stdlib.h>

#include "adapters/adapters.h"
#include "adapters/asset.h"
#include "adapters/names.h"

enum { MAX_LISTED = 20 };

const char *const asset_select_examples[] = {
    "activate",
    "activate the asset",
    "activate the rig",
    "select",
    "select an asset",
    "select the rig",
    "select the crew",
    "select the pump",
    "choose the asset",
    "choose a rig",
    "pick the asset",
    "pick the rig",
    "activate RIG-1",
    "select RIG-1",
    "choose RIG-1",
    "use RIG-1",
    "use the asset",
    "use the rig",
    "change the asset",
    "change the rig",
    "change to",
    "change the selected asset",
    "switch",
    "switch to the asset",
    "switch to the rig",
    "switch to RIG-1",
    "change to RIG-1",
    "update the asset",
    "update the selected asset",
    "set the active asset",
    "make it the active asset",
    "work with the asset",
    NULL,
};

// The assets, with their names where names_find() wants them.
typedef struct choice {
    size_t count;
    const cJSON **assets;
    const char **names;
    size_t found[NAMES_MAX], found_count;
} choice;

static live_err choice_init(choice *choice, const cJSON *assets, live_error *error)
{
    size_t capacity = (size_t)cJSON_GetArraySize(assets) + 1;
    const cJSON *asset;

    choice->assets = calloc(capacity, sizeof *choice->assets);
    choice->names = calloc(capacity, sizeof *choice->names);
    if (!choice->assets || !choice->names)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    cJSON_ArrayForEach (asset, assets) {
        choice->assets[choice->count] = asset;
        choice->names[choice->count++] = live_json_str(asset, "name", "");
    }
    return LIVE_OK;
}

static void choice_clear(choice *choice)
{
    free(choice->assets);
    free(choice->names);
}

static const cJSON *found_at(const choice *choice, size_t index)
{
    return choice->assets[choice->found[index]];
}

// Assets of one name are told apart by the type, where the text has it.
static void keep_named_types(choice *choice, const char *text)
{
    size_t kept = 0;

    for (size_t i = 0; choice->found_count > 1 && i < choice->found_count; i++)
        if (agent_find_word(text, live_json_str(found_at(choice, i), "asset_type", "")))
            choice->found[kept++] = choice->found[i];
    if (kept > 0)
        choice->found_count = kept;
}

static live_err ask_which(agent_chat *chat, const choice *choice)
{
    if (choice->count == 0)
        return agent_reply(chat, "There are no assets to select.");
    agent_reply(chat, "Which asset? I know:");
    for (size_t i = 0; i < choice->count && i < MAX_LISTED; i++)
        agent_reply(chat, "\n- %s", choice->names[i]);
    if (choice->count > MAX_LISTED)
        agent_reply(chat, "\n… and %zu more", choice->count - MAX_LISTED);
    return agent_reply(chat, "\nSay for example: *%s, select %s*", agent_chat_alias(chat),
                       choice->names[0]);
}

static live_err list_candidates(agent_chat *chat, const choice *choice)
{
    agent_reply(chat, "One at a time, please. Which of these?");
    for (size_t i = 0; i < choice->found_count; i++)
        agent_reply(chat, "\n- %s (%s)", live_json_str(found_at(choice, i), "name", ""),
                    live_json_str(found_at(choice, i), "asset_type", ""));
    return LIVE_OK;
}

static live_err select_asset(agent_chat *chat, const cJSON *asset)
{
    const char *name = live_json_str(asset, "name", "");
    const char *path =
        agent_chat_format(chat, "/services/plugin-liverig/assets/%s/%" PRId64 "/normalizer",
                          live_json_str(asset, "asset_type", ""), live_json_int(asset, "id", 0));
    cJSON *settings = NULL;
    live_error why = { 0 };

    if (!path || agent_chat_get(chat, path, &settings, &why))
        return agent_reply(chat, "%s is not selected: its settings cannot be read (%s).", name,
                           path ? why.text : "out of memory");
    asset_remember(chat, asset, settings);
    cJSON_Delete(settings);
    const cJSON *selected = asset_selected(chat);
    const char *event_type = live_json_str(selected, "event_type", "");
    int curves = cJSON_GetArraySize(live_json_get(selected, "curves"));
    return agent_reply(chat, "%s is selected: its events are of type %s, %d curve%s enabled.", name,
                       *event_type ? event_type : "(none)", curves, curves == 1 ? " is" : "s are");
}

live_err asset_select_answer(agent_chat *chat, const char *text, live_error *error)
{
    const cJSON *assets = NULL;
    choice choice = { 0 };
    live_err err = assets_read(chat, &assets, error);

    if (!err)
        err = choice_init(&choice, assets, error);
    if (!err) {
        choice.found_count = names_find(text, choice.names, choice.count, choice.found);
        keep_named_types(&choice, text);
        if (choice.found_count == 0)
            err = ask_which(chat, &choice);
        else if (choice.found_count > 1)
            err = list_candidates(chat, &choice);
        else
            err = select_asset(chat, found_at(&choice, 0));
    }
    choice_clear(&choice);
    return err;
}
