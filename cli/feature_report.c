// SPDX-License-Identifier: Apache-2.0
// What a platform offers, held against its features and against what an agent uses.
#include "feature_report.h"

#include <live/feature.h>
#include <live/json.h>
#include <stdio.h>
#include <string.h>

enum { MAX_NEEDS = 64 };

static void judge(cJSON *entry, cJSON *missing)
{
    cJSON_AddBoolToObject(entry, "available", !missing->child);
    cJSON_AddItemToObject(entry, "missing", missing);
}

static void add_missing(cJSON *missing, const char *sentence)
{
    cJSON_AddItemToArray(missing, cJSON_CreateString(sentence));
}

// Features

static const cJSON *live_of(const session *session)
{
    return live_json_get(session->settings, "live");
}

// Events go to the REST input where everything that it takes is set.
static bool uses_rest(const session *session)
{
    static const char *const due[] = { "url", "username", "password", "rest_input" };
    bool all = true;

    for (size_t i = 0; i < sizeof due / sizeof *due; i++)
        all = all && live_json_get(live_of(session), due[i]);
    return all;
}

static bool is_used(const session *session, const cJSON *inventory, const char *feature)
{
    if (!inventory)
        return true;
    return strcmp(feature, uses_rest(session) ? LIVE_FEATURE_REST_INPUT : LIVE_FEATURE_TCP_INPUT) ==
           0;
}

// The plugin may be there and the path of the input wrong all the same.
static void probe_input(session *session, cJSON *feature)
{
    live_error why = { 0 };

    if (strcmp(live_json_str(feature, "name", ""), LIVE_FEATURE_REST_INPUT) != 0 ||
        !live_json_get(live_of(session), "rest_input") ||
        live_client_input(session->client, &why) == LIVE_OK)
        return;
    cJSON *missing = cJSON_DetachItemFromObjectCaseSensitive(feature, "missing");
    cJSON_DeleteItemFromObjectCaseSensitive(feature, "available");
    add_missing(missing, why.text);
    judge(feature, missing);
}

static live_err add_features(session *session, const cJSON *inventory, const cJSON *offer,
                             cJSON *report, live_error *error)
{
    cJSON *features = NULL, *feature;
    live_err err = live_feature_report(offer, &features, error);
    if (err)
        return err;

    cJSON_ArrayForEach (feature, features) {
        probe_input(session, feature);
        cJSON_AddBoolToObject(feature, "used",
                              is_used(session, inventory, live_json_str(feature, "name", "")));
    }
    cJSON_AddItemToObject(report, "features", features);
    return LIVE_OK;
}

// Modules

// Reads what a description says of a module's needs; the texts stay those of the description.
static void read_needs(const cJSON *list, live_need needs[MAX_NEEDS + 1])
{
    const cJSON *need;
    size_t count = 0;

    cJSON_ArrayForEach (need, list) {
        bool plugin = strcmp(live_json_str(need, "kind", ""), "plugin") == 0;
        if (count < MAX_NEEDS)
            needs[count++] = (live_need){ .kind = plugin ? LIVE_NEED_PLUGIN : LIVE_NEED_PERMISSION,
                                          .name = live_json_str(need, "name", ""),
                                          .version = live_json_str(need, "version", NULL) };
    }
    needs[count] = (live_need){ 0 };
}

static live_err add_module(const cJSON *module, const cJSON *offer, cJSON *modules,
                           live_error *error)
{
    const char *problem = live_json_str(module, "problem", NULL);
    live_need needs[MAX_NEEDS + 1];
    cJSON *missing = NULL;

    read_needs(live_json_get(module, "needs"), needs);
    live_err err = live_need_check(needs, offer, &missing, error);
    if (err)
        return err;
    cJSON *entry = cJSON_CreateObject();
    cJSON_AddStringToObject(entry, "name", live_json_str(module, "name", ""));
    if (problem)
        add_missing(missing, problem);
    judge(entry, missing);
    cJSON_AddItemToArray(modules, entry);
    return LIVE_OK;
}

static live_err add_modules(const cJSON *inventory, const cJSON *offer, cJSON *report,
                            live_error *error)
{
    cJSON *modules = cJSON_AddArrayToObject(report, "modules");
    const cJSON *module;
    live_err err = LIVE_OK;

    cJSON_ArrayForEach (module, live_json_get(inventory, "modules"))
        if (!err)
            err = add_module(module, offer, modules, error);
    return err;
}

// Processes: available when their modules are, and their settings let them run.

static bool is_available(const cJSON *list, const char *name)
{
    const cJSON *entry;

    cJSON_ArrayForEach (entry, list)
        if (strcmp(live_json_str(entry, "name", ""), name) == 0)
            return live_json_bool(entry, "available", false);
    return false;
}

// What keeps a process from running: its own problems, and modules of it that are unavailable.
static cJSON *missing_of(const cJSON *process, const cJSON *modules)
{
    cJSON *missing = cJSON_Duplicate(live_json_get(process, "problems"), true);
    const cJSON *module;
    char text[300];

    cJSON_ArrayForEach (module, live_json_get(process, "modules")) {
        const char *name = cJSON_GetStringValue(module);
        if (is_available(modules, name))
            continue;
        snprintf(text, sizeof text, "module %s is unavailable", name);
        add_missing(missing, text);
    }
    return missing;
}

static void add_processes(const cJSON *inventory, cJSON *report)
{
    const cJSON *modules = live_json_get(report, "modules"), *process;
    cJSON *processes = cJSON_AddArrayToObject(report, "processes");

    cJSON_ArrayForEach (process, live_json_get(inventory, "processes")) {
        cJSON *entry = cJSON_CreateObject();
        cJSON_AddStringToObject(entry, "name", live_json_str(process, "name", ""));
        cJSON_AddStringToObject(entry, "type", live_json_str(process, "type", ""));
        cJSON_AddBoolToObject(entry, "enabled", live_json_bool(process, "enabled", false));
        judge(entry, missing_of(process, modules));
        cJSON_AddItemToArray(processes, entry);
    }
}

// Whether each entry is available that `used` (NULL: all) marks.
static bool all_available(const cJSON *list, const char *used)
{
    const cJSON *entry;

    cJSON_ArrayForEach (entry, list)
        if (!live_json_bool(entry, "available", false) &&
            (!used || live_json_bool(entry, used, false)))
            return false;
    return true;
}

live_err feature_report(session *session, const cJSON *inventory, cJSON **ret_report,
                        live_error *error)
{
    cJSON *offer = NULL, *report = cJSON_CreateObject();
    live_err err = live_offer_collect(session->client, &offer, error);

    cJSON_AddTrueToObject(report, "asked");
    if (!err)
        err = add_features(session, inventory, offer, report, error);
    if (!err)
        err = add_modules(inventory, offer, report, error);
    cJSON_Delete(offer);
    if (err) {
        cJSON_Delete(report);
        return err;
    }
    add_processes(inventory, report);
    cJSON_AddBoolToObject(report, "available",
                          all_available(live_json_get(report, "features"), "used") &&
                              all_available(live_json_get(report, "modules"), NULL) &&
                              all_available(live_json_get(report, "processes"), "enabled"));
    *ret_report = report;
    return LIVE_OK;
}
