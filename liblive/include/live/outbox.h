// SPDX-License-Identifier: Apache-2.0
/** @file outbox.h
 * The durable queue between a program and the platform: nothing that it accepted is lost.
 *
 * Two words have one meaning each. An event is **accepted** once it was handed to the kernel: it
 * survives the death of any process. It is **synced** once it survives a power cut too.
 *
 * Any thread may put; the outbox owns one thread, which alone touches the store. One process has a
 * file open at a time. Delivery is at least once: an event without a `uid` gets one, so that what
 * came twice is seen.
 *
 * Blocking: putting, while the thread cannot keep up with the disk, for 5 s at most; what else blocks says so.
 *
 * @code
 * live_outbox *outbox = NULL;
 * live_err err = live_outbox_open(".live/outbox/outbox.db", NULL, &outbox, &error);
 * if (!err)
 *     err = live_outbox_attach(outbox, client, &error); // delivers from the client's loop
 * if (!err)
 *     err = live_outbox_put(outbox, live_event_new("pressure", 0), &error);
 * …
 * live_outbox_free(outbox);
 * @endcode
 *
 * Threads: what puts, flushes, counts or looks after dead letters may be called on any, at the same time. Attaching and
 * detaching, live_outbox_when_synced() and its callback belong to the loop's thread; live_outbox_free() comes last.
 */
#ifndef LIVE_OUTBOX_H
#define LIVE_OUTBOX_H

#include <cJSON.h>
#include <live/api.h>
#include <live/buf.h>
#include <live/client.h>
#include <live/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LIVE_OUTBOX_MAX_EVENT_BYTES ((size_t)16 * 1024 * 1024) ///< text of one event

/** A durable queue. Any thread may put. */
typedef struct live_outbox live_outbox;
typedef struct live_outbox_wait live_outbox_wait; ///< a callback that is still due

/** What a full outbox does with a new event. */
typedef enum live_outbox_full {
    LIVE_OUTBOX_DROP_OLDEST, ///< makes room; what is dropped is counted, and reported as an event
    LIVE_OUTBOX_REFUSE       ///< put fails with LIVE_E_LIMIT; only dead letters are dropped
} live_outbox_full;

/** What a program may want to log. */
typedef enum live_outbox_note {
    LIVE_OUTBOX_DELIVERING, ///< the platform takes events (again)
    LIVE_OUTBOX_RETRYING,   ///< it does not; all stays, and the text says why
    LIVE_OUTBOX_REFUSED,    ///< it refused an event for good; the text says why
    LIVE_OUTBOX_UNTOLD ///< it refused the report of what was dropped, which is made again; the text says why
} live_outbox_note;

/** Called from the client's loop; must not free the outbox. */
typedef void (*live_outbox_note_fn)(live_outbox_note note, const char *text, void *user);

/** Bounds and rates. Begin with LIVE_OUTBOX_OPTIONS_INIT. */
typedef struct live_outbox_options {
    size_t size;        ///< sizeof(live_outbox_options)
    int64_t sync_ms;    ///< accepted events are synced within so long; 0: before put returns
    int64_t max_bytes;  ///< of the store on disk, at least 4 MB; 0: half of what is free at open
    int64_t max_age_ms; ///< 0: 30 days; older events are dropped
    int64_t min_free_bytes;   ///< the store grows no further below this; 0: 200 MB; negative: none
    live_outbox_full on_full; ///< what happens to a new event when there is no room
    bool idempotent;          ///< adds `"__overwrite":["uid"]` where an event has none
    bool gzip;                ///< compresses the bodies of the REST input
    int64_t fresh_rate;       ///< bytes/s of new events; 0: without limit
    int64_t backlog_rate;     ///< bytes/s of old ones; 0: 1 MiB/s; negative: without limit
    size_t batch_count;       ///< events in a request; 0: 500
    size_t batch_bytes;       ///< of a request, beyond its first event; 0: 256 KiB
    int64_t retry_cap_ms;     ///< longest wait between attempts; 0: 15000
    int64_t (*clock)(void *user); ///< ms since 1970, called on any thread; NULL: the system's
    void *clock_user;             ///< of `clock`
    live_outbox_note_fn on_note;  ///< NULL: nobody wants to know
    void *note_user;              ///< of `on_note`
} live_outbox_options;

/** Initialises options: synced within half a second, the default bounds. */
#define LIVE_OUTBOX_OPTIONS_INIT                                                                   \
    {                                                                                              \
        sizeof(live_outbox_options), 500, 0, 0, 0, LIVE_OUTBOX_DROP_OLDEST, false, false, 0, 0, 0, \
            0, 0, 0, 0, 0, 0                                                                       \
    }

/**
 * Opens a store, or makes one: `path`, and files beside it whose names begin with it.
 *
 * Takes less than a second however much waits in it. What is damaged is skipped and counted, so
 * that this fails for the disk's reasons only. Not for network file systems.
 *
 * @param options NULL: LIVE_OUTBOX_OPTIONS_INIT. Copied
 * @param ret_outbox yours: live_outbox_free()
 * @retval LIVE_E_LIMIT  another process has it open; the text names its pid
 * @retval LIVE_E_SYSTEM it cannot be opened or made
 */
