// SPDX-License-Identifier: Apache-2.0
// The store.
#include "outbox/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "outbox/salvage.h"
#include "outbox/sql.h"
#include "outbox/store_inside.h"

enum { MAX_SOURCES = 64 };

// Those of the oldest events that are not on their way: ?1 how many, ?2 put before when.
#define OLDEST                                                                                     \
    "(SELECT number, time, lost, length(text) AS bytes FROM event"                                 \
    " WHERE number NOT BETWEEN ?3 AND ?4 AND number NOT BETWEEN ?5 AND ?6"                         \
    " ORDER BY number LIMIT ?1) WHERE time < ?2"

static const char *const sql[STATEMENTS] = {
    [INSERT] = "INSERT OR REPLACE INTO event VALUES(?1, ?2, ?3, ?4, ?5)",
    [DELETE_RANGE] = "DELETE FROM event WHERE number BETWEEN ?1 AND ?2",
    [READ] = "SELECT number, sum, text, lost FROM event WHERE number > ?1 AND number <= ?2"
             " ORDER BY number LIMIT ?3",
    [BURY] = "INSERT OR REPLACE INTO dead SELECT number, time, ?2, ?3, ?4, text FROM event"
             " WHERE number = ?1",
    [SET_SOURCE] = "INSERT OR REPLACE INTO source VALUES(?1, ?2, ?3)",
    [SET_TALLY] = "UPDATE tally SET last=?1, accepted=?2, queued=?3, bytes=?4, sent=?5, dropped=?6,"
                  " dead=?7, damaged=?8, unreported=?9",
    [MEASURE_OLD] = "SELECT count(*), total(bytes), total(lost), total(lost > 0), max(number)"
                    " FROM " OLDEST,
    [DELETE_OLD] = "DELETE FROM event WHERE number <= ?1 AND time < ?2"
                   " AND number NOT BETWEEN ?3 AND ?4 AND number NOT BETWEEN ?5 AND ?6",
};

live_err lv_store_fail(lv_store *store, live_error *error)
{
    store->failure = sqlite3_errcode(store->db) & 0xFF;
    return lv_sql_fail(error, store->db, store->failure);
}

bool lv_store_is_damaged(const lv_store *store)
{
    return store->failure == SQLITE_CORRUPT || store->failure == SQLITE_NOTADB;
}

static live_err run(lv_store *store, const char *text, live_error *error)
{
    return sqlite3_exec(store->db, text, NULL, NULL, NULL) == SQLITE_OK
               ? LIVE_OK
               : lv_store_fail(store, error);
}

live_err lv_store_step(lv_store *store, statement which, live_error *error)
{
    live_err err = lv_sql_step(store->db, store->statements[which], error);

    if (err)
        store->failure = sqlite3_errcode(store->db) & 0xFF;
    return err;
}

// Opening

static live_err read_tally(lv_store *store, live_error *error)
{
    sqlite3_stmt *row = NULL;
    lv_tally *t = &store->tally;

    if (sqlite3_prepare_v2(store->db,
                           "SELECT last, accepted, queued, bytes, sent, dropped, dead, damaged,"
                           " unreported, (SELECT max(number) FROM event) FROM tally",
                           -1, &row, NULL) != SQLITE_OK)
        return lv_store_fail(store, error);
    int code = sqlite3_step(row);
    if (code == SQLITE_ROW) {
        int64_t *const fields[] = { &t->last,    &t->accepted, &t->queued,  &t->bytes,     &t->sent,
                                    &t->dropped, &t->dead,     &t->damaged, &t->unreported };
        for (int i = 0; i < 9; i++)
            *fields[i] = sqlite3_column_int64(row, i);
        if (t->last < sqlite3_column_int64(row, 9))
            t->last = sqlite3_column_int64(row, 9);
    }
    sqlite3_finalize(row);
    if (code != SQLITE_ROW)
        store->failure = SQLITE_CORRUPT;
    return code == SQLITE_ROW ? LIVE_OK
                              : live_fail(error, LIVE_E_SYSTEM, "outbox: its counters are missing");
}

// The folder too: a file that is not in it after a power cut is lost, whatever was synced.
static void sync_folder(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');

    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path + 1) : 1,
             slash ? path : ".");
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd))
        errno = 0; // a file system that cannot do that
    if (fd >= 0)
        close(fd);
}

