// SPDX-License-Identifier: Apache-2.0
// live validate: the settings file looked at without running anything of it.
#ifndef AG_VALIDATE_H
#define AG_VALIDATE_H

#include <agent/module.h>
#include <stdbool.h>

// Prints every finding, a line each or as JSON; the exit code: 0 it is fine, 1 something in it is wrong, 2 it is refused.
int ag_validate(const char *path, const agent_module *const *modules, bool json);

#endif
