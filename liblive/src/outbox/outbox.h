// SPDX-License-Identifier: Apache-2.0
// Inside of the outbox: what the threads that put, the thread that stores and the loop that sends share.
#ifndef LV_OUTBOX_H
#define LV_OUTBOX_H

#include <live/loop.h>
#include <live/outbox.h>
#include <pthread.h>
#include <stdatomic.h>

#include "outbox/owner.h"
#include "outbox/store.h"

typedef enum lv_lane_name { LV_FRESH, LV_BACKLOG, LV_LANES } lv_lane_name;

// How a batch fared.
typedef enum lv_verdict {
    LV_UNDECIDED,
    LV_TAKEN,
    LV_BACK,   // it is sent again
    LV_REFUSED // its one event goes to the dead letters
} lv_verdict;

// What the loop and the storing thread tell each other about one lane.
typedef struct lv_lane {
    bool wanted;                 // the sender waits for a batch
    size_t max_count, max_bytes; // of it
    bool lines;
    lv_batch batch; // on its way while its count is not 0; the text is the sender's
    bool ready;     // the batch is there and the sender has not taken it
    lv_verdict verdict;
    live_error why;
} lv_lane;

typedef struct lv_source_seen {
    char *name;
    uint64_t epoch, sequence;
} lv_source_seen;

// When which number was the newest: what waits too long becomes backlog.
typedef struct lv_mark {
    int64_t time_ms, number;
} lv_mark;

enum { LV_MARKS = 16, LV_FRESH_MS = 10000 };

// Something to be done on the storing thread while another one waits.
typedef struct lv_job {
    live_err (*fn)(lv_store *store, void *user, live_error *error);
    void *user;
    live_err err;
    live_error error;
    bool begun; // the storing thread is at it: who waits must stay
    bool done;
} lv_job;

struct lv_sender;

struct live_outbox {
    char *path;
    live_outbox_options options; // with every default filled in
    lv_owner owner;

    pthread_mutex_t mutex; // guards what follows
    pthread_cond_t work;   // for the storing thread
    pthread_cond_t moved;  // for the others: something was stored, synced, or failed
    lv_half halves[2];
    int active;              // the half that is filled
    uint64_t number;         // of the newest event
    uint64_t stored, synced; // up to which number
    uint64_t sync_wanted;
    int64_t
        unsynced_since_ms; // monotonic; of the oldest event that is stored and not synced; 0: none
    lv_source_seen *sources;
    size_t source_count;
    bool gathering; // the storing thread waits for more to be put
    bool idle;      // … and for anything
    bool hurry;     // a batch is wanted: what was put goes to the store at once
    bool ending, full;
    live_error trouble; // why the store cannot be written; its code is LIVE_OK when it can
    lv_job *job;
    lv_lane lanes[LV_LANES];
    lv_tally tally, told; // as it is, and as it was when it was synced last
    live_outbox_stat stat;
    int64_t put_bytes, oldest_ms; // accepted since opening; when the oldest event was put
    bool delivering;
    char condition[240]; // why the last attempt failed; "" when it did not
    uint64_t report;     // number of the event that reports drops, while it is not stored
    int64_t reported_ms; // monotonic; when that was put

    // The storing thread's own.
    pthread_t thread;
    bool running;
    lv_store *store;
    lv_mark marks[LV_MARKS];
    size_t mark_count;
    int64_t backlog_upto;    // numbers up to it are backlog
    int64_t looked_ms;       // monotonic; when the bounds were looked at
    int64_t gather_until_ms; // monotonic; what is put before is stored together
    double rate;             // bytes put a second
    int64_t rate_from;       // of put_bytes, when it was looked at

    // The loop's own.
    struct lv_sender *sender; // NULL: not attached to any loop
    int bell;                 // an eventfd: something of interest to the loop happened
};

// Clocks of the outbox: ms since 1970, and one that never jumps. A clock of the caller's is both.
int64_t lv_outbox_time_ms(const live_outbox *outbox);
int64_t lv_outbox_monotonic_ms(const live_outbox *outbox);

// With the mutex held: completes outbox->stat.
void lv_outbox_fill_stat(live_outbox *outbox);

// The storing thread.
void *lv_outbox_run(void *outbox);
void lv_outbox_ring(const live_outbox *outbox);

// With the mutex held: how long it has nothing to do from that monotonic time on; LIVE_FOREVER: until somebody says so.
int64_t lv_outbox_spare_ms(const live_outbox *outbox, int64_t now_ms);

// With the mutex held: the counters for everyone who looks.
void lv_outbox_tell_owner(live_outbox *outbox);

// Puts entries as one. `sync` as the options say.
live_err lv_outbox_accept(live_outbox *outbox, const lv_entry *entries, size_t count,
                          live_error *error);

// With the mutex held, without waiting: LIVE_E_LIMIT when there is no room.
live_err lv_outbox_accept_now(live_outbox *outbox, const lv_entry *entries, size_t count,
                              live_error *error);

// Does a job on the storing thread and waits for it.
live_err lv_outbox_do(live_outbox *outbox,
                      live_err (*fn)(lv_store *store, void *user, live_error *error), void *user,
                      live_error *error);

#endif
