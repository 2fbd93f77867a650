// SPDX-License-Identifier: Apache-2.0
// `enabled` of processes in a settings file.
#ifndef ENABLING_H
#define ENABLING_H

#include <live/error.h>
#include <stdbool.h>
#include <stddef.h>

typedef void (*enabling_fn)(const char *process, bool changed, void *user);

// Sets `enabled` of the named processes in the settings file, all or none; every other byte stays. The name of a
// module of this agent (modules/NAME) stands for all processes of its settings_template.json. `fn` (NULL: nobody)
// hears of each process, once the file is written.
live_err enabling_set(const char *path, const char *const *names, bool enabled, enabling_fn fn,
                      void *user, live_error *error);

#endif
