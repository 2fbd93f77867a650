// SPDX-License-Identifier: Apache-2.0
// The world of the simulated platform.
#include "world.h"

#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <live/file.h>

struct sim_world {
    cJSON *document;
};

// What a world file holds; what it leaves out is empty.
static const struct {
    const char *name;
    bool list;
} parts[] = {
    { "users", true },      { "teams", true },  { "roles", true },      { "plugins", true },
    { "dashboards", true }, { "rooms", true },  { "assets", false },    { "curves", false },
    { "lookups", true },    { "audits", true }, { "extensions", true }, { "documents", false },
    { "sources", true },
};

static live_err check_parts(cJSON *document, const char *path, live_error *error)
{
    if (!cJSON_IsObject(document))
        return live_fail(error, LIVE_E_INVALID, "%s: a world is a JSON object", path);

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const cJSON *part = live_json_get(document, parts[i].name);
        if (!part)
            part = parts[i].list ? cJSON_AddArrayToObject(document, parts[i].name)
                                 : cJSON_AddObjectToObject(document, parts[i].name);
        if (!part)
            return live_fail(error, LIVE_E_NOMEM, "out of memory");
        if (parts[i].list ? !cJSON_IsArray(part) : !cJSON_IsObject(part))
            return live_fail(error, LIVE_E_INVALID, "%s: '%s' is no %s", path, parts[i].name,
                             parts[i].list ? "list" : "object");
    }
    return LIVE_OK;
}

live_err sim_world_new(const char *path, sim_world **ret_world, live_error *error)
{
    sim_world *world = calloc(1, sizeof *world);
    if (!world)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    live_err err = live_file_read_json(path, &world->document, error);
    if (!err)
        err = check_parts(world->document, path, error);
    if (err) {
        sim_world_free(world);
        return err;
    }
    *ret_world = world;
    return LIVE_OK;
}

void sim_world_free(sim_world *world)
{
    if (!world)
        return;
    cJSON_Delete(world->document);
    free(world);
}

cJSON *sim_world_get(sim_world *world, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(world->document, name);
}

const cJSON *sim_world_login(sim_world *world, const char *username, const char *password)
{
    const cJSON *user;

    cJSON_ArrayForEach (user, sim_world_get(world, "users")) {
        if (strcmp(live_json_str(user, "username", ""), username) == 0)
            return strcmp(live_json_str(user, "password", ""), password) == 0 ? user : NULL;
    }
    return NULL;
}

static bool same_id(const cJSON *a, const cJSON *b)
{
    return cJSON_IsNumber(a) ? cJSON_IsNumber(b) && a->valuedouble == b->valuedouble
                             : cJSON_IsString(a) && cJSON_IsString(b) &&
                                   strcmp(a->valuestring, b->valuestring) == 0;
}

// The element of the list whose `id` is this value.
static cJSON *by_id(const cJSON *list, const cJSON *id)
{
    cJSON *element;

    cJSON_ArrayForEach (element, list) {
        if (same_id(live_json_get(element, "id"), id))
            return element;
    }
    return NULL;
}

static bool role_has(const cJSON *role, const char *permission)
{
    const cJSON *held;

    cJSON_ArrayForEach (held, live_json_get(role, "permissions")) {
        if (cJSON_IsString(held) && strcmp(held->valuestring, permission) == 0)
            return true;
    }
    return false;
}

static bool team_may(sim_world *world, const cJSON *team, const char *permission)
{
    const cJSON *role;

    cJSON_ArrayForEach (role, live_json_get(team, "roles")) {
        if (role_has(by_id(sim_world_get(world, "roles"), live_json_get(role, "id")), permission))
            return true;
    }
    return false;
}

bool sim_world_may(sim_world *world, const cJSON *user, const char *permission)
{
    const cJSON *id;

    cJSON_ArrayForEach (id, live_json_get(user, "teams")) {
        if (team_may(world, by_id(sim_world_get(world, "teams"), id), permission))
            return true;
    }
    return false;
}

cJSON *sim_world_find(cJSON *list, const char *id)
{
    char text[32];
    cJSON *element;

    cJSON_ArrayForEach (element, list) {
        const cJSON *own = live_json_get(element, "id");
        if (cJSON_IsNumber(own))
            snprintf(text, sizeof text, "%.0f", own->valuedouble);
        if (strcmp(cJSON_IsNumber(own) ? text : live_json_str(element, "id", ""), id) == 0)
            return element;
    }
    return NULL;
}

int64_t sim_world_next_id(const cJSON *list)
{
    int64_t largest = 0;
    const cJSON *element;

    cJSON_ArrayForEach (element, list) {
        int64_t id = live_json_int(element, "id", 0);
        largest = id > largest ? id : largest;
    }
    return largest + 1;
}

// Who is there once, as the event has it last.
static void set_user(cJSON *room, const cJSON *user)
{
    cJSON *users = cJSON_GetObjectItemCaseSensitive(room, "users");
    cJSON *there = by_id(users, live_json_get(user, "id"));

    if (!cJSON_IsArray(users) || !live_json_get(user, "id"))
        return;
    if (there)
        cJSON_ReplaceItemViaPointer(users, there, cJSON_Duplicate(user, true));
    else
        cJSON_AddItemToArray(users, cJSON_Duplicate(user, true));
}

static void remove_user(cJSON *users, const cJSON *user)
{
    cJSON *there = by_id(users, live_json_get(user, "id"));

    if (there)
        cJSON_Delete(cJSON_DetachItemViaPointer(users, there));
}

static void update_room(sim_world *world, const cJSON *event)
{
    const cJSON *id = live_json_get(live_json_get(event, "room"), "id");
    cJSON *room = by_id(sim_world_get(world, "rooms"), id);
    const cJSON *user;

    cJSON_ArrayForEach (user, live_json_get(event, "removedUsers"))
        remove_user(cJSON_GetObjectItemCaseSensitive(room, "users"), user);
    cJSON_ArrayForEach (user, live_json_get(event, "addedOrUpdatedUsers"))
        set_user(room, user);
}

// Who joins the messenger is in every room that is for all.
static void join(sim_world *world, const cJSON *event)
{
    cJSON *room;

    cJSON_ArrayForEach (room, sim_world_get(world, "rooms")) {
        if (strcmp(live_json_str(room, "type", ""), "Global") == 0)
            set_user(room, live_json_get(event, "user"));
    }
}

static const struct {
    const char *action;
    void (*apply)(sim_world *world, const cJSON *event);
} controls[] = {
    { "room_users_updated", update_room },
    { "user_joined_messenger", join },
};

void sim_world_apply(sim_world *world, const cJSON *event)
{
    const char *action = live_json_str(event, "action", "");

    if (strcmp(live_json_str(event, "__type", ""), "__messenger_control") != 0)
        return;
    for (size_t i = 0; i < sizeof controls / sizeof *controls; i++)
        if (strcmp(controls[i].action, action) == 0)
            controls[i].apply(world, event);
}
