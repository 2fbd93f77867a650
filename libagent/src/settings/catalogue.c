// SPDX-License-Identifier: Apache-2.0
// Which module offers which kind of process.
#include "settings/catalogue.h"

#include <limits.h>
#include <live/buf.h>
#include <live/json.h>
#include <live/log.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "settings/describe.h"
#include "settings/finding.h"
#include "settings/interview.h"
#include "settings/key.h"
#include "settings/python.h"
#include "worker/module.h"

typedef struct entry {
    struct entry *next;
    char *path; // NULL: compiled in
    cJSON *description;
} entry;

struct ag_catalogue {
    entry *first;    // the last one that was enabled comes first
    cJSON *findings; // of the list of modules
};

static live_err add(ag_catalogue *catalogue, char *path, cJSON *description, live_error *error)
{
    entry *own = calloc(1, sizeof *own);
    if (!own) {
        free(path);
        cJSON_Delete(description);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }
    *own = (entry){ .next = catalogue->first, .path = path, .description = description };
    catalogue->first = own;
    return LIVE_OK;
}

static const agent_module *find_compiled_in(const agent_module *const *modules, const char *name)
{
    for (; modules && *modules; modules++)
        if (strcmp((*modules)->name, name) == 0)
            return *modules;
    return NULL;
}

// A module that cannot be used, as the last finding says, has neither processes nor adapters.
static live_err add_unusable(ag_catalogue *catalogue, const char *name, live_error *error)
{
    int count = cJSON_GetArraySize(catalogue->findings);
    cJSON *description = cJSON_CreateObject();

    cJSON_AddStringToObject(description, "name", name);
    cJSON_AddStringToObject(description, "problem",
                            ag_finding_text(cJSON_GetArrayItem(catalogue->findings, count - 1)));
    return add(catalogue, NULL, description, error);
}

// A module that is nowhere, or whose source is there and is not built.
static void note_missing(const ag_catalogue *catalogue, const char *directory, const char *pointer,
                         const char *name)
{
    char source[PATH_MAX];

    snprintf(source, sizeof source, "%s/modules/%s", directory, name);
    if (access(source, F_OK) == 0)
        ag_finding_add(
            catalogue->findings, AG_ERROR, pointer, NULL,
            "module '%s' is not built: 'cmake --workflow --preset dev' builds modules/%s", name,
            name);
    else
        ag_finding_add(catalogue->findings, AG_ERROR, pointer, NULL,
                       "module '%s' is neither in build/modules, modules/%s, LIVE_MODULE_PATH nor "
                       "installed; 'live add-module %s' makes one",
                       name, name, name);
}

static live_err learn(ag_catalogue *catalogue, const ag_source *source, const cJSON *given,
                      int index, live_error *error)
{
    const char *name = ag_python_module(given->valuestring);
    const agent_module *module = find_compiled_in(source->compiled_in, name);
    cJSON *description = NULL;
    live_error why = { 0 };
    char pointer[64];

    snprintf(pointer, sizeof pointer, "/enabled_modules/%d", index);
    if (name != given->valuestring)
        ag_finding_add(catalogue->findings, AG_WARNING, pointer, name,
                       "module '%s' is called '%s' here", given->valuestring, name);
    if (module)
        return add(catalogue, NULL, ag_module_examine(module, source->processes), error);
    char *path = ag_module_find(source->directory, name);
    if (!path) {
        note_missing(catalogue, source->directory, pointer, name);
        return add_unusable(catalogue, name, error);
    }
    if (ag_interview(path, source->processes, &description, &why)) {
        ag_finding_add(catalogue->findings, AG_ERROR, pointer, NULL, "module '%s': %s", name,
                       why.text);
        free(path);
        return add_unusable(catalogue, name, error);
    }
    return add(catalogue, path, description, error);
}

static bool offers(const entry *own, const char *type)
{
    const cJSON *process;

    cJSON_ArrayForEach (process, live_json_get(own->description, "processes"))
        if (strcmp(live_json_str(process, "name", ""), type) == 0)
            return true;
    return false;
}

