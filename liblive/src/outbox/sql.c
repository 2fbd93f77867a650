// SPDX-License-Identifier: Apache-2.0
// SQLite's calls, with our errors.
#include "outbox/sql.h"

// One connection a file, with an exclusive lock: no second one ever writes or checkpoints the log, which releases
// before 3.51.3 do not always survive, and no memory is shared. What is deleted was sent: some builds would overwrite
// it with zeros, which makes each page of it one more to be written.
static const char set_up[] = "PRAGMA auto_vacuum=INCREMENTAL;"
                             "PRAGMA locking_mode=EXCLUSIVE;"
                             "PRAGMA journal_mode=WAL;"
                             "PRAGMA synchronous=NORMAL;"
                             "PRAGMA cache_size=-1024;"
                             "PRAGMA temp_store=MEMORY;"
                             "PRAGMA secure_delete=OFF;"
                             "PRAGMA cell_size_check=ON;"
                             "PRAGMA journal_size_limit=8388608";

static const char tables[] =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE IF NOT EXISTS event(number INTEGER PRIMARY KEY, time INTEGER NOT NULL,"
    " lost INTEGER NOT NULL, sum INTEGER NOT NULL, text BLOB NOT NULL);"
    "CREATE TABLE IF NOT EXISTS dead(number INTEGER PRIMARY KEY, time INTEGER NOT NULL,"
    " died INTEGER NOT NULL, http INTEGER NOT NULL, reason TEXT NOT NULL, text BLOB NOT NULL);"
    "CREATE TABLE IF NOT EXISTS source(name TEXT PRIMARY KEY, epoch INTEGER NOT NULL,"
    " sequence INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS tally(one INTEGER PRIMARY KEY CHECK(one = 1), last INTEGER,"
    " accepted INTEGER, queued INTEGER, bytes INTEGER, sent INTEGER, dropped INTEGER,"
    " dead INTEGER, damaged INTEGER, unreported INTEGER, syncs INTEGER);"
    "INSERT OR IGNORE INTO tally VALUES(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);"
    "PRAGMA user_version=1;"
    "COMMIT";

live_err lv_sql_fail(live_error *error, sqlite3 *db, int code)
{
    live_err err = code == SQLITE_NOMEM ? LIVE_E_NOMEM : LIVE_E_SYSTEM;

    live_fail(error, err, "outbox: %s", db ? sqlite3_errmsg(db) : sqlite3_errstr(code));
    if (error) {
        error->sys = db ? sqlite3_system_errno(db) : 0;
        error->retry = true;
    }
    return err;
}

live_err lv_sql_run(sqlite3 *db, const char *sql, live_error *error)
{
    int code = sqlite3_exec(db, sql, NULL, NULL, NULL);

    return code == SQLITE_OK ? LIVE_OK : lv_sql_fail(error, db, code);
}

live_err lv_sql_open(const char *path, sqlite3 **ret_db, live_error *error)
{
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int code = sqlite3_open_v2(path, ret_db, flags, NULL);

    if (code != SQLITE_OK)
        return lv_sql_fail(error, *ret_db, code);
    return lv_sql_run(*ret_db, set_up, error);
}

live_err lv_sql_make(sqlite3 *db, live_error *error)
{
    if (lv_sql_number(db, "PRAGMA user_version", 0) == 1)
        return LIVE_OK;
    return lv_sql_run(db, tables, error);
}

int64_t lv_sql_number(sqlite3 *db, const char *sql, int64_t otherwise)
{
    sqlite3_stmt *statement = NULL;
    int64_t number = otherwise;

    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_type(statement, 0) != SQLITE_NULL)
        number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

live_err lv_sql_step(sqlite3 *db, sqlite3_stmt *statement, live_error *error)
{
    int code;

    do
        code = sqlite3_step(statement);
    while (code == SQLITE_ROW);
    live_err err = code == SQLITE_DONE ? LIVE_OK : lv_sql_fail(error, db, code);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return err;
}
