// SPDX-License-Identifier: Apache-2.0
// The platform's memory: events in the order of their time, and those who listen for new ones.
#ifndef SIM_STORE_H
#define SIM_STORE_H

#include "profile.h"
#include "row.h"
#include <live/error.h>
#include <live/loop.h>
#include <stdbool.h>

typedef struct sim_store sim_store;
typedef struct sim_listener sim_listener;

typedef struct sim_store_options {
    size_t max_events; // kept at most; 0: 1,000,000
    size_t max_bytes;  // estimated; 0: 512 MiB
    const sim_profile
        *profile; // how the platform is other than we believe; NULL. Outlives the store
} sim_store_options;

// How one input receives; zero is what a REST input does.
typedef struct sim_reception {
    const char *default_type; // for events without `__type`; NULL: "defaultType"
    bool force_type;          // the default type replaces the sender's
    bool keep_timestamp;      // a sender's `timestamp` stays; else it is the time of reception
    bool skip_realtime;       // as `__skiprealtime` on each event
    const char *source;       // replaces the sender's `__src`; "" removes it; NULL: it stays
    bool hides_modifiers;     // `__overwrite` and `__skipstorage` act and are taken out
    bool overwrites_alike;    // for `__overwrite` 1 and "1" are the same
} sim_reception;

// The loop gives the clock and outlives the store. `options` may be NULL.
live_err sim_store_new(live_loop *loop, const sim_store_options *options, sim_store **ret_store,
                       live_error *error);
void sim_store_free(sim_store *store);

// Receives one event (taken): `timestamp`, type, `__overwrite`; stored at once, told to the
// listeners from the loop. `reception` may be NULL. LIVE_E_INVALID: no object.
live_err sim_store_put(sim_store *store, cJSON *event, const sim_reception *reception,
                       live_error *error);

// Reads history from JSON lines, one event each, kept with its `timestamp`; listeners are not told.
live_err sim_store_load(sim_store *store, const char *text, size_t length, live_error *error);

size_t sim_store_count(const sim_store *store);
size_t sim_store_bytes(const sim_store *store);
uint64_t sim_store_dropped(const sim_store *store); // by the retention limits, so far
live_loop *sim_store_loop(const sim_store *store);
const sim_profile *sim_store_profile(const sim_store *store); // NULL: as we believe

// The number that the next received event gets.
uint64_t sim_store_next_number(const sim_store *store);

// Counts the queries of this platform, from 1.
uint64_t sim_store_next_query(sim_store *store);

// Called from the loop for each event received after sim_store_listen(), also for one that skips
// storage or real time; the row is borrowed. May put, listen and free any listener.
typedef void (*sim_store_fn)(sim_row *row, void *user);
sim_listener *sim_store_listen(sim_store *store, sim_store_fn fn, void *user);
void sim_listener_free(sim_listener *listener);

// Tells the listeners now what they were not told yet. From loop callbacks only.
void sim_store_flush(sim_store *store);

// A position in a scan of [begin_ms, end_ms); it survives every change of the store between reads.
typedef struct sim_cursor {
    int64_t begin_ms, end_ms;
    uint64_t before_number; // only events received before this one; 0: all
    bool reversed;          // newest first
    bool (*wants_type)(const char *type, void *user); // NULL: every type
    void *user;
    bool started; // the rest is the scan's own
    int64_t last_ms;
    uint64_t last_number;
} sim_cursor;

// The next rows in order, `max` at most, each with a reference for the caller. 0: the end.
size_t sim_store_read(const sim_store *store, sim_cursor *cursor, sim_row **ret_rows, size_t max);

#endif
