// SPDX-License-Identifier: Apache-2.0
// Inside of the store: what its parts share.
#ifndef LV_STORE_INSIDE_H
#define LV_STORE_INSIDE_H

#include "outbox/sql.h"
#include "outbox/store.h"

typedef enum statement {
    INSERT,
    DELETE_RANGE,
    READ,
    BURY,
    SET_SOURCE,
    SET_TALLY,
    MEASURE_OLD,
    DELETE_OLD,
    STATEMENTS
} statement;

struct lv_store {
    char *path;
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENTS];
    lv_tally tally, before; // as it is in the transaction, and was before it
    bool begun, dirty;
    int failure; // SQLite's code of the last failure
};

// The failure that SQLite has just told of.
live_err lv_store_fail(lv_store *store, live_error *error);

// Runs one that returns no rows.
live_err lv_store_step(lv_store *store, statement which, live_error *error);

// To be called before the first change: there is a transaction then.
live_err lv_store_change(lv_store *store, live_error *error);

#endif
