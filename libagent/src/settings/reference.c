// SPDX-License-Identifier: Apache-2.0
// live describe: everything that a settings file may hold, as JSON.
#include "settings/reference.h"

#include <live/buf.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>

#include "settings/catalogue.h"
#include "settings/describe.h"
#include "settings/finding.h"
#include "settings/host.h"

static cJSON *describe_all(const ag_catalogue *catalogue)
{
    static const char *const hidden[] = { "findings", "option_findings" };
    cJSON *all = cJSON_CreateObject(), *modules;

    cJSON_AddItemToObject(all, "file", ag_describe_table(ag_settings_table));
    cJSON_AddItemToObject(all, "process", ag_describe_table(ag_host_table));
    modules = cJSON_AddArrayToObject(all, "modules");
    for (size_t i = 0; ag_catalogue_description(catalogue, i); i++) {
        cJSON *module = cJSON_Duplicate(ag_catalogue_description(catalogue, i), true);
        for (size_t j = 0; j < sizeof hidden / sizeof *hidden; j++)
            cJSON_DeleteItemFromObjectCaseSensitive(module, hidden[j]);
        cJSON_AddItemToArray(modules, module);
    }
    return all;
}

static int print_json(cJSON *json)
{
    live_err err = live_json_write(json, stdout, NULL);

    cJSON_Delete(json);
    return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int refuse(const char *why)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "error", why);
    print_json(json);
    return EXIT_FAILURE;
}

// Every module must be there: a reference that leaves one out says nothing of it.
static int print(const ag_catalogue *catalogue)
{
    const cJSON *finding;

    cJSON_ArrayForEach (finding, ag_catalogue_module_findings(catalogue))
        if (ag_finding_severity(finding) > AG_WARNING)
            return refuse(ag_finding_text(finding));
    return print_json(describe_all(catalogue));
}

int ag_reference_print(char *const *names, const agent_module *const *modules)
{
    cJSON *list = cJSON_CreateArray();
    ag_catalogue *catalogue = NULL;
    live_error error = { 0 };

    for (; *names; names++)
        cJSON_AddItemToArray(list, cJSON_CreateString(*names));
    const ag_source source = { .directory = ".", .names = list, .compiled_in = modules };
    live_err err = ag_catalogue_learn(&source, &catalogue, &error);
    int code = err ? refuse(error.text) : print(catalogue);
    ag_catalogue_free(catalogue);
    cJSON_Delete(list);
    return code;
}
