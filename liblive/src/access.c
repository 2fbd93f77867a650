// SPDX-License-Identifier: Apache-2.0
// Who we are to the platform: user, teams, roles, and what they permit.
#include <live/json.h>
#include <live/resource.h>
#include <stdio.h>
#include <string.h>

#include "base/auto.h"
#include "client.h"

enum { ID_BYTES = 64 };

// An id as text, since some platforms write it as one; "" when it is none.
static void write_id(const cJSON *id, char out[ID_BYTES])
{
    out[0] = '\0';
    if (cJSON_IsNumber(id))
        snprintf(out, ID_BYTES, "%.0f", id->valuedouble);
    else if (cJSON_IsString(id))
        snprintf(out, ID_BYTES, "%s", id->valuestring);
}

static const cJSON *find(const cJSON *list, const cJSON *entry)
{
    char wanted[ID_BYTES], id[ID_BYTES];
    const cJSON *candidate;

    write_id(live_json_get(entry, "id"), wanted);
    cJSON_ArrayForEach (candidate, list) {
        write_id(live_json_get(candidate, "id"), id);
        if (*wanted && strcmp(id, wanted) == 0)
            return candidate;
    }
    return NULL;
}

// Puts what the list knows of each entry in its place.
static live_err make_whole(cJSON *entries, const cJSON *list, live_error *error)
{
    for (cJSON *entry = entries ? entries->child : NULL, *next; entry; entry = next) {
        const cJSON *known = find(list, entry);
        next = entry->next;
        if (!known)
            continue;
        cJSON *copy = cJSON_Duplicate(known, true);
        if (!copy)
            return live_fail(error, LIVE_E_NOMEM, "out of memory");
        cJSON_ReplaceItemViaPointer(entries, entry, copy);
    }
    return LIVE_OK;
}

static cJSON *list_of(cJSON *object, const char *key)
{
    cJSON *list = cJSON_GetObjectItemCaseSensitive(object, key);

    return cJSON_IsArray(list) ? list : NULL;
}

static live_err add_teams(live_client *client, cJSON *user, live_error *error)
{
    LV_AUTO(cJSON_Delete) cJSON *teams = NULL;
    LV_AUTO(cJSON_Delete) cJSON *roles = NULL;
    cJSON *own = list_of(user, "teams"), *team;

    if (!own || !own->child)
        return LIVE_OK;
    live_err err = lv_resource_get(client, "/rest/team", LV_DATA, &teams, error);
    if (!err)
        err = lv_resource_get(client, "/rest/role", LV_DATA, &roles, error);
    if (!err)
        err = make_whole(own, teams, error);
    cJSON_ArrayForEach (team, own)
        if (!err)
            err = make_whole(list_of(team, "roles"), roles, error);
    return err;
}

live_err live_user_me(live_client *client, bool with_teams, cJSON **ret_user, live_error *error)
{
    cJSON *user = NULL;
    live_err err = lv_resource_get(client, "/rest/me", LV_OBJECT, &user, error);

    if (!err && with_teams)
        err = add_teams(client, user, error);
    if (err)
        cJSON_Delete(user);
    else
        *ret_user = user;
    return err;
}

static bool has(const cJSON *texts, const char *text)
{
    const cJSON *one;

    cJSON_ArrayForEach (one, texts)
        if (strcmp(one->valuestring, text) == 0)
            return true;
    return false;
}

// Adds what a role permits and is not there yet.
static live_err add_role(cJSON *permissions, const cJSON *role, live_error *error)
{
    const cJSON *permission;

    cJSON_ArrayForEach (permission, live_json_get(role, "permissions")) {
        if (!cJSON_IsString(permission) || has(permissions, permission->valuestring))
            continue;
        if (!cJSON_AddItemToArray(permissions, cJSON_CreateString(permission->valuestring)))
            return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }
    return LIVE_OK;
}

live_err live_user_permissions(const cJSON *user_with_teams, cJSON **ret_permissions,
                               live_error *error)
{
    cJSON *permissions = cJSON_CreateArray();
    live_err err = permissions ? LIVE_OK : live_fail(error, LIVE_E_NOMEM, "out of memory");
    const cJSON *team, *role;

    cJSON_ArrayForEach (team, live_json_get(user_with_teams, "teams"))
        cJSON_ArrayForEach (role, live_json_get(team, "roles"))
            if (!err)
                err = add_role(permissions, role, error);
    if (err)
        cJSON_Delete(permissions);
    else
        *ret_permissions = permissions;
    return err;
}

// Adds `value`, which is taken, to an offer.
static live_err offer(cJSON *offered, const char *key, cJSON *value, live_error *error)
{
    if (cJSON_AddItemToObject(offered, key, value))
        return LIVE_OK;
    cJSON_Delete(value);
    return live_fail(error, LIVE_E_NOMEM, "out of memory");
}

static live_err add_plugins(live_client *client, cJSON *offered, live_error *error)
{
    cJSON *plugins = NULL;
    live_err err = live_plugin_list(client, true, &plugins, error);

    if (!err && !plugins->child) {
        err = live_fail(error, LIVE_E_PROTOCOL, "GET /rest/plugin: the platform lists no plugin");
        cJSON_Delete(plugins);
    }
    return err ? err : offer(offered, "plugins", plugins, error);
}

static live_err add_permissions(live_client *client, cJSON *offered, live_error *error)
{
    LV_AUTO(cJSON_Delete) cJSON *user = NULL;
    cJSON *permissions = NULL;
    live_err err = live_user_me(client, true, &user, error);

    if (!err)
        err = live_user_permissions(user, &permissions, error);
    return err ? err : offer(offered, "permissions", permissions, error);
}

live_err live_offer_collect(live_client *client, cJSON **ret_offer, live_error *error)
{
    cJSON *offered = cJSON_CreateObject();
    live_err err = offered ? add_plugins(client, offered, error)
                           : live_fail(error, LIVE_E_NOMEM, "out of memory");

    if (!err)
        err = add_permissions(client, offered, error);
    if (err)
        cJSON_Delete(offered);
    else
        *ret_offer = offered;
    return err;
}
