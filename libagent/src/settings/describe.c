// SPDX-License-Identifier: Apache-2.0
// What a module offers, as JSON, and what is wrong with the settings of it.
#include "settings/describe.h"

#include <live/json.h>
#include <live/log.h>
#include <stdio.h>
#include <string.h>

#include "settings/key.h"
#include "settings/python.h"
#include "settings/settings.h"
#include "worker/module.h"

static const char *const type_names[] = {
    [AGENT_TYPE_STRING] = "string",     [AGENT_TYPE_INT] = "integer",
    [AGENT_TYPE_REAL] = "number",       [AGENT_TYPE_BOOL] = "boolean",
    [AGENT_TYPE_DURATION] = "duration", [AGENT_TYPE_OBJECT] = "object",
    [AGENT_TYPE_STRINGS] = "strings",   [AGENT_TYPE_OBJECTS] = "objects",
    [AGENT_TYPE_MAP] = "map",           [AGENT_TYPE_ADAPTERS] = "adapters",
    [AGENT_TYPE_SIZE] = "size",         [AGENT_TYPE_NUMBERS] = "numbers",
    [AGENT_TYPE_SECRET] = "secret",     [AGENT_TYPE_PROCESS] = "process",
    [AGENT_TYPE_ANY] = "any",           [AGENT_TYPE_BOOL_OR_TEXT] = "boolean or string",
};

static cJSON *describe_choices(const char *const *choices)
{
    cJSON *list = cJSON_CreateArray();

    for (; *choices; choices++)
        cJSON_AddItemToArray(list, cJSON_CreateString(*choices));
    return list;
}

static cJSON *describe_row(ag_table table, const agent_setting *row)
{
    const struct {
        const char *name, *text;
    } texts[] = {
        { "default", row->fallback }, { "least", row->least },   { "most", row->most },
        { "pattern", row->pattern },  { "former", row->former }, { "text_key", row->text_key },
    };
    bool known = (size_t)row->type < sizeof type_names / sizeof *type_names;
    cJSON *entry = cJSON_CreateObject();
    char key[AG_KEY_BYTES];

    ag_setting_key(row, key);
    cJSON_AddStringToObject(entry, "name", key);
    cJSON_AddStringToObject(entry, "type", known ? type_names[row->type] : "unknown");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].text)
            cJSON_AddStringToObject(entry, texts[i].name, texts[i].text);
    if (row->choices)
        cJSON_AddItemToObject(entry, "choices", describe_choices(row->choices));
    cJSON_AddStringToObject(entry, "doc", row->doc ? row->doc : "");
    if (row->members)
        cJSON_AddItemToObject(
            entry, "members",
            ag_describe_table((ag_table){ .rows = row->members, .stride = table.stride }));
    return entry;
}

cJSON *ag_describe_table(ag_table table)
{
    cJSON *list = cJSON_CreateArray();
    agent_setting row;

    for (size_t i = 0; ag_table_row(table, i, &row); i++)
        cJSON_AddItemToArray(list, describe_row(table, &row));
    return list;
}

static cJSON *describe_needs(const agent_module *module)
{
    static const char *const kinds[] = {
        [LIVE_NEED_PLUGIN] = "plugin", [LIVE_NEED_PERMISSION] = "permission"
    };
    cJSON *list = cJSON_CreateArray();
    live_need need;

    for (size_t i = 0; ag_module_need_at(module, i, &need); i++) {
        if ((size_t)need.kind >= sizeof kinds / sizeof *kinds)
            continue; // of a later version
        cJSON *entry = cJSON_CreateObject();
        cJSON_AddStringToObject(entry, "kind", kinds[need.kind]);
        cJSON_AddStringToObject(entry, "name", need.name);
        if (need.version)
            cJSON_AddStringToObject(entry, "version", need.version);
        cJSON_AddItemToArray(list, entry);
    }
    return list;
}

// What there is of a process and of an adapter alike.
static cJSON *describe_part(const char *name, const char *summary, ag_table settings)
{
    cJSON *entry = cJSON_CreateObject();

    cJSON_AddStringToObject(entry, "name", name);
    cJSON_AddStringToObject(entry, "summary", summary ? summary : "");
    cJSON_AddItemToObject(entry, "settings", ag_describe_table(settings));
    return entry;
}

