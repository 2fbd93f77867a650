// SPDX-License-Identifier: Apache-2.0
// The JSON Schema of a table's rows, type by type.
#ifndef SCHEMA_ROW_H
#define SCHEMA_ROW_H

#include <cJSON.h>

// Adds what the rows of a table, as `live describe --json` shows them, allow as members of an object.
void schema_add_rows(cJSON *schema, const cJSON *rows);

// The pieces that schemas are made of. Each is yours.
cJSON *schema_of_type(const char *type);
cJSON *schema_either(cJSON *one, cJSON *other); // takes both
cJSON *schema_pattern(const char *pattern);
cJSON *schema_required(const char *key);

// null is as good as none where there is a default. Returns the schema.
cJSON *schema_allow_null(cJSON *schema);

#endif
