// SPDX-License-Identifier: Apache-2.0
// Reading settings by their tables: defaults, types, lists, nested objects, unknown keys.
#include "core/setting.h"

#include <errno.h>
#include <live/json.h>
#include <live/time.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_BYTES = 64, POINTER_BYTES = 192, NEAR = 2 };

typedef struct block {
    struct block *next;
    max_align_t data[];
} block;

struct ag_config {
    block *blocks;   // lists and parsed defaults
    cJSON *findings; // what is wrong is noted here; NULL: the first mistake ends the reading
    void *data;
};

// What a value is read into, and where it stands in the file.
typedef struct target {
    ag_config *config;
    size_t stride;
    void *member;
    const char *pointer;
    live_error *error;
} target;

bool ag_table_row(ag_table table, size_t index, agent_setting *ret_row)
{
    size_t size = table.stride < sizeof *ret_row ? table.stride : sizeof *ret_row;

    *ret_row = (agent_setting){ .type = AGENT_TYPE_END };
    if (!table.rows)
        return false;
    memcpy(ret_row, (const char *)table.rows + index * table.stride, size);
    return ret_row->type != AGENT_TYPE_END;
}

void ag_setting_key(const agent_setting *row, char key[KEY_BYTES])
{
    size_t length = strlen(row->name);

    if (row->type == AGENT_TYPE_DURATION && length > 3 &&
        strcmp(row->name + length - 3, "_ms") == 0)
        length -= 3;
    snprintf(key, KEY_BYTES, "%.*s", (int)length, row->name);
}

const char *ag_adapter_given(const cJSON *item)
{
    return cJSON_IsString(item)
               ? item->valuestring
               : live_json_str(item, "name", live_json_str(item, "import_path", NULL));
}

static void *allocate(ag_config *config, size_t count, size_t size)
{
    block *own = count && size > (SIZE_MAX - sizeof *own) / count
                     ? NULL
                     : calloc(1, sizeof *own + count * size);
    if (!own)
        return NULL;
    own->next = config->blocks;
    config->blocks = own;
    return own->data;
}

static void note(const target *target, const char *text, bool warning)
{
    cJSON *finding = cJSON_CreateObject();

    cJSON_AddStringToObject(finding, "pointer", target->pointer);
    cJSON_AddStringToObject(finding, "text", text);
    cJSON_AddBoolToObject(finding, "warning", warning);
    cJSON_AddItemToArray(target->config->findings, finding);
}

// A mistake ends the reading, or, where all of them are wanted, is noted.
__attribute__((format(printf, 3, 4))) static live_err mistake(const target *target, live_err code,
                                                              const char *format, ...)
{
    char text[200];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (!target->config->findings)
        return live_fail(target->error, code, "%s: %s", target->pointer, text);
    note(target, text, false);
    return LIVE_OK;
}

static live_err refuse(const target *target, const char *due)
{
    return mistake(target, LIVE_E_INVALID, "%s is due", due);
}

// Values, one function a type

static live_err check_choice(const target *target, const agent_setting *row, const char *text)
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
    return row->choices ? mistake(target, LIVE_E_INVALID, "'%.40s' is none of %s", text, known)
                        : LIVE_OK;
}

static live_err read_string(const target *target, const agent_setting *row, const cJSON *value)
{
    if (!cJSON_IsString(value))
        return refuse(target, "a text");
    *(const char **)target->member = value->valuestring;
    return check_choice(target, row, value->valuestring);
}

static live_err read_int(const target *target, const agent_setting *row, const cJSON *value)
{
    double number = cJSON_IsNumber(value) ? value->valuedouble : 0.5;

    (void)row;
    if (number < -9007199254740992.0 || number > 9007199254740992.0 ||
        (double)(int64_t)number != number)
        return refuse(target, "a whole number");
    *(int64_t *)target->member = (int64_t)number;
    return LIVE_OK;
}

static live_err read_real(const target *target, const agent_setting *row, const cJSON *value)
{
    (void)row;
    if (!cJSON_IsNumber(value))
        return refuse(target, "a number");
    *(double *)target->member = value->valuedouble;
    return LIVE_OK;
}

static live_err read_bool(const target *target, const agent_setting *row, const cJSON *value)
{
    (void)row;
    if (!cJSON_IsBool(value))
        return refuse(target, "true or false");
    *(bool *)target->member = cJSON_IsTrue(value);
    return LIVE_OK;
}

static live_err read_duration(const target *target, const agent_setting *row, const cJSON *value)
{
    int64_t ms = 0;
    double seconds = cJSON_IsNumber(value) ? value->valuedouble : 0;

    (void)row;
    if (cJSON_IsString(value) && live_duration_parse(value->valuestring, &ms, NULL) == LIVE_OK) {
        *(int64_t *)target->member = ms;
        return LIVE_OK;
    }
    if (!cJSON_IsNumber(value) || seconds < 0 || seconds > 9007199254740.0)
        return refuse(target, "a duration such as \"10s\", \"500ms\" or a number of seconds");
    *(int64_t *)target->member = (int64_t)(seconds * 1000 + 0.5);
    return LIVE_OK;
}

