// SPDX-License-Identifier: Apache-2.0
// Trials of REST: statuses, bodies of errors, the shapes of resources.
#include <inttypes.h>
#include <live/json.h>
#include <stdio.h>
#include <string.h>

#include "probe/probe.h"

// Statuses

// A path that asks as somebody, and which fact its status is.
static const struct {
    fact_id id;
    bool as_stranger;
    const char *path, *body;
} statuses[] = {
    { FACT_REST_NO_LOGIN, true, "/rest/me", NULL },
    { FACT_REST_WRONG_METHOD, false, "/rest/query", NULL },
    { FACT_REST_MALFORMED, false, "/rest/query", "[{" },
    { FACT_REST_UNKNOWN_PATH, false, "/rest/live-probe-none", NULL },
    { FACT_REST_UNKNOWN_ASSET, false, "/services/plugin-liverig/assets/rig/987654321/normalizer",
      NULL },
    { FACT_INPUT_UNKNOWN, false, "/services/plugin-restinput/~live-probe~/", NULL },
};

static const char *error_body(const probe_answer *answer)
{
    if (cJSON_IsString(live_json_get(answer->json, "message")))
        return "message";
    if (answer->json)
        return "json";
    return *answer->text ? "text" : "empty";
}

static void try_statuses(probe *probe)
{
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        probe_answer answer;
        probe_ask(probe, statuses[i].as_stranger ? probe->stranger : probe->client,
                  statuses[i].path, statuses[i].body, &answer);
        if (answer.status)
            probe_saw_number(probe, statuses[i].id, answer.status);
        if (answer.status && statuses[i].id == FACT_REST_UNKNOWN_PATH)
            probe_saw(probe, FACT_REST_ERROR_BODY, error_body(&answer));
        probe_answer_clear(&answer);
    }
}

// As somebody who does not exist: a wrong password could lock somebody out.
static void try_wrong_login(probe *probe)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    const cJSON *live = live_json_get(probe->session->settings, "live");
    live_client *nobody = NULL;
    live_client_secrets secrets = { 0 };
    probe_answer answer = { 0 };

    live_err err = live_client_options_read(live, &options, &secrets, NULL);
    options.username = options.password = probe->scratch;
    options.max_retries = -1;
    if (!err && !live_client_new(probe->session->loop, &options, &nobody, NULL))
        probe_ask(probe, nobody, "/rest/me", NULL, &answer);
    if (answer.status)
        probe_saw_number(probe, FACT_REST_WRONG_LOGIN, answer.status);
    probe_answer_clear(&answer);
    live_client_free(nobody);
    live_client_secrets_clear(&secrets);
}

// Shapes

static bool has_members(const cJSON *object, const char *const *names)
{
    for (; *names; names++)
        if (!live_json_get(object, *names))
            return false;
    return cJSON_IsObject(object);
}

static bool all_have_members(const cJSON *list, const char *const *names)
{
    const cJSON *element;

    cJSON_ArrayForEach (element, list) {
        if (!has_members(element, names))
            return false;
    }
    return cJSON_IsArray(list);
}

static bool good_team(const cJSON *team)
{
    return all_have_members(live_json_get(team, "roles"), (const char *const[]){ "id", NULL });
}

static bool good_role(const cJSON *role)
{
    const cJSON *permission, *all = live_json_get(role, "permissions");

    cJSON_ArrayForEach (permission, all) {
        if (!cJSON_IsString(permission))
            return false;
    }
    return cJSON_IsArray(all);
}

static bool good_plugin(const cJSON *plugin)
{
    return cJSON_IsString(live_json_get(live_json_get(plugin, "status"), "status"));
}

static bool good_room(const cJSON *room)
{
    return cJSON_IsArray(live_json_get(room, "users"));
}

static bool good_curve(const cJSON *curve)
{
    return cJSON_IsObject(curve);
}

typedef enum shape_kind { SHAPE_OBJECT, SHAPE_LIST, SHAPE_DATA, SHAPE_MAP } shape_kind;

static const struct shape {
    fact_id id;
    shape_kind kind;
    const char *path;
    const char *names[5];
    bool (*good)(const cJSON *element); // further; NULL
} shapes[] = {
    { FACT_REST_ME, SHAPE_OBJECT, "/rest/me", { "id", "name" }, NULL },
    { FACT_REST_TEAM, SHAPE_DATA, "/rest/team", { "id", "roles" }, good_team },
    { FACT_REST_ROLE, SHAPE_DATA, "/rest/role", { "id", "permissions" }, good_role },
    { FACT_REST_PLUGIN, SHAPE_DATA, "/rest/plugin", { "name", "version" }, good_plugin },
    { FACT_REST_DASHBOARD, SHAPE_DATA, "/rest/dashboard", { "id", "url", "title" }, NULL },
    { FACT_REST_ROOMS,
      SHAPE_LIST,
      "/services/plugin-messenger/rooms",
      { "id", "name", "type", "users" },
      good_room },
    { FACT_REST_ASSETS, SHAPE_LIST, "/services/plugin-liverig/assets/rig", { "id", "name" }, NULL },
    { FACT_REST_CURVES, SHAPE_MAP, "/services/plugin-liverig/curves/", { 0 }, good_curve },
};

static bool all_good(const cJSON *list, bool (*good)(const cJSON *element))
{
    const cJSON *element;

    cJSON_ArrayForEach (element, list) {
        if (good && !good(element))
            return false;
    }
    return true;
}