static live_err open_file(lv_store *store, live_error *error)
{
    live_err err = lv_sql_open(store->path, &store->db, error);

    if (!err)
        err = lv_sql_make(store->db, error);
    if (err) {
        store->failure = sqlite3_errcode(store->db) & 0xFF;
        return err;
    }
    for (int i = 0; i < STATEMENTS; i++)
        if (sqlite3_prepare_v3(store->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &store->statements[i], NULL) != SQLITE_OK)
            return lv_store_fail(store, error);
    err = read_tally(store, error);
    if (!err)
        sync_folder(store->path);
    return err;
}

static void close_file(lv_store *store)
{
    for (int i = 0; i < STATEMENTS; i++) {
        sqlite3_finalize(store->statements[i]);
        store->statements[i] = NULL;
    }
    sqlite3_close(store->db);
    store->db = NULL;
    store->begun = store->dirty = false;
}

live_err lv_store_salvage(lv_store *store, live_error *error)
{
    close_file(store);
    live_err err = lv_salvage(store->path, &store->tally, error);
    store->failure = 0;
    return err ? err : open_file(store, error);
}

live_err lv_store_open(const char *path, const lv_tally *known, lv_store **ret_store,
                       live_error *error)
{
    lv_store *store = calloc(1, sizeof *store);
    if (!store)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    store->tally = *known;
    store->path = strdup(path);
    live_err err = store->path ? LIVE_OK : live_fail(error, LIVE_E_NOMEM, "out of memory");
    bool damaged = !err && lv_salvage_is_due(path);
    if (!err && !damaged) {
        err = open_file(store, error);
        damaged = err && lv_store_is_damaged(store);
    }
    if (damaged)
        err = lv_store_salvage(store, error);
    if (err) {
        lv_store_close(store);
        return err;
    }
    *ret_store = store;
    return LIVE_OK;
}

void lv_store_close(lv_store *store)
{
    if (!store)
        return;
    close_file(store);
    free(store->path);
    free(store);
}

const lv_tally *lv_store_tally(const lv_store *store)
{
    return &store->tally;
}

live_err lv_store_sources(lv_store *store, lv_source_fn fn, void *user, live_error *error)
{
    sqlite3_stmt *rows = NULL;
    int code =
        sqlite3_prepare_v2(store->db, "SELECT name, epoch, sequence FROM source", -1, &rows, NULL);

    while (code == SQLITE_OK && (code = sqlite3_step(rows)) == SQLITE_ROW) {
        fn((const char *)sqlite3_column_text(rows, 0), (uint64_t)sqlite3_column_int64(rows, 1),
           (uint64_t)sqlite3_column_int64(rows, 2), user);
        code = SQLITE_OK;
    }
    live_err err = code == SQLITE_DONE ? LIVE_OK : lv_store_fail(store, error);
    sqlite3_finalize(rows);
    return err;
}

// Transactions

static live_err begin(lv_store *store, live_error *error)
{
    if (store->begun)
        return LIVE_OK;
    live_err err = run(store, "BEGIN IMMEDIATE", error);
    if (!err) {
        store->begun = true;
        store->before = store->tally;
    }
    return err;
}

live_err lv_store_change(lv_store *store, live_error *error)
{
    store->dirty = true;
    return begin(store, error);
}

static live_err write_tally(lv_store *store, live_error *error)
{
    sqlite3_stmt *set = store->statements[SET_TALLY];
    lv_tally *t = &store->tally;

    t->queued = t->queued < 0 ? 0 : t->queued;
    t->bytes = t->bytes < 0 || t->queued == 0 ? 0 : t->bytes;
    const int64_t values[] = { t->last,    t->accepted, t->queued,  t->bytes,     t->sent,
                               t->dropped, t->dead,     t->damaged, t->unreported };
    for (int i = 0; i < 9; i++)
        sqlite3_bind_int64(set, i + 1, values[i]);
    return lv_store_step(store, SET_TALLY, error);
}

static live_err commit(lv_store *store, live_error *error)
{
    live_err err = begin(store, error);

    if (!err)
        err = write_tally(store, error);
    if (!err)
        err = run(store, "COMMIT", error);
    if (err) {
        lv_store_undo(store);
        return err;
    }
    store->begun = store->dirty = false;
    return LIVE_OK;
}

