// SPDX-License-Identifier: Apache-2.0
// The rows that were delivered last, by their times: what a query that tells them again may leave out.
#ifndef LV_SEEN_H
#define LV_SEEN_H

#include <live/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct lv_seen_row {
    int64_t time_ms;
    uint64_t hash; // of its content
} lv_seen_row;

typedef struct lv_seen_repeat {
    uint64_t hash;
    size_t count; // of rows that have not been repeated yet
} lv_seen_repeat;

// Zero is empty.
typedef struct lv_seen {
    lv_seen_row *rows; // from `first` on, by time, as they nearly always come
    size_t first, count, room;
    int64_t floor_ms;        // of times before it some may be forgotten
    lv_seen_repeat *repeats; // in the order of their hashes
    size_t repeat_count;
} lv_seen;

void lv_seen_clear(lv_seen *seen);

// Remembers a row. Where there are too many the oldest are forgotten; false: without memory, this one too.
bool lv_seen_add(lv_seen *seen, int64_t time_ms, uint64_t hash);

// Forgets what is older.
void lv_seen_forget(lv_seen *seen, int64_t before_ms);

// From now on what was delivered since then may be repeated.
live_err lv_seen_expect(lv_seen *seen, int64_t since_ms, live_error *error);
void lv_seen_expect_no_more(lv_seen *seen);

// Whether the row is one of these; each is one only once.
bool lv_seen_is_repeat(lv_seen *seen, uint64_t hash);

#endif