LIVE_API LIVE_MUST_USE live_err live_outbox_open(const char *path,
                                                 const live_outbox_options *options,
                                                 live_outbox **ret_outbox, live_error *error);

/** Syncs what was accepted and closes. No callback follows; what was not delivered stays. */
LIVE_API void live_outbox_free(live_outbox *outbox);

// Putting. From any thread. May wait for the store, 5 s at most; then, and whenever the disk
// refuses, the call fails with the reason and nothing was accepted. `error->retry` is set then.

/**
 * Takes the event. LIVE_OK: it is accepted.
 *
 * @retval LIVE_E_INVALID what live_event_check() refuses
 * @retval LIVE_E_LIMIT   too long; or the outbox is full and told to refuse
 * @retval LIVE_E_SYSTEM  the disk is full, or fails
 */
LIVE_API LIVE_MUST_USE live_err live_outbox_put(live_outbox *outbox, cJSON *event,
                                                live_error *error);

/**
 * Takes an array of events: all are accepted, or none.
 *
 * @retval LIVE_E_INVALID no array, or an event that may not be sent; else as live_outbox_put()
 */
LIVE_API LIVE_MUST_USE live_err live_outbox_put_many(live_outbox *outbox, cJSON *events,
                                                     live_error *error);

/**
 * Puts ready JSON, one event object or an array of them, all or none. The text is checked and
 * kept as it is; what the outbox adds (`uid`) goes before the last brace.
 *
 * @retval LIVE_E_PARSE it is no JSON; else as live_outbox_put()
 */
LIVE_API LIVE_MUST_USE live_err live_outbox_put_text(live_outbox *outbox, const char *text,
                                                     size_t length, live_error *error);

/** Who numbers its events: what came is known after a restart, and journaled once. */
typedef struct live_outbox_source {
    const char *name;  ///< at most 255 bytes
    uint64_t epoch;    ///< of the numbering; another one begins anew
    uint64_t sequence; ///< of this event, from 1
} live_outbox_source;

/**
 * As live_outbox_put_text() for one event of a source. The number is stored in the same
 * transaction. One that is there already is success and changes nothing.
 *
 * @retval LIVE_E_INVALID a number is left out
 */
LIVE_API LIVE_MUST_USE live_err live_outbox_put_next(live_outbox *outbox,
                                                     const live_outbox_source *source,
                                                     const char *text, size_t length,
                                                     live_error *error);

/** The last number accepted of a source in this epoch; 0: none. */
LIVE_API uint64_t live_outbox_last(live_outbox *outbox, const char *name, uint64_t epoch);

/**
 * Numbers of a source go on after `sequence`, where the outbox knows a lower one of this epoch:
 * for a source whose events before it were accepted elsewhere.
 *
 * @retval LIVE_E_INVALID a name that is empty or longer than 255 bytes; else as live_outbox_put()
 */
LIVE_API LIVE_MUST_USE live_err live_outbox_resume(live_outbox *outbox, const char *name,
                                                   uint64_t epoch, uint64_t sequence,
                                                   live_error *error);

/**
 * Blocks until everything accepted so far is synced.
 *
 * @retval LIVE_E_TIMEOUT `timeout_ms` passed; it is tried further
 * @retval LIVE_E_SYSTEM  the disk refuses
 */
LIVE_API LIVE_MUST_USE live_err live_outbox_flush(live_outbox *outbox, int64_t timeout_ms,
                                                  live_error *error);

/** Everything that was accepted when it was asked for is synced. Called once, from the loop. */
typedef void (*live_synced_fn)(void *user);

/**
 * Calls `fn` from the loop once everything accepted so far is synced. One loop an outbox: that of
 * its client, where it has one.
 *
 * @param ret_wait over once `fn` was called; before that live_outbox_wait_free() cancels it. Borrowed
 * @retval LIVE_E_INVALID the outbox is at another loop
 * @retval LIVE_E_NOMEM   memory is out
 */
LIVE_API LIVE_MUST_USE live_err live_outbox_when_synced(live_outbox *outbox, live_loop *loop,
                                                        live_synced_fn fn, void *user,
                                                        live_outbox_wait **ret_wait,
                                                        live_error *error);

/** Cancels; not for one that was called. NULL is fine. */
LIVE_API void live_outbox_wait_free(live_outbox_wait *wait);

// Delivering

/**
 * Delivers to the client's REST or TCP input, on the client's loop, until live_outbox_detach().
 *
 * Events that were there at open or have waited 10 s are backlog; they follow the fresh ones under
 * a rate of their own. Order is kept within each of the two. Only HTTP 400, 413 and 422 refuse an
 * event, which goes to the dead letters; whatever else happens, all stays and is tried again.
 *
 * The TCP input acknowledges nothing. An event counts as delivered there once the platform's
 * kernel has confirmed its bytes: at most 256 KiB a lane are on their way unconfirmed and are sent
 * again after a broken connection. A kernel may confirm what its program never reads; when that
 * dies, or closes over it, the connection is reset, and the last 256 KiB that were confirmed are
 * sent again too. What was confirmed before those and not read is lost, and so are those when this
 * process ends before a connection is there again: where that matters use the REST input.
 *
 * @retval LIVE_E_INVALID the client has no input, or the outbox is at another loop
 */
