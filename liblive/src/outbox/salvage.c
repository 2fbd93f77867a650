// SPDX-License-Identifier: Apache-2.0
// A store that is damaged.
#include "outbox/salvage.h"

#include <errno.h>
#include <limits.h>
#include <live/log.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "outbox/sql.h"

// A leaf of the tree holds fewer events than this: past one that cannot be read each number is tried, beyond it
// ever longer steps.
enum { SINGLE_STEPS = 64, PER_TRANSACTION = 1000 };

typedef struct salvage {
    sqlite3 *from, *to;
    sqlite3_stmt *read, *write;
    int text_column, sum_column; // -1: the text has no sum
    int64_t count, bytes, last;
} salvage;

#define DAMAGED "-damaged"

static void name_file(const char *path, const char *end, char name[PATH_MAX])
{
    snprintf(name, PATH_MAX, "%s%s", path, end); // the outbox keeps paths short enough
}

static live_err move_file(const char *path, const char *end, const char *to_end, live_error *error)
{
    char from[PATH_MAX], to[PATH_MAX];

    name_file(path, end, from);
    name_file(path, to_end, to);
    if (rename(from, to) && errno != ENOENT)
        return live_fail_errno(error, errno, "%s", from);
    return LIVE_OK;
}

static void remove_file(const char *path, const char *end)
{
    char name[PATH_MAX];

    name_file(path, end, name);
    unlink(name);
}

bool lv_salvage_is_due(const char *path)
{
    char name[PATH_MAX];

    name_file(path, DAMAGED, name);
    return access(name, F_OK) == 0;
}

static bool is_whole(const salvage *salvage)
{
    sqlite3_stmt *row = salvage->read;

    if (salvage->sum_column < 0)
        return true;
    const void *text = sqlite3_column_blob(row, salvage->text_column);
    const int length = sqlite3_column_bytes(row, salvage->text_column);
    return crc32(0, text, (uInt)length) == (uLong)sqlite3_column_int64(row, salvage->sum_column);
}

static bool write_row(salvage *salvage)
{
    for (int i = 0; i < sqlite3_column_count(salvage->read); i++)
        sqlite3_bind_value(salvage->write, i + 1, sqlite3_column_value(salvage->read, i));
    bool written = sqlite3_step(salvage->write) == SQLITE_DONE;
    sqlite3_reset(salvage->write);
    if (!written)
        return false;
    salvage->count++;
    salvage->bytes += sqlite3_column_bytes(salvage->read, salvage->text_column);
    if (salvage->count % PER_TRANSACTION == 0)
        written =
            !lv_sql_run(salvage->to, "COMMIT", NULL) && !lv_sql_run(salvage->to, "BEGIN", NULL);
    return written;
}

// Reads on above `number` until something cannot be read; moves it to the last one that could. False: the new file
// cannot be written.
static bool read_on(salvage *salvage, int64_t *number, bool *ret_done)
{
    int code;
    bool written = true;

    sqlite3_reset(salvage->read);
    sqlite3_bind_int64(salvage->read, 1, *number);
    while (written && (code = sqlite3_step(salvage->read)) == SQLITE_ROW) {
        *number = sqlite3_column_int64(salvage->read, 0);
        if (is_whole(salvage))
            written = write_row(salvage);
    }
    *ret_done = written && code == SQLITE_DONE;
    return written;
}

static bool copy_rows(salvage *salvage, const char *read, const char *write, int64_t highest)
{
    int64_t number = 0, skipped = 0;
    bool done = false, written = true;

    if (sqlite3_prepare_v2(salvage->from, read, -1, &salvage->read, NULL) != SQLITE_OK)
        return true; // the table itself cannot be read
    written = sqlite3_prepare_v2(salvage->to, write, -1, &salvage->write, NULL) == SQLITE_OK;
    while (written && !done && number < highest) {
        int64_t before = number;
        written = read_on(salvage, &number, &done);
        skipped = number > before ? 0 : skipped + 1;
        number += skipped <= SINGLE_STEPS ? 1 : INT64_C(1) << (skipped - SINGLE_STEPS);
    }
    sqlite3_finalize(salvage->read);
    sqlite3_finalize(salvage->write);
    salvage->read = salvage->write = NULL;
    return written;
}

