// SPDX-License-Identifier: Apache-2.0
// The storing thread: moves what was accepted to the store, reads batches for the sender, keeps the bounds.
#include <errno.h>
#include <live/log.h>
#include <live/time.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "outbox/outbox.h"

enum {
    GATHER_MS = 10, // at most: a millisecond for each event stored before, others are waited for
    LOOK_MS = 1000, // between two looks at the bounds, while something waits
    LOOK_AT_DEAD_MS = 3600 * 1000, // … while there is nothing but dead letters
    REPORT_MS = 60000,
    TROUBLE_MS = 250, // between attempts while the disk refuses
    DROP_AT_ONCE = 500,
    DROP_ROUNDS = 64,
    LOG_BYTES = 9 * 1024 * 1024 // what the write-ahead log and the halves take beside the store
};

static const int64_t headroom_bytes = (int64_t)2 * LV_HALF_BYTES;

// One round of work, taken from the outbox with the mutex held.
typedef struct plan {
    lv_half *moving; // NULL: nothing was put
    lv_lane lanes[LV_LANES];
    lv_batch read[LV_LANES];
    lv_job *job;
    bool sync, looks, full;
    uint64_t upto; // stored up to which number afterwards
} plan;

void lv_outbox_ring(const live_outbox *outbox)
{
    const uint64_t one = 1;

    if (write(outbox->bell, &one, sizeof one) < 0)
        errno = 0; // it rings already
}

// When there is something to do

static bool sync_is_due(const live_outbox *outbox, int64_t now_ms)
{
    if (outbox->sync_wanted > outbox->synced)
        return true;
    return outbox->unsynced_since_ms &&
           now_ms >= outbox->unsynced_since_ms + outbox->options.sync_ms;
}

static bool has_work(const live_outbox *outbox, int64_t now_ms)
{
    return outbox->hurry || outbox->job || outbox->ending ||
           outbox->halves[!outbox->active].length > 0 ||
           outbox->halves[outbox->active].length >= LV_HALF_BYTES / 2 ||
           sync_is_due(outbox, now_ms);
}

// A time that has passed is due now: its distance may look like LIVE_FOREVER.
static int64_t until(int64_t due_ms, int64_t now_ms)
{
    return due_ms > now_ms ? due_ms - now_ms : 0;
}

int64_t lv_outbox_spare_ms(const live_outbox *outbox, int64_t now_ms)
{
    int64_t spare = LIVE_FOREVER;

    if (outbox->tally.queued > 0 || outbox->full)
        spare = LOOK_MS;
    else if (outbox->tally.dead > 0)
        spare = LOOK_AT_DEAD_MS;
    if (outbox->halves[outbox->active].length > 0)
        spare = until(outbox->gather_until_ms, now_ms);
    if (outbox->unsynced_since_ms) {
        int64_t left = until(outbox->unsynced_since_ms + outbox->options.sync_ms, now_ms);
        spare = spare == LIVE_FOREVER || left < spare ? left : spare;
    }
    return spare;
}

static void wait_ms(live_outbox *outbox, int64_t ms)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_cond_timedwait(&outbox->work, &outbox->mutex, &until);
}

static void wait_for_work(live_outbox *outbox)
{
    int64_t now = live_time_monotonic_ms();

    if (outbox->trouble.code && !outbox->ending) {
        outbox->gathering = true; // puts need not say that they are there
        wait_ms(outbox, TROUBLE_MS);
        outbox->gathering = false;
        return;
    }
    if (has_work(outbox, now))
        return;
    int64_t spare = lv_outbox_spare_ms(outbox, now);
    outbox->gathering = outbox->halves[outbox->active].length > 0;
    outbox->idle = !outbox->gathering;
    if (spare == LIVE_FOREVER)
        pthread_cond_wait(&outbox->work, &outbox->mutex);
    else
        wait_ms(outbox, spare);
    // The first event put ends idleness; where many came before it, others are waited for.
    now = live_time_monotonic_ms();
    if (outbox->idle && outbox->halves[outbox->active].length > 0 && !has_work(outbox, now) &&
        outbox->gather_until_ms > now) {
        outbox->idle = false;
        outbox->gathering = true;
        wait_ms(outbox, outbox->gather_until_ms - now);
    }
    outbox->gathering = outbox->idle = false;
}

