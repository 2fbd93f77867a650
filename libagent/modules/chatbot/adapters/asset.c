// SPDX-License-Identifier: Apache-2.0
// What a room knows of assets: the list, and the one that is selected.
#include "adapters/asset.h"

#include <live/json.h>
#include <live/log.h>
#include <live/time.h>
#include <string.h>

#define ASSETS_PATH "/services/plugin-liverig/assets/"

enum { FRESH_MS = 10000 };

static const char list_key[] = "asset-list", selected_key[] = "selected-asset";

static const char *const types[] = { "rig", "crew", "pump" };

// The list

static void add_assets(cJSON *assets, const char *type, const cJSON *listed)
{
    const cJSON *item;

    cJSON_ArrayForEach (item, listed) {
        const char *name = live_json_str(item, "name", "");
        cJSON *asset = *name ? cJSON_CreateObject() : NULL;
        live_json_add_int(asset, "id", live_json_int(item, "id", 0));
        cJSON_AddStringToObject(asset, "name", name);
        cJSON_AddStringToObject(asset, "asset_type", type);
        cJSON_AddItemToArray(assets, asset);
    }
}

static live_err fetch(agent_chat *chat, cJSON *assets, live_error *error)
{
    live_error why = { 0 };
    size_t read = 0;

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        const char *path = agent_chat_format(chat, ASSETS_PATH "%s", types[i]);
        cJSON *listed = NULL;
        if (path && !agent_chat_get(chat, path, &listed, &why)) {
            add_assets(assets, types[i], listed);
            cJSON_Delete(listed);
            read++;
        } else {
            live_log(LIVE_LOG_DEBUG, "chatbot.assets", "no %s is listed: %s", types[i], why.text);
        }
    }
    if (read > 0)
        return LIVE_OK;
    if (error)
        *error = why;
    return live_error_context(error, why.code, "the assets cannot be read");
}

live_err assets_read(agent_chat *chat, const cJSON **ret_assets, live_error *error)
{
    const cJSON *known = agent_chat_recall(chat, list_key);
    int64_t age_ms = live_time_ms() - live_json_int(known, "read_ms", 0);

    if (!known || age_ms < 0 || age_ms > FRESH_MS) {
        cJSON *list = cJSON_CreateObject();
        cJSON *assets = cJSON_AddArrayToObject(list, "assets");
        live_err err = fetch(chat, assets, error);
        if (err) {
            cJSON_Delete(list);
            return err;
        }
        live_json_add_int(list, "read_ms", live_time_ms());
        agent_chat_remember(chat, list_key, list);
    }
    *ret_assets = live_json_get(agent_chat_recall(chat, list_key), "assets");
    return LIVE_OK;
}

// The selected one

// A curve is enabled when its options are there and say something.
static bool is_enabled(const cJSON *curve)
{
    const cJSON *options = live_json_get(curve, "options");
    const cJSON *first = cJSON_GetArrayItem(options, 0);

    if (!options || cJSON_IsNull(options))
        return false;
    return !(cJSON_GetArraySize(options) == 1 && cJSON_IsObject(first) && !first->child);
}

const cJSON *asset_selected(const agent_chat *chat)
{
    const cJSON *asset = agent_chat_recall(chat, selected_key);

    return *live_json_str(asset, "name", "") ? asset : NULL;
}

void asset_remember(agent_chat *chat, const cJSON *asset, const cJSON *settings)
{
    cJSON *selected = cJSON_Duplicate(asset, true);
    cJSON *curves = cJSON_AddArrayToObject(selected, "curves");
    const cJSON *curve;

    cJSON_AddStringToObject(selected, "event_type", live_json_str(settings, "event_type", ""));
    cJSON_AddStringToObject(selected, "filter", live_json_str(settings, "filter", ""));
    cJSON_ArrayForEach (curve, live_json_get(settings, "curves"))
        if (is_enabled(curve))
            cJSON_AddItemToArray(curves, cJSON_CreateString(curve->string));
    agent_chat_remember(chat, selected_key, selected);
}

bool asset_has_word(const agent_chat *chat, const char *word)
{
    const cJSON *assets = live_json_get(agent_chat_recall(chat, list_key), "assets"), *item;

    cJSON_ArrayForEach (item, assets)
        if (agent_find_word(live_json_str(item, "name", ""), word))
            return true;
    cJSON_ArrayForEach (item, live_json_get(asset_selected(chat), "curves"))
        if (cJSON_IsString(item) && agent_find_word(item->valuestring, word))
            return true;
    return false;
}
