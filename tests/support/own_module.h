// SPDX-License-Identifier: Apache-2.0
// A module for the tests of an agent: "own", whose process "steady" has one setting, "every".
#ifndef OWN_MODULE_H
#define OWN_MODULE_H

#include <agent/module.h>

// As agent_main() takes them.
extern const agent_module *const own_modules[];

#endif
