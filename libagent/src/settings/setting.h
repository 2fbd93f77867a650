// SPDX-License-Identifier: Apache-2.0
// Reading settings by their tables.
#ifndef AG_SETTING_H
#define AG_SETTING_H

#include <agent/setting.h>
#include <cJSON.h>
#include <live/error.h>

typedef struct ag_config ag_config; // a filled struct and what it points to

// Whose object a table describes. Of a process and of an adapter the host reads some keys too; where a table is but
// a part of what an object may have (AG_SHARED), other keys are not looked at.
typedef enum ag_object { AG_PLAIN, AG_PROCESS, AG_ADAPTER, AG_SHARED } ag_object;

// The rows of a module's table lie `stride` bytes apart: it may know fewer members than we do.
typedef struct ag_table {
    const agent_setting *rows; // NULL: none
    size_t stride;
    ag_object object;
    const cJSON *processes; // of the file, for rows that name one; NULL: any name is taken
} ag_table;

// A row completed with zeros where the module's rows are shorter. False: the end.
bool ag_table_row(ag_table table, size_t index, agent_setting *ret_row);

// The key in the settings file: the member's name without the unit of a duration or a size.
void ag_setting_key(const agent_setting *row, char key[64]);

// Fills a struct of `size` bytes from an object. Texts are borrowed from `json`. The host's keys are skipped.
// `pointer` is where the object stands, for messages.
// LIVE_E_INVALID: the text begins with the JSON pointer of the value, then ": ".
live_err ag_config_new(ag_table table, size_t size, const cJSON *json, const char *pointer,
                       ag_config **ret_config, live_error *error);

// Looks at an object as ag_config_new() would and appends everything that is wrong with it to `findings`. A failure is
// one of memory alone.
live_err ag_config_check(ag_table table, size_t size, const cJSON *json, const char *pointer,
                         cJSON *findings, live_error *error);
void ag_config_free(ag_config *config);
void *ag_config_data(const ag_config *config);

// The name that an entry of a list of adapters gives, as it is written: the text itself, or the member `name` or
// `import_path` of an object. NULL: it is neither.
const char *ag_adapter_given(const cJSON *item);

// The value of a duration row by its member's name ("every_ms"), or `fallback`.
int64_t ag_config_duration(const ag_config *config, ag_table table, const char *member,
                           int64_t fallback);

#endif
