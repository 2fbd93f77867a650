// SPDX-License-Identifier: Apache-2.0
// Modules: compiled in or loaded, checked, their rows read.
#ifndef AG_MODULE_H
#define AG_MODULE_H

#include <agent/module.h>
#include <cJSON.h>

#include "settings/setting.h"

// Loads a shared object for good: its code stays until the process ends. For workers and for the child that
// describes only.
live_err ag_module_load(const char *path, const agent_module **ret_module, live_error *error);

// The module that a plan names for a worker, {"module", "path"}: loaded where it has a path, else the one that every agent has
// or one of those that are compiled in (ended by NULL; NULL: none). LIVE_E_NOTFOUND: it is none of them.
live_err ag_module_named(const cJSON *where, const agent_module *const *modules,
                         const agent_module **ret_module, live_error *error);

// LIVE_E_UNSUPPORTED: built for another ABI, or no module at all.
live_err ag_module_check(const agent_module *module, const char *path, live_error *error);

// Rows, completed with zeros where the module's are shorter. False: past the last one.
bool ag_module_process_at(const agent_module *module, size_t index, agent_process *ret_process);
bool ag_module_adapter_at(const agent_module *module, size_t index, agent_adapter *ret_adapter);
bool ag_module_need_at(const agent_module *module, size_t index, live_need *ret_need);

// The kind of process by its name; false: the module has none such.
bool ag_module_process(const agent_module *module, const char *type, agent_process *ret_process);

ag_table ag_module_settings(const agent_module *module, const agent_process *process);

// The adapter by its name in the module; false: the module has none such.
bool ag_module_adapter(const agent_module *module, const char *name, agent_adapter *ret_adapter);

ag_table ag_module_options(const agent_module *module, const agent_adapter *adapter);

// The path of a module that is not compiled in: build/modules, modules/NAME, $LIVE_MODULE_PATH, then the
// modules beside this library. Yours: free(). NULL: none.
char *ag_module_find(const char *directory, const char *name);

#endif