static bool has_shape(const struct shape *shape, const cJSON *json)
{
    const cJSON *list = shape->kind == SHAPE_DATA ? live_json_get(json, "data") : json;

    if (shape->kind == SHAPE_OBJECT)
        return has_members(json, shape->names);
    if (shape->kind == SHAPE_MAP)
        return cJSON_IsObject(json) && all_good(json, shape->good);
    return all_have_members(list, shape->names) && all_good(list, shape->good);
}

// The element whose members are worth telling where they are not those that are due.
static const cJSON *sample_of(const struct shape *shape, const cJSON *json)
{
    const cJSON *list = shape->kind == SHAPE_DATA ? live_json_get(json, "data") : json;

    if (shape->kind == SHAPE_DATA && !list)
        return json;
    if (shape->kind == SHAPE_OBJECT || shape->kind == SHAPE_MAP)
        return shape->kind == SHAPE_OBJECT ? json : NULL;
    return cJSON_GetArrayItem(list, 0);
}

static void miss_status(probe *probe, fact_id id, int status)
{
    char reason[PROBE_REASON_BYTES];

    snprintf(reason, sizeof reason, "HTTP %d", status);
    probe_missed(probe, id, status ? reason : "the platform did not answer");
}

// What is there, and refused to a user whom the platform knows.
static void look_at_refusal(probe *probe, int status)
{
    const bool known = *probe->findings[FACT_REST_ME].value;

    if (known && status >= 400 && status < 500 && status != 404)
        probe_saw_number(probe, FACT_REST_FORBIDDEN, status);
}

static void try_normalizer(probe *probe, const cJSON *rigs)
{
    static const char *const names[] = { "event_type", "filter", "curves", NULL };
    int64_t id = live_json_int(cJSON_GetArrayItem(rigs, 0), "id", -1);
    char path[96];
    probe_answer answer;

    if (id < 0) {
        probe_missed(probe, FACT_REST_NORMALIZER, "there is no rig");
        return;
    }
    snprintf(path, sizeof path, "/services/plugin-liverig/assets/rig/%" PRId64 "/normalizer", id);
    probe_ask(probe, probe->client, path, NULL, &answer);
    bool good = has_members(answer.json, names);
    if (!probe_answer_is_good(&answer))
        miss_status(probe, FACT_REST_NORMALIZER, answer.status);
    else
        probe_saw(probe, FACT_REST_NORMALIZER, good ? "as-read" : "other");
    if (probe_answer_is_good(&answer) && !good)
        probe_saw_members(probe, FACT_REST_NORMALIZER, answer.json);
    probe_answer_clear(&answer);
}

static void try_room_users(probe *probe, const cJSON *rooms)
{
    static const char *const names[] = { "id", "name", NULL };
    const cJSON *room;
    bool good = true;

    cJSON_ArrayForEach (room, rooms)
        good &= all_have_members(live_json_get(room, "users"), names);
    probe_saw(probe, FACT_REST_ROOM_USERS, good ? "as-read" : "other");
    if (!good)
        probe_saw_members(
            probe, FACT_REST_ROOM_USERS,
            cJSON_GetArrayItem(live_json_get(cJSON_GetArrayItem(rooms, 0), "users"), 0));
}

// Which platform it is, as far as its public parts tell.
static void keep_versions(probe *probe, const cJSON *plugins)
{
    static const char *const known[] = { "live-ui",           "plugin-messenger",
                                         "plugin-restinput",  "plugin-tcpinput",
                                         "plugin-liverig",    "plugin-liverig-vis",
                                         "plugin-annotations" };
    static const char digits[] = "0123456789.-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const cJSON *plugin;

    probe->plugins = cJSON_CreateObject();
    cJSON_ArrayForEach (plugin, plugins) {
        const char *name = live_json_str(plugin, "name", "");
        const char *version = live_json_str(plugin, "version", "");
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            if (strcmp(name, known[i]) == 0 && strlen(version) < 24 &&
                !version[strspn(version, digits)])
                cJSON_AddStringToObject(probe->plugins, name, version);
    }
}

static void look_further(probe *probe, fact_id id, const cJSON *json)
{
    if (id == FACT_REST_ME && live_json_get(json, "id"))
        probe_saw(probe, FACT_REST_IDS,
                  cJSON_IsNumber(live_json_get(json, "id")) ? "number" : "text");
    if (id == FACT_REST_PLUGIN && !probe->plugins)
        keep_versions(probe, live_json_get(json, "data"));
    if (id == FACT_REST_ASSETS)
        try_normalizer(probe, json);
    if (id == FACT_REST_ROOMS)
        try_room_users(probe, json);
}

static void try_shape(probe *probe, const struct shape *shape)
{
    probe_answer answer;

    probe_ask(probe, probe->client, shape->path, NULL, &answer);
    if (!probe_answer_is_good(&answer)) {
        miss_status(probe, shape->id, answer.status);
        look_at_refusal(probe, answer.status);
    } else {
        bool good = has_shape(shape, answer.json);
        probe_saw(probe, shape->id, good ? "as-read" : "other");
        if (!good)
            probe_saw_members(probe, shape->id, sample_of(shape, answer.json));
        look_further(probe, shape->id, answer.json);
    }
    probe_answer_clear(&answer);
}

void probe_try_rest(probe *probe)
{
    try_statuses(probe);
    try_wrong_login(probe);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes && !probe->interrupted; i++)
        try_shape(probe, &shapes[i]);
    probe_missed(probe, FACT_REST_FORBIDDEN, "the user may read everything");
}
