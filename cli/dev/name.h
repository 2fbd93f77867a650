// SPDX-License-Identifier: Apache-2.0
// Names of agents and of modules.
#ifndef NAME_H
#define NAME_H

#include <live/error.h>

enum { NAME_AGENT_BYTES = 32, NAME_MODULE_MAX = 64 };

// The name of an agent in a folder: the folder's, in small letters, with '-' for what is neither letter nor digit, as
// a package, a unit and a system user may be called.
void name_of_agent(const char *folder, char out[NAME_AGENT_BYTES]);

// LIVE_E_INVALID, saying why: a module cannot be called so.
live_err name_check_module(const char *name, live_error *error);

#endif
