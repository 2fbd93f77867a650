// SPDX-License-Identifier: Apache-2.0
// What can be listed: how it is asked for, what it is called, which columns it has.
#include "listing.h"

#include <live/buf.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "terminal.h"

static void write_member(const cJSON *value, char *out, size_t size)
{
    if (cJSON_IsNumber(value))
        snprintf(out, size, "%.15g", value->valuedouble);
    else
        snprintf(out, size, "%s", cJSON_IsString(value) ? value->valuestring : "");
}

static void add_text(cJSON *cells, const char *text)
{
    cJSON_AddItemToArray(cells, cJSON_CreateString(text));
}

static void add_member(cJSON *cells, const cJSON *entry, const char *key)
{
    const cJSON *value = live_json_get(entry, key);
    char number[32];

    write_member(value, number, sizeof number);
    add_text(cells, cJSON_IsString(value) ? value->valuestring : number);
}

static void add_count(cJSON *cells, const cJSON *list)
{
    char number[32];

    snprintf(number, sizeof number, "%d", cJSON_GetArraySize(list));
    add_text(cells, number);
}

// The texts of a list, or a member of its objects, with commas between them.
static void add_joined(cJSON *cells, const cJSON *list, const char *key)
{
    live_buf *text = live_buf_new();
    const cJSON *one;

    cJSON_ArrayForEach (one, list) {
        const char *word =
            cJSON_IsString(one) ? one->valuestring : live_json_str(one, key ? key : "", NULL);
        if (word)
            live_buf_add_format(text, "%s%s", live_buf_length(text) ? ", " : "", word);
    }
    add_text(cells, live_buf_data(text));
    live_buf_free(text);
}

const char *listing_id(const listing *listing, const cJSON *entry, char out[LISTING_ID_BYTES])
{
    char id[LISTING_ID_BYTES / 2];

    write_member(live_json_get(entry, "id"), id, sizeof id);
    if (strcmp(listing->name, "assets") == 0)
        snprintf(out, LISTING_ID_BYTES, "%.60s/%s", live_json_str(entry, "asset_type", ""), id);
    else
        snprintf(out, LISTING_ID_BYTES, "%s", id);
    return out;
}

// Rooms and their users

static live_err collect_rooms(live_client *client, cJSON **ret_entries, bool *ret_whole,
                              live_error *error)
{
    (void)ret_whole;
    return live_room_list(client, ret_entries, error);
}

static cJSON *room_cells(const listing *listing, const cJSON *room)
{
    cJSON *cells = cJSON_CreateArray();

    (void)listing;
    add_member(cells, room, "id");
    add_member(cells, room, "name");
    add_member(cells, room, "type");
    add_count(cells, live_json_get(room, "users"));
    return cells;
}

static cJSON *find_user(cJSON *users, const cJSON *wanted)
{
    cJSON *user;

    cJSON_ArrayForEach (user, users)
        if (cJSON_Compare(live_json_get(user, "id"), live_json_get(wanted, "id"), true))
            return user;
    return NULL;
}

static void add_room_users(cJSON *users, const cJSON *room)
{
    const cJSON *user;

    cJSON_ArrayForEach (user, live_json_get(room, "users")) {
        cJSON *known = find_user(users, user);
        if (!known) {
            known = cJSON_Duplicate(user, true);
            cJSON_AddArrayToObject(known, "rooms");
            cJSON_AddItemToArray(users, known);
        }
        cJSON_AddItemToArray(cJSON_GetObjectItemCaseSensitive(known, "rooms"),
                             cJSON_CreateString(live_json_str(room, "name", "")));
    }
}

static live_err collect_users(live_client *client, cJSON **ret_entries, bool *ret_whole,
                              live_error *error)
{
    cJSON *rooms = NULL, *users = cJSON_CreateArray();
    const cJSON *room;
    live_err err = collect_rooms(client, &rooms, ret_whole, error);

    cJSON_ArrayForEach (room, rooms)
        add_room_users(users, room);
    cJSON_Delete(rooms);
    if (err)
        cJSON_Delete(users);
    else
        *ret_entries = users;
    return err;
}

static cJSON *user_cells(const listing *listing, const cJSON *user)
{
    cJSON *cells = cJSON_CreateArray();

    (void)listing;
    add_member(cells, user, "id");
    add_member(cells, user, "name");
    add_joined(cells, live_json_get(user, "rooms"), NULL);
    return cells;
}