static void note_clash(const ag_catalogue *catalogue, const char *pointer, const entry *earlier)
{
    const entry *newest = catalogue->first;
    const char *name = live_json_str(newest->description, "name", "");
    const char *theirs = live_json_str(earlier->description, "name", "");
    const cJSON *process;

    if (strcmp(name, theirs) == 0) {
        ag_finding_add(catalogue->findings, AG_WARNING, pointer, NULL, "module '%s' is named twice",
                       name);
        return;
    }
    cJSON_ArrayForEach (process, live_json_get(newest->description, "processes")) {
        const char *type = live_json_str(process, "name", "");
        if (offers(earlier, type))
            ag_finding_add(catalogue->findings, AG_WARNING, pointer, NULL,
                           "modules '%s' and '%s' both have a process '%s': the later one counts",
                           theirs, name, type);
    }
}

// What the newest module has that an earlier one has too: of two of one name the later one counts.
static void note_clashes(const ag_catalogue *catalogue, int index)
{
    const entry *newest = catalogue->first;
    char pointer[64];

    snprintf(pointer, sizeof pointer, "/enabled_modules/%d", index);
    for (const entry *earlier = newest ? newest->next : NULL; earlier; earlier = earlier->next)
        note_clash(catalogue, pointer, earlier);
}

live_err ag_catalogue_learn(const ag_source *source, ag_catalogue **ret_catalogue,
                            live_error *error)
{
    ag_catalogue *catalogue = calloc(1, sizeof *catalogue);
    const cJSON *name;
    int index = 0;

    if (!catalogue)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    catalogue->findings = cJSON_CreateArray();
    cJSON_ArrayForEach (name, source->names) {
        live_err err = cJSON_IsString(name) ? learn(catalogue, source, name, index, error)
                                            : LIVE_OK; // a finding of the settings
        if (err) {
            ag_catalogue_free(catalogue);
            return err;
        }
        if (cJSON_IsString(name))
            note_clashes(catalogue, index);
        index++;
    }
    *ret_catalogue = catalogue;
    return LIVE_OK;
}

live_err ag_catalogue_new(const ag_settings *settings, const agent_module *const *modules,
                          ag_catalogue **ret_catalogue, live_error *error)
{
    const ag_source source = { .directory = ag_settings_directory(settings),
                               .names = ag_settings_modules(settings),
                               .processes = ag_settings_processes(settings),
                               .compiled_in = modules };

    return ag_catalogue_learn(&source, ret_catalogue, error);
}

static void add_module(const entry *own, cJSON *modules)
{
    static const char *const kept[] = { "name", "needs", "problem" };
    cJSON *module = cJSON_CreateObject();

    if (own->next)
        add_module(own->next, modules); // the list begins with the last one
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        const cJSON *value = live_json_get(own->description, kept[i]);
        if (value)
            cJSON_AddItemToObject(module, kept[i], cJSON_Duplicate(value, true));
    }
    cJSON_AddItemToArray(modules, module);
}

cJSON *ag_catalogue_modules(const ag_catalogue *catalogue)
{
    cJSON *modules = cJSON_CreateArray();

    if (catalogue->first)
        add_module(catalogue->first, modules);
    return modules;
}

const cJSON *ag_catalogue_module_findings(const ag_catalogue *catalogue)
{
    return catalogue->findings;
}

void ag_catalogue_free(ag_catalogue *catalogue)
{
    if (!catalogue)
        return;
    while (catalogue->first) {
        entry *own = catalogue->first;
        catalogue->first = own->next;
        cJSON_Delete(own->description);
        free(own->path);
        free(own);
    }
    cJSON_Delete(catalogue->findings);
    free(catalogue);
}

static const entry *find(const ag_catalogue *catalogue, const char *type)
{
    for (const entry *own = catalogue->first; own; own = own->next)
        if (offers(own, type))
            return own;
    return NULL;
}

