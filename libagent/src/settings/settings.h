// SPDX-License-Identifier: Apache-2.0
// The settings file of an agent.
#ifndef AG_SETTINGS_H
#define AG_SETTINGS_H

#include <cJSON.h>
#include <live/error.h>
#include <live/log.h>
#include <stdbool.h>

#include "settings/setting.h"

typedef struct ag_settings ag_settings;

#define AG_GATEWAY "gateway" // the process that alone speaks with the platform; nobody else's name

// As in the file.
typedef struct ag_logging {
    const char *level, *event_type, *file;
    int64_t max_size_bytes, max_files;
    bool log_to_live;
} ag_logging;

// The table of the file's top level, for the reference.
extern const ag_table ag_settings_table;

// Reads the file. What is wrong with its top level, `live` or `logging` is a finding, as is what is wrong with a process
// without knowing its module. LIVE_E_…: it cannot be read, or is no JSON object; errors begin with "PATH:LINE:COLUMN: ".
live_err ag_settings_read(const char *path, ag_settings **ret_settings, live_error *error);

// The same of a text that may become that file's, given away; NULL: the file's own.
live_err ag_settings_of_text(const char *path, char *text, size_t length,
                             ag_settings **ret_settings, live_error *error);
void ag_settings_free(ag_settings *settings);

// What is wrong with it. Borrowed; one that is AG_REFUSED refuses the file as a whole.
const cJSON *ag_settings_findings(const ag_settings *settings);

// The folder of the file, absolute.
const char *ag_settings_directory(const ag_settings *settings);
ag_logging ag_settings_logging(const ag_settings *settings); // texts live as long as these
live_level ag_settings_level(const ag_settings *settings);

const cJSON *ag_settings_json(const ag_settings *settings);      // all of it
const cJSON *ag_settings_live(const ag_settings *settings);      // NULL: no platform is named
const cJSON *ag_settings_processes(const ag_settings *settings); // object of objects; may be NULL
const cJSON *ag_settings_modules(const ag_settings *settings);   // array of texts; may be NULL

#define AG_ADAPTERS_KEY "logic_adapters" // of a bot's settings

// Writes the JSON pointer of a process, whatever its name holds.
void ag_settings_pointer(const char *process, char *out, size_t size);

// Why no process of this file may be called so; NULL: it may.
const char *ag_settings_refuse_name(const cJSON *json, const char *name);

// Where a finding stands, for people: path, line, column. Of a value that is missing, what it is missing from.
typedef struct ag_place {
    const char *path;
    int line, column;
} ag_place;

ag_place ag_settings_place(const ag_settings *settings, const cJSON *finding);

#endif
