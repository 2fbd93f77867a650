// SPDX-License-Identifier: Apache-2.0
// Fuzzes the reading of settings: any text, against a table with every type.
#include <live/json.h>
#include <stdint.h>

#include "settings/setting.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct item {
    const char *name;
    double weight;
} item;

typedef struct config {
    const char *text;
    int64_t every_ms, count;
    double real;
    bool flag;
    item nested;
    agent_strings texts;
    agent_objects items;
} config;

static const agent_setting item_rows[] = {
    AGENT_STRING(item, name, "", ""),
    AGENT_REAL(item, weight, "1", ""),
    { 0 },
};

static const agent_setting rows[] = {
    AGENT_STRING(config, text, "", ""),
    AGENT_DURATION(config, every_ms, "1s", ""),
    AGENT_INT(config, count, "1", ""),
    AGENT_REAL(config, real, "1", ""),
    AGENT_BOOL(config, flag, "true", ""),
    AGENT_OBJECT(config, nested, item, item_rows, ""),
    AGENT_STRINGS(config, texts, ""),
    AGENT_OBJECTS(config, items, item, item_rows, ""),
    { 0 },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const ag_table table = { .rows = rows, .stride = sizeof *rows };
    cJSON *json = NULL;
    ag_config *own = NULL;
    live_error error = { 0 };

    if (live_json_parse((const char *)data, size, &json, &error))
        return 0;
    if (cJSON_IsObject(json) &&
        ag_config_new(table, sizeof(config), json, "", &own, &error) == LIVE_OK)
        ag_config_free(own);
    cJSON_Delete(json);
    return 0;
}
