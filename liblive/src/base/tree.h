// SPDX-License-Identifier: Apache-2.0
// Trees of JSON text that was checked.
#ifndef LV_TREE_H
#define LV_TREE_H

#include <cJSON.h>
#include <stddef.h>

// The same tree as cJSON_ParseWithLength() makes, of text that live_json_check() found to be JSON. NULL: no memory.
cJSON *lv_tree_read(const char *text, size_t length);

#endif
