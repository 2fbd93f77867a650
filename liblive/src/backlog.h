// SPDX-License-Identifier: Apache-2.0
// What has come for a query and its program has not taken yet; and how much of the loop's time the program had.
#ifndef LV_BACKLOG_H
#define LV_BACKLOG_H

#include <cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LV_BACKLOG_BYTES = 4 * 1024 * 1024 }; // of memory, estimated

typedef struct lv_backlog_item lv_backlog_item;

// Zero is empty.
typedef struct lv_backlog {
    lv_backlog_item *first, *newest;
    size_t bytes;
    int64_t window_ms, began_ms, spent_ms;
} lv_backlog;

// Takes the message. False: there was no memory for it, and it is gone.
bool lv_backlog_add(lv_backlog *backlog, cJSON *message);

bool lv_backlog_is_full(const lv_backlog *backlog);

// The oldest; NULL: none.
cJSON *lv_backlog_first(const lv_backlog *backlog);
void lv_backlog_drop_first(lv_backlog *backlog);
void lv_backlog_clear(lv_backlog *backlog);

// The program is called from now on: in a turn of its own, or beside others'.
void lv_backlog_begin(lv_backlog *backlog, int64_t now_ms, bool own_turn);

// Whether it has had its slice of the loop's time.
bool lv_backlog_is_over(const lv_backlog *backlog, int64_t now_ms);
void lv_backlog_end(lv_backlog *backlog, int64_t now_ms);

#endif
