// SPDX-License-Identifier: Apache-2.0
// The store: events, dead letters, sources and counters in one SQLite file. Only the outbox's thread comes here.
#ifndef LV_STORE_H
#define LV_STORE_H

#include <live/buf.h>
#include <live/error.h>
#include <live/outbox.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "outbox/intake.h"

typedef struct lv_store lv_store;

// What is counted instead of looked for: one row, changed in the transaction of what it counts.
typedef struct lv_tally {
    int64_t last; // number of the newest event that is, or was, in the store
    int64_t accepted, queued, bytes, sent, dropped, dead, damaged;
    int64_t unreported; // dropped, and not yet told by an event
} lv_tally;

// Events on their way to the platform.
typedef struct lv_batch {
    int64_t first, last; // numbers; others between them are none of the outbox's any more
    size_t count, bytes; // of events and their text
    bool lines;          // not an array
    int64_t told;        // how many dropped events its reports tell
    live_buf *text;
} lv_batch;

typedef struct lv_range {
    int64_t above, upto; // numbers
    size_t max_count, max_bytes;
    bool lines; // for the TCP input
} lv_range;

typedef struct lv_skip {
    int64_t first, last; // numbers that are on their way; 0: none are
} lv_skip;

// Opens or makes it; what is damaged is left out and counted. `known` is what its owner wrote down last.
live_err lv_store_open(const char *path, const lv_tally *known, lv_store **ret_store,
                       live_error *error);
void lv_store_close(lv_store *store);

const lv_tally *lv_store_tally(const lv_store *store);

typedef void (*lv_source_fn)(const char *name, uint64_t epoch, uint64_t sequence, void *user);
live_err lv_store_sources(lv_store *store, lv_source_fn fn, void *user, live_error *error);

// Changes are of one transaction, from the first one to lv_store_commit() or lv_store_undo().
live_err lv_store_insert(lv_store *store, const lv_half *half, live_error *error);

// What is known to have been accepted and is not known here was lost; its numbers are not given again.
live_err lv_store_compare(lv_store *store, const lv_tally *known, live_error *error);
live_err lv_store_taken(lv_store *store, const lv_batch *batch, live_error *error);

// A batch of one event was refused: it becomes a dead letter. A report becomes none: what it tells is told by the next one.
live_err lv_store_refused(lv_store *store, const lv_batch *batch, int64_t now_ms,
                          const live_error *why, live_error *error);
live_err lv_store_purge(lv_store *store, int64_t first, int64_t last, size_t *ret_count,
                        live_error *error);

// Drops events put before `time_ms`, or so many of the oldest ones; those in `skips` stay.
live_err lv_store_drop_before(lv_store *store, int64_t time_ms, const lv_skip skips[2],
                              live_error *error);
live_err lv_store_drop_oldest(lv_store *store, size_t count, const lv_skip skips[2],
                              live_error *error);

// Drops so many of the oldest dead letters, of those that died before `time_ms`; they count as dropped then.
live_err lv_store_drop_dead(lv_store *store, size_t count, int64_t time_ms, live_error *error);

// `sync`: everything so far survives a power cut, once it returns LIVE_OK.
live_err lv_store_commit(lv_store *store, bool sync, live_error *error);
void lv_store_undo(lv_store *store);

// Reads the oldest events of a range; `ret_batch` gets a count of 0 where there is none.
live_err lv_store_read(lv_store *store, const lv_range *range, lv_batch *ret_batch,
                       live_error *error);

live_err lv_store_dead_each(lv_store *store, int64_t first, live_outbox_dead_fn fn, void *user,
                            live_error *error);

// When the oldest event was put; 0: there is none.
int64_t lv_store_oldest(lv_store *store);

// When the oldest dead letter died; 0: there is none.
int64_t lv_store_oldest_dead(lv_store *store);

int64_t lv_store_used_bytes(lv_store *store);  // by pages in use
int64_t lv_store_spare_bytes(lv_store *store); // in the file, to be used again

// Gives pages back to the disk, some of them.
void lv_store_shrink(lv_store *store);

// Whether the last failure was that the file is damaged: lv_store_salvage() then makes a new one of what can be read.
bool lv_store_is_damaged(const lv_store *store);
live_err lv_store_salvage(lv_store *store, live_error *error);

#endif