// Bounds

static int64_t free_bytes(const live_outbox *outbox)
{
    struct statvfs disk;

    return statvfs(outbox->path, &disk) ? INT64_MAX
                                        : (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
}

// How large the store may be now: below the least free space no larger than it is.
static int64_t limit_of(live_outbox *outbox, bool *ret_low)
{
    const int64_t max = outbox->options.max_bytes, least = outbox->options.min_free_bytes;
    const int64_t limit = max - (LOG_BYTES < max / 4 ? LOG_BYTES : max / 4);

    *ret_low = least > 0 && free_bytes(outbox) < least;
    if (!*ret_low)
        return limit;
    int64_t present = lv_store_used_bytes(outbox->store) + lv_store_spare_bytes(outbox->store);
    return present < limit ? present : limit;
}

static void note_skips(const plan *plan, lv_skip skips[LV_LANES])
{
    for (int i = 0; i < LV_LANES; i++) {
        const lv_lane *lane = &plan->lanes[i];
        bool there = lane->batch.count > 0 && lane->verdict == LV_UNDECIDED;
        skips[i] = (lv_skip){ there ? lane->batch.first : 0, there ? lane->batch.last : 0 };
    }
}

// Once there are none it costs nothing to ask.
static live_err drop_old_dead(live_outbox *outbox, int64_t before, live_error *error)
{
    live_err err = LIVE_OK;

    for (int i = 0; !err && i < DROP_ROUNDS && lv_store_tally(outbox->store)->dead > 0; i++) {
        const int64_t oldest = lv_store_oldest_dead(outbox->store);
        if (oldest == 0 || oldest >= before)
            break;
        err = lv_store_drop_dead(outbox->store, DROP_AT_ONCE, before, error);
    }
    return err;
}

static live_err drop_old(live_outbox *outbox, const lv_skip skips[LV_LANES], live_error *error)
{
    const int64_t before = lv_outbox_time_ms(outbox) - outbox->options.max_age_ms;
    live_err err = LIVE_OK;

    for (int i = 0; !err && i < DROP_ROUNDS; i++) {
        int64_t oldest = lv_store_oldest(outbox->store);
        if (oldest == 0 || oldest >= before)
            break;
        err = lv_store_drop_before(outbox->store, before, skips, error);
    }
    return err ? err : drop_old_dead(outbox, before, error);
}

// Makes room: dead letters go before what may still arrive. A disk that others have filled is no reason to throw the
// last events away. False: nothing may go.
static bool make_room(live_outbox *outbox, const lv_skip skips[LV_LANES], live_err *err,
                      live_error *error)
{
    const lv_tally *tally = lv_store_tally(outbox->store);
    const bool drops = outbox->options.on_full == LIVE_OUTBOX_DROP_OLDEST;

    if (tally->dead > 0)
        *err = lv_store_drop_dead(outbox->store, DROP_AT_ONCE, INT64_MAX, error);
    else if (drops && tally->queued > 0)
        *err = lv_store_drop_oldest(outbox->store, DROP_AT_ONCE, skips, error);
    else
        return false;
    return true;
}

// Once a second, and whenever much was put: what is too old or too much goes.
static live_err keep_bounds(live_outbox *outbox, plan *plan, live_error *error)
{
    lv_skip skips[LV_LANES];
    bool low;
    const int64_t limit = limit_of(outbox, &low);
    const int64_t headroom = limit / 4 < headroom_bytes ? limit / 4 : headroom_bytes;

    note_skips(plan, skips);
    live_err err = drop_old(outbox, skips, error);
    for (int i = 0; !err && i < DROP_ROUNDS; i++) {
        const int64_t used = lv_store_used_bytes(outbox->store);
        plan->full = used + headroom > limit;
        if (!plan->full || (low && used <= 4 * headroom_bytes) ||
            !make_room(outbox, skips, &err, error))
            break;
    }
    if (!err && lv_store_tally(outbox->store)->queued == 0 &&
        lv_store_spare_bytes(outbox->store) > 4 * headroom_bytes)
        lv_store_shrink(outbox->store);
    return err;
}

// Lanes

// What was the newest number ten seconds ago is the newest of the backlog now.
static void move_backlog(live_outbox *outbox)
{
    const int64_t now = lv_outbox_monotonic_ms(outbox);
    lv_mark *marks = outbox->marks;
    size_t old = 0;

    while (old < outbox->mark_count && marks[old].time_ms + LV_FRESH_MS <= now)
        outbox->backlog_upto = marks[old++].number;
    if (old > 0) {
        outbox->mark_count -= old;
        memmove(marks, marks + old, outbox->mark_count * sizeof *marks);
    }
    const int64_t last = lv_store_tally(outbox->store)->last;
    const lv_mark *newest = outbox->mark_count ? &marks[outbox->mark_count - 1] : NULL;
    if (last <= (newest ? newest->number : outbox->backlog_upto))
        return;
    if (newest && now < newest->time_ms + LV_FRESH_MS / (LV_MARKS - 2))
        marks[outbox->mark_count - 1].number = last;
    else
        marks[outbox->mark_count++] = (lv_mark){ now, last };
}

static live_err read_lane(live_outbox *outbox, plan *plan, lv_lane_name name, live_error *error)
{
    const lv_lane *lane = &plan->lanes[name];
    const lv_batch *fresh = &plan->lanes[LV_FRESH].batch;
    const bool fresh_is_out = fresh->count > 0 && plan->lanes[LV_FRESH].verdict == LV_UNDECIDED;
    lv_range range = { .upto = INT64_MAX,
                       .max_count = lane->max_count,
                       .max_bytes = lane->max_bytes,
                       .lines = lane->lines };

    if (!lane->wanted || (lane->batch.count > 0 && lane->verdict == LV_UNDECIDED))
        return LIVE_OK;
    if (name == LV_FRESH)
        range.above = outbox->backlog_upto;
    else
        range.upto = fresh_is_out && fresh->first <= outbox->backlog_upto ? fresh->first - 1
                                                                          : outbox->backlog_upto;
    return lv_store_read(outbox->store, &range, &plan->read[name], error);
}

static live_err apply_verdict(live_outbox *outbox, const lv_lane *lane, live_error *error)
{
    if (lane->batch.count == 0)
        return LIVE_OK;
    if (lane->verdict == LV_TAKEN)
        return lv_store_taken(outbox->store, &lane->batch, error);
    if (lane->verdict == LV_REFUSED)
        return lv_store_refused(outbox->store, &lane->batch, lv_outbox_time_ms(outbox), &lane->why,
                                error);
    return LIVE_OK;
}

// Rounds

static void forget_read(plan *plan)
{
    for (int i = 0; i < LV_LANES; i++) {
        live_buf_free(plan->read[i].text);
        plan->read[i] = (lv_batch){ .text = NULL };
    }
}

static live_err work(live_outbox *outbox, plan *plan, live_error *error)
{
    live_err err = LIVE_OK;

    if (plan->moving)
        err = lv_store_insert(outbox->store, plan->moving, error);
    for (int i = 0; !err && i < LV_LANES; i++)
        err = apply_verdict(outbox, &plan->lanes[i], error);
    if (!err && plan->looks)
        err = keep_bounds(outbox, plan, error);
    if (!err)
        move_backlog(outbox);
    for (int i = 0; !err && i < LV_LANES; i++)
        err = read_lane(outbox, plan, (lv_lane_name)i, error);
    if (!err && plan->job)
        plan->job->err = plan->job->fn(outbox->store, plan->job->user, &plan->job->error);
    if (!err)
        err = lv_store_commit(outbox->store, plan->sync, error);
    if (err) {
        forget_read(plan);
        lv_store_undo(outbox->store);
    }
    return err;
}

// A store that turns out to be damaged is made anew of what can be read, and the round done again.
static live_err work_or_salvage(live_outbox *outbox, plan *plan, live_error *error)
{
    live_err err = work(outbox, plan, error);

    if (!err || !lv_store_is_damaged(outbox->store))
        return err;
    err = lv_store_salvage(outbox->store, error);
    return err ? err : work(outbox, plan, error);
}

static void take_plan(live_outbox *outbox, plan *plan)
{
    lv_half *active = &outbox->halves[outbox->active], *other = &outbox->halves[!outbox->active];

    if (other->length == 0 && active->length > 0) {
        outbox->active = !outbox->active;
        other = active;
        pthread_cond_broadcast(&outbox->moved); // there is room
    }
    plan->moving = other->length > 0 ? other : NULL;
    plan->upto = other->length > 0 ? other->last : outbox->stored;
    memcpy(plan->lanes, outbox->lanes, sizeof plan->lanes);
    plan->job = outbox->job;
    if (plan->job)
        plan->job->begun = true;
    plan->sync = plan->upto > outbox->synced && (sync_is_due(outbox, live_time_monotonic_ms()) ||
                                                 outbox->ending || outbox->options.sync_ms == 0);
    outbox->hurry = false;
}

static void publish_lane(live_outbox *outbox, lv_lane *lane, const lv_lane *seen,
                         const lv_batch *read)
{
    if (seen->verdict != LV_UNDECIDED) {
        lane->batch = (lv_batch){ .text = NULL };
        lane->verdict = LV_UNDECIDED;
    }
    if (read->count == 0)
        return;
    lane->batch = *read;
    lane->ready = true;
    lane->wanted = false;
    lv_outbox_ring(outbox);
}

// One that was not stored is begun again, unless nobody waits for it any more.
static void leave_job(live_outbox *outbox, plan *plan, bool done)
{
    if (!plan->job)
        return;
    plan->job->begun = false;
    plan->job->done = done;
    if (done)
        outbox->job = NULL;
}

static void publish(live_outbox *outbox, plan *plan)
{
    const int64_t now = live_time_monotonic_ms();

    if (plan->moving) {
        const int64_t count = (int64_t)plan->moving->count;
        outbox->gather_until_ms = now + (count < GATHER_MS ? count : GATHER_MS);
        lv_half_clear(plan->moving);
    }
    outbox->stored = plan->upto;
    if (plan->sync) {
        outbox->synced = plan->upto;
        outbox->unsynced_since_ms = 0;
        lv_outbox_ring(outbox);
    } else if (outbox->stored > outbox->synced && !outbox->unsynced_since_ms) {
        outbox->unsynced_since_ms = now;
    }
    for (int i = 0; i < LV_LANES; i++)
        publish_lane(outbox, &outbox->lanes[i], &plan->lanes[i], &plan->read[i]);
    if (plan->looks)
        outbox->full = plan->full;
    if (outbox->report <= outbox->stored)
        outbox->report = 0;
    outbox->tally = *lv_store_tally(outbox->store);
    outbox->trouble.code = LIVE_OK;
}

// Once a second: the figures that cost something.
static void look(live_outbox *outbox)
{
    const int64_t now = lv_outbox_monotonic_ms(outbox);
    const double seconds = (double)(now - outbox->looked_ms) / 1000;
    const double rate =
        seconds > 0 ? (double)(outbox->put_bytes - outbox->rate_from) / seconds : outbox->rate;
    const double weight = outbox->rate_from == 0 || seconds > 600 ? 1 : seconds / 600;
    live_outbox_stat *stat = &outbox->stat;

    stat->disk_bytes = lv_store_used_bytes(outbox->store) + lv_store_spare_bytes(outbox->store);
    outbox->rate_from = outbox->put_bytes;
    outbox->rate += (rate - outbox->rate) * weight;
    outbox->looked_ms = now;
    const double left = (double)(outbox->options.max_bytes - lv_store_used_bytes(outbox->store));
    stat->days_left = outbox->rate < 1 ? -1 : left > 0 ? left / outbox->rate / 86400 : 0;
    outbox->oldest_ms = lv_store_oldest(outbox->store);
}

// Told while the link is up, once a minute at most; an event that tells and is dropped or refused itself is made up for
// later.
static void report_drops(live_outbox *outbox)
{
    char text[200];
    const int64_t lost = outbox->tally.unreported, now = lv_outbox_monotonic_ms(outbox);

    if (lost <= 0 || outbox->report || !outbox->delivering ||
        (outbox->reported_ms && now < outbox->reported_ms + REPORT_MS))
        return;
    int length = snprintf(
        text, sizeof text,
        "{\"__type\":\"outbox_dropped\",\"liverig__index__timestamp\":%lld,"
        "\"dropped\":%lld,\"dropped_in_all\":%lld,\"uid\":\"outbox-%llx-%llx\"}",
        (long long)lv_outbox_time_ms(outbox), (long long)lost, (long long)outbox->tally.dropped,
        (unsigned long long)lv_outbox_time_ms(outbox), (unsigned long long)outbox->number);
    lv_entry entry = { .text = text,
                       .length = (size_t)length,
                       .lost = lost > UINT32_MAX ? UINT32_MAX : (uint32_t)lost };
    if (lv_outbox_accept_now(outbox, &entry, 1, NULL))
        return;
    outbox->report = outbox->number;
    outbox->reported_ms = now;
}

static bool is_time_to_look(const live_outbox *outbox, const plan *plan)
{
    const int64_t now = lv_outbox_monotonic_ms(outbox), share = outbox->options.max_bytes / 32;
    const int64_t much = share < LV_HALF_BYTES / 4 ? share : LV_HALF_BYTES / 4;

    return now >= outbox->looked_ms + LOOK_MS || now < outbox->looked_ms ||
           (plan->moving && outbox->put_bytes - outbox->rate_from > much);
}

// Others see the counters as they were last told: at times, and when nothing may follow soon. What is synced and gone at the
// next opening is missed.
static void tell(live_outbox *outbox, bool synced, int64_t dead_before)
{
    if (synced)
        outbox->told = outbox->tally;
    if (synced || outbox->tally.queued == 0 || outbox->tally.dead != dead_before)
        lv_outbox_tell_owner(outbox);
}

static void do_round(live_outbox *outbox)
{
    plan plan = { .moving = NULL };
    live_error error = { 0 };
    const int64_t dead = outbox->tally.dead;

    take_plan(outbox, &plan);
    plan.looks = is_time_to_look(outbox, &plan);
    pthread_mutex_unlock(&outbox->mutex);
    live_err err = work_or_salvage(outbox, &plan, &error);
    pthread_mutex_lock(&outbox->mutex);
    leave_job(outbox, &plan, !err);
    if (err) {
        if (!outbox->trouble.code)
            live_log(LIVE_LOG_DEBUG, "outbox.trouble", "%s", error.text);
        outbox->trouble = error;
    } else {
        publish(outbox, &plan);
        report_drops(outbox);
    }
    if (!err && plan.looks && lv_outbox_monotonic_ms(outbox) != outbox->looked_ms)
        look(outbox);
    if (!err)
        tell(outbox, plan.looks || plan.sync, dead);
    pthread_cond_broadcast(&outbox->moved);
}

static bool is_done(const live_outbox *outbox)
{
    if (!outbox->ending)
        return false;
    return outbox->trouble.code ||
           (outbox->halves[0].length == 0 && outbox->halves[1].length == 0 &&
            outbox->synced == outbox->stored && !outbox->job &&
            outbox->lanes[LV_FRESH].verdict == LV_UNDECIDED &&
            outbox->lanes[LV_BACKLOG].verdict == LV_UNDECIDED);
}

void *lv_outbox_run(void *user)
{
    live_outbox *outbox = user;

    pthread_mutex_lock(&outbox->mutex);
    while (!is_done(outbox)) {
        wait_for_work(outbox);
        do_round(outbox);
    }
    pthread_mutex_unlock(&outbox->mutex);
    return NULL;
}
