// SPDX-License-Identifier: Apache-2.0
// The outbox: its life, what is put into it, and what is asked of it.
#include "outbox/outbox.h"

#include <errno.h>
#include <limits.h>
#include <live/time.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/sized.h"
#include "outbox/sender.h"

enum {
    PATIENCE_MS = 5000, // of a put, for room
    BATCH_COUNT = 500,
    BATCH_BYTES = 256 * 1024,
    BACKLOG_RATE = 1024 * 1024,
    RETRY_CAP_MS = 15000,
    MIN_FREE = 200 * 1000 * 1000,
    LEAST_BYTES = 4 * 1000 * 1000,
};

static const int64_t max_age_ms = (int64_t)30 * 24 * 3600 * 1000;

int64_t lv_outbox_time_ms(const live_outbox *outbox)
{
    const live_outbox_options *options = &outbox->options;
    return options->clock ? options->clock(options->clock_user) : live_time_ms();
}

int64_t lv_outbox_monotonic_ms(const live_outbox *outbox)
{
    const live_outbox_options *options = &outbox->options;
    return options->clock ? options->clock(options->clock_user) : live_time_monotonic_ms();
}

// Opening

static int64_t half_of_free(const char *path, int64_t present)
{
    char folder[PATH_MAX];
    struct statvfs disk;
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) + 1 : 1;

    memcpy(folder, slash ? path : ".", length);
    folder[length] = '\0';
    if (statvfs(folder, &disk))
        return INT64_MAX / 4;
    return ((int64_t)disk.f_bavail * (int64_t)disk.f_frsize + present) / 2;
}

static void fill_options(live_outbox *outbox, const live_outbox_options *given)
{
    static const live_outbox_options defaults = LIVE_OUTBOX_OPTIONS_INIT;
    live_outbox_options *own = &outbox->options;

    *own = defaults;
    LV_TAKE(*own, given);
    own->max_age_ms = own->max_age_ms ? own->max_age_ms : max_age_ms;
    own->min_free_bytes = own->min_free_bytes ? own->min_free_bytes : MIN_FREE;
    own->backlog_rate = own->backlog_rate ? own->backlog_rate : BACKLOG_RATE;
    own->batch_count = own->batch_count ? own->batch_count : BATCH_COUNT;
    own->batch_bytes = own->batch_bytes ? own->batch_bytes : BATCH_BYTES;
    own->retry_cap_ms = own->retry_cap_ms ? own->retry_cap_ms : RETRY_CAP_MS;
}

static void see_source(const char *name, uint64_t epoch, uint64_t sequence, void *user);

// What a process accepted and did not store any more is stored now. What is known of and not there was lost.
static live_err recover(live_outbox *outbox, const lv_tally *known, live_error *error)
{
    lv_half found = { .fd = -1 };
    const lv_tally *tally = lv_store_tally(outbox->store);
    live_err err = lv_intake_recover(outbox->halves, (uint64_t)tally->last, &found, error);

    if (!err && found.length > 0)
        err = lv_store_insert(outbox->store, &found, error);
    if (!err)
        err = lv_store_compare(outbox->store, known, error);
    if (!err)
        err = lv_store_commit(outbox->store, true, error);
    lv_half_close(&found, "", 0, false);
    return err ? err : lv_store_sources(outbox->store, see_source, outbox, error);
}

static live_err open_files(live_outbox *outbox, live_error *error)
{
    lv_tally known = { 0 };
    live_err err = lv_owner_take(outbox->path, &outbox->owner, &known, error);

    for (int i = 0; !err && i < 2; i++)
        err = lv_half_open(&outbox->halves[i], outbox->path, i, error);
    if (!err)
        err = lv_store_open(outbox->path, &known, &outbox->store, error);
    if (!err)
        err = recover(outbox, &known, error);
    if (err)
        return err;
    outbox->tally = *lv_store_tally(outbox->store);
    outbox->number = outbox->stored = outbox->synced = (uint64_t)outbox->tally.last;
    outbox->backlog_upto = outbox->tally.last;
    outbox->looked_ms = lv_outbox_monotonic_ms(outbox);
    outbox->oldest_ms = lv_store_oldest(outbox->store);
    outbox->stat.days_left = -1;
    outbox->stat.disk_bytes =
        lv_store_used_bytes(outbox->store) + lv_store_spare_bytes(outbox->store);
    if (!outbox->options.max_bytes)
        outbox->options.max_bytes = half_of_free(outbox->path, outbox->stat.disk_bytes);
    if (outbox->options.max_bytes < LEAST_BYTES)
        outbox->options.max_bytes = LEAST_BYTES;
    return LIVE_OK;
}

