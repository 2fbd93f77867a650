// SPDX-License-Identifier: Apache-2.0
// live describe: everything that a settings file may hold, as JSON.
#ifndef AG_REFERENCE_H
#define AG_REFERENCE_H

#include <agent/module.h>

// Prints {"file": rows of the top level, "process": the host's rows of every process, "modules": descriptions} for the
// modules of these names, looked for as from the current folder; the exit code.
int ag_reference_print(char *const *names, const agent_module *const *modules);

#endif