static live_err read_strings(const target *target, const agent_setting *row, const cJSON *value)
{
    size_t count = (size_t)cJSON_GetArraySize(value), index = 0;
    const char **items = allocate(target->config, count, sizeof *items);
    const cJSON *item;

    if (!cJSON_IsArray(value))
        return refuse(target, "a list of texts");
    if (!items)
        return live_fail(target->error, LIVE_E_NOMEM, "out of memory");
    cJSON_ArrayForEach (item, value) {
        if (!cJSON_IsString(item))
            return refuse(target, "a list of texts");
        live_err err = check_choice(target, row, item->valuestring);
        if (err)
            return err;
        items[index++] = item->valuestring;
    }
    *(agent_strings *)target->member = (agent_strings){ .count = count, .items = items };
    return LIVE_OK;
}

static live_err fill(ag_config *config, ag_table table, void *data, const cJSON *json,
                     const char *pointer, live_error *error);

static live_err read_object(const target *target, const agent_setting *row, const cJSON *value)
{
    ag_table table = { .rows = row->members, .stride = target->stride };

    if (!cJSON_IsObject(value))
        return refuse(target, "an object");
    return fill(target->config, table, target->member, value, target->pointer, target->error);
}

static live_err read_objects(const target *target, const agent_setting *row, const cJSON *value)
{
    ag_table table = { .rows = row->members, .stride = target->stride };
    size_t count = (size_t)cJSON_GetArraySize(value), index = 0;
    char *items = allocate(target->config, count, row->item_size);
    char pointer[POINTER_BYTES];
    const cJSON *item;

    if (!cJSON_IsArray(value))
        return refuse(target, "a list of objects");
    if (!items)
        return live_fail(target->error, LIVE_E_NOMEM, "out of memory");
    cJSON_ArrayForEach (item, value) {
        snprintf(pointer, sizeof pointer, "%s/%zu", target->pointer, index);
        struct target place = *target;
        place.pointer = pointer;
        live_err err = cJSON_IsObject(item)
                           ? fill(target->config, table, items + index * row->item_size, item,
                                  pointer, target->error)
                           : refuse(&place, "an object");
        if (err)
            return err;
        index++;
    }
    *(agent_objects *)target->member = (agent_objects){ .count = count, .items = items };
    return LIVE_OK;
}

static live_err read_map(const target *target, const agent_setting *row, const cJSON *value)
{
    size_t count = (size_t)cJSON_GetArraySize(value), index = 0;
    const char **texts = allocate(target->config, 2 * count, sizeof *texts);
    const cJSON *item;

    (void)row;
    if (!cJSON_IsObject(value))
        return refuse(target, "an object of texts");
    if (!texts)
        return live_fail(target->error, LIVE_E_NOMEM, "out of memory");
    cJSON_ArrayForEach (item, value) {
        if (!cJSON_IsString(item))
            return refuse(target, "an object of texts");
        texts[index] = item->string;
        texts[count + index++] = item->valuestring;
    }
    *(agent_map *)target->member =
        (agent_map){ .count = count, .keys = texts, .values = texts + count };
    return LIVE_OK;
}

// Which adapters they are is looked up where all modules are known.
static live_err read_adapters(const target *target, const agent_setting *row, const cJSON *value)
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

static live_err (*const readers[])(const target *, const agent_setting *, const cJSON *) = {
    [AGENT_TYPE_STRING] = read_string,     [AGENT_TYPE_INT] = read_int,
    [AGENT_TYPE_REAL] = read_real,         [AGENT_TYPE_BOOL] = read_bool,
    [AGENT_TYPE_DURATION] = read_duration, [AGENT_TYPE_OBJECT] = read_object,
    [AGENT_TYPE_STRINGS] = read_strings,   [AGENT_TYPE_OBJECTS] = read_objects,
    [AGENT_TYPE_MAP] = read_map,           [AGENT_TYPE_ADAPTERS] = read_adapters,
};

// Defaults are written as in the file; texts and durations without their quotes.
static live_err read_fallback(const target *target, const agent_setting *row)
{
    bool quoted = row->type == AGENT_TYPE_STRING || row->type == AGENT_TYPE_DURATION;
    cJSON *value;
    live_err err;

    if (!row->fallback)
        return mistake(target, LIVE_E_INVALID, "this setting must be given");
    value = quoted ? cJSON_CreateStringReference(row->fallback) : cJSON_Parse(row->fallback);
    if (!value)
        return mistake(target, LIVE_E_INVALID, "its default '%s' is no JSON", row->fallback);
    err = readers[row->type](target, row, value);
    cJSON_Delete(value);
    return err;
}

