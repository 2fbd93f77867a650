// SPDX-License-Identifier: Apache-2.0
// REST: assets with their normalisers, curves, and the documents kept about wells and rigs.
#include <live/json.h>
#include <string.h>

#include "normalizer.h"
#include "rest.h"

static cJSON *assets_of(const sim_rest *rest, const char *type)
{
    return cJSON_GetObjectItemCaseSensitive(sim_world_get(rest->world, "assets"), type);
}

// A list shows assets without their normalisers.
static int list_assets(const sim_rest *rest, const rest_request *request, cJSON **ret_body)
{
    cJSON *list = assets_of(rest, request->captures[0]), *asset;

    if (!list)
        return 404;
    *ret_body = cJSON_Duplicate(list, true);
    cJSON_ArrayForEach (asset, *ret_body)
        cJSON_DeleteItemFromObjectCaseSensitive(asset, "normalizer");
    return 200;
}

// What watchers of an asset follow: `event` says what happened, `config` is the new normaliser.
static void tell(const sim_rest *rest, const char *what, const char *type, const cJSON *asset)
{
    cJSON *event = cJSON_CreateObject();

    cJSON_AddStringToObject(event, "__type", "__asset");
    cJSON_AddStringToObject(event, "event", what);
    cJSON_AddStringToObject(event, "type", type);
    live_json_add_int(event, "id", live_json_int(asset, "id", 0));
    if (live_json_get(asset, "normalizer"))
        cJSON_AddItemToObject(event, "config",
                              cJSON_Duplicate(live_json_get(asset, "normalizer"), true));
    // A watcher that misses it reads the new settings the next time it asks.
    if (sim_store_put(rest->store, event, NULL, NULL))
        return;
}

static int create_asset(const sim_rest *rest, const rest_request *request, cJSON **ret_body)
{
    cJSON *list = assets_of(rest, request->captures[0]);

    if (!list)
        return 404;
    if (!*live_json_str(request->body, "name", ""))
        return 400;
    cJSON *asset = cJSON_CreateObject();
    live_json_add_int(asset, "id", sim_world_next_id(list));
    cJSON_AddStringToObject(asset, "name", live_json_str(request->body, "name", ""));
    cJSON_AddItemToArray(list, asset);
    tell(rest, "create", request->captures[0], asset);
    *ret_body = cJSON_Duplicate(asset, true);
    return 200;
}

static int get_normalizer(const sim_rest *rest, const rest_request *request, cJSON **ret_body)
{
    const cJSON *asset =
        sim_world_find(assets_of(rest, request->captures[0]), request->captures[1]);
    const cJSON *normalizer = live_json_get(asset, "normalizer");

    *ret_body = cJSON_Duplicate(normalizer, true);
    return normalizer ? 200 : 404;
}

static int set_normalizer(const sim_rest *rest, const rest_request *request, cJSON **ret_body)
{
    cJSON *asset = sim_world_find(assets_of(rest, request->captures[0]), request->captures[1]);

    if (!asset)
        return 404;
    if (!cJSON_IsObject(request->body))
        return 400;
    live_error error = { 0 };
    if (sim_normalizer_check(request->body, &error)) {
        *ret_body = rest_message(error.text);
        return 400;
    }
    cJSON_DeleteItemFromObjectCaseSensitive(asset, "normalizer");
    cJSON_AddItemToObject(asset, "normalizer", cJSON_Duplicate(request->body, true));
    tell(rest, "normalizer", request->captures[0], asset);
    *ret_body = cJSON_Duplicate(request->body, true);
    return 200;
}

static int get_curves(const sim_rest *rest, const rest_request *request, cJSON **ret_body)
{
    (void)request;
    *ret_body = cJSON_Duplicate(sim_world_get(rest->world, "curves"), true);
    return 200;
}

// Documents are kept as they come, each under its path; one that was never saved is empty.
static int get_document(const sim_rest *rest, const rest_request *request, cJSON **ret_body)
{
    const cJSON *saved = live_json_get(sim_world_get(rest->world, "documents"), request->path);

    *ret_body = saved ? cJSON_Duplicate(saved, true) : cJSON_CreateObject();
    return 200;
}

static int save_document(const sim_rest *rest, const rest_request *request, cJSON **ret_body)
{
    cJSON *documents = sim_world_get(rest->world, "documents");

    if (!cJSON_IsObject(request->body))
        return 400;
    cJSON_DeleteItemFromObjectCaseSensitive(documents, request->path);
    cJSON_AddItemToObject(documents, request->path, cJSON_Duplicate(request->body, true));
    *ret_body = cJSON_Duplicate(request->body, true);
    return 200;
}

// The collectors' own services answer 200 with the outcome in the body; no collector exists here.
static int ask_collector(const sim_rest *rest, const rest_request *request, cJSON **ret_body)
{
    (void)rest;
    (void)request;
    *ret_body = cJSON_CreateObject();
    cJSON_AddStringToObject(*ret_body, "failure", "no collector is connected");
    return 200;
}

#define LIVERIG "/services/plugin-liverig"

const rest_route rest_asset_routes[] = {
    { "GET", LIVERIG "/assets/*", "ASSETS", list_assets },
    { "POST", LIVERIG "/assets/*", "MANAGE_ASSETS", create_asset },
    { "GET", LIVERIG "/assets/*/*/normalizer", "ASSETS", get_normalizer },
    { "POST", LIVERIG "/assets/*/*/normalizer", "MANAGE_ASSETS", set_normalizer },
    { "GET", LIVERIG "/assets/*/view/attributes/*", "ASSETS", get_document },
    { "POST", LIVERIG "/assets/*/view/attributes/*", "MANAGE_ASSETS", save_document },
    { "GET", LIVERIG "/assets/well/view/new_intervention/*", "ASSETS", get_document },
    { "POST", LIVERIG "/assets/well/view/new_intervention/*", "MANAGE_WELLS", save_document },
    { "GET", LIVERIG "/assets/intervention/*/part/drilling_sections", "ASSETS", get_document },
    { "POST", LIVERIG "/assets/intervention/*/part/drilling_sections", "MANAGE_WELLS",
      save_document },
    { "GET", LIVERIG "/curves/", "ASSETS", get_curves },
    { "POST", LIVERIG "/collectors/*", "ADMIN", ask_collector },
    { "POST", LIVERIG "/collectors/*/*", "ADMIN", ask_collector },
    { 0 },
};
