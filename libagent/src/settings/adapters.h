// SPDX-License-Identifier: Apache-2.0
// The logic adapters of a bot: descriptors with their filled configs.
#ifndef AG_ADAPTERS_H
#define AG_ADAPTERS_H

#include <agent/module.h>

#include "settings/setting.h"

typedef struct ag_adapters ag_adapters;

ag_adapters *ag_adapters_new(void); // NULL: memory is out
void ag_adapters_free(ag_adapters *adapters);

// Adds an adapter of a module under its full name. `name` and `options` (an object, or NULL) are borrowed for as long as
// the adapters live; `pointer` is where the options stand, for messages.
live_err ag_adapters_add(ag_adapters *adapters, const agent_module *module, const char *name,
                         const cJSON *options, const char *pointer, live_error *error);

const agent_adapter *ag_adapters_at(const ag_adapters *adapters, size_t index); // NULL past the end
const void *ag_adapters_config(const ag_adapters *adapters, size_t index);

#endif
