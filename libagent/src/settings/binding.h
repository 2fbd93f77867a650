// SPDX-License-Identifier: Apache-2.0
// Which logic adapters a bot gets.
#ifndef AG_BINDING_H
#define AG_BINDING_H

#include "settings/catalogue.h"

// Adds to a bot's `config` the list `adapters` of what its settings name: {"name", "module", "path", "pointer", "options"}.
// Names that no enabled module has are appended to `findings`; those that the Python agent brought and that are not
// here are warnings.
void ag_binding_add(const ag_catalogue *catalogue, const cJSON *settings, cJSON *config,
                    cJSON *findings);

#endif
