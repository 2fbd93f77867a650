// SPDX-License-Identifier: Apache-2.0
// Assets, their settings, curves and analyses, asked for.
#include <live/resource.h>

#include <live/json.h>
#include <live/log.h>
#include <stdlib.h>

#include "base/auto.h"
#include "client.h"

static live_err name_type(cJSON *assets, const char *type, live_error *error)
{
    cJSON *asset;

    cJSON_ArrayForEach (asset, assets) {
        cJSON_DeleteItemFromObjectCaseSensitive(asset, "asset_type");
        if (cJSON_IsObject(asset) && !cJSON_AddStringToObject(asset, "asset_type", type))
            return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }
    return LIVE_OK;
}

static live_err list_type(live_client *client, const char *type, cJSON **ret_assets,
                          live_error *error)
{
    LV_AUTO(free) char *path = NULL;
    cJSON *assets = NULL;
    live_err err = live_asset_list_path(type, &path, error);

    if (!err)
        err = lv_resource_get(client, path, LV_ARRAY, &assets, error);
    if (!err)
        err = name_type(assets, type, error);
    if (err)
        cJSON_Delete(assets);
    else
        *ret_assets = assets;
    return err;
}

// Gives the elements of `from` to `to`.
static void move_all(cJSON *to, cJSON *from)
{
    while (from->child)
        cJSON_AddItemToArray(to, cJSON_DetachItemViaPointer(from, from->child));
    cJSON_Delete(from);
}

static live_err list_types(live_client *client, cJSON *all, live_error *error)
{
    bool any = false;
    live_error why = { 0 };

    for (const char *const *type = live_asset_types(); *type; type++) {
        cJSON *assets = NULL;
        live_error own = { 0 };
        live_err err = list_type(client, *type, &assets, &own);
        if (err == LIVE_E_NOMEM || err == LIVE_E_CLOSED)
            return live_fail(error, err, "%s", own.text);
        if (err) {
            live_log(LIVE_LOG_DEBUG, "asset.list", "%s: %s", *type, own.text);
            why = why.code ? why : own;
            continue;
        }
        move_all(all, assets);
        any = true;
    }
    if (!any && error)
        *error = why;
    return any ? LIVE_OK : why.code;
}

live_err live_asset_list(live_client *client, const char *type, cJSON **ret_assets,
                         live_error *error)
{
    if (type)
        return list_type(client, type, ret_assets, error);

    cJSON *all = cJSON_CreateArray();
    live_err err =
        all ? list_types(client, all, error) : live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (err)
        cJSON_Delete(all);
    else
        *ret_assets = all;
    return err;
}

live_err live_asset_settings(live_client *client, const char *type, int64_t id,
                             cJSON **ret_settings, live_error *error)
{
    LV_AUTO(free) char *path = NULL;
    live_err err = live_asset_settings_path(type, id, &path, error);

    return err ? err : lv_resource_get(client, path, LV_OBJECT, ret_settings, error);
}

live_err live_curve_list(live_client *client, cJSON **ret_curves, live_error *error)
{
    return lv_resource_get(client, LIVE_CURVES_PATH, LV_OBJECT, ret_curves, error);
}

live_err live_analyse(live_client *client, const live_analysis *what, cJSON **ret_result,
                      live_error *error)
{
    LV_AUTO(free) char *path = NULL;
    LV_AUTO(cJSON_Delete) cJSON *body = NULL;
    live_err err = live_analysis_path(what, &path, error);

    if (!err)
        err = live_client_get(client, path, &body, error);
    if (err)
        return err;
    if (!cJSON_IsObject(body) && !cJSON_IsNull(body))
        return live_fail(error, LIVE_E_PROTOCOL, "the analysis of '%s' is no object",
                         what->channel);
    cJSON *result = cJSON_IsNull(body) ? cJSON_CreateObject() : body;
    if (!result)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (result == body)
        body = NULL;
    *ret_result = result;
    return LIVE_OK;
}