static bool copy_sources(salvage *salvage)
{
    sqlite3_stmt *read = NULL, *write = NULL;
    bool written = true;

    if (sqlite3_prepare_v2(salvage->from, "SELECT name, epoch, sequence FROM source", -1, &read,
                           NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(salvage->to, "INSERT OR REPLACE INTO source VALUES(?1, ?2, ?3)", -1,
                           &write, NULL) == SQLITE_OK)
        while (written && sqlite3_step(read) == SQLITE_ROW) {
            for (int i = 0; i < 3; i++)
                sqlite3_bind_value(write, i + 1, sqlite3_column_value(read, i));
            written = sqlite3_step(write) == SQLITE_DONE;
            sqlite3_reset(write);
        }
    sqlite3_finalize(read);
    sqlite3_finalize(write);
    return written;
}

static live_err write_tally(salvage *salvage, const lv_tally *known, int64_t dead,
                            live_error *error)
{
    const int64_t lost = known->queued - salvage->count;
    const int64_t damaged = known->damaged + (lost > 0 ? lost : 0);
    char text[400];

    snprintf(text, sizeof text,
             "UPDATE tally SET last=%lld, accepted=%lld, queued=%lld, bytes=%lld, sent=%lld,"
             " dropped=%lld, dead=%lld, damaged=%lld, unreported=%lld",
             (long long)known->last, (long long)known->accepted, (long long)salvage->count,
             (long long)salvage->bytes, (long long)known->sent, (long long)known->dropped,
             (long long)dead, (long long)damaged, (long long)known->unreported);
    live_log(LIVE_LOG_DEBUG, "outbox.salvaged", "%lld events were read from a damaged store",
             (long long)salvage->count);
    return lv_sql_run(salvage->to, text, error);
}

static live_err copy_all(salvage *salvage, const lv_tally *known, live_error *error)
{
    const int64_t highest = known->last > 0 ? known->last : INT64_MAX / 4;
    live_err err = lv_sql_make(salvage->to, error);

    if (!err)
        err = lv_sql_run(salvage->to, "BEGIN", error);
    if (err)
        return err;
    salvage->text_column = 5;
    salvage->sum_column = -1;
    bool written = copy_rows(
        salvage, "SELECT number, time, died, http, reason, text FROM dead WHERE number > ?1",
        "INSERT OR REPLACE INTO dead VALUES(?1, ?2, ?3, ?4, ?5, ?6)", highest);
    const int64_t dead = salvage->count;
    salvage->count = salvage->bytes = 0;
    salvage->text_column = 4;
    salvage->sum_column = 3;
    written = written &&
              copy_rows(salvage,
                        "SELECT number, time, lost, sum, text FROM event WHERE number > ?1"
                        " ORDER BY number",
                        "INSERT OR REPLACE INTO event VALUES(?1, ?2, ?3, ?4, ?5)", highest) &&
              copy_sources(salvage);
    if (!written)
        return lv_sql_fail(error, salvage->to, sqlite3_errcode(salvage->to));
    err = write_tally(salvage, known, dead, error);
    return err ? err : lv_sql_run(salvage->to, "COMMIT", error);
}

live_err lv_salvage(const char *path, const lv_tally *known, live_error *error)
{
    char damaged[PATH_MAX];
    salvage salvage = { 0 };
    live_err err = LIVE_OK;

    if (lv_salvage_is_due(path)) {
        remove_file(path, ""); // a new file that was not finished
        remove_file(path, "-wal");
    } else {
        err = move_file(path, "-wal", DAMAGED "-wal", error);
        if (!err)
            err = move_file(path, "", DAMAGED, error);
    }
    if (err)
        return err;
    name_file(path, DAMAGED, damaged);
    live_err readable = lv_sql_open(damaged, &salvage.from, NULL);
    err = lv_sql_open(path, &salvage.to, error);
    if (!err && readable)
        sqlite3_exec(salvage.from, "PRAGMA writable_schema=RESET", NULL, NULL, NULL);
    if (!err)
        err = copy_all(&salvage, known, error);
    sqlite3_close(salvage.from);
    sqlite3_close(salvage.to);
    if (!err) {
        remove_file(path, DAMAGED);
        remove_file(path, DAMAGED "-wal");
    }
    return err;
}
