// SPDX-License-Identifier: Apache-2.0
// The store's dead letters.
#include "outbox/store_inside.h"

// A statement that is not used often enough to be kept: runs it with two numbers; how many rows changed.
static live_err change_by(lv_store *store, const char *text, const int64_t numbers[2],
                          size_t *ret_count, live_error *error)
{
    live_err err = lv_store_change(store, error);
    sqlite3_stmt *statement = NULL;

    *ret_count = 0;
    if (err)
        return err;
    if (sqlite3_prepare_v2(store->db, text, -1, &statement, NULL) != SQLITE_OK)
        return lv_store_fail(store, error);
    sqlite3_bind_int64(statement, 1, numbers[0]);
    sqlite3_bind_int64(statement, 2, numbers[1]);
    err = lv_sql_step(store->db, statement, error);
    if (!err)
        *ret_count = (size_t)sqlite3_changes(store->db);
    sqlite3_finalize(statement);
    return err;
}

live_err lv_store_purge(lv_store *store, int64_t first, int64_t last, size_t *ret_count,
                        live_error *error)
{
    const int64_t range[] = { first, last };
    live_err err = change_by(store, "DELETE FROM dead WHERE number BETWEEN ?1 AND ?2", range,
                             ret_count, error);

    store->tally.dead -= (int64_t)*ret_count;
    return err;
}

live_err lv_store_drop_dead(lv_store *store, size_t count, int64_t time_ms, live_error *error)
{
    const int64_t which[] = { (int64_t)count, time_ms };
    size_t dropped = 0;
    live_err err = change_by(store,
                             "DELETE FROM dead WHERE number IN"
                             " (SELECT number FROM dead ORDER BY number LIMIT ?1) AND died < ?2",
                             which, &dropped, error);

    store->tally.dead -= (int64_t)dropped;
    store->tally.dropped += (int64_t)dropped;
    store->tally.unreported += (int64_t)dropped;
    return err;
}

live_err lv_store_dead_each(lv_store *store, int64_t first, live_outbox_dead_fn fn, void *user,
                            live_error *error)
{
    sqlite3_stmt *rows = NULL;
    int code = sqlite3_prepare_v2(store->db,
                                  "SELECT number, time, died, http, reason, text FROM dead"
                                  " WHERE number >= ?1 ORDER BY number",
                                  -1, &rows, NULL);
    bool more = true;

    if (code == SQLITE_OK)
        code = sqlite3_bind_int64(rows, 1, first);
    while (more && code == SQLITE_OK && (code = sqlite3_step(rows)) == SQLITE_ROW) {
        live_outbox_dead dead = { .number = sqlite3_column_int64(rows, 0),
                                  .time_ms = sqlite3_column_int64(rows, 1),
                                  .died_ms = sqlite3_column_int64(rows, 2),
                                  .http = sqlite3_column_int(rows, 3),
                                  .reason = (const char *)sqlite3_column_text(rows, 4),
                                  .text = sqlite3_column_blob(rows, 5),
                                  .length = (size_t)sqlite3_column_bytes(rows, 5) };
        more = fn(&dead, user);
        code = SQLITE_OK;
    }
    live_err err = code == SQLITE_DONE || !more ? LIVE_OK : lv_store_fail(store, error);
    sqlite3_finalize(rows);
    return err;
}

int64_t lv_store_oldest_dead(lv_store *store)
{
    return lv_sql_number(store->db, "SELECT died FROM dead ORDER BY number LIMIT 1", 0);
}
