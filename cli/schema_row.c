// SPDX-License-Identifier: Apache-2.0
// The JSON Schema of a table's rows, type by type.
#include "schema_row.h"

#include <live/json.h>
#include <live/time.h>
#include <stdlib.h>
#include <string.h>

#define WHOLE_MAX 9007199254740991.0 // the next but one is no double of its own

cJSON *schema_of_type(const char *type)
{
    cJSON *schema = cJSON_CreateObject();

    cJSON_AddStringToObject(schema, "type", type);
    return schema;
}

cJSON *schema_either(cJSON *one, cJSON *other)
{
    cJSON *schema = cJSON_CreateObject(), *any = cJSON_AddArrayToObject(schema, "anyOf");

    cJSON_AddItemToArray(any, one);
    cJSON_AddItemToArray(any, other);
    return schema;
}

// Bounds, which rows write as in the file: numbers, "10s", "1 MB".

static double measure(const char *type, const char *text)
{
    static const struct {
        const char *unit;
        double bytes;
    } units[] = { { "kB", 1e3 },        { "KB", 1e3 },           { "MB", 1e6 },
                  { "GB", 1e9 },        { "TB", 1e12 },          { "KiB", 1024.0 },
                  { "MiB", 1048576.0 }, { "GiB", 1073741824.0 }, { "TiB", 1099511627776.0 } };
    char *end = NULL;
    double number = strtod(text, &end);
    int64_t ms = 0;

    if (strcmp(type, "duration") == 0 && live_duration_parse(text, &ms, NULL) == LIVE_OK)
        return (double)ms / 1000; // a bare number is seconds
    end += strspn(end, " ");
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(end, units[i].unit) == 0)
            return number * units[i].bytes;
    return number;
}

static cJSON *bounded(const char *json_type, const cJSON *row)
{
    const char *type = live_json_str(row, "type", "");
    const char *least = live_json_str(row, "least", NULL), *most = live_json_str(row, "most", NULL);
    cJSON *schema = schema_of_type(json_type);
    bool whole = strcmp(json_type, "integer") == 0;

    if (least || whole)
        cJSON_AddNumberToObject(schema, "minimum", least ? measure(type, least) : -WHOLE_MAX);
    if (most || whole)
        cJSON_AddNumberToObject(schema, "maximum", most ? measure(type, most) : WHOLE_MAX);
    return schema;
}

// Types

static cJSON *string_schema(const cJSON *row)
{
    const cJSON *choices = live_json_get(row, "choices");
    const char *pattern = live_json_str(row, "pattern", NULL);
    cJSON *schema = schema_of_type("string");

    if (choices)
        cJSON_AddItemToObject(schema, "enum", cJSON_Duplicate(choices, true));
    if (pattern)
        cJSON_AddStringToObject(schema, "pattern", pattern);
    return schema;
}

cJSON *schema_pattern(const char *pattern)
{
    cJSON *schema = schema_of_type("string");

    cJSON_AddStringToObject(schema, "pattern", pattern);
    return schema;
}

static cJSON *int_schema(const cJSON *row)
{
    return bounded("integer", row);
}

static cJSON *real_schema(const cJSON *row)
{
    return bounded("number", row);
}

static cJSON *bool_schema(const cJSON *row)
{
    (void)row;
    return schema_of_type("boolean");
}

static cJSON *duration_schema(const cJSON *row)
{
    cJSON *seconds = bounded("number", row);

    if (!live_json_get(seconds, "minimum"))
        cJSON_AddNumberToObject(seconds, "minimum", 0);
    return schema_either(seconds, schema_pattern("^([0-9]+([.][0-9]*)?|[.][0-9]+)(ms|s|m|h|d)?$"));
}

