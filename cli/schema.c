// SPDX-License-Identifier: Apache-2.0
// The JSON Schema (2020-12) of a settings file, made from the tables that read it.
#include "schema.h"

#include <ctype.h>
#include <live/json.h>
#include <stdio.h>

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

// Adapters, by their names here or by their classes in the Python agent

// stroke_count is the class StrokeCountAdapter.
static void write_class(const char *name, char *out, size_t size)
{
    size_t to = 0;
    bool upper = true;

    for (; *name && to + 2 < size; name++) {
        if (*name == '_') {
            upper = true;
            continue;
        }
        out[to++] = upper ? (char)toupper((unsigned char)*name) : *name;
        upper = false;
    }
    out[to] = '\0';
}

static void add_names(cJSON *any, const char *module, const char *adapter)
{
    char name[160], class_name[80], pattern[320];
    cJSON *constant = cJSON_CreateObject();

    snprintf(name, sizeof name, "%s.%s", module, adapter);
    cJSON_AddStringToObject(constant, "const", name);
    cJSON_AddItemToArray(any, constant);
    write_class(adapter, class_name, sizeof class_name);
    snprintf(pattern, sizeof pattern, "^(modules[.])?%s[.](.*[.])?%s(Adapter)?$", module,
             class_name);
    cJSON_AddItemToArray(any, schema_pattern(pattern));
}

static cJSON *options_schema(const char *module, const cJSON *adapter)
{
    cJSON *schema = schema_of_type("object");
    char name[160];

    snprintf(name, sizeof name, "%s.%s", module, live_json_str(adapter, "name", ""));
    cJSON_AddStringToObject(schema, "description", live_json_str(adapter, "summary", ""));
    schema_add_rows(schema, live_json_get(adapter, "settings"));
    return schema;
}

static cJSON *adapter_schema(const cJSON *reference)
{
    cJSON *names = cJSON_CreateObject(), *any = cJSON_AddArrayToObject(names, "anyOf");
    cJSON *with_options = schema_of_type("object"), *all;
    const cJSON *module, *adapter;

    cJSON_AddItemToObject(cJSON_AddObjectToObject(with_options, "properties"), "name",
                          schema_of_type("string"));
    cJSON_AddItemToObject(cJSON_GetObjectItemCaseSensitive(with_options, "properties"),
                          "import_path", schema_of_type("string"));
    all = cJSON_AddArrayToObject(with_options, "allOf");
    cJSON_AddItemToArray(all,
                         schema_either(schema_required("name"), schema_required("import_path")));
    cJSON_ArrayForEach (module, live_json_get(reference, "modules")) {
        const char *name = live_json_str(module, "name", "");
        cJSON_ArrayForEach (adapter, live_json_get(module, "adapters")) {
            char full[160];
            snprintf(full, sizeof full, "%s.%s", name, live_json_str(adapter, "name", ""));
            add_names(any, name, live_json_str(adapter, "name", ""));
            cJSON_AddItemToArray(all, if_type("name", full, options_schema(name, adapter)));
        }
    }
    // Options of an adapter that is named by its class are read, and not described here.
    cJSON *by_class = cJSON_CreateObject(), *anything = cJSON_CreateObject();
    cJSON_AddBoolToObject(anything, "additionalProperties", true);
    cJSON_AddItemToObject(by_class, "if", schema_required("import_path"));
    cJSON_AddItemToObject(by_class, "then", anything);
    cJSON_AddItemToArray(all, by_class);
    cJSON_AddBoolToObject(with_options, "unevaluatedProperties", false);
    // What the Python agent brought is left out with a warning where it is not here.
    cJSON_AddItemToArray(any, schema_pattern("^(live_agent[.]modules[.]chatbot|chatterbot)[.].*$"));
    return schema_either(names, with_options);
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
    cJSON_ReplaceItemInObjectCaseSensitive(cJSON_GetObjectItemCaseSensitive(schema, "properties"),
                                           "processes", schema_allow_null(processes));
    cJSON *definitions = cJSON_AddObjectToObject(schema, "$defs");
    cJSON_AddItemToObject(definitions, "process", process_schema(reference));
    cJSON_AddItemToObject(definitions, "adapter", adapter_schema(reference));
    return schema;
}
