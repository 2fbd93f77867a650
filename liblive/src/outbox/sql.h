// SPDX-License-Identifier: Apache-2.0
// SQLite's calls, with our errors.
#ifndef LV_SQL_H
#define LV_SQL_H

#include <live/error.h>
#include <sqlite3.h>
#include <stdint.h>

live_err lv_sql_fail(live_error *error, sqlite3 *db, int code);
live_err lv_sql_run(sqlite3 *db, const char *sql, live_error *error);

// Opens a file and sets it up for one connection and a write-ahead log.
live_err lv_sql_open(const char *path, sqlite3 **ret_db, live_error *error);

// Makes the tables where they are not.
live_err lv_sql_make(sqlite3 *db, live_error *error);

// A number that a statement gives; `otherwise` where it gives none.
int64_t lv_sql_number(sqlite3 *db, const char *sql, int64_t otherwise);

// Steps a statement to its end and resets it.
live_err lv_sql_step(sqlite3 *db, sqlite3_stmt *statement, live_error *error);

#endif
