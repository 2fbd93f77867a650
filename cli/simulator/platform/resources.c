// SPDX-License-Identifier: Apache-2.0
// REST: the user, teams, roles, plugins, dashboards, rooms, lookup tables, extensions, audits.
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rest.h"

static int list(const sim_rest *rest, const char *name, cJSON **ret_body)
{
    *ret_body = rest_envelope(sim_world_get(rest->world, name));
    return 200;
}

static cJSON *team_names(sim_world *world, const cJSON *ids)
{
    cJSON *teams = cJSON_CreateArray();
    const cJSON *team, *id;

    cJSON_ArrayForEach (id, ids) {
        cJSON_ArrayForEach (team, sim_world_get(world, "teams")) {
            if (live_json_int(team, "id", -1) != (int64_t)id->valuedouble)
                continue;
            cJSON *entry = cJSON_CreateObject();
            live_json_add_int(entry, "id", live_json_int(team, "id", 0));
            cJSON_AddStringToObject(entry, "name", live_json_str(team, "name", ""));
            cJSON_AddItemToArray(teams, entry);
        }
    }
    return teams;
}

static void id_as_text(cJSON *object)
{
    char text[32];

    snprintf(text, sizeof text, "%lld", (long long)live_json_int(object, "id", 0));
    cJSON_ReplaceItemInObjectCaseSensitive(object, "id", cJSON_CreateString(text));
}

static int get_me(const sim_rest *rest, const rest_request *request, cJSON **ret_body)
{
    static const char *const shown[] = { "id", "name", "email" };
    cJSON *me = cJSON_CreateObject();

    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        const cJSON *value = live_json_get(request->user, shown[i]);
        if (value)
            cJSON_AddItemToObject(me, shown[i], cJSON_Duplicate(value, true));
    }
    if (sim_profile_differs(sim_store_profile(rest->store), FACT_REST_IDS))
        id_as_text(me);
    cJSON_AddItemToObject(me, "teams",
                          team_names(rest->world, live_json_get(request->user, "teams")));
    *ret_body = me;
    return 200;
}

static int get_teams(const sim_rest *rest, const rest_request *request, cJSON **ret_body)
{
    (void)request;
    return list(rest, "teams", ret_body);
}

static int get_roles(const sim_rest *rest, const rest_request *request, cJSON **ret_body)
{
    (void)request;
    return list(rest, "roles", ret_body);
}

static int get_plugins(const sim_rest *rest, const rest_request *request, cJSON **ret_body)
{
    (void)request;
    return list(rest, "plugins", ret_body);
}

static int get_dashboards(const sim_rest *rest, const rest_request *request, cJSON **ret_body)
{
    (void)request;
    return list(rest, "dashboards", ret_body);
}

static int get_lookups(const sim_rest *rest, const rest_request *request, cJSON **ret_body)
{
    (void)request;
    return list(rest, "lookups", ret_body);
}

static int get_extensions(const sim_rest *rest, const rest_request *request, cJSON **ret_body)
{
    (void)request;
    return list(rest, "extensions", ret_body);
}

static int get_rooms(const sim_rest *rest, const rest_request *request, cJSON **ret_body)
{
    (void)request;
    *ret_body = cJSON_Duplicate(sim_world_get(rest->world, "rooms"), true);
    return 200;
}

static int get_lookup(const sim_rest *rest, const rest_request *request, cJSON **ret_body)
{
    const cJSON *lookup =
        sim_world_find(sim_world_get(rest->world, "lookups"), request->captures[0]);

    *ret_body = cJSON_Duplicate(lookup, true);
    return lookup ? 200 : 404;
}

// Saves an extension instance: one with a known id is replaced, another is added.
static int save_extension(const sim_rest *rest, const rest_request *request, cJSON **ret_body)
{
    cJSON *extensions = sim_world_get(rest->world, "extensions");

    if (!cJSON_IsObject(request->body))
        return 400;
    cJSON *saved = cJSON_Duplicate(request->body, true);
    int64_t id = live_json_int(saved, "id", 0);
    cJSON_DeleteItemFromObjectCaseSensitive(saved, "id");
    if (id <= 0)
        id = sim_world_next_id(extensions);
    live_json_add_int(saved, "id", id);

    *ret_body = cJSON_Duplicate(saved, true);
    cJSON *old;
    cJSON_ArrayForEach (old, extensions) {
        if (live_json_int(old, "id", 0) == id) {
            cJSON_ReplaceItemViaPointer(extensions, old, saved);
            return 200;
        }
    }
    cJSON_AddItemToArray(extensions, saved);
    return 200;
}

static int test_extension(const sim_rest *rest, const rest_request *request, cJSON **ret_body)
{
    (void)rest;
    if (!cJSON_IsObject(request->body))
        return 400;
    *ret_body = cJSON_CreateObject();
    cJSON_AddBoolToObject(*ret_body, "valid", true);
    return 200;
}

static int list_audits(const sim_rest *rest, const rest_request *request, cJSON **ret_body)
{
    const cJSON *audit;

    *ret_body = cJSON_CreateArray();
    cJSON_ArrayForEach (audit, sim_world_get(rest->world, "audits")) {
        bool wanted = strcmp(live_json_str(audit, "type", ""), request->captures[0]) == 0 &&
                      (!*request->captures[1] || live_json_int(audit, "entityId", -1) ==
                                                     strtoll(request->captures[1], NULL, 10));
        if (wanted)
            cJSON_AddItemToArray(*ret_body, cJSON_Duplicate(audit, true));
    }
    return 200;
}

static int get_audited(const sim_rest *rest, const rest_request *request, cJSON **ret_body)
{
    const cJSON *audit = sim_world_find(sim_world_get(rest->world, "audits"), request->captures[0]);

    if (!audit)
        return 404;
    if (strcmp(live_json_str(audit, "operation", ""), "DELETE") == 0)
        return 400;
    *ret_body = cJSON_Duplicate(live_json_get(audit, "entity"), true);
    return 200;
}

const rest_route rest_resource_routes[] = {
    { "GET", "/rest/me", NULL, get_me },
    { "GET", "/rest/team", NULL, get_teams },
    { "GET", "/rest/role", NULL, get_roles },
    { "GET", "/rest/plugin", NULL, get_plugins },
    { "GET", "/rest/dashboard", "DASHBOARDS", get_dashboards },
    { "GET", "/rest/lookup", NULL, get_lookups },
    { "GET", "/rest/lookup/*", NULL, get_lookup },
    { "GET", "/rest/extension", "ADMIN", get_extensions },
    { "POST", "/rest/extension", "ADMIN", save_extension },
    { "POST", "/rest/extension/test", "ADMIN", test_extension },
    { "GET", "/rest/entity-audit/list/*", NULL, list_audits },
    { "GET", "/rest/entity-audit/list/*/*", NULL, list_audits },
    { "GET", "/rest/entity-audit/*", NULL, get_audited },
    { "GET", "/services/plugin-messenger/rooms", "USE_MESSENGER", get_rooms },
    { 0 },
};