LIVE_API LIVE_MUST_USE live_err live_outbox_attach(live_outbox *outbox, live_client *client,
                                                   live_error *error);

/**
 * Stops delivering; to be called before the client is freed.
 *
 * A connection to the TCP input is half-closed, and the platform's end waited for, 2 s at most: then
 * all of it was read. What is not known to have been read by then is sent again at the next attach.
 */
LIVE_API void live_outbox_detach(live_outbox *outbox);

// Looking

/** Counters and state of an outbox. Sizes in bytes, times in ms. */
typedef struct live_outbox_stat {
    int64_t queued;         ///< events that wait
    int64_t bytes;          ///< of their text
    int64_t disk_bytes;     ///< of the store
    int64_t max_disk_bytes; ///< its bound
    int64_t oldest_age_ms;  ///< of what waits; 0: nothing does
    int64_t accepted;       ///< since the store was made
    int64_t sent;           ///< since the store was made
    int64_t retried;        ///< attempts that failed, since it was opened
    int64_t dropped;        ///< for want of room or for age, dead letters among them
    int64_t dead;           ///< dead letters there are
    int64_t damaged;        ///< events that the disk gave back wrong, or not at all
    int64_t backoff_ms;     ///< until the next attempt; 0: none is waited for
    double days_left;       ///< until the store is full when nothing leaves; negative: no end
    bool delivering;        ///< the last attempt succeeded
    char condition[240];    ///< why the last attempt failed; "" when it did not
    char trouble[240];      ///< why new events are not kept: the disk, or no room; "" when they are
} live_outbox_stat;

/** The counters as they are now. From any thread; does not block. */
LIVE_API void live_outbox_stats(live_outbox *outbox, live_outbox_stat *ret_stat);

/**
 * The counters of a store without opening it, as its owner wrote them last.
 *
 * @param ret_pid of the process that has it open; 0: none
 * @retval LIVE_E_NOTFOUND there is no store
 */
LIVE_API LIVE_MUST_USE live_err live_outbox_peek(const char *path, live_outbox_stat *ret_stat,
                                                 int *ret_pid, live_error *error);

/** Adds the counters as a JSON object: the members of live_outbox_stat by their names. */
LIVE_API void live_buf_add_outbox_json(live_buf *buf, const live_outbox_stat *stat);

/** Reads what live_buf_add_outbox_json() wrote. What is missing is 0. */
LIVE_API void live_outbox_stat_read(const cJSON *json, live_outbox_stat *ret_stat);

/** Adds the counters in Prometheus' text format: `live_outbox_` and the member's name, with its help. */
LIVE_API void live_buf_add_outbox_metrics(live_buf *buf, const live_outbox_stat *stat);

/** An event that the platform refused for good. Borrowed for the call. */
typedef struct live_outbox_dead {
    int64_t number;     ///< names it
    int64_t time_ms;    ///< when it was put, since 1970
    int64_t died_ms;    ///< when it was refused, since 1970
    int http;           ///< the status that refused it
    const char *reason; ///< what the platform said
    const char *text;   ///< the event
    size_t length;      ///< of `text`
} live_outbox_dead;

/**
 * One dead letter, borrowed for the call, which is made on the outbox's thread: use no function
 * of the outbox in it. False: no further one is wanted.
 */
typedef bool (*live_outbox_dead_fn)(const live_outbox_dead *dead, void *user);

/**
 * Calls `fn` for each dead letter from number `first` on, oldest first, on the outbox's thread.
 * Blocks.
 *
 * @retval LIVE_E_SYSTEM the disk fails
 */
LIVE_API LIVE_MUST_USE live_err live_outbox_dead_each(live_outbox *outbox, int64_t first,
                                                      live_outbox_dead_fn fn, void *user,
                                                      live_error *error);

/**
 * Queues the dead letters with numbers from `first` to `last` again, as new events; not what is
 * refused meanwhile. Blocks until they are synced.
 *
 * @param ret_count how many, also after a failure; may be NULL
 * @retval LIVE_E_SYSTEM the disk is full, or fails
 */
LIVE_API LIVE_MUST_USE live_err live_outbox_dead_retry(live_outbox *outbox, int64_t first,
                                                       int64_t last, size_t *ret_count,
                                                       live_error *error);

/**
 * Forgets the dead letters with numbers from `first` to `last`. Blocks.
 *
 * @retval LIVE_E_SYSTEM the disk fails
 */
LIVE_API LIVE_MUST_USE live_err live_outbox_dead_purge(live_outbox *outbox, int64_t first,
                                                       int64_t last, size_t *ret_count,
                                                       live_error *error);

/** The number of the newest event accepted: a dead letter that there is now has no higher one. */
LIVE_API int64_t live_outbox_newest(live_outbox *outbox);

#ifdef __cplusplus
}
#endif
#endif
