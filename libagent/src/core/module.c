// SPDX-License-Identifier: Apache-2.0
// Modules: found, loaded, checked, described.
#include "core/module.h"

#include <dlfcn.h>
#include <limits.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/settings.h"

static const char *const type_names[] = {
    [AGENT_TYPE_STRING] = "string",     [AGENT_TYPE_INT] = "integer",
    [AGENT_TYPE_REAL] = "number",       [AGENT_TYPE_BOOL] = "boolean",
    [AGENT_TYPE_DURATION] = "duration", [AGENT_TYPE_OBJECT] = "object",
    [AGENT_TYPE_STRINGS] = "strings",   [AGENT_TYPE_OBJECTS] = "objects",
};

live_err ag_module_check(const agent_module *module, const char *path, live_error *error)
{
    if (module->abi != AGENT_ABI)
        return live_fail(error, LIVE_E_UNSUPPORTED,
                         "%s was built for module ABI %u, this agent speaks %u: build it again",
                         path, module->abi, AGENT_ABI);
    if (module->size < sizeof *module || !module->name || !module->version ||
        module->process_size == 0 || module->setting_size == 0)
        return live_fail(error, LIVE_E_UNSUPPORTED, "%s: its descriptor is not whole", path);
    return LIVE_OK;
}

live_err ag_module_load(const char *path, const agent_module **ret_module, live_error *error)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return live_fail(error, LIVE_E_UNSUPPORTED, "%s", dlerror());

    const agent_module *module = dlsym(library, AGENT_MODULE_SYMBOL);
    if (!module)
        return live_fail(error, LIVE_E_UNSUPPORTED, "%s is no module: it exports no %s", path,
                         AGENT_MODULE_SYMBOL);
    live_err err = ag_module_check(module, path, error);
    if (!err)
        *ret_module = module;
    return err;
}

// The rows of a table lie as far apart as the module was compiled with.
static bool process_at(const agent_module *module, size_t index, agent_process *ret_process)
{
    size_t size =
        module->process_size < sizeof *ret_process ? module->process_size : sizeof *ret_process;

    *ret_process = (agent_process){ 0 };
    if (!module->processes)
        return false;
    memcpy(ret_process, (const char *)module->processes + index * module->process_size, size);
    return ret_process->name != NULL;
}

bool ag_module_process(const agent_module *module, const char *type, agent_process *ret_process)
{
    for (size_t i = 0; process_at(module, i, ret_process); i++)
        if (strcmp(ret_process->name, type) == 0)
            return true;
    return false;
}

ag_table ag_module_settings(const agent_module *module, const agent_process *process)
{
    return (ag_table){ .rows = process->settings, .stride = module->setting_size };
}

static cJSON *describe_choices(const char *const *choices)
{
    cJSON *list = cJSON_CreateArray();

    for (; *choices; choices++)
        cJSON_AddItemToArray(list, cJSON_CreateString(*choices));
    return list;
}

static cJSON *describe_table(ag_table table)
{
    cJSON *list = cJSON_CreateArray();
    agent_setting row;
    char key[64];

    for (size_t i = 0; ag_table_row(table, i, &row); i++) {
        cJSON *entry = cJSON_CreateObject();
        bool known = (size_t)row.type < sizeof type_names / sizeof *type_names;
        ag_setting_key(&row, key);
        cJSON_AddStringToObject(entry, "name", key);
        cJSON_AddStringToObject(entry, "type", known ? type_names[row.type] : "unknown");
        if (row.fallback)
            cJSON_AddStringToObject(entry, "default", row.fallback);
        if (row.choices)
            cJSON_AddItemToObject(entry, "choices", describe_choices(row.choices));
        cJSON_AddStringToObject(entry, "doc", row.doc ? row.doc : "");
        if (row.members)
            cJSON_AddItemToObject(entry, "members",
                                  describe_table((ag_table){ row.members, table.stride }));
        cJSON_AddItemToArray(list, entry);
    }
    return list;
}

