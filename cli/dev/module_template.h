// SPDX-License-Identifier: Apache-2.0
// A new module of an agent: its folder, and its processes in settings.json.
#ifndef MODULE_TEMPLATE_H
#define MODULE_TEMPLATE_H

#include "scaffold.h"
#include <live/json_text.h>

#define MODULE_TEMPLATE       "module"
#define MODULE_TEMPLATE_EMPTY "module_empty"

// Adds the files of modules/NAME; and to the settings what its settings_template.json has and they lack, every new
// process disabled.
live_err module_template_add(const char *template, const char *name, scaffold *files,
                             live_json_text *settings, live_error *error);

#endif
