// SPDX-License-Identifier: Apache-2.0
// The JSON Schema of a bot's logic adapters, which are given by their names here or by their classes in the Python agent;
// with options, as an object whose "name", or else "import_path", says which one it is.
#include "schema_adapter.h"

#include <live/json.h>
#include <stdio.h>

#include "schema_row.h"

static cJSON *refer_to(const char *definition)
{
    cJSON *schema = cJSON_CreateObject();
    char place[200];

    snprintf(place, sizeof place, "#/$defs/%s", definition);
    cJSON_AddStringToObject(schema, "$ref", place);
    return schema;
}

// An object that has the member, and it is so. Takes `is`.
static cJSON *with_member(const char *member, cJSON *is)
{
    cJSON *schema = schema_required(member);

    cJSON_AddItemToObject(cJSON_AddObjectToObject(schema, "properties"), member, is);
    return schema;
}

// An object that gives one of those adapters.
static cJSON *giving(const char *definition)
{
    cJSON *schema = cJSON_CreateObject();

    cJSON_AddItemToObject(schema, "if", with_member("name", schema_of_type("string")));
    cJSON_AddItemToObject(schema, "then", with_member("name", refer_to(definition)));
    cJSON_AddItemToObject(schema, "else", with_member("import_path", refer_to(definition)));
    return schema;
}

static cJSON *options_of(const cJSON *adapter)
{
    cJSON *schema = schema_of_type("object");

    cJSON_AddStringToObject(schema, "description", live_json_str(adapter, "summary", ""));
    schema_add_rows(schema, live_json_get(adapter, "settings"));
    return schema;
}

// The ways to name an adapter, and what is allowed as its options.
static void add_adapter(cJSON *definitions, cJSON *known, cJSON *rules, const char *module,
                        const cJSON *adapter)
{
    cJSON *constant = cJSON_CreateObject(), *rule = cJSON_CreateObject();
    char name[160];

    snprintf(name, sizeof name, "%s.%s", module, live_json_str(adapter, "name", ""));
    cJSON_AddStringToObject(constant, "const", name);
    cJSON_AddItemToObject(
        definitions, name,
        schema_either(constant, schema_pattern(live_json_str(adapter, "import_path", ""))));
    cJSON_AddItemToArray(known, refer_to(name));
    cJSON_AddItemToObject(rule, "if", giving(name));
    cJSON_AddItemToObject(rule, "then", options_of(adapter));
    cJSON_AddItemToArray(rules, rule);
}

// What the Python agent brought is left out with a warning where it is not here, whatever its options.
static void add_foreign(cJSON *definitions, cJSON *rules)
{
    cJSON *rule = cJSON_CreateObject(), *anything = cJSON_CreateObject();

    cJSON_AddItemToObject(
        definitions, "foreign_adapter",
        schema_pattern("^(live_agent[.]modules[.]|modules[.])?(chatbot|chatterbot)[.].*[.].*$"));
    cJSON_AddBoolToObject(anything, "additionalProperties", true);
    cJSON_AddItemToObject(rule, "if", giving("known_adapter"));
    cJSON_AddItemToObject(rule, "else", anything);
    cJSON_AddItemToArray(rules, rule);
}

// Takes `rules`.
static cJSON *with_options(cJSON *rules)
{
    cJSON *schema = schema_of_type("object"),
          *properties = cJSON_AddObjectToObject(schema, "properties");

    cJSON_AddTrueToObject(properties, "name");
    cJSON_AddTrueToObject(properties, "import_path");
    cJSON_InsertItemInArray(rules, 0, giving("adapter_name"));
    cJSON_AddItemToObject(schema, "allOf", rules);
    cJSON_AddBoolToObject(schema, "unevaluatedProperties", false);
    return schema;
}

void schema_add_adapters(cJSON *definitions, const cJSON *reference)
{
    cJSON *known = cJSON_CreateArray(), *rules = cJSON_CreateArray(), *any = cJSON_CreateObject();
    const cJSON *module, *adapter;

    cJSON_ArrayForEach (module, live_json_get(reference, "modules"))
        cJSON_ArrayForEach (adapter, live_json_get(module, "adapters"))
            add_adapter(definitions, known, rules, live_json_str(module, "name", ""), adapter);
    if (!known->child)
        cJSON_AddItemToArray(known, cJSON_CreateFalse()); // an empty "anyOf" is none
    cJSON_AddItemToObject(any, "anyOf", known);
    cJSON_AddItemToObject(definitions, "known_adapter", any);
    add_foreign(definitions, rules);
    cJSON_AddItemToObject(definitions, "adapter_name",
                          schema_either(refer_to("known_adapter"), refer_to("foreign_adapter")));
    cJSON_AddItemToObject(definitions, "adapter",
                          schema_either(refer_to("adapter_name"), with_options(rules)));
}