cJSON *ag_module_describe(const agent_module *module)
{
    cJSON *description = cJSON_CreateObject();
    cJSON *processes = cJSON_CreateArray();
    agent_process process;

    cJSON_AddStringToObject(description, "name", module->name);
    cJSON_AddStringToObject(description, "version", module->version);
    for (size_t i = 0; process_at(module, i, &process); i++) {
        cJSON *entry = cJSON_CreateObject();
        cJSON_AddStringToObject(entry, "name", process.name);
        cJSON_AddStringToObject(entry, "summary", process.summary ? process.summary : "");
        cJSON_AddItemToObject(entry, "settings",
                              describe_table(ag_module_settings(module, &process)));
        cJSON_AddItemToArray(processes, entry);
    }
    cJSON_AddItemToObject(description, "processes", processes);
    return description;
}

static cJSON *findings_of(const agent_module *module, const cJSON *settings)
{
    const char *type = live_json_str(settings, "type", "");
    cJSON *findings = cJSON_CreateArray();
    char pointer[256];
    agent_process process;

    ag_settings_pointer(settings->string, pointer, sizeof pointer);
    if (ag_module_process(module, type, &process) &&
        ag_config_check(ag_module_settings(module, &process), process.config_size, settings,
                        pointer, findings, NULL) == LIVE_OK &&
        cJSON_GetArraySize(findings) > 0)
        return findings;
    cJSON_Delete(findings);
    return NULL;
}

cJSON *ag_module_findings(const agent_module *module, const cJSON *processes)
{
    cJSON *all = cJSON_CreateObject();
    const cJSON *settings;

    cJSON_ArrayForEach (settings, processes) {
        cJSON *findings = findings_of(module, settings);
        if (findings)
            cJSON_AddItemToObject(all, settings->string, findings);
    }
    return all;
}

// The folder that this library was loaded from, or that of the program it is compiled into, whose name for
// the loader may be any.
static void library_directory(char path[PATH_MAX])
{
    Dl_info info = { 0 };
    struct link_map *map = NULL;
    const char *file = "/proc/self/exe";

    if (dladdr1((void *)(size_t)ag_module_find, &info, (void **)&map, RTLD_DL_LINKMAP) && map &&
        *map->l_name)
        file = map->l_name;
    char *slash = realpath(file, path) ? strrchr(path, '/') : NULL;
    if (slash)
        *slash = '\0';
    else
        path[0] = '\0';
}

// Absolute, since a worker runs in another folder.
static char *try_path(const char *folder, const char *name)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/%s.so", folder, name);

    return length > 0 && length < PATH_MAX && access(path, R_OK) == 0 ? realpath(path, NULL) : NULL;
}

static char *try_list(const char *list, const char *name)
{
    char folder[PATH_MAX], *found = NULL;

    while (list && *list && !found) {
        size_t length = strcspn(list, ":");
        if (length > 0 && length < sizeof folder) {
            memcpy(folder, list, length);
            folder[length] = '\0';
            found = try_path(folder, name);
        }
        list += length + (list[length] == ':');
    }
    return found;
}

char *ag_module_find(const char *directory, const char *name)
{
    char folder[PATH_MAX + 300], own[PATH_MAX], *found;

    snprintf(folder, sizeof folder, "%s/build/modules", directory);
    found = try_path(folder, name);
    if (!found) {
        snprintf(folder, sizeof folder, "%s/modules/%s", directory, name);
        found = try_path(folder, name);
    }
    if (!found)
        found = try_list(getenv("LIVE_MODULE_PATH"), name);
    if (!found) {
        library_directory(own);
        // An executable that has the library compiled in lies in bin/ or libexec/live/.
        static const char *const beside[] = { "live/modules", "../lib/live/modules",
                                              "../../lib/live/modules" };
        for (size_t i = 0; !found && i < sizeof beside / sizeof *beside; i++) {
            snprintf(folder, sizeof folder, "%s/%s", own, beside[i]);
            found = try_path(folder, name);
        }
    }
    return found;
}