static cJSON *size_schema(const cJSON *row)
{
    cJSON *bytes = bounded("integer", row);

    if (!live_json_str(row, "least", NULL))
        cJSON_ReplaceItemInObjectCaseSensitive(bytes, "minimum", cJSON_CreateNumber(0));
    return schema_either(
        bytes, schema_pattern("^[0-9]+([.][0-9]*)? ?(B|kB|KB|MB|GB|TB|KiB|MiB|GiB|TiB)?$"));
}

static cJSON *array_of(cJSON *items)
{
    cJSON *schema = schema_of_type("array");

    cJSON_AddItemToObject(schema, "items", items);
    return schema;
}

static cJSON *strings_schema(const cJSON *row)
{
    return array_of(string_schema(row));
}

static cJSON *numbers_schema(const cJSON *row)
{
    return array_of(bounded("number", row));
}

static cJSON *map_schema(const cJSON *row)
{
    cJSON *schema = schema_of_type("object");

    cJSON_AddItemToObject(schema, "additionalProperties", string_schema(row));
    return schema;
}

static cJSON *secret_schema(const cJSON *row)
{
    static const char *const places[] = { "file", "env", "credential" };
    cJSON *schema = cJSON_CreateObject(), *any = cJSON_AddArrayToObject(schema, "anyOf");

    (void)row;
    cJSON_AddItemToArray(any, schema_of_type("string"));
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        cJSON *place = schema_of_type("object");
        cJSON_AddItemToObject(cJSON_AddObjectToObject(place, "properties"), places[i],
                              schema_of_type("string"));
        cJSON_AddItemToArray(cJSON_AddArrayToObject(place, "required"),
                             cJSON_CreateString(places[i]));
        cJSON_AddBoolToObject(place, "additionalProperties", false);
        cJSON_AddItemToArray(any, place);
    }
    return schema;
}

static cJSON *plain_string_schema(const cJSON *row)
{
    (void)row;
    return schema_of_type("string");
}

static cJSON *bool_or_text_schema(const cJSON *row)
{
    return schema_either(schema_of_type("boolean"), string_schema(row));
}

static cJSON *any_schema(const cJSON *row)
{
    (void)row;
    return cJSON_CreateObject();
}

static cJSON *adapters_schema(const cJSON *row)
{
    cJSON *schema = schema_of_type("array");

    (void)row;
    cJSON_AddStringToObject(cJSON_AddObjectToObject(schema, "items"), "$ref", "#/$defs/adapter");
    return schema;
}

static cJSON *object_schema(const cJSON *row);

static cJSON *objects_schema(const cJSON *row)
{
    return array_of(object_schema(row));
}

static const struct {
    const char *type;
    cJSON *(*make)(const cJSON *row);
} makers[] = {
    { "string", string_schema },
    { "integer", int_schema },
    { "number", real_schema },
    { "boolean", bool_schema },
    { "duration", duration_schema },
    { "size", size_schema },
    { "strings", strings_schema },
    { "numbers", numbers_schema },
    { "map", map_schema },
    { "secret", secret_schema },
    { "process", plain_string_schema },
    { "any", any_schema },
    { "adapters", adapters_schema },
    { "object", object_schema },
    { "objects", objects_schema },
    { "boolean or string", bool_or_text_schema },
};

// Rows

cJSON *schema_allow_null(cJSON *schema)
{
    cJSON *type = cJSON_GetObjectItemCaseSensitive(schema, "type");
    cJSON *choices = cJSON_GetObjectItemCaseSensitive(schema, "enum");
    cJSON *any = cJSON_GetObjectItemCaseSensitive(schema, "anyOf");

    if (choices)
        cJSON_AddItemToArray(choices, cJSON_CreateNull());
    if (any)
        cJSON_AddItemToArray(any, schema_of_type("null"));
    if (!type)
        return schema;
    const char *types[] = { type->valuestring, "null" };
    cJSON_ReplaceItemInObjectCaseSensitive(schema, "type", cJSON_CreateStringArray(types, 2));
    return schema;
}

