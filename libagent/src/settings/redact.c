// SPDX-License-Identifier: Apache-2.0
// Settings that may be shown: without their secrets.
#include "settings/redact.h"

#include <live/json.h>
#include <stdbool.h>
#include <string.h>

#include "settings/describe.h"

static bool sounds_secret(const char *name)
{
    static const char *const words[] = { "pass", "secret", "token" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasestr(name, words[i]))
            return true;
    return false;
}

// Where a secret is kept is none.
static bool is_reference(const cJSON *value)
{
    static const char *const kinds[] = { "file", "env", "credential" };

    if (!cJSON_IsObject(value) || cJSON_GetArraySize(value) != 1)
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (live_json_str(value, kinds[i], NULL))
            return true;
    return false;
}

// What stands in the place of a secret, as a member of that name.
static cJSON *hide(const char *name)
{
    cJSON *object = cJSON_CreateObject(), *shown = cJSON_AddStringToObject(object, name, AG_HIDDEN);

    cJSON_DetachItemViaPointer(object, shown);
    cJSON_Delete(object);
    return shown;
}

static const cJSON *row_of(const cJSON *table, const char *name)
{
    const cJSON *row;

    cJSON_ArrayForEach (row, table)
        if (strcmp(live_json_str(row, "name", ""), name) == 0 ||
            strcmp(live_json_str(row, "former", ""), name) == 0)
            return row;
    return NULL;
}

static void redact_value(cJSON *value, const cJSON *table);

static void redact_member(cJSON *object, cJSON *member, const cJSON *table)
{
    const cJSON *row = row_of(table, member->string);
    bool secret =
        strcmp(live_json_str(row, "type", ""), "secret") == 0 || sounds_secret(member->string);

    if (!secret)
        redact_value(member, live_json_get(row, "members"));
    else if (!is_reference(member) && !cJSON_IsNull(member))
        cJSON_ReplaceItemViaPointer(object, member, hide(member->string));
}

// Members of an object, and those of the objects of a list.
static void redact_value(cJSON *value, const cJSON *table)
{
    cJSON *item = value ? value->child : NULL, *next;

    for (; item; item = next) {
        next = item->next;
        if (item->string)
            redact_member(value, item, table);
        else
            redact_value(item, table);
    }
}

void ag_redact_object(cJSON *object, const cJSON *table)
{
    redact_value(object, table);
}

// The file

static const cJSON *find_named(const cJSON *list, const char *name)
{
    const cJSON *item;

    cJSON_ArrayForEach (item, list)
        if (strcmp(live_json_str(item, "name", ""), name) == 0)
            return item;
    return NULL;
}

static const cJSON *table_of(const ag_catalogue *catalogue, const char *type)
{
    const cJSON *description, *found = NULL;

    // As ag_catalogue_find(): the last module that has it.
    for (size_t i = 0; (description = ag_catalogue_description(catalogue, i)); i++) {
        const cJSON *process = find_named(live_json_get(description, "processes"), type);
        found = process ? live_json_get(process, "settings") : found;
    }
    return found;
}

// What any adapter calls a secret is one in the options of all of them.
static void redact_adapters(cJSON *list, const ag_catalogue *catalogue)
{
    const cJSON *description, *adapter;
    cJSON *entry;

    for (size_t i = 0; (description = ag_catalogue_description(catalogue, i)); i++) {
        cJSON_ArrayForEach (adapter, live_json_get(description, "adapters")) {
            const cJSON *table = live_json_get(adapter, "settings");
            redact_value(list, table);
            cJSON_ArrayForEach (entry, list)
                redact_value(cJSON_GetObjectItemCaseSensitive(entry, "options"), table);
        }
    }
}

cJSON *ag_redact(const ag_settings *settings, const ag_catalogue *catalogue)
{
    cJSON *copy = cJSON_Duplicate(ag_settings_json(settings), true), *process;
    cJSON *table = ag_describe_table(ag_settings_table);
    cJSON *processes = cJSON_GetObjectItemCaseSensitive(copy, "processes");

    cJSON_ArrayForEach (process, processes) {
        redact_value(process, table_of(catalogue, live_json_str(process, "type", "")));
        redact_adapters(cJSON_GetObjectItemCaseSensitive(process, AG_ADAPTERS_KEY), catalogue);
    }
    redact_value(copy, table);
    cJSON_Delete(table);
    return copy;
}
