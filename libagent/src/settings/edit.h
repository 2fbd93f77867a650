// SPDX-License-Identifier: Apache-2.0
// A settings file that is changed for an operator: all of it or nothing, and every other byte stays.
#ifndef AG_EDIT_H
#define AG_EDIT_H

#include <cJSON.h>
#include <live/error.h>
#include <stdbool.h>

// Each adds to `done`, for each process concerned, whether it was changed.

// Sets `enabled` of the named processes. The name of a module of this agent (modules/NAME) stands for all processes of its
// settings_template.json.
live_err ag_edit_enable(const char *path, const cJSON *names, bool enabled, cJSON *done,
                        live_error *error);

live_err ag_edit_add(const char *path, const char *name, const cJSON *settings, cJSON *done,
                     live_error *error);
live_err ag_edit_remove(const char *path, const cJSON *names, cJSON *done, live_error *error);

// For the commands: does "enable", "disable" or "remove" (`words`: names) or "add" (a name, and its settings as JSON),
// prints a line for each process; the exit code.
int ag_edit_print(const char *path, const char *operation, char **words);

#endif
