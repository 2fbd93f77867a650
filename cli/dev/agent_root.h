// SPDX-License-Identifier: Apache-2.0
// The agent's folder, found from any folder below it.
#ifndef AGENT_ROOT_H
#define AGENT_ROOT_H

#include <limits.h>
#include <live/error.h>

// Where .live-template.json is, here or above; absolute.
live_err agent_root_find(char ret_root[PATH_MAX], live_error *error);

#endif