bool ag_catalogue_find(const ag_catalogue *catalogue, const char *type, const char **ret_module,
                       const char **ret_path)
{
    const entry *own = find(catalogue, type);

    if (!own)
        return false;
    *ret_module = live_json_str(own->description, "name", "");
    *ret_path = own->path;
    return true;
}

cJSON *ag_catalogue_findings(const ag_catalogue *catalogue, const char *type, const char *process)
{
    const entry *owner = find(catalogue, type);
    cJSON *findings = cJSON_CreateArray();

    if (owner)
        ag_findings_append(findings,
                           live_json_get(live_json_get(owner->description, "findings"), process));
    for (const entry *own = catalogue->first; own; own = own->next)
        ag_findings_append(
            findings, live_json_get(live_json_get(own->description, "option_findings"), process));
    return findings;
}

const char *ag_catalogue_nearest(const ag_catalogue *catalogue, const char *type)
{
    ag_nearest nearest = ag_nearest_to(type);
    const cJSON *process;

    for (const entry *own = catalogue->first; own; own = own->next) {
        cJSON_ArrayForEach (process, live_json_get(own->description, "processes"))
            ag_nearest_offer(&nearest, live_json_str(process, "name", ""));
    }
    return nearest.found;
}

const cJSON *ag_catalogue_description(const ag_catalogue *catalogue, size_t index)
{
    size_t count = 0;

    for (const entry *own = catalogue->first; own; own = own->next)
        count++;
    for (const entry *own = catalogue->first; own; own = own->next)
        if (--count == index)
            return own->description;
    return NULL;
}

// Adapters

static bool has_adapter(const entry *own, const char *name, const char **ret_adapter)
{
    const char *module = live_json_str(own->description, "name", "");
    const size_t length = strlen(module);
    const cJSON *adapter;

    if (strncmp(name, module, length) != 0 || name[length] != '.')
        return false;
    cJSON_ArrayForEach (adapter, live_json_get(own->description, "adapters")) {
        *ret_adapter = live_json_str(adapter, "name", "");
        if (strcmp(*ret_adapter, name + length + 1) == 0)
            return true;
    }
    return false;
}

bool ag_catalogue_adapter(const ag_catalogue *catalogue, const char *name, const char **ret_module,
                          const char **ret_path)
{
    const char *adapter;

    for (const entry *own = catalogue->first; own; own = own->next) {
        if (!has_adapter(own, name, &adapter))
            continue;
        *ret_module = live_json_str(own->description, "name", "");
        *ret_path = own->path;
        return true;
    }
    return false;
}

static void add_adapters_of(const entry *own, cJSON *names)
{
    const cJSON *adapter;
    char name[AG_ADAPTER_NAME_BYTES];

    if (own->next)
        add_adapters_of(own->next, names); // the list begins with the last one
    cJSON_ArrayForEach (adapter, live_json_get(own->description, "adapters")) {
        snprintf(name, sizeof name, "%s.%s", live_json_str(own->description, "name", ""),
                 live_json_str(adapter, "name", ""));
        cJSON_AddItemToArray(names, cJSON_CreateString(name));
    }
}

cJSON *ag_catalogue_adapters(const ag_catalogue *catalogue)
{
    cJSON *names = cJSON_CreateArray();

    if (catalogue->first)
        add_adapters_of(catalogue->first, names);
    return names;
}

bool ag_catalogue_is_bot(const ag_catalogue *catalogue, const char *type)
{
    const entry *own = find(catalogue, type);
    const cJSON *process, *setting;

    cJSON_ArrayForEach (process, live_json_get(own ? own->description : NULL, "processes")) {
        if (strcmp(live_json_str(process, "name", ""), type) != 0)
            continue;
        cJSON_ArrayForEach (setting, live_json_get(process, "settings"))
            if (strcmp(live_json_str(setting, "type", ""), "adapters") == 0)
                return true;
    }
    return false;
}