// Unknown keys

static size_t minimum(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

// Edits (insert, remove, replace) from one word to the other; words are cut to KEY_BYTES.
static size_t distance(const char *a, const char *b)
{
    size_t row[KEY_BYTES + 1], length = strnlen(b, KEY_BYTES);

    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 0; i < KEY_BYTES && a[i]; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < length; j++) {
            size_t above = row[j + 1];
            row[j + 1] = minimum(row[j] + 1, above + 1, diagonal + (a[i] != b[j]));
            diagonal = above;
        }
    }
    return row[length];
}

static bool is_hosts(ag_object object, const char *key)
{
    static const char *const keys[][4] = {
        [AG_PLAIN] = { NULL },
        [AG_PROCESS] = { "type", "enabled", "output", NULL },
        [AG_ADAPTER] = { "name", "import_path", NULL },
    };

    for (const char *const *known = keys[object]; *known; known++)
        if (strcmp(key, *known) == 0)
            return true;
    return false;
}

// A key near to one that is known is a mistake; any other is passed over with a warning.
static live_err check_key(const target *target, ag_table table, const char *key)
{
    char known[KEY_BYTES], nearest[KEY_BYTES] = "";
    size_t least = NEAR + 1;
    agent_setting row;

    for (size_t i = 0; ag_table_row(table, i, &row); i++) {
        ag_setting_key(&row, known);
        size_t edits = distance(key, known);
        if (edits == 0)
            return LIVE_OK;
        if (edits < least) {
            least = edits;
            memcpy(nearest, known, sizeof nearest);
        }
    }
    if (*nearest)
        return mistake(target, LIVE_E_INVALID, "no such setting; did you mean '%s'?", nearest);
    if (target->config->findings)
        note(target, "no such setting; it is ignored", true);
    return LIVE_OK;
}

static live_err fill_row(const target *target, const agent_setting *row, const cJSON *value)
{
    if ((size_t)row->type >= sizeof readers / sizeof *readers)
        return mistake(target, LIVE_E_UNSUPPORTED,
                       "setting '%s' has a type this agent does not know", row->name);
    return value ? readers[row->type](target, row, value) : read_fallback(target, row);
}

static live_err fill(ag_config *config, ag_table table, void *data, const cJSON *json,
                     const char *pointer, live_error *error)
{
    char key[KEY_BYTES], place[POINTER_BYTES];
    target target = { .config = config, .stride = table.stride, .pointer = place, .error = error };
    agent_setting row;
    live_err err = LIVE_OK;

    for (size_t i = 0; !err && ag_table_row(table, i, &row); i++) {
        ag_setting_key(&row, key);
        snprintf(place, sizeof place, "%s/%s", pointer, key);
        target.member = (char *)data + row.offset;
        err = fill_row(&target, &row, live_json_get(json, key));
    }
    for (const cJSON *member = json ? json->child : NULL; !err && member; member = member->next) {
        if (is_hosts(table.object, member->string))
            continue;
        snprintf(place, sizeof place, "%s/%s", pointer, member->string);
        err = check_key(&target, table, member->string);
    }
    return err;
}

static live_err make(ag_table table, size_t size, const cJSON *json, const char *pointer,
                     cJSON *findings, ag_config **ret_config, live_error *error)
{
    ag_config *config = calloc(1, sizeof *config);
    if (config) {
        config->findings = findings;
        config->data = calloc(1, size ? size : 1);
    }
    if (!config || !config->data) {
        ag_config_free(config);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }

    live_err err = fill(config, table, config->data, json, pointer, error);
    if (err) {
        ag_config_free(config);
        return err;
    }
    *ret_config = config;
    return LIVE_OK;
}

live_err ag_config_new(ag_table table, size_t size, const cJSON *json, const char *pointer,
                       ag_config **ret_config, live_error *error)
{
    return make(table, size, json, pointer, NULL, ret_config, error);
}

live_err ag_config_check(ag_table table, size_t size, const cJSON *json, const char *pointer,
                         cJSON *findings, live_error *error)
{
    ag_config *config = NULL;
    live_err err = make(table, size, json, pointer, findings, &config, error);

    ag_config_free(config);
    return err;
}

void ag_config_free(ag_config *config)
{
    if (!config)
        return;
    while (config->blocks) {
        block *next = config->blocks->next;
        free(config->blocks);
        config->blocks = next;
    }
    free(config->data);
    free(config);
}

void *ag_config_data(const ag_config *config)
{
    return config->data;
}

int64_t ag_config_duration(const ag_config *config, ag_table table, const char *member,
                           int64_t fallback)
{
    agent_setting row;

    for (size_t i = 0; ag_table_row(table, i, &row); i++)
        if (row.type == AGENT_TYPE_DURATION && strcmp(row.name, member) == 0)
            return *(const int64_t *)((const char *)config->data + row.offset);
    return fallback;
}
