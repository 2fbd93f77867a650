// SPDX-License-Identifier: Apache-2.0
// Reading one value of the settings into the member of its row.
#ifndef AG_VALUE_H
#define AG_VALUE_H

#include "settings/setting.h"

enum { AG_POINTER_BYTES = 512 };

// What a value is read into, and where it stands in the file.
typedef struct ag_target {
    ag_config *config;
    size_t stride; // of the table's rows
    const cJSON *processes;
    void *member;
    const char *pointer;
    live_error *error;
} ag_target;

// Writes the pointer of a member, whatever its key holds; what is longer is cut.
void ag_pointer_join(const char *pointer, const char *key, char *out, size_t size);

// Reads a value that is there, or the row's default.
live_err ag_value_read(const ag_target *target, const agent_setting *row, const cJSON *value);
live_err ag_value_default(const ag_target *target, const agent_setting *row);

// Memory that lives as long as the config. NULL: there is none.
void *ag_config_allocate(ag_config *config, size_t count, size_t size);

// Keeps a value that the struct points into. Takes it. False: memory is out, and it is gone.
bool ag_config_keep(ag_config *config, cJSON *value);

// Fills a struct from an object; what ag_config_new() does for the whole.
live_err ag_config_fill(ag_config *config, ag_table table, void *data, const cJSON *json,
                        const char *pointer, live_error *error);

// A mistake ends the reading with a code or, where all of them are wanted, is noted.
live_err ag_mistake_of(const ag_target *target, live_err code, const char *format, ...)
    LIVE_FORMAT(3, 4);
#define ag_mistake(target, ...) ag_mistake_of(target, LIVE_E_INVALID, __VA_ARGS__)

#endif
