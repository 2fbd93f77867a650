// SPDX-License-Identifier: Apache-2.0
// The rows of a message, one after the other.
#ifndef LV_ROWS_H
#define LV_ROWS_H

#include <cJSON.h>
#include <live/json_rows.h>
#include <stdbool.h>

typedef struct lv_rows {
    cJSON *list; // of the message; NULL: it has none
    cJSON *taken;
    live_json_slate *slate;
} lv_rows;

// Of what a message of the type "event" says, which keeps those that are not taken.
lv_rows lv_rows_of(cJSON *data);
void lv_rows_clear(lv_rows *rows);

bool lv_rows_are_left(const lv_rows *rows);

// The next one, which is left: out of the message, and borrowed until another one is taken. NULL: no memory.
const cJSON *lv_rows_take(lv_rows *rows);

#endif