// The default as JSON: texts, durations and sizes stand in rows without their quotes.
static cJSON *default_of(const cJSON *row)
{
    static const char *const quoted[] = { "string", "duration", "size", "process" };
    const char *text = live_json_str(row, "default", NULL);
    cJSON *json = NULL;

    if (!text)
        return NULL;
    for (size_t i = 0; i < sizeof quoted / sizeof *quoted; i++)
        if (strcmp(live_json_str(row, "type", ""), quoted[i]) == 0)
            return cJSON_CreateString(text);
    return live_json_parse(text, strlen(text), &json, NULL) ? NULL : json;
}

static cJSON *row_schema(const cJSON *row)
{
    const char *type = live_json_str(row, "type", ""), *doc = live_json_str(row, "doc", "");
    cJSON *schema = NULL, *fallback = default_of(row);

    for (size_t i = 0; !schema && i < sizeof makers / sizeof *makers; i++)
        if (strcmp(type, makers[i].type) == 0)
            schema = makers[i].make(row);
    if (!schema)
        schema = cJSON_CreateObject();
    if (live_json_get(row, "default"))
        schema_allow_null(schema);
    if (*doc)
        cJSON_AddStringToObject(schema, "description", doc);
    if (fallback && !cJSON_IsNull(fallback))
        cJSON_AddItemToObject(schema, "default", fallback);
    else
        cJSON_Delete(fallback);
    return schema;
}

cJSON *schema_required(const char *key)
{
    cJSON *schema = cJSON_CreateObject();

    cJSON_AddItemToArray(cJSON_AddArrayToObject(schema, "required"), cJSON_CreateString(key));
    return schema;
}

// A key that had another name: either of the two, never both.
static void add_former(cJSON *schema, const cJSON *row)
{
    const char *key = live_json_str(row, "name", ""), *former = live_json_str(row, "former", "");
    cJSON *properties = cJSON_GetObjectItemCaseSensitive(schema, "properties");
    cJSON *old = row_schema(row), *all = cJSON_GetObjectItemCaseSensitive(schema, "allOf");
    cJSON *both = schema_required(key), *rule = cJSON_CreateObject();

    cJSON_AddBoolToObject(old, "deprecated", true);
    cJSON_AddItemToObject(properties, former, old);
    cJSON_AddItemToArray(cJSON_GetObjectItemCaseSensitive(both, "required"),
                         cJSON_CreateString(former));
    cJSON_AddItemToObject(rule, "not", both);
    if (!all)
        all = cJSON_AddArrayToObject(schema, "allOf");
    cJSON_AddItemToArray(all, rule);
    if (!live_json_get(row, "default"))
        cJSON_AddItemToArray(all, schema_either(schema_required(key), schema_required(former)));
}

void schema_add_rows(cJSON *schema, const cJSON *rows)
{
    cJSON *properties = cJSON_AddObjectToObject(schema, "properties"),
          *needed = cJSON_CreateArray();
    const cJSON *row;

    cJSON_ArrayForEach (row, rows) {
        const char *key = live_json_str(row, "name", "");
        cJSON_AddItemToObject(properties, key, row_schema(row));
        if (live_json_get(row, "former"))
            add_former(schema, row);
        else if (!live_json_get(row, "default"))
            cJSON_AddItemToArray(needed, cJSON_CreateString(key));
    }
    if (needed->child)
        cJSON_AddItemToObject(schema, "required", needed);
    else
        cJSON_Delete(needed);
}

// Keys that are not known are none of the schema's, so that an editor marks them.
static cJSON *object_schema(const cJSON *row)
{
    const char *text_key = live_json_str(row, "text_key", NULL);
    cJSON *schema = schema_of_type("object");

    schema_add_rows(schema, live_json_get(row, "members"));
    cJSON_AddBoolToObject(schema, "additionalProperties", false);
    return text_key ? schema_either(schema_of_type("string"), schema) : schema;
}