// Assets: a type that cannot be read does not hide the others; one that the platform does not know is none.

static live_err collect_assets(live_client *client, cJSON **ret_entries, bool *ret_whole,
                               live_error *error)
{
    cJSON *all = cJSON_CreateArray();
    live_error first = { 0 };
    bool any = false;

    for (const char *const *type = live_asset_types(); *type; type++) {
        cJSON *assets = NULL;
        live_error why = { 0 };
        live_err err = live_asset_list(client, *type, &assets, &why);
        if (err && err != LIVE_E_NOTFOUND) {
            first = first.code ? first : why;
            continue;
        }
        any = true;
        while (assets && assets->child)
            cJSON_AddItemToArray(all, cJSON_DetachItemViaPointer(assets, assets->child));
        cJSON_Delete(assets);
    }
    if (!any) {
        cJSON_Delete(all);
        *error = first;
        return first.code;
    }
    if (first.code) {
        fputs("live list: left out: ", stderr);
        terminal_write(stderr, first.text);
        fputc('\n', stderr);
        *ret_whole = false;
    }
    *ret_entries = all;
    return LIVE_OK;
}

static cJSON *asset_cells(const listing *listing, const cJSON *asset)
{
    cJSON *cells = cJSON_CreateArray();
    char id[LISTING_ID_BYTES];

    add_text(cells, listing_id(listing, asset, id));
    add_member(cells, asset, "name");
    return cells;
}

// Curves

static cJSON *curve_entries(const cJSON *curves)
{
    cJSON *entries = cJSON_CreateArray();
    const cJSON *definition, *member;

    cJSON_ArrayForEach (definition, curves) {
        cJSON *entry = cJSON_CreateObject();
        cJSON_AddStringToObject(entry, "name", definition->string);
        cJSON_AddBoolToObject(entry, "enabled", live_curve_is_enabled(definition));
        cJSON_ArrayForEach (member, definition)
            if (member->string && !live_json_get(entry, member->string))
                cJSON_AddItemToObject(entry, member->string, cJSON_Duplicate(member, true));
        cJSON_AddItemToArray(entries, entry);
    }
    return entries;
}

static live_err collect_curves(live_client *client, cJSON **ret_entries, bool *ret_whole,
                               live_error *error)
{
    cJSON *curves = NULL;
    live_err err = live_curve_list(client, &curves, error);

    (void)ret_whole;
    if (!err)
        *ret_entries = curve_entries(curves);
    cJSON_Delete(curves);
    return err;
}

live_err listing_asset(const char *asset, char ret_type[LISTING_TYPE_BYTES], int64_t *ret_id,
                       live_error *error)
{
    char *end = NULL;
    const char *slash = strchr(asset, '/');
    size_t length = slash ? (size_t)(slash - asset) : 0;
    int64_t id = slash ? strtoll(slash + 1, &end, 10) : 0;

    if (length == 0 || length >= LISTING_TYPE_BYTES || end == slash + 1 || *end)
        return live_fail(error, LIVE_E_INVALID, "'%s' is no asset such as rig/1", asset);
    snprintf(ret_type, LISTING_TYPE_BYTES, "%.*s", (int)length, asset);
    *ret_id = id;
    return LIVE_OK;
}

live_err listing_asset_curves(live_client *client, const char *asset, cJSON **ret_entries,
                              live_error *error)
{
    cJSON *settings = NULL;
    char type[LISTING_TYPE_BYTES];
    int64_t id = 0;
    live_err err = listing_asset(asset, type, &id, error);

    if (!err)
        err = live_asset_settings(client, type, id, &settings, error);
    if (err == LIVE_E_NOTFOUND)
        return live_fail(error, err, "no asset '%s'; see 'live list assets'", asset);
    if (!err)
        *ret_entries = curve_entries(live_json_get(settings, "curves"));
    cJSON_Delete(settings);
    return err;
}

