// SPDX-License-Identifier: Apache-2.0
// What a settings file uses: modules with their needs, processes with what keeps them from running.
#include "settings/inventory.h"

#include <live/buf.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settings/check.h"

enum { EXIT_REFUSED = 2, PROBLEM_BYTES = 600 };

static void add_module_name(cJSON *names, const char *name)
{
    const cJSON *known;

    cJSON_ArrayForEach (known, names)
        if (strcmp(known->valuestring, name) == 0)
            return;
    cJSON_AddItemToArray(names, cJSON_CreateString(name));
}

// Findings that cost the process, with where in the file they are.
static void add_problems(cJSON *process, const cJSON *findings)
{
    cJSON *problems = cJSON_AddArrayToObject(process, "problems");
    const cJSON *finding;
    char problem[PROBLEM_BYTES];

    cJSON_ArrayForEach (finding, findings) {
        if (ag_finding_severity(finding) == AG_WARNING)
            continue;
        snprintf(problem, sizeof problem, "%s: %s", ag_finding_pointer(finding),
                 ag_finding_text(finding));
        cJSON_AddItemToArray(problems, cJSON_CreateString(problem));
    }
}

static cJSON *make_process(const ag_settings *settings, const ag_catalogue *catalogue,
                           const cJSON *own)
{
    cJSON *process = cJSON_CreateObject(), *findings = cJSON_CreateArray();
    cJSON *found = ag_check_process(settings, catalogue, own, findings);
    const cJSON *adapter;

    cJSON_AddStringToObject(process, "name", own->string);
    cJSON_AddStringToObject(process, "type", live_json_str(own, "type", ""));
    cJSON_AddBoolToObject(process, "enabled", live_json_bool(own, "enabled", false));
    cJSON *modules = cJSON_AddArrayToObject(process, "modules");
    if (found)
        add_module_name(modules, live_json_str(found, "module", ""));
    cJSON_ArrayForEach (adapter, live_json_get(found, "adapters"))
        add_module_name(modules, live_json_str(adapter, "module", ""));
    add_problems(process, findings);
    cJSON_Delete(found);
    cJSON_Delete(findings);
    return process;
}

static cJSON *make_inventory(const ag_settings *settings, const ag_catalogue *catalogue)
{
    cJSON *inventory = cJSON_CreateObject();
    const cJSON *all = ag_settings_processes(settings), *process;

    cJSON_AddItemToObject(inventory, "modules", ag_catalogue_modules(catalogue));
    cJSON *processes = cJSON_AddArrayToObject(inventory, "processes");
    cJSON_ArrayForEach (process, all)
        if (live_json_get(all, process->string) == process) // not its twin
            cJSON_AddItemToArray(processes, make_process(settings, catalogue, process));
    return inventory;
}

static cJSON *make_error(const live_error *error)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "error", error->text);
    return json;
}

// What refuses the file as a whole is an error here, with its place.
static live_err check_whole(const ag_settings *settings, live_error *error)
{
    const cJSON *finding;

    cJSON_ArrayForEach (finding, ag_settings_findings(settings)) {
        if (ag_finding_severity(finding) != AG_REFUSED)
            continue;
        ag_place place = ag_settings_place(settings, finding);
        return live_fail(error, LIVE_E_INVALID, "%s:%d:%d: %s: %s", place.path, place.line,
                         place.column, ag_finding_pointer(finding), ag_finding_text(finding));
    }
    return LIVE_OK;
}

int ag_inventory_print(const char *path, const agent_module *const *modules)
{
    live_error error = { 0 };
    ag_settings *settings = NULL;
    ag_catalogue *catalogue = NULL;
    live_err err = ag_settings_read(path, &settings, &error);

    if (!err)
        err = check_whole(settings, &error);
    if (!err)
        err = ag_catalogue_new(settings, modules, &catalogue, &error);
    cJSON *json = err ? make_error(&error) : make_inventory(settings, catalogue);
    live_err printed = live_json_write(json, stdout, &error);
    if (printed)
        fprintf(stderr, "live: %s\n", error.text);
    cJSON_Delete(json);
    ag_catalogue_free(catalogue);
    ag_settings_free(settings);
    return err ? EXIT_REFUSED : printed ? EXIT_FAILURE : EXIT_SUCCESS;
}
