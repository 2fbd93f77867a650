// SPDX-License-Identifier: Apache-2.0
// What a query that follows has delivered, and how it goes on where it was interrupted.
#ifndef LV_GAP_H
#define LV_GAP_H

#include <live/buf.h>
#include <live/query.h>

#include "seen.h"

// How an interruption is dealt with.
typedef enum lv_mend {
    LV_MEND_AGAIN,  // nothing was delivered: the same query again
    LV_MEND_FILL,   // a query from the last row on; what it repeats is dropped
    LV_MEND_REPORT, // the query begins anew, and what was missed is reported
} lv_mend;

typedef struct lv_gap {
    live_gap_policy policy;
    bool fillable;  // by its expression and its span
    bool whole;     // its history is told row by row
    bool untracked; // a row without a time came, or one that no storage keeps
    bool filling;   // what history tells now was missed, or is repeated
    int64_t
        edge_ms; // the greatest time of a row, if it was not in the future when it came; -1: none
    int64_t began_ms;    // when real time began; -1: not yet
    int64_t earliest_ms; // of a row of its history; LIVE_FOREVER: none
    int64_t fill_ms;     // rows before it were delivered, or are none of this query's
    lv_seen seen;
} lv_gap;

void lv_gap_init(lv_gap *gap, const char *expression, const live_query_options *options);
void lv_gap_clear(lv_gap *gap);

// From when on rows may have been missed; -1: nothing has been told.
int64_t lv_gap_since(const lv_gap *gap);

// What was missed until now is settled.
void lv_gap_settle(lv_gap *gap, int64_t platform_ms);

lv_mend lv_gap_mend(const lv_gap *gap);

// Where a query begins that fills what was missed: before that, because events may reach the platform late, with older times.
int64_t lv_gap_fill_from(const lv_gap *gap);

// From now on history repeats what was delivered last: what was asked for, or all that the query tells by itself.
live_err lv_gap_begin_fill(lv_gap *gap, bool asked, live_error *error);

// Real time has begun, at this time of the platform.
void lv_gap_end_fill(lv_gap *gap, int64_t platform_ms);

// Takes note of a row that is about to be delivered, at this time of the platform. False: it was delivered before.
bool lv_gap_take(lv_gap *gap, const cJSON *row, int64_t platform_ms);

#endif
