// SPDX-License-Identifier: Apache-2.0
// The JSON Schema (2020-12) of a settings file, made from the tables that read it.
#include "schema.h"

#include <live/json.h>
#include <stdio.h>

#include "schema_adapter.h"
#include "schema_row.h"

// Processes: what the host reads of each, and, by its type, what its module does

static cJSON *if_type(const char *member, const char *name, cJSON *then)
{
    cJSON *rule = cJSON_CreateObject();
    cJSON *condition = schema_required(member), *is = cJSON_CreateObject();

    cJSON_AddStringToObject(is, "const", name);
    cJSON_AddItemToObject(cJSON_AddObjectToObject(condition, "properties"), member, is);
    cJSON_AddItemToObject(rule, "if", condition);
    cJSON_AddItemToObject(rule, "then", then);
    return rule;
}

static cJSON *process_schema(const cJSON *reference)
{
    cJSON *schema = schema_of_type("object");
    const cJSON *module, *process;

    schema_add_rows(schema, live_json_get(reference, "process"));
    cJSON *type = cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(schema, "properties"), "type");
    cJSON *types = cJSON_AddArrayToObject(type, "enum");
    cJSON *all = cJSON_AddArrayToObject(schema, "allOf");
    cJSON_ArrayForEach (module, live_json_get(reference, "modules")) {
        cJSON_ArrayForEach (process, live_json_get(module, "processes")) {
            const char *name = live_json_str(process, "name", "");
            cJSON *then = cJSON_CreateObject();
            cJSON_AddStringToObject(then, "description", live_json_str(process, "summary", ""));
            schema_add_rows(then, live_json_get(process, "settings"));
            cJSON_AddItemToArray(types, cJSON_CreateString(name));
            cJSON_AddItemToArray(all, if_type("type", name, then));
        }
    }
    cJSON_AddBoolToObject(schema, "unevaluatedProperties", false);
    return schema;
}

// Modules by their names here or in the Python agent.
static void name_modules(cJSON *schema, const cJSON *reference)
{
    static const char *const prefixes[] = { "", "modules.", "live_agent.modules." };
    cJSON *property = cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(schema, "properties"), "enabled_modules");
    cJSON *items = cJSON_GetObjectItemCaseSensitive(property, "items");
    cJSON *names = cJSON_AddArrayToObject(items, "enum");
    const cJSON *module;
    char name[160];

    cJSON_ArrayForEach (module, live_json_get(reference, "modules")) {
        for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
            snprintf(name, sizeof name, "%s%s", prefixes[i], live_json_str(module, "name", ""));
            cJSON_AddItemToArray(names, cJSON_CreateString(name));
        }
    }
}

// As long as validate lets them be; it counts bytes, a schema can only count characters.
static cJSON *name_schema(void)
{
    cJSON *schema = schema_of_type("string");

    cJSON_AddNumberToObject(schema, "minLength", 1);
    cJSON_AddNumberToObject(schema, "maxLength", 200);
    cJSON_AddStringToObject(cJSON_AddObjectToObject(schema, "not"), "const", "gateway");
    return schema;
}

cJSON *schema_make(const cJSON *reference)
{
    cJSON *schema = cJSON_CreateObject();

    cJSON_AddStringToObject(schema, "$schema", "https://json-schema.org/draft/2020-12/schema");
    cJSON_AddStringToObject(schema, "title", "Settings of an agent");
    cJSON_AddStringToObject(schema, "type", "object");
    schema_add_rows(schema, live_json_get(reference, "file"));
    cJSON_AddBoolToObject(schema, "additionalProperties", false);
    name_modules(schema, reference);
    cJSON *processes = schema_of_type("object");
    cJSON_AddStringToObject(processes, "description", "The processes by name.");
    cJSON_AddStringToObject(cJSON_AddObjectToObject(processes, "additionalProperties"), "$ref",
                            "#/$defs/process");
    cJSON_AddItemToObject(processes, "propertyNames", name_schema());
    cJSON_ReplaceItemInObjectCaseSensitive(cJSON_GetObjectItemCaseSensitive(schema, "properties"),
                                           "processes", schema_allow_null(processes));
    cJSON *definitions = cJSON_AddObjectToObject(schema, "$defs");
    cJSON_AddItemToObject(definitions, "process", process_schema(reference));
    schema_add_adapters(definitions, reference);
    return schema;
}
