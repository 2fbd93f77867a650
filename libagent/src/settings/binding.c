// SPDX-License-Identifier: Apache-2.0
// Which logic adapters a bot gets.
#include "settings/binding.h"

#include <live/json.h>
#include <stdio.h>

#include "settings/finding.h"
#include "settings/python.h"
#include "settings/setting.h"
#include "settings/settings.h"

static void add_one(const ag_catalogue *catalogue, const cJSON *item, const char *pointer,
                    cJSON *adapters, cJSON *findings)
{
    const char *given = ag_adapter_given(item), *module = NULL, *path = NULL;
    char name[AG_ADAPTER_NAME_BYTES];

    if (!given)
        return; // a finding of the list itself
    bool renamed = ag_python_adapter(given, name);
    if (!ag_catalogue_adapter(catalogue, name, &module, &path)) {
        if (ag_python_brought(given))
            ag_finding_add(findings, AG_WARNING, pointer, NULL, "'%s' is not here; it is left out",
                           given);
        else
            ag_finding_add(findings, AG_ERROR, pointer, NULL,
                           "no enabled module has the adapter '%s'", name);
        return;
    }
    if (renamed)
        ag_finding_add(findings, AG_WARNING, pointer, name, "'%s' is called '%s' here", given,
                       name);
    cJSON *adapter = cJSON_CreateObject();
    cJSON_AddStringToObject(adapter, "name", name);
    cJSON_AddStringToObject(adapter, "module", module);
    if (path)
        cJSON_AddStringToObject(adapter, "path", path);
    cJSON_AddStringToObject(adapter, "pointer", pointer);
    if (cJSON_IsObject(item))
        cJSON_AddItemToObject(adapter, "options", cJSON_Duplicate(item, true));
    cJSON_AddItemToArray(adapters, adapter);
}

void ag_binding_add(const ag_catalogue *catalogue, const cJSON *settings, cJSON *config,
                    cJSON *findings)
{
    const cJSON *given = live_json_get(settings, AG_ADAPTERS_KEY), *item;
    cJSON *all = given ? NULL : ag_catalogue_adapters(catalogue);
    const cJSON *list = given ? given : all;
    cJSON *adapters = cJSON_AddArrayToObject(config, "adapters");
    char pointer[256], place[320];
    size_t index = 0;

    ag_settings_pointer(settings->string, pointer, sizeof pointer);
    cJSON_ArrayForEach (item, list) {
        snprintf(place, sizeof place, "%s/%s/%zu", pointer, AG_ADAPTERS_KEY, index++);
        add_one(catalogue, item, place, adapters, findings);
    }
    cJSON_Delete(all);
}
