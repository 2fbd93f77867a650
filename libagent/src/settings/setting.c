// SPDX-License-Identifier: Apache-2.0
// Reading settings by their tables: a struct filled from an object, its defaults, its keys checked.
#include "settings/setting.h"

#include <live/json.h>
#include <live/secret.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settings/finding.h"
#include "settings/host.h"
#include "settings/key.h"
#include "settings/value.h"

typedef struct block {
    struct block *next;
    max_align_t data[];
} block;

struct ag_config {
    block *blocks;   // lists
    cJSON *kept;     // parsed defaults, and objects that texts stand for
    cJSON *findings; // what is wrong is noted here; NULL: the first mistake ends the reading
    void *data;
};

// Rows

bool ag_table_row(ag_table table, size_t index, agent_setting *ret_row)
{
    size_t size = table.stride < sizeof *ret_row ? table.stride : sizeof *ret_row;

    *ret_row = (agent_setting){ .type = AGENT_TYPE_END };
    if (!table.rows)
        return false;
    memcpy(ret_row, (const char *)table.rows + index * table.stride, size);
    return ret_row->type != AGENT_TYPE_END;
}

void ag_setting_key(const agent_setting *row, char key[AG_KEY_BYTES])
{
    const char *unit = row->type == AGENT_TYPE_DURATION ? "_ms"
                       : row->type == AGENT_TYPE_SIZE   ? "_bytes"
                                                        : "";
    size_t length = strlen(row->name), suffix = strlen(unit);

    if (suffix && length > suffix && strcmp(row->name + length - suffix, unit) == 0)
        length -= suffix;
    snprintf(key, AG_KEY_BYTES, "%.*s", (int)length, row->name);
}

const char *ag_adapter_given(const cJSON *item)
{
    return cJSON_IsString(item)
               ? item->valuestring
               : live_json_str(item, "name", live_json_str(item, "import_path", NULL));
}

live_err agent_secret_read(const agent_secret *secret, char **ret_text, live_error *error)
{
    if (!secret->given)
        return live_fail(error, LIVE_E_NOTFOUND, "the settings give no such secret");
    return live_secret_read(secret->given, ret_text, error);
}

// The config

void *ag_config_allocate(ag_config *config, size_t count, size_t size)
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

bool ag_config_keep(ag_config *config, cJSON *value)
{
    if (!config->kept)
        config->kept = cJSON_CreateArray();
    if (cJSON_AddItemToArray(config->kept, value))
        return true;
    cJSON_Delete(value);
    return false;
}

live_err ag_mistake_of(const ag_target *target, live_err code, const char *format, ...)
{
    char text[400];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (!target->config->findings)
        return live_fail(target->error, code, "%s: %s", target->pointer, text);
    ag_finding_add(target->config->findings, AG_ERROR, target->pointer, NULL, "%s", text);
    return LIVE_OK;
}

// Keys

// What the host itself reads of an object.
static ag_table hosts_table(ag_object object)
{
    static const agent_setting adapter_rows[] = {
        AGENT_UNUSED("name", "The adapter, as MODULE.ADAPTER."),
        AGENT_UNUSED("import_path", "Its class in the Python agent."),
        { 0 },
    };

    if (object == AG_PROCESS)
        return ag_host_table;
    return (ag_table){ .rows = object == AG_ADAPTER ? adapter_rows : NULL,
                       .stride = sizeof *adapter_rows };
}

static void offer(ag_table table, ag_nearest *nearest)
{
    char key[AG_KEY_BYTES];
    agent_setting row;

    for (size_t i = 0; ag_table_row(table, i, &row); i++) {
        ag_setting_key(&row, key);
        ag_nearest_offer(nearest, key);
        if (row.former && strcmp(row.former, nearest->word) == 0)
            nearest->edits = 0;
    }
}

static void offer_all(ag_table table, ag_nearest *nearest)
{
    offer(hosts_table(table.object), nearest);
    offer(table, nearest);
}