// Where a curve comes from: "SOURCE MNEMONIC" of each of its options.
static cJSON *curve_cells(const listing *listing, const cJSON *curve)
{
    live_buf *sources = live_buf_new();
    cJSON *cells = cJSON_CreateArray();
    const cJSON *option;

    (void)listing;
    cJSON_ArrayForEach (option, live_json_get(curve, "options"))
        if (live_json_get(option, "mnemonic"))
            live_buf_add_format(sources, "%s%s %s", live_buf_length(sources) ? ", " : "",
                                live_json_str(option, "source", ""),
                                live_json_str(option, "mnemonic", ""));
    add_member(cells, curve, "name");
    add_text(cells, live_json_bool(curve, "enabled", false) ? "yes" : "no");
    add_text(cells, live_buf_data(sources));
    live_buf_free(sources);
    return cells;
}

// Dashboards, plugins, the own user

static live_err collect_dashboards(live_client *client, cJSON **ret_entries, bool *ret_whole,
                                   live_error *error)
{
    (void)ret_whole;
    return live_dashboard_list(client, ret_entries, error);
}

static cJSON *dashboard_cells(const listing *listing, const cJSON *dashboard)
{
    cJSON *cells = cJSON_CreateArray();

    (void)listing;
    add_member(cells, dashboard, "id");
    add_member(cells, dashboard, "url");
    add_member(cells, dashboard, "title");
    return cells;
}

static live_err collect_plugins(live_client *client, cJSON **ret_entries, bool *ret_whole,
                                live_error *error)
{
    (void)ret_whole;
    return live_plugin_list(client, true, ret_entries, error);
}

static cJSON *plugin_cells(const listing *listing, const cJSON *plugin)
{
    cJSON *cells = cJSON_CreateArray();

    (void)listing;
    add_member(cells, plugin, "name");
    add_member(cells, plugin, "version");
    add_member(cells, live_json_get(plugin, "status"), "status");
    return cells;
}

static live_err collect_me(live_client *client, cJSON **ret_entries, bool *ret_whole,
                           live_error *error)
{
    cJSON *user = NULL, *permissions = NULL;
    live_err err = live_user_me(client, true, &user, error);

    (void)ret_whole;
    if (!err)
        err = live_user_permissions(user, &permissions, error);
    if (err) {
        cJSON_Delete(user);
        return err;
    }
    cJSON_AddItemToObject(user, "permissions", permissions);
    *ret_entries = cJSON_CreateArray();
    cJSON_AddItemToArray(*ret_entries, user);
    return LIVE_OK;
}

static cJSON *me_cells(const listing *listing, const cJSON *user)
{
    cJSON *cells = cJSON_CreateArray();

    (void)listing;
    add_member(cells, user, "id");
    add_member(cells, user, "name");
    add_member(cells, user, "email");
    add_joined(cells, live_json_get(user, "teams"), "name");
    add_joined(cells, live_json_get(user, "permissions"), NULL);
    return cells;
}

static const listing listings[] = {
    { .name = "rooms",
      .noun = "room",
      .name_key = "name",
      .titles = { "ID", "NAME", "TYPE", "USERS" },
      .collect = collect_rooms,
      .cells = room_cells },
    { .name = "users",
      .noun = "user",
      .name_key = "name",
      .titles = { "ID", "NAME", "ROOMS" },
      .collect = collect_users,
      .cells = user_cells },
    { .name = "assets",
      .noun = "asset",
      .name_key = "name",
      .titles = { "ASSET", "NAME" },
      .collect = collect_assets,
      .cells = asset_cells },
    { .name = "curves",
      .noun = "curve",
      .name_key = "name",
      .titles = { "NAME", "ENABLED", "SOURCES" },
      .collect = collect_curves,
      .cells = curve_cells },
    { .name = "dashboards",
      .noun = "dashboard",
      .name_key = "title",
      .titles = { "ID", "URL", "TITLE" },
      .collect = collect_dashboards,
      .cells = dashboard_cells },
    { .name = "plugins",
      .noun = "plugin",
      .name_key = "name",
      .titles = { "NAME", "VERSION", "STATUS" },
      .collect = collect_plugins,
      .cells = plugin_cells },
    { .name = "me",
      .noun = "user",
      .name_key = "name",
      .single = true,
      .titles = { "ID", "NAME", "EMAIL", "TEAMS", "PERMISSIONS" },
      .collect = collect_me,
      .cells = me_cells },
};

const listing *listing_find(const char *name)
{
    for (size_t i = 0; i < sizeof listings / sizeof *listings; i++)
        if (strcmp(listings[i].name, name) == 0)
            return &listings[i];
    return NULL;
}
