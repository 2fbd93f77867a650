// SPDX-License-Identifier: Apache-2.0
// The JSON Schema (2020-12) of a settings file, made from the tables that read it.
#ifndef SCHEMA_H
#define SCHEMA_H

#include <cJSON.h>

// `reference` as live-agent tells it. Yours.
cJSON *schema_make(const cJSON *reference);

#endif
