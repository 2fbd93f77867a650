// SPDX-License-Identifier: Apache-2.0
// Modules: compiled in or loaded, checked, described.
#ifndef AG_MODULE_H
#define AG_MODULE_H

#include <agent/module.h>
#include <cJSON.h>

#include "core/setting.h"

// Loads a shared object for good: its code stays until the process ends. For workers and for the child that
// describes only.
live_err ag_module_load(const char *path, const agent_module **ret_module, live_error *error);

// LIVE_E_UNSUPPORTED: built for another ABI, or no module at all.
live_err ag_module_check(const agent_module *module, const char *path, live_error *error);

// The kind of process by its name; false: the module has none such. Rows of an older module are shorter.
bool ag_module_process(const agent_module *module, const char *type, agent_process *ret_process);

ag_table ag_module_settings(const agent_module *module, const agent_process *process);

// Its tables as JSON: {"name", "version", "processes": [{"name", "summary", "settings": […]}]}.
cJSON *ag_module_describe(const agent_module *module);

// The mistakes in the settings of those processes that are of this module, as ag_config_check() tells them:
// {"NAME": [texts]}; a process without any is not in it.
cJSON *ag_module_findings(const agent_module *module, const cJSON *processes);

// The path of a module that is not compiled in: build/modules, modules/NAME, $LIVE_MODULE_PATH, then the
// modules beside this library. Yours: free(). NULL: none.
char *ag_module_find(const char *directory, const char *name);

#endif