// A commit that syncs the log is one of its own: the level cannot be changed within one. It has to write something:
// SQLite syncs nothing for a row that gets the values it has.
static live_err sync_log(lv_store *store, live_error *error)
{
    live_err err = run(store, "PRAGMA synchronous=FULL", error);

    if (!err)
        err = begin(store, error);
    if (!err)
        err = run(store, "UPDATE tally SET syncs = syncs + 1", error);
    if (!err)
        err = commit(store, error);
    live_err back = run(store, "PRAGMA synchronous=NORMAL", NULL);
    return err ? err : back;
}

live_err lv_store_commit(lv_store *store, bool sync, live_error *error)
{
    live_err err = store->dirty ? commit(store, error) : LIVE_OK;

    return err || !sync ? err : sync_log(store, error);
}

void lv_store_undo(lv_store *store)
{
    if (store->begun) {
        if (!sqlite3_get_autocommit(store->db))
            sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
        store->tally = store->before;
    }
    store->begun = store->dirty = false;
}

// Inserting

typedef struct source {
    const char *name;
    size_t length;
    uint64_t epoch, sequence;
} source;

static live_err write_sources(lv_store *store, const source *sources, size_t count,
                              live_error *error)
{
    sqlite3_stmt *set = store->statements[SET_SOURCE];
    live_err err = LIVE_OK;

    for (size_t i = 0; !err && i < count; i++) {
        sqlite3_bind_text(set, 1, sources[i].name, (int)sources[i].length, SQLITE_STATIC);
        sqlite3_bind_int64(set, 2, (int64_t)sources[i].epoch);
        sqlite3_bind_int64(set, 3, (int64_t)sources[i].sequence);
        err = lv_store_step(store, SET_SOURCE, error);
    }
    return err;
}

// Keeps the newest number of each source, so that it is written once.
static bool note_source(source *sources, size_t *count, const lv_record *record, const char *name)
{
    size_t at = 0;

    while (at < *count && (sources[at].length != record->source_length ||
                           memcmp(sources[at].name, name, record->source_length) != 0))
        at++;
    if (at == MAX_SOURCES)
        return false;
    sources[at] = (source){ name, record->source_length, record->epoch, record->sequence };
    if (at == *count)
        (*count)++;
    return true;
}

// A record without text says only how far its source is.
static live_err insert_one(lv_store *store, const lv_record *record, const char *text,
                           live_error *error)
{
    sqlite3_stmt *insert = store->statements[INSERT];
    lv_tally *tally = &store->tally;

    tally->last = (int64_t)record->number;
    if (record->length == 0)
        return LIVE_OK;
    sqlite3_bind_int64(insert, 1, (int64_t)record->number);
    sqlite3_bind_int64(insert, 2, record->time_ms);
    sqlite3_bind_int64(insert, 3, record->lost);
    sqlite3_bind_int64(insert, 4, record->text_sum);
    sqlite3_bind_blob(insert, 5, text, (int)record->length, SQLITE_STATIC);
    if (sqlite3_step(insert) != SQLITE_DONE) {
        live_err err = lv_store_fail(store, error);
        sqlite3_reset(insert);
        return err;
    }
    sqlite3_reset(insert);
    tally->accepted += record->lost == 0;
    tally->queued++;
    tally->bytes += record->length;
    tally->unreported -= record->lost;
    return LIVE_OK;
}

live_err lv_store_insert(lv_store *store, const lv_half *half, live_error *error)
{
    source sources[MAX_SOURCES];
    size_t count = 0, at = 0;
    const char *name, *text;
    const lv_record *record;
    live_err err = lv_store_change(store, error);

    while (!err && (record = lv_half_next(half, &at, &name, &text))) {
        err = insert_one(store, record, text, error);
        if (err || record->source_length == 0 || note_source(sources, &count, record, name))
            continue;
        err = write_sources(store, sources, count, error);
        count = 0;
        note_source(sources, &count, record, name);
    }
    return err ? err : write_sources(store, sources, count, error);
}

live_err lv_store_compare(lv_store *store, const lv_tally *known, live_error *error)
{
    lv_tally *tally = &store->tally;
    const int64_t lost = known->accepted - tally->accepted;
    live_err err = lv_store_change(store, error);

    if (err)
        return err;
    if (lost > 0) {
        tally->damaged += lost;
        tally->accepted += lost;
    }
    tally->last = known->last > tally->last ? known->last : tally->last;
    return LIVE_OK;
}
