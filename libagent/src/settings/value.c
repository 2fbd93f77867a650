// SPDX-License-Identifier: Apache-2.0
// Reading one value of the settings: a function a type.
#include "settings/value.h"

#include <live/json.h>
#include <stdio.h>
#include <string.h>

#include "settings/measure.h"
#include "settings/pattern.h"

static live_err refuse(const ag_target *target, const char *due)
{
    return ag_mistake(target, "%s is due", due);
}

static live_err no_memory(const ag_target *target)
{
    return live_fail(target->error, LIVE_E_NOMEM, "out of memory");
}

// Numbers, durations and sizes: one number each, within bounds that are written as in the file

static live_err check_bounds(const ag_target *target, const agent_setting *row,
                             ag_measure_fn measure, double number)
{
    double limit;

    if (ag_measure_bound(row->least, measure, &limit) && number < limit)
        return ag_mistake(target, "it is less than %s", row->least);
    if (ag_measure_bound(row->most, measure, &limit) && number > limit)
        return ag_mistake(target, "it is more than %s", row->most);
    return LIVE_OK;
}

static live_err read_int(const ag_target *target, const agent_setting *row, const cJSON *value)
{
    double number;

    if (!ag_measure_whole(value, &number))
        return refuse(target, "a whole number");
    *(int64_t *)target->member = (int64_t)number;
    return check_bounds(target, row, ag_measure_whole, number);
}

static live_err read_real(const ag_target *target, const agent_setting *row, const cJSON *value)
{
    double number;

    if (!ag_measure_number(value, &number))
        return refuse(target, "a number");
    *(double *)target->member = number;
    return check_bounds(target, row, ag_measure_number, number);
}

static live_err read_duration(const ag_target *target, const agent_setting *row, const cJSON *value)
{
    double ms;

    if (!ag_measure_duration(value, &ms))
        return refuse(target, "a duration such as \"10s\", \"500ms\" or a number of seconds");
    *(int64_t *)target->member = (int64_t)ms;
    return check_bounds(target, row, ag_measure_duration, ms);
}

static live_err read_size(const ag_target *target, const agent_setting *row, const cJSON *value)
{
    double bytes;

    if (!ag_measure_size(value, &bytes))
        return refuse(target, "a size such as \"10 MB\", \"512 KiB\" or a number of bytes");
    *(int64_t *)target->member = (int64_t)bytes;
    return check_bounds(target, row, ag_measure_size, bytes);
}

static live_err read_bool(const ag_target *target, const agent_setting *row, const cJSON *value)
{
    (void)row;
    if (!cJSON_IsBool(value))
        return refuse(target, "true or false");
    *(bool *)target->member = cJSON_IsTrue(value);
    return LIVE_OK;
}

// Texts

static live_err check_choice(const ag_target *target, const agent_setting *row, const char *text)
{
    char known[160] = "";
    size_t length = 0;

    for (const char *const *choice = row->choices; choice && *choice; choice++) {
        if (strcmp(*choice, text) == 0)
            return LIVE_OK;
        if (length < sizeof known)
            length += (size_t)snprintf(known + length, sizeof known - length, "%s%s",
                                       length ? ", " : "", *choice);
    }
    return row->choices ? ag_mistake(target, "'%.40s' is none of %s", text, known) : LIVE_OK;
}

static live_err check_text(const ag_target *target, const agent_setting *row, const char *text)
{
    live_err err = check_choice(target, row, text);

    if (err || !row->pattern || ag_pattern_matches(row->pattern, text))
        return err;
    return ag_mistake(target, "'%.40s' does not fit: %.*s", text,
                      (int)strcspn(row->doc ? row->doc : row->pattern, "\n"),
                      row->doc ? row->doc : row->pattern);
}

static live_err read_string(const ag_target *target, const agent_setting *row, const cJSON *value)
{
    if (!cJSON_IsString(value))
        return refuse(target, "a text");
    *(const char **)target->member = value->valuestring;
    return check_text(target, row, value->valuestring);
}

static live_err read_bool_or_text(const ag_target *target, const agent_setting *row,
                                  const cJSON *value)
{
    agent_bool_or_text *member = target->member;

    if (!cJSON_IsBool(value) && !cJSON_IsString(value))
        return refuse(target, "true, false or a text");
    *member = (agent_bool_or_text){ .is = cJSON_IsTrue(value), .text = value->valuestring };
    return value->valuestring ? check_text(target, row, value->valuestring) : LIVE_OK;
}