// A key near to one that is known is a mistake; any other is passed over with a warning.
static live_err check_key(const ag_target *target, ag_table table, const char *key)
{
    cJSON *findings = target->config->findings;
    ag_nearest nearest = ag_nearest_to(key);

    offer_all(table, &nearest);
    if (nearest.edits == 0)
        return LIVE_OK;
    if (nearest.edits <= AG_NEAR && !findings)
        return live_fail(target->error, LIVE_E_INVALID, "%s: no such setting; did you mean '%s'?",
                         target->pointer, nearest.key);
    if (nearest.edits <= AG_NEAR)
        ag_finding_add_key(findings, AG_ERROR, target->pointer, nearest.key,
                           "no such setting; did you mean '%s'?", nearest.key);
    else if (findings)
        ag_finding_add_key(findings, AG_WARNING, target->pointer, NULL,
                           "no such setting; it is ignored");
    return LIVE_OK;
}

static bool occurs_before(const cJSON *object, const cJSON *member)
{
    for (const cJSON *other = object->child; other != member; other = other->next)
        if (strcmp(other->string, member->string) == 0)
            return true;
    return false;
}

static live_err check_keys(ag_target *target, ag_table table, const cJSON *json,
                           const char *pointer, char place[AG_POINTER_BYTES])
{
    live_err err = LIVE_OK;

    for (const cJSON *member = json ? json->child : NULL; !err && member; member = member->next) {
        ag_pointer_join(pointer, member->string, place, AG_POINTER_BYTES);
        err = check_key(target, table, member->string);
        if (!err && occurs_before(json, member))
            err = ag_mistake(target, "it is given twice");
    }
    return err;
}

void ag_pointer_join(const char *pointer, const char *key, char *out, size_t size)
{
    size_t length = (size_t)snprintf(out, size, "%s/", pointer);

    for (; *key && length + 2 < size; key++) {
        bool escaped = *key == '~' || *key == '/';
        out[length++] = escaped ? '~' : *key;
        if (escaped)
            out[length++] = *key == '~' ? '0' : '1';
    }
    out[length < size ? length : size - 1] = '\0';
}

// Filling

// The value of a row: null is as good as none; one under the key that the row once had is told.
static const cJSON *find_value(const ag_target *target, const agent_setting *row, const cJSON *json,
                               const char *key, live_err *ret_err)
{
    const cJSON *value = live_json_get(json, key);
    const cJSON *former = row->former ? live_json_get(json, row->former) : NULL;

    if (former && value)
        *ret_err =
            ag_mistake(target, "it is given as '%s' too, which is its former name", row->former);
    else if (former && target->config->findings)
        ag_finding_add(target->config->findings, AG_WARNING, target->pointer, key,
                       "'%s' is called '%s' now", row->former, key);
    value = value ? value : former;
    return cJSON_IsNull(value) ? NULL : value;
}

live_err ag_config_fill(ag_config *config, ag_table table, void *data, const cJSON *json,
                        const char *pointer, live_error *error)
{
    char key[AG_KEY_BYTES], place[AG_POINTER_BYTES];
    ag_target target = { .config = config,
                         .stride = table.stride,
                         .processes = table.processes,
                         .pointer = place,
                         .error = error };
    agent_setting row;
    live_err err = LIVE_OK;

    for (size_t i = 0; !err && ag_table_row(table, i, &row); i++) {
        ag_setting_key(&row, key);
        bool renamed = row.former && !live_json_get(json, key) && live_json_get(json, row.former);
        ag_pointer_join(pointer, renamed ? row.former : key, place, sizeof place);
        target.member = (char *)data + row.offset;
        const cJSON *value = find_value(&target, &row, json, key, &err);
        if (!err)
            err = value ? ag_value_read(&target, &row, value) : ag_value_default(&target, &row);
    }
    if (err || table.object == AG_SHARED)
        return err;
    return check_keys(&target, table, json, pointer, place);
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

    live_err err = ag_config_fill(config, table, config->data, json, pointer, error);
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
    cJSON_Delete(config->kept);
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
