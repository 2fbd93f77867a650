// SPDX-License-Identifier: Apache-2.0
// The store's batches: read to be sent, and what becomes of them.
#include <string.h>
#include <zlib.h>

#include "outbox/store_inside.h"

enum { MAX_BAD = 64 };

// Leaving

static live_err delete_range(lv_store *store, int64_t first, int64_t last, int *ret_count,
                             live_error *error)
{
    sqlite3_stmt *delete = store->statements[DELETE_RANGE];
    live_err err = lv_store_change(store, error);

    if (err)
        return err;
    sqlite3_bind_int64(delete, 1, first);
    sqlite3_bind_int64(delete, 2, last);
    err = lv_store_step(store, DELETE_RANGE, error);
    *ret_count = err ? 0 : sqlite3_changes(store->db);
    store->tally.queued -= *ret_count;
    return err;
}

static live_err delete_batch(lv_store *store, const lv_batch *batch, int *ret_count,
                             live_error *error)
{
    live_err err = delete_range(store, batch->first, batch->last, ret_count, error);

    if (!err)
        store->tally.bytes -= (int64_t)batch->bytes;
    return err;
}

live_err lv_store_taken(lv_store *store, const lv_batch *batch, live_error *error)
{
    int count = 0;
    live_err err = delete_batch(store, batch, &count, error);

    store->tally.sent += count;
    return err;
}

static live_err bury(lv_store *store, int64_t number, int64_t now_ms, const live_error *why,
                     live_error *error)
{
    sqlite3_stmt *bury = store->statements[BURY];
    live_err err = lv_store_change(store, error);

    if (err)
        return err;
    sqlite3_bind_int64(bury, 1, number);
    sqlite3_bind_int64(bury, 2, now_ms);
    sqlite3_bind_int(bury, 3, why->http);
    sqlite3_bind_text(bury, 4, why->text, -1, SQLITE_STATIC);
    return lv_store_step(store, BURY, error);
}

live_err lv_store_refused(lv_store *store, const lv_batch *batch, int64_t now_ms,
                          const live_error *why, live_error *error)
{
    const bool is_report = batch->told > 0;
    int count = 0;
    live_err err = is_report ? LIVE_OK : bury(store, batch->first, now_ms, why, error);

    if (!err)
        err = delete_batch(store, batch, &count, error);
    if (is_report && count > 0)
        store->tally.unreported += batch->told;
    else
        store->tally.dead += count;
    return err;
}

// Reading

// JSON may have line breaks between its tokens; a line is an event.
static void add_line(live_buf *lines, const char *text, size_t length)
{
    const char *end = text + length;

    while (text < end) {
        const char *stop = text;
        while (stop < end && *stop != '\n' && *stop != '\r')
            stop++;
        live_buf_add(lines, text, (size_t)(stop - text));
        text = stop + 1;
    }
    live_buf_add(lines, "\n", 1);
}

static void add_event(lv_batch *batch, const char *text, size_t length, bool lines)
{
    if (lines) {
        add_line(batch->text, text, length);
    } else {
        live_buf_add(batch->text, batch->count ? "," : "[", 1);
        live_buf_add(batch->text, text, length);
    }
    batch->count++;
    batch->bytes += length;
}

typedef struct bad_rows {
    int64_t numbers[MAX_BAD];
    size_t count;
} bad_rows;

// Fills the batch; rows that are not what was written are noted.
static int read_rows(lv_store *store, const lv_range *range, lv_batch *batch, bad_rows *bad)
{
    sqlite3_stmt *read = store->statements[READ];
    int code = SQLITE_DONE;

    while (bad->count < MAX_BAD && batch->count < range->max_count &&
           (code = sqlite3_step(read)) == SQLITE_ROW) {
        const int64_t number = sqlite3_column_int64(read, 0);
        const char *text = sqlite3_column_blob(read, 2);
        const size_t length = (size_t)sqlite3_column_bytes(read, 2);

        if (crc32(0, (const Bytef *)text, (uInt)length) != (uLong)sqlite3_column_int64(read, 1)) {
            bad->numbers[bad->count++] = number;
            continue;
        }
        if (batch->count > 0 && batch->bytes + length > range->max_bytes)
            break;
        batch->first = batch->count ? batch->first : number;
        batch->last = number;
        batch->told += sqlite3_column_int64(read, 3);
        add_event(batch, text, length, range->lines);
    }
    return code;
}

static live_err remove_bad(lv_store *store, const bad_rows *bad, live_error *error)
{
    live_err err = LIVE_OK;
    int count = 0;

    for (size_t i = 0; !err && i < bad->count; i++) {
        err = delete_range(store, bad->numbers[i], bad->numbers[i], &count, error);
        store->tally.damaged += count;
    }
    return err;
}

live_err lv_store_read(lv_store *store, const lv_range *range, lv_batch *ret_batch,
                       live_error *error)
{
    sqlite3_stmt *read = store->statements[READ];
    lv_batch batch = { .lines = range->lines, .text = live_buf_new() };
    bad_rows bad = { .count = 0 };

    sqlite3_bind_int64(read, 1, range->above);
    sqlite3_bind_int64(read, 2, range->upto);
    sqlite3_bind_int64(read, 3, (int64_t)range->max_count + MAX_BAD);
    int code = read_rows(store, range, &batch, &bad);
    live_err err =
        code == SQLITE_ROW || code == SQLITE_DONE ? LIVE_OK : lv_store_fail(store, error);
    sqlite3_reset(read);
    if (!err)
        err = remove_bad(store, &bad, error);
    if (!range->lines && batch.count)
        live_buf_add(batch.text, "]", 1);
    if (!err && live_buf_failed(batch.text))
        err = live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (err || batch.count == 0) {
        live_buf_free(batch.text);
        batch = (lv_batch){ .text = NULL };
    }
    *ret_batch = batch;
    return err;
}
