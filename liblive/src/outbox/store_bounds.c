// SPDX-License-Identifier: Apache-2.0
// The store's bounds: how large it is, and the oldest events that go.
#include <stdio.h>

#include "outbox/store_inside.h"

enum { SHRINK_PAGES = 512 };

// Dropping

static void bind_old(sqlite3_stmt *statement, int64_t first, int64_t time_ms,
                     const lv_skip skips[2])
{
    sqlite3_bind_int64(statement, 1, first);
    sqlite3_bind_int64(statement, 2, time_ms);
    for (int i = 0; i < 2; i++) {
        sqlite3_bind_int64(statement, 3 + 2 * i, skips[i].first);
        sqlite3_bind_int64(statement, 4 + 2 * i, skips[i].last);
    }
}

// An event that reports dropped ones hands its count on: what was not told is told later.
static live_err drop(lv_store *store, size_t count, int64_t time_ms, const lv_skip skips[2],
                     live_error *error)
{
    sqlite3_stmt *measure = store->statements[MEASURE_OLD];
    lv_tally *tally = &store->tally;
    live_err err = lv_store_change(store, error);

    if (err)
        return err;
    bind_old(measure, (int64_t)count, time_ms, skips);
    if (sqlite3_step(measure) != SQLITE_ROW)
        err = lv_store_fail(store, error);
    const int64_t dropped = sqlite3_column_int64(measure, 0);
    const int64_t bytes = sqlite3_column_int64(measure, 1);
    const int64_t lost = sqlite3_column_int64(measure, 2);
    const int64_t reports = sqlite3_column_int64(measure, 3);
    const int64_t upto = sqlite3_column_int64(measure, 4);
    sqlite3_reset(measure);
    if (err || dropped == 0)
        return err;
    bind_old(store->statements[DELETE_OLD], upto, time_ms, skips);
    err = lv_store_step(store, DELETE_OLD, error);
    if (err)
        return err;
    tally->queued -= dropped;
    tally->bytes -= bytes;
    tally->dropped += dropped - reports;
    tally->unreported += dropped - reports + lost;
    return LIVE_OK;
}

live_err lv_store_drop_before(lv_store *store, int64_t time_ms, const lv_skip skips[2],
                              live_error *error)
{
    return drop(store, 1000, time_ms, skips, error);
}

live_err lv_store_drop_oldest(lv_store *store, size_t count, const lv_skip skips[2],
                              live_error *error)
{
    return drop(store, count, INT64_MAX, skips, error);
}

// Sizes

int64_t lv_store_oldest(lv_store *store)
{
    return lv_sql_number(store->db, "SELECT time FROM event ORDER BY number LIMIT 1", 0);
}

static int64_t page_bytes(lv_store *store)
{
    return lv_sql_number(store->db, "PRAGMA page_size", 4096);
}

int64_t lv_store_spare_bytes(lv_store *store)
{
    return lv_sql_number(store->db, "PRAGMA freelist_count", 0) * page_bytes(store);
}

int64_t lv_store_used_bytes(lv_store *store)
{
    return lv_sql_number(store->db, "PRAGMA page_count", 0) * page_bytes(store) -
           lv_store_spare_bytes(store);
}

void lv_store_shrink(lv_store *store)
{
    char text[64];

    snprintf(text, sizeof text, "PRAGMA incremental_vacuum(%d)", SHRINK_PAGES);
    sqlite3_exec(store->db, text, NULL, NULL, NULL);
}
