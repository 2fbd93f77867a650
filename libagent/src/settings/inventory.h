// SPDX-License-Identifier: Apache-2.0
// What a settings file uses: modules with their needs, processes with what keeps them from running. Nothing is started.
#ifndef AG_INVENTORY_H
#define AG_INVENTORY_H

#include <agent/module.h>

// Prints {"modules": [{"name", "needs": [{"kind", "name", "version"}], "problem"}], "processes": [{"name", "type",
// "enabled", "modules": ["NAME"], "problems": ["TEXT"]}]} on standard output, or {"error": "TEXT"} where the file is
// refused; the exit code. `problem` says why a module cannot be used; `modules` are those that a process is made of.
int ag_inventory_print(const char *settings, const agent_module *const *modules);

#endif