static live_err read_process(const ag_target *target, const agent_setting *row, const cJSON *value)
{
    (void)row;
    if (!cJSON_IsString(value))
        return refuse(target, "the name of a process");
    *(const char **)target->member = value->valuestring;
    if (*value->valuestring && target->processes &&
        !live_json_get(target->processes, value->valuestring))
        return ag_mistake(target, "no process is called '%.60s'", value->valuestring);
    return LIVE_OK;
}

static live_err read_secret(const ag_target *target, const agent_setting *row, const cJSON *value)
{
    static const char *const places[] = { "file", "env", "credential" };
    const char *place = NULL;

    (void)row;
    ((agent_secret *)target->member)->given = cJSON_IsNull(value) ? NULL : value;
    if (cJSON_IsString(value) || cJSON_IsNull(value))
        return LIVE_OK;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        place = live_json_str(value, places[i], place);
    if (!place || cJSON_GetArraySize(value) != 1)
        return refuse(target, "a text, or one of {\"file\": …}, {\"env\": …}, {\"credential\": …}");
    return LIVE_OK;
}

// Lists

static live_err read_strings(const ag_target *target, const agent_setting *row, const cJSON *value)
{
    size_t count = (size_t)cJSON_GetArraySize(value), index = 0;
    const char **items = ag_config_allocate(target->config, count, sizeof *items);
    const cJSON *item;

    if (!cJSON_IsArray(value))
        return refuse(target, "a list of texts");
    if (!items)
        return no_memory(target);
    cJSON_ArrayForEach (item, value) {
        if (!cJSON_IsString(item))
            return refuse(target, "a list of texts");
        live_err err = check_text(target, row, item->valuestring);
        if (err)
            return err;
        items[index++] = item->valuestring;
    }
    *(agent_strings *)target->member = (agent_strings){ .count = count, .items = items };
    return LIVE_OK;
}

static live_err read_numbers(const ag_target *target, const agent_setting *row, const cJSON *value)
{
    size_t count = (size_t)cJSON_GetArraySize(value), index = 0;
    double *items = ag_config_allocate(target->config, count, sizeof *items);
    const cJSON *item;

    if (!cJSON_IsArray(value))
        return refuse(target, "a list of numbers");
    if (!items)
        return no_memory(target);
    cJSON_ArrayForEach (item, value) {
        if (!cJSON_IsNumber(item))
            return refuse(target, "a list of numbers");
        live_err err = check_bounds(target, row, ag_measure_number, item->valuedouble);
        if (err)
            return err;
        items[index++] = item->valuedouble;
    }
    *(agent_numbers *)target->member = (agent_numbers){ .count = count, .items = items };
    return LIVE_OK;
}

// Which adapters they are is looked up where all modules are known.
static live_err read_adapters(const ag_target *target, const agent_setting *row, const cJSON *value)
{
    const cJSON *item;

    (void)row;
    if (!cJSON_IsArray(value))
        return refuse(target, "a list of logic adapters");
    cJSON_ArrayForEach (item, value)
        if (!ag_adapter_given(item))
            return refuse(target, "a list of adapters: names, or objects with a \"name\"");
    ((agent_adapters *)target->member)->count = (size_t)cJSON_GetArraySize(value);
    return LIVE_OK;
}

// Objects

static live_err read_map(const ag_target *target, const agent_setting *row, const cJSON *value)
{
    size_t count = (size_t)cJSON_GetArraySize(value), index = 0;
    const char **texts = ag_config_allocate(target->config, 2 * count, sizeof *texts);
    const cJSON *item;

    if (!cJSON_IsObject(value))
        return refuse(target, "an object of texts");
    if (!texts)
        return no_memory(target);
    cJSON_ArrayForEach (item, value) {
        if (!cJSON_IsString(item))
            return refuse(target, "an object of texts");
        live_err err = check_text(target, row, item->valuestring);
        if (err)
            return err;
        texts[index] = item->string;
        texts[count + index++] = item->valuestring;
    }
    *(agent_map *)target->member =
        (agent_map){ .count = count, .keys = texts, .values = texts + count };
    return LIVE_OK;
}

static live_err fill_object(const ag_target *target, const agent_setting *row, void *data,
                            const cJSON *value, const char *pointer)
{
    const ag_table table = { .rows = row->members,
                             .stride = target->stride,
                             .processes = target->processes };

    return ag_config_fill(target->config, table, data, value, pointer, target->error);
}