static void make_locks(live_outbox *outbox)
{
    pthread_condattr_t monotonic;

    pthread_mutex_init(&outbox->mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&outbox->work, &monotonic);
    pthread_cond_init(&outbox->moved, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

static live_err start(live_outbox *outbox, live_error *error)
{
    live_err err = open_files(outbox, error);
    sigset_t all, before;

    if (err)
        return err;
    outbox->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (outbox->bell < 0)
        return live_fail_errno(error, errno, "outbox");
    outbox->told = outbox->tally;
    lv_outbox_tell_owner(outbox);
    sigfillset(&all); // signals are the program's
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&outbox->thread, NULL, lv_outbox_run, outbox);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    outbox->running = failed == 0;
    return failed ? live_fail_errno(error, failed, "outbox: no thread") : LIVE_OK;
}

live_err live_outbox_open(const char *path, const live_outbox_options *options,
                          live_outbox **ret_outbox, live_error *error)
{
    live_outbox *outbox = calloc(1, sizeof *outbox);
    if (!outbox)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    outbox->bell = outbox->owner.fd = outbox->halves[0].fd = outbox->halves[1].fd = -1;
    make_locks(outbox);
    fill_options(outbox, options);
    outbox->path = strdup(path);
    live_err err =
        outbox->path ? start(outbox, error) : live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (err) {
        live_outbox_free(outbox);
        return err;
    }
    *ret_outbox = outbox;
    return LIVE_OK;
}

static void stop_thread(live_outbox *outbox)
{
    if (!outbox->running)
        return;
    pthread_mutex_lock(&outbox->mutex);
    outbox->ending = true;
    pthread_cond_signal(&outbox->work);
    pthread_mutex_unlock(&outbox->mutex);
    pthread_join(outbox->thread, NULL);
}

void live_outbox_free(live_outbox *outbox)
{
    if (!outbox)
        return;
    lv_sender_free(outbox->sender);
    stop_thread(outbox);
    bool empty = outbox->running && outbox->halves[0].length == 0 && outbox->halves[1].length == 0;
    outbox->told = outbox->tally;
    if (outbox->running)
        lv_outbox_tell_owner(outbox);
    for (int i = 0; i < LV_LANES; i++)
        if (outbox->lanes[i].ready)
            live_buf_free(outbox->lanes[i].batch.text);
    lv_store_close(outbox->store);
    for (int i = 0; i < 2; i++)
        lv_half_close(&outbox->halves[i], outbox->path, i, empty);
    lv_owner_leave(&outbox->owner);
    if (outbox->bell >= 0)
        close(outbox->bell);
    for (size_t i = 0; i < outbox->source_count; i++)
        free(outbox->sources[i].name);
    free(outbox->sources);
    pthread_cond_destroy(&outbox->work);
    pthread_cond_destroy(&outbox->moved);
    pthread_mutex_destroy(&outbox->mutex);
    free(outbox->path);
    free(outbox);
}

// Sources

static lv_source_seen *find_source(live_outbox *outbox, const char *name)
{
    for (size_t i = 0; i < outbox->source_count; i++)
        if (strcmp(outbox->sources[i].name, name) == 0)
            return &outbox->sources[i];
    return NULL;
}

// The source of that name, made where there was none; NULL: out of memory.
static lv_source_seen *need_source(live_outbox *outbox, const char *name)
{
    lv_source_seen *source = find_source(outbox, name);
    if (source)
        return source;

    lv_source_seen *more = realloc(outbox->sources, (outbox->source_count + 1) * sizeof *more);
    char *copy = strdup(name);
    outbox->sources = more ? more : outbox->sources;
    if (!more || !copy) {
        free(copy);
        return NULL;
    }
    more[outbox->source_count] = (lv_source_seen){ .name = copy };
    return &more[outbox->source_count++];
}

static void see_source(const char *name, uint64_t epoch, uint64_t sequence, void *user)
{
    lv_source_seen *source = need_source(user, name);

    if (source)
        *source = (lv_source_seen){ source->name, epoch, sequence };
}

static uint64_t last_of(const lv_source_seen *source, uint64_t epoch)
{
    return source && source->epoch == epoch ? source->sequence : 0;
}

static bool is_there(const lv_source_seen *source, const lv_entry *entry)
{
    return entry->sequence <= last_of(source, entry->epoch);
}

uint64_t live_outbox_last(live_outbox *outbox, const char *name, uint64_t epoch)
{
    pthread_mutex_lock(&outbox->mutex);
    uint64_t last = last_of(find_source(outbox, name), epoch);
    pthread_mutex_unlock(&outbox->mutex);
    return last;
}

// Putting

static live_err fail_trouble(const live_outbox *outbox, live_error *error)
{
    if (error)
        *error = outbox->trouble;
    return outbox->trouble.code;
}

static void say_full(const live_outbox *outbox, char *out, size_t size)
{
    snprintf(out, size,
             "the outbox is full: %lld bytes of at most %lld, or less than %lld are free",
             (long long)outbox->stat.disk_bytes, (long long)outbox->options.max_bytes,
             (long long)outbox->options.min_free_bytes);
}

static live_err fail_full(const live_outbox *outbox, live_error *error)
{
    char text[sizeof outbox->stat.trouble];

    say_full(outbox, text, sizeof text);
    live_fail(error, LIVE_E_LIMIT, "%s", text);
    if (error)
        error->retry = true;
    return LIVE_E_LIMIT;
}

live_err lv_outbox_accept_now(live_outbox *outbox, const lv_entry *entries, size_t count,
                              live_error *error)
{
    lv_half *half = &outbox->halves[outbox->active];
    const size_t bytes = lv_entries_bytes(entries, count);

    if (!lv_half_has_room(half, bytes))
        return live_fail(error, LIVE_E_LIMIT, "the outbox takes no more at once");
    live_err err =
        lv_half_add(half, entries, count, outbox->number + 1, lv_outbox_time_ms(outbox), error);
    if (err)
        return err;
    outbox->number += count;
    outbox->put_bytes += (int64_t)bytes;
    if (!outbox->gathering || half->length >= LV_HALF_BYTES / 2)
        pthread_cond_signal(&outbox->work);
    return LIVE_OK;
}

static void wait_until(live_outbox *outbox, int64_t deadline_ms)
{
    const struct timespec until = { .tv_sec = deadline_ms / 1000,
                                    .tv_nsec = deadline_ms % 1000 * 1000000 };

    pthread_cond_timedwait(&outbox->moved, &outbox->mutex, &until);
}

static live_err accept(live_outbox *outbox, const lv_entry *entries, size_t count,
                       live_error *error)
{
    const int64_t deadline = live_time_monotonic_ms() + PATIENCE_MS;
    const size_t bytes = lv_entries_bytes(entries, count);
    lv_source_seen *source = entries->source ? need_source(outbox, entries->source) : NULL;

    if (entries->source && !source)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (source && is_there(source, entries))
        return LIVE_OK;
    if (source && entries->length > 0 && entries->sequence != last_of(source, entries->epoch) + 1)
        return live_fail(error, LIVE_E_INVALID, "%s: event %llu is put after %llu", entries->source,
                         (unsigned long long)entries->sequence,
                         (unsigned long long)last_of(source, entries->epoch));
    if (outbox->full)
        return fail_full(outbox, error);
    while (!lv_half_has_room(&outbox->halves[outbox->active], bytes)) {
        if (outbox->trouble.code)
            return fail_trouble(outbox, error);
        if (live_time_monotonic_ms() >= deadline)
            return live_fail(error, LIVE_E_TIMEOUT, "the outbox stores nothing for %d ms",
                             PATIENCE_MS);
        pthread_cond_signal(&outbox->work);
        wait_until(outbox, deadline);
    }
    live_err err = lv_outbox_accept_now(outbox, entries, count, error);
    if (!err && source)
        *source = (lv_source_seen){ source->name, entries->epoch, entries->sequence };
    return err;
}

static live_err wait_synced(live_outbox *outbox, uint64_t number, int64_t timeout_ms,
                            live_error *error)
{
    const int64_t deadline = live_time_monotonic_ms() + timeout_ms;

    if (outbox->sync_wanted < number)
        outbox->sync_wanted = number;
    if (outbox->synced < number)
        pthread_cond_signal(&outbox->work);
    while (outbox->synced < number) {
        if (outbox->trouble.code)
            return fail_trouble(outbox, error);
        if (live_time_monotonic_ms() >= deadline)
            return live_fail(error, LIVE_E_TIMEOUT, "not synced within %lld ms",
                             (long long)timeout_ms);
        wait_until(outbox, deadline);
    }
    return LIVE_OK;
}

live_err lv_outbox_accept(live_outbox *outbox, const lv_entry *entries, size_t count,
                          live_error *error)
{
    pthread_mutex_lock(&outbox->mutex);
    live_err err = accept(outbox, entries, count, error);
    if (!err && outbox->options.sync_ms == 0)
        err = wait_synced(outbox, outbox->number, PATIENCE_MS, error);
    pthread_mutex_unlock(&outbox->mutex);
    return err;
}

live_err live_outbox_flush(live_outbox *outbox, int64_t timeout_ms, live_error *error)
{
    pthread_mutex_lock(&outbox->mutex);
    live_err err = wait_synced(outbox, outbox->number, timeout_ms, error);
    pthread_mutex_unlock(&outbox->mutex);
    return err;
}

live_err lv_outbox_do(live_outbox *outbox,
                      live_err (*fn)(lv_store *store, void *user, live_error *error), void *user,
                      live_error *error)
{
    lv_job job = { .fn = fn, .user = user };

    pthread_mutex_lock(&outbox->mutex);
    while (outbox->job)
        pthread_cond_wait(&outbox->moved, &outbox->mutex);
    outbox->job = &job;
    pthread_cond_signal(&outbox->work);
    while (job.begun || (!job.done && !outbox->trouble.code))
        pthread_cond_wait(&outbox->moved, &outbox->mutex);
    if (!job.done) {
        outbox->job = NULL;
        job.err = fail_trouble(outbox, &job.error);
    }
    pthread_mutex_unlock(&outbox->mutex);
    if (job.err && error)
        *error = job.error;
    return job.err;
}

// Counters

void live_outbox_stats(live_outbox *outbox, live_outbox_stat *ret_stat)
{
    pthread_mutex_lock(&outbox->mutex);
    lv_outbox_fill_stat(outbox);
    *ret_stat = outbox->stat;
    pthread_mutex_unlock(&outbox->mutex);
}

void lv_outbox_fill_stat(live_outbox *outbox)
{
    live_outbox_stat *stat = &outbox->stat;
    const lv_tally *tally = &outbox->tally;
    const size_t waiting = outbox->halves[0].count + outbox->halves[1].count;
    const int64_t age = lv_outbox_time_ms(outbox) - outbox->oldest_ms;

    stat->queued = tally->queued + (int64_t)waiting;
    stat->bytes = tally->bytes;
    stat->accepted = tally->accepted + (int64_t)waiting;
    stat->sent = tally->sent;
    stat->dropped = tally->dropped;
    stat->dead = tally->dead;
    stat->damaged = tally->damaged;
    stat->oldest_age_ms = tally->queued == 0 || outbox->oldest_ms == 0 || age < 0 ? 0 : age;
    stat->max_disk_bytes = outbox->options.max_bytes;
    stat->delivering = outbox->delivering;
    snprintf(stat->condition, sizeof stat->condition, "%s", outbox->condition);
    *stat->trouble = '\0';
    if (outbox->trouble.code)
        snprintf(stat->trouble, sizeof stat->trouble, "%s", outbox->trouble.text);
    else if (outbox->full)
        say_full(outbox, stat->trouble, sizeof stat->trouble);
}

void lv_outbox_tell_owner(live_outbox *outbox)
{
    lv_outbox_fill_stat(outbox);
    lv_owner_write(&outbox->owner, &outbox->told, &outbox->stat);
}

live_err live_outbox_peek(const char *path, live_outbox_stat *ret_stat, int *ret_pid,
                          live_error *error)
{
    return lv_owner_read(path, ret_stat, ret_pid, error);
}
