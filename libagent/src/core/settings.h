// SPDX-License-Identifier: Apache-2.0
// The settings file of an agent.
#ifndef AG_SETTINGS_H
#define AG_SETTINGS_H

#include <cJSON.h>
#include <live/error.h>
#include <live/log.h>
#include <stdbool.h>

typedef struct ag_settings ag_settings;

// Reads and checks the file: JSON, its top level, `live`, `logging`. Errors begin with
// "PATH:LINE:COLUMN: ". A process with a mistake of its own is no error here.
live_err ag_settings_read(const char *path, ag_settings **ret_settings, live_error *error);
void ag_settings_free(ag_settings *settings);

// The folder of the file, absolute.
const char *ag_settings_directory(const ag_settings *settings);
live_level ag_settings_level(const ag_settings *settings);

const cJSON *ag_settings_live(const ag_settings *settings);      // NULL: no platform is named
const cJSON *ag_settings_processes(const ag_settings *settings); // object of objects; may be NULL
const cJSON *ag_settings_modules(const ag_settings *settings);   // array of texts; may be NULL

// "live_agent.modules.host" and "modules.host" are what the Python agent called "host".
const char *ag_settings_module_name(const char *name);

enum { AG_ADAPTER_NAME_BYTES = 160 };
#define AG_ADAPTERS_KEY "logic_adapters" // of a bot's settings

// The full name, MODULE.ADAPTER, of an adapter that is named as here or by its class in the Python agent:
// "modules.pumps.logic_adapters.strokes.StrokeCountAdapter" is "pumps.stroke_count". False: it is named as here.
bool ag_settings_adapter_name(const char *given, char name[AG_ADAPTER_NAME_BYTES]);

// Writes the JSON pointer of a process, whatever its name holds.
void ag_settings_pointer(const char *process, char *out, size_t size);

// Writes "PATH:LINE:COLUMN" of a value, or of what it is missing from, for a message.
void ag_settings_place(const ag_settings *settings, const char *pointer, char *out, size_t size);

#endif
