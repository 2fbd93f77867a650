// SPDX-License-Identifier: Apache-2.0
// Which curve of the selected asset a text is about.
#include "adapters/curve.h"

#include <live/json.h>
#include <stdlib.h>

#include "adapters/asset.h"
#include "adapters/names.h"

enum { MAX_LISTED = 30 };

// The enabled curves of the selected asset, where names_find_exact() wants them.
typedef struct curves {
    size_t count;
    const char **names;
    size_t found[NAMES_MAX], found_count;
} curves;

static live_err curves_init(curves *curves, const cJSON *asset, live_error *error)
{
    const cJSON *list = live_json_get(asset, "curves"), *curve;

    curves->names = calloc((size_t)cJSON_GetArraySize(list) + 1, sizeof *curves->names);
    if (!curves->names)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    cJSON_ArrayForEach (curve, list)
        if (cJSON_IsString(curve))
            curves->names[curves->count++] = curve->valuestring;
    return LIVE_OK;
}

static live_err list_curves(agent_chat *chat, const curves *curves, bool found)
{
    size_t count = found ? curves->found_count : curves->count;

    for (size_t i = 0; i < count && i < MAX_LISTED; i++)
        agent_reply(chat, "%s%s", i ? ", " : "", curves->names[found ? curves->found[i] : i]);
    if (count > MAX_LISTED)
        agent_reply(chat, " and %zu more", count - MAX_LISTED);
    return agent_reply(chat, ".");
}

static live_err ask_which(agent_chat *chat, const char *asset, const curves *curves)
{
    if (curves->count == 0)
        return agent_reply(chat, "%s has no enabled curve.", asset);
    if (curves->found_count > 1)
        agent_reply(chat, "One curve at a time, please: ");
    else
        agent_reply(chat, "Which curve? %s has ", asset);
    return list_curves(chat, curves, curves->found_count > 1);
}

live_err curve_choose(agent_chat *chat, const char *text, const char **ret_curve, live_error *error)
{
    const cJSON *asset = asset_selected(chat);
    curves curves = { 0 };

    *ret_curve = NULL;
    if (!asset)
        return agent_reply(chat,
                           "No asset is selected in this room. Select one first: *%s, select NAME*",
                           agent_chat_alias(chat));
    live_err err = curves_init(&curves, asset, error);
    if (!err) {
        curves.found_count = names_find_exact(text, curves.names, curves.count, curves.found);
        if (curves.found_count == 1)
            *ret_curve = curves.names[curves.found[0]];
        else
            err = ask_which(chat, live_json_str(asset, "name", ""), &curves);
    }
    free(curves.names);
    return err;
}
