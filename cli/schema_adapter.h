// SPDX-License-Identifier: Apache-2.0
// The JSON Schema of a bot's logic adapters.
#ifndef SCHEMA_ADAPTER_H
#define SCHEMA_ADAPTER_H

#include <cJSON.h>

// Adds "adapter" to the definitions of a schema, and what it refers to. `reference` as live-agent tells it.
void schema_add_adapters(cJSON *definitions, const cJSON *reference);

#endif
