// SPDX-License-Identifier: Apache-2.0
// Assets, curves and analyses: the paths that ask for them, and what a curve's definition says.
#include <live/asset.h>

#include <inttypes.h>
#include <live/buf.h>
#include <live/json.h>
#include <stdio.h>
#include <string.h>

#include "base/sized.h"

static const char *const types[] = { "rig", "crew", "pump", NULL };

static const char *const statistics[] = { "min", "max", "avg", "stdev", "linreg", "derivatives" };

const char *const *live_asset_types(void)
{
    return types;
}

// Percent-encodes what is not unreserved; `space` stands for a space, as paths and forms differ.
static void add_encoded(live_buf *path, const char *text, const char *space)
{
    static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789-._~";

    while (*text) {
        size_t plain = strspn(text, unreserved);
        live_buf_add(path, text, plain);
        text += plain;
        if (*text == ' ')
            live_buf_add_text(path, space);
        else if (*text)
            live_buf_add_format(path, "%%%02X", (unsigned char)*text);
        text += *text != '\0';
    }
}

// The path of a type's list, and `rest` after it.
static live_err make_path(const char *type, const char *rest, char **ret_path, live_error *error)
{
    if (!type || !*type)
        return live_fail(error, LIVE_E_INVALID, "an asset has a type, such as rig");

    live_buf *path = live_buf_new();
    live_buf_add_text(path, "/services/plugin-liverig/assets/");
    add_encoded(path, type, "%20");
    live_buf_add_text(path, rest);
    return live_buf_take(path, ret_path, NULL, error);
}

live_err live_asset_list_path(const char *type, char **ret_path, live_error *error)
{
    return make_path(type, "", ret_path, error);
}

live_err live_asset_settings_path(const char *type, int64_t id, char **ret_path, live_error *error)
{
    char rest[40];

    snprintf(rest, sizeof rest, "/%" PRId64 "/normalizer", id);
    return make_path(type, rest, ret_path, error);
}

live_err live_asset_changes(const char *type, int64_t id, char **ret_expression, live_error *error)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

    if (!type || !*type || type[strspn(type, plain)])
        return live_fail(error, LIVE_E_INVALID, "'%s' is no type of assets", type ? type : "");

    live_buf *expression = live_buf_new();
    live_buf_add_format(expression, "__asset event:(normalizer|delete) type:%s id:%" PRId64, type,
                        id);
    return live_buf_take(expression, ret_expression, NULL, error);
}

bool live_curve_is_enabled(const cJSON *definition)
{
    const cJSON *options = live_json_get(definition, "options");

    if (!options || cJSON_IsNull(options))
        return false;

    const cJSON *only = cJSON_GetArraySize(options) == 1 ? options->child : NULL;
    return !cJSON_IsArray(options) || !only || !cJSON_IsObject(only) || only->child;
}

// Analyses

static void add_pair(live_buf *path, const char *key, const char *value)
{
    live_buf_add_format(path, "%s=", key);
    add_encoded(path, value, "+");
    live_buf_add_text(path, "&");
}

live_err live_analysis_path(const live_analysis *given, char **ret_path, live_error *error)
{
    live_analysis taken = LIVE_ANALYSIS_INIT, *what = &taken;

    LV_TAKE(taken, given);
    if (!what->asset_type || !*what->asset_type)
        return live_fail(error, LIVE_E_INVALID, "an analysis is of an asset");
    if (!what->channel || !*what->channel)
        return live_fail(error, LIVE_E_INVALID, "an analysis is of a curve");
    if (what->end_ms <= what->begin_ms)
        return live_fail(error, LIVE_E_INVALID, "an analysis ends after it begins");

    live_buf *path = live_buf_new();
    live_buf_add_text(path, "/services/plugin-liverig-vis/auto-analysis/analyse?assetId=");
    add_encoded(path, what->asset_type, "+");
    live_buf_add_format(path, "%%2F%" PRId64 "&", what->asset_id);
    add_pair(path, "channel", what->channel);
    add_pair(path, "qualifier", what->qualifier ? what->qualifier : what->channel);
    live_buf_add_format(path, "begin=%" PRId64 "&end=%" PRId64, what->begin_ms, what->end_ms);
    for (size_t i = 0; i < sizeof statistics / sizeof *statistics; i++)
        live_buf_add_format(path, "&computeFields=%s", statistics[i]);
    return live_buf_take(path, ret_path, NULL, error);
}