// A bare text stands for the object with that one key.
static live_err fill_from_text(const ag_target *target, const agent_setting *row,
                               const cJSON *value)
{
    cJSON *object = cJSON_CreateObject();

    if (!object || !cJSON_AddStringToObject(object, row->text_key, value->valuestring)) {
        cJSON_Delete(object);
        return no_memory(target);
    }
    if (!ag_config_keep(target->config, object))
        return no_memory(target);
    return fill_object(target, row, target->member, object, target->pointer);
}

static live_err read_object(const ag_target *target, const agent_setting *row, const cJSON *value)
{
    if (row->text_key && cJSON_IsString(value))
        return fill_from_text(target, row, value);
    if (!cJSON_IsObject(value))
        return refuse(target, row->text_key ? "a text or an object" : "an object");
    return fill_object(target, row, target->member, value, target->pointer);
}

static live_err read_objects(const ag_target *target, const agent_setting *row, const cJSON *value)
{
    size_t count = (size_t)cJSON_GetArraySize(value), index = 0;
    char *items = ag_config_allocate(target->config, count, row->item_size);
    char pointer[AG_POINTER_BYTES];
    const cJSON *item;

    if (!cJSON_IsArray(value))
        return refuse(target, "a list of objects");
    if (!items)
        return no_memory(target);
    cJSON_ArrayForEach (item, value) {
        snprintf(pointer, sizeof pointer, "%s/%zu", target->pointer, index);
        ag_target place = *target;
        place.pointer = pointer;
        live_err err = cJSON_IsObject(item)
                           ? fill_object(target, row, items + index * row->item_size, item, pointer)
                           : refuse(&place, "an object");
        if (err)
            return err;
        index++;
    }
    *(agent_objects *)target->member = (agent_objects){ .count = count, .items = items };
    return LIVE_OK;
}

static live_err read_any(const ag_target *target, const agent_setting *row, const cJSON *value)
{
    (void)target;
    (void)row;
    (void)value;
    return LIVE_OK;
}

static live_err (*const readers[])(const ag_target *, const agent_setting *, const cJSON *) = {
    [AGENT_TYPE_STRING] = read_string,     [AGENT_TYPE_INT] = read_int,
    [AGENT_TYPE_REAL] = read_real,         [AGENT_TYPE_BOOL] = read_bool,
    [AGENT_TYPE_DURATION] = read_duration, [AGENT_TYPE_OBJECT] = read_object,
    [AGENT_TYPE_STRINGS] = read_strings,   [AGENT_TYPE_OBJECTS] = read_objects,
    [AGENT_TYPE_MAP] = read_map,           [AGENT_TYPE_ADAPTERS] = read_adapters,
    [AGENT_TYPE_SIZE] = read_size,         [AGENT_TYPE_NUMBERS] = read_numbers,
    [AGENT_TYPE_SECRET] = read_secret,     [AGENT_TYPE_PROCESS] = read_process,
    [AGENT_TYPE_ANY] = read_any,           [AGENT_TYPE_BOOL_OR_TEXT] = read_bool_or_text,
};

live_err ag_value_read(const ag_target *target, const agent_setting *row, const cJSON *value)
{
    if ((size_t)row->type >= sizeof readers / sizeof *readers || !readers[row->type])
        return ag_mistake_of(target, LIVE_E_UNSUPPORTED,
                             "setting '%s' has a type this agent does not know", row->name);
    return readers[row->type](target, row, value);
}

// Defaults are written as in the file; texts, durations and sizes without their quotes.
live_err ag_value_default(const ag_target *target, const agent_setting *row)
{
    bool quoted = row->type == AGENT_TYPE_STRING || row->type == AGENT_TYPE_DURATION ||
                  row->type == AGENT_TYPE_SIZE || row->type == AGENT_TYPE_PROCESS;

    if (!row->fallback)
        return ag_mistake(target, "this setting must be given");
    cJSON *value = quoted ? cJSON_CreateStringReference(row->fallback) : cJSON_Parse(row->fallback);
    if (!value)
        return ag_mistake(target, "its default '%s' is no JSON", row->fallback);
    live_err err = ag_value_read(target, row, value);
    if (!value->child)
        cJSON_Delete(value);
    else if (!ag_config_keep(target->config, value)) // what the struct borrows of it lives as long
        return no_memory(target);
    return err;
}
