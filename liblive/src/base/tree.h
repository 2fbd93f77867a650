// SPDX-License-Identifier: Apache-2.0
// Trees of JSON text that was checked.
#ifndef LV_TREE_H
#define LV_TREE_H

#include <cJSON.h>
#include <live/buf.h>
#include <live/json_rows.h>
#include <stdbool.h>
#include <stddef.h>

enum { LV_NUMBER_BYTES = 512 }; // of text that was checked: a number is shorter

// The same tree as cJSON_ParseWithLength() makes, of text that live_json_check() found to be JSON; whole numbers that a double
// does not hold have their digits, too. NULL: no memory.
cJSON *lv_tree_read(const char *text, size_t length);

// In the slate's memory, unless that is NULL.
cJSON *lv_tree_read_on(live_json_slate *slate, const char *text, size_t length);

// With the containers below so many levels as texts; lv_scan_outer() says how long they are.
cJSON *lv_tree_read_outer(const char *text, size_t length, size_t levels, const live_buf *inner);

// Keeps a number's digits beside the double, in `valuestring`: cJSON frees and duplicates it with every value, whatever its
// type.
bool lv_tree_keep_digits(cJSON *number, const char *digits, size_t length);

// The digits of a number that a double does not hold; NULL: it does. One that was set anew has not those that are left there.
const char *lv_tree_digits(const cJSON *number);

#endif