static cJSON *describe_processes(const agent_module *module)
{
    cJSON *list = cJSON_CreateArray();
    agent_process process;

    for (size_t i = 0; ag_module_process_at(module, i, &process); i++)
        cJSON_AddItemToArray(list, describe_part(process.name, process.summary,
                                                 ag_module_settings(module, &process)));
    return list;
}

static cJSON *describe_adapters(const agent_module *module)
{
    cJSON *list = cJSON_CreateArray();
    char import_path[AG_IMPORT_PATH_BYTES];
    agent_adapter adapter;

    for (size_t i = 0; ag_module_adapter_at(module, i, &adapter); i++) {
        cJSON *entry =
            describe_part(adapter.name, adapter.summary, ag_module_options(module, &adapter));
        ag_python_import_path(module->name, adapter.name, import_path);
        cJSON_AddStringToObject(entry, "usage", adapter.usage ? adapter.usage : "");
        cJSON_AddStringToObject(entry, "import_path", import_path);
        cJSON_AddItemToArray(list, entry);
    }
    return list;
}

cJSON *ag_module_describe(const agent_module *module)
{
    cJSON *description = cJSON_CreateObject();

    cJSON_AddStringToObject(description, "name", module->name);
    cJSON_AddStringToObject(description, "version", module->version);
    cJSON_AddItemToObject(description, "needs", describe_needs(module));
    cJSON_AddItemToObject(description, "processes", describe_processes(module));
    cJSON_AddItemToObject(description, "adapters", describe_adapters(module));
    return description;
}

// Findings

static void check_process(const agent_module *module, const cJSON *processes, const cJSON *settings,
                          cJSON *findings)
{
    char pointer[256];
    agent_process process;

    if (!ag_module_process(module, live_json_str(settings, "type", ""), &process))
        return;
    ag_settings_pointer(settings->string, pointer, sizeof pointer);
    ag_table table = ag_module_settings(module, &process);
    table.processes = processes;
    live_err err = ag_config_check(table, process.config_size, settings, pointer, findings, NULL);
    if (err)
        live_log(LIVE_LOG_WARN, "settings.check", "%s: %s", settings->string, live_err_name(err));
}

static void check_options(const agent_module *module, const cJSON *processes, const cJSON *settings,
                          cJSON *findings)
{
    const cJSON *item;
    char pointer[256], place[320];
    size_t length = strlen(module->name), index = 0;
    agent_adapter adapter;

    (void)processes;
    ag_settings_pointer(settings->string, pointer, sizeof pointer);
    cJSON_ArrayForEach (item, live_json_get(settings, AG_ADAPTERS_KEY)) {
        char name[AG_ADAPTER_NAME_BYTES];
        const char *given = ag_adapter_given(item);
        snprintf(place, sizeof place, "%s/%s/%zu", pointer, AG_ADAPTERS_KEY, index++);
        if (!given || !cJSON_IsObject(item))
            continue;
        ag_python_adapter(given, name);
        bool ours = strncmp(name, module->name, length) == 0 && name[length] == '.';
        if (ours && ag_module_adapter(module, name + length + 1, &adapter) &&
            ag_config_check(ag_module_options(module, &adapter), adapter.config_size, item, place,
                            findings, NULL))
            live_log(LIVE_LOG_WARN, "settings.check", "%s: out of memory", settings->string);
    }
}

static cJSON *gather(const agent_module *module, const cJSON *processes,
                     void (*check)(const agent_module *, const cJSON *, const cJSON *, cJSON *))
{
    cJSON *all = cJSON_CreateObject();
    const cJSON *settings;

    cJSON_ArrayForEach (settings, processes) {
        if (live_json_get(processes, settings->string) != settings)
            continue; // its twin counts
        cJSON *findings = cJSON_CreateArray();
        check(module, processes, settings, findings);
        if (cJSON_GetArraySize(findings) > 0)
            cJSON_AddItemToObject(all, settings->string, findings);
        else
            cJSON_Delete(findings);
    }
    return all;
}

cJSON *ag_module_examine(const agent_module *module, const cJSON *processes)
{
    cJSON *description = ag_module_describe(module);

    cJSON_AddItemToObject(description, "findings", gather(module, processes, check_process));
    cJSON_AddItemToObject(description, "option_findings", gather(module, processes, check_options));
    return description;
}
