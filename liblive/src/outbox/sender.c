// SPDX-License-Identifier: Apache-2.0
// Sends what is stored.
//
// Only HTTP 400, 413 and 422 are about the events: the batch is halved until the guilty one stands alone, which goes to
// the dead letters. Everything else is the link's condition: all stays and is tried again later.
#include "outbox/sender.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "net/backoff.h"
#include "outbox/outbox.h"

enum {
    FIRST_WAIT_MS = 500,
    LONGEST_RETRY_AFTER_MS = 3600 * 1000,
    LEAST_BYTES = 4096,
    TCP_WINDOW_BYTES = 256 * 1024
};

// A lane, as the loop sees it.
typedef struct flight {
    lv_sender *sender;
    lv_lane_name name;
    live_timer *timer; // asks again later
    live_buf *text;    // on its way
    size_t size, count;
    bool reports; // it tells what was dropped
    lv_trip *trip;
    bool asked; // the storing thread looks for a batch
    size_t max_count, max_bytes;
    int64_t rate; // bytes/s; 0: no limit
    double credit;
    int64_t credit_ms; // when it was counted
} flight;

struct lv_sender {
    live_outbox *outbox;
    live_loop *loop;
    lv_carrier *carrier; // NULL: nothing is sent
    live_io *io;
    flight flights[LV_LANES];
    lv_backoff backoff;
    int64_t blocked_until_ms; // no attempt before
    bool told;                // how it fares
    live_outbox_wait *waits;
};

struct live_outbox_wait {
    live_outbox_wait *next;
    lv_sender *sender;
    uint64_t number;
    live_synced_fn fn;
    void *user;
};

// Asking for batches

static void refill(flight *flight, int64_t now)
{
    const double rate = (double)flight->rate;

    flight->credit += rate * (double)(now - flight->credit_ms) / 1000;
    if (flight->credit > rate)
        flight->credit = rate; // what was not used for a second is gone
    flight->credit_ms = now;
}

// How long this lane has to wait before its next batch.
static int64_t wait_of(flight *flight)
{
    const int64_t now = live_loop_monotonic_ms(flight->sender->loop);
    int64_t wait = flight->sender->blocked_until_ms - now;

    if (flight->rate) {
        refill(flight, now);
        int64_t dear =
            flight->credit < 0 ? (int64_t)(-flight->credit * 1000 / (double)flight->rate) + 1 : 0;
        wait = dear > wait ? dear : wait;
    }
    return wait > 0 ? wait : 0;
}

// What the batch fared like, and whether the next one may come at once, are told together.
static void tell_store(flight *flight, lv_verdict verdict, const live_error *why)
{
    live_outbox *outbox = flight->sender->outbox;
    lv_lane *lane = &outbox->lanes[flight->name];
    const int64_t wait = flight->sender->carrier ? wait_of(flight) : 0;
    const size_t rate_bytes = flight->rate ? (size_t)flight->rate / 4 + 1 : SIZE_MAX;

    flight->asked = flight->sender->carrier && wait == 0;
    pthread_mutex_lock(&outbox->mutex);
    if (verdict) {
        lane->verdict = verdict;
        lane->why = why ? *why : (live_error){ 0 };
    }
    if (flight->asked) {
        lane->wanted = true;
        lane->lines = flight->sender->carrier->lines;
        lane->max_count = flight->max_count;
        lane->max_bytes = flight->max_bytes < rate_bytes ? flight->max_bytes : rate_bytes;
    }
    outbox->hurry = true;
    pthread_cond_signal(&outbox->work);
    pthread_mutex_unlock(&outbox->mutex);
    if (wait > 0)
        live_timer_set(flight->timer, wait, 0);
}

static void on_time(live_timer *timer, void *user)
{
    flight *flight = user;

    (void)timer;
    if (!flight->asked && !flight->trip && flight->sender->carrier)
        tell_store(flight, LV_UNDECIDED, NULL);
}

// Sending

static bool is_about_events(const live_error *error)
{
    return error->http == 400 || error->http == 413 || error->http == 422;
}

static void tell(const lv_sender *sender, live_outbox_note what, const char *text)
{
    const live_outbox_options *options = &sender->outbox->options;

    if (options->on_note)
        options->on_note(what, text, options->note_user);
}

static void note(lv_sender *sender, bool delivering, int64_t backoff_ms, const live_error *error)
{
    live_outbox *outbox = sender->outbox;

    pthread_mutex_lock(&outbox->mutex);
    const bool news = !sender->told || outbox->delivering != delivering;
    sender->told = true;
    outbox->delivering = delivering;
    outbox->stat.backoff_ms = backoff_ms;
    outbox->stat.retried += !delivering;
    snprintf(outbox->condition, sizeof outbox->condition, "%s", error ? error->text : "");
    pthread_mutex_unlock(&outbox->mutex);
    if (news)
        tell(sender, delivering ? LIVE_OUTBOX_DELIVERING : LIVE_OUTBOX_RETRYING,
             error ? error->text : "");
}

static size_t at_most_double(size_t now, size_t most)
{
    return now > most / 2 ? most : now * 2;
}

static void grow(flight *flight)
{
    const live_outbox_options *options = &flight->sender->outbox->options;
    size_t most = options->batch_bytes;

    if (flight->sender->carrier->lines && most > TCP_WINDOW_BYTES)
        most = TCP_WINDOW_BYTES;
    flight->max_count = at_most_double(flight->max_count, options->batch_count);
    flight->max_bytes = at_most_double(flight->max_bytes, most);
}

static void resume(lv_sender *sender)
{
    if (sender->blocked_until_ms || !sender->outbox->delivering)
        note(sender, true, 0, NULL);
    sender->blocked_until_ms = 0;
    lv_backoff_reset(&sender->backoff);
}

// The link's condition. Two lanes that fail together wait once.
static void back_off(flight *flight, const live_error *error, int64_t retry_after_ms)
{
    lv_sender *sender = flight->sender;
    const int64_t now = live_loop_monotonic_ms(sender->loop);

    if (error->code == LIVE_E_TIMEOUT && flight->max_bytes / 2 >= LEAST_BYTES)
        flight->max_bytes /= 2; // a slow link: less at once has its time
    if (now >= sender->blocked_until_ms) {
        int64_t wait = lv_backoff_wait(&sender->backoff);
        if (retry_after_ms > LONGEST_RETRY_AFTER_MS)
            retry_after_ms = LONGEST_RETRY_AFTER_MS;
        wait = retry_after_ms > wait ? retry_after_ms : wait;
        sender->blocked_until_ms = now + wait;
    }
    note(sender, false, sender->blocked_until_ms - now, error);
}

static void on_landed(const live_error *error, int64_t retry_after_ms, void *user)
{
    flight *flight = user;
    lv_verdict verdict = LV_BACK;

    flight->trip = NULL;
    live_buf_free(flight->text);
    flight->text = NULL;
    if (flight->rate)
        flight->credit -= (double)flight->size;
    if (!error) {
        verdict = LV_TAKEN;
        resume(flight->sender);
        grow(flight);
    } else if (is_about_events(error)) {
        resume(flight->sender); // the platform has answered
        verdict = flight->count > 1 ? LV_BACK : LV_REFUSED;
        flight->max_count = flight->count > 1 ? flight->count / 2 : flight->max_count;
        if (verdict == LV_REFUSED)
            tell(flight->sender, flight->reports ? LIVE_OUTBOX_UNTOLD : LIVE_OUTBOX_REFUSED,
                 error->text);
    } else {
        back_off(flight, error, retry_after_ms);
    }
    tell_store(flight, verdict, error);
}

static void fly(flight *flight)
{
    lv_carrier *carrier = flight->sender->carrier;
    live_error error = { 0 };

    if (flight->rate)
        refill(flight, live_loop_monotonic_ms(flight->sender->loop));
    if (carrier->send(carrier, live_buf_data(flight->text), live_buf_length(flight->text),
                      on_landed, flight, &flight->trip, &error))
        on_landed(&error, 0, flight);
}

// Meanwhile the other lane may have found the link down, or the carrier be another one.
static bool may_fly(const lv_sender *sender, bool lines)
{
    return sender->carrier && sender->carrier->lines == lines &&
           live_loop_monotonic_ms(sender->loop) >= sender->blocked_until_ms;
}

static void take_batch(flight *flight)
{
    live_outbox *outbox = flight->sender->outbox;
    lv_lane *lane = &outbox->lanes[flight->name];

    pthread_mutex_lock(&outbox->mutex);
    bool ready = lane->ready, lines = lane->batch.lines;
    if (ready) {
        flight->text = lane->batch.text;
        flight->size = live_buf_length(flight->text);
        flight->count = lane->batch.count;
        flight->reports = lane->batch.told > 0;
        lane->batch.text = NULL;
        lane->ready = false;
    }
    pthread_mutex_unlock(&outbox->mutex);
    if (!ready)
        return;
    flight->asked = false;
    if (may_fly(flight->sender, lines)) {
        fly(flight);
        return;
    }
    live_buf_free(flight->text);
    flight->text = NULL;
    tell_store(flight, LV_BACK, NULL);
}

// Waits

// One callback a turn: it may free the outbox.
static void call_wait(lv_sender *sender)
{
    live_outbox_wait **slot = &sender->waits, *due;

    pthread_mutex_lock(&sender->outbox->mutex);
    const uint64_t synced = sender->outbox->synced;
    pthread_mutex_unlock(&sender->outbox->mutex);
    while (*slot && (*slot)->number > synced)
        slot = &(*slot)->next;
    due = *slot;
    if (!due)
        return;
    *slot = due->next;
    lv_outbox_ring(sender->outbox);
    const live_synced_fn fn = due->fn;
    void *const user = due->user;
    free(due);
    fn(user);
}

static void on_bell(live_io *io, unsigned ready, void *user)
{
    lv_sender *sender = user;
    uint64_t rings;

    (void)io;
    (void)ready;
    if (read(sender->outbox->bell, &rings, sizeof rings) < 0)
        errno = 0;
    for (int i = 0; i < LV_LANES; i++)
        take_batch(&sender->flights[i]);
    call_wait(sender);
}

live_err live_outbox_when_synced(live_outbox *outbox, live_loop *loop, live_synced_fn fn,
                                 void *user, live_outbox_wait **ret_wait, live_error *error)
{
    lv_sender *sender = NULL;
    live_err err = lv_sender_need(outbox, loop, &sender, error);
    live_outbox_wait *wait = err ? NULL : calloc(1, sizeof *wait);

    if (err)
        return err;
    if (!wait)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    live_outbox_wait **end = &sender->waits;
    while (*end)
        end = &(*end)->next;
    pthread_mutex_lock(&outbox->mutex);
    *wait =
        (live_outbox_wait){ .sender = sender, .number = outbox->number, .fn = fn, .user = user };
    if (outbox->sync_wanted < wait->number)
        outbox->sync_wanted = wait->number;
    pthread_cond_signal(&outbox->work);
    pthread_mutex_unlock(&outbox->mutex);
    *end = wait;
    lv_outbox_ring(outbox); // it may be so already
    *ret_wait = wait;
    return LIVE_OK;
}

void live_outbox_wait_free(live_outbox_wait *wait)
{
    if (!wait)
        return;
    live_outbox_wait **slot = &wait->sender->waits;
    while (*slot != wait)
        slot = &(*slot)->next;
    *slot = wait->next;
    free(wait);
}

// Life

static live_err make_flight(lv_sender *sender, lv_lane_name name, int64_t rate, live_error *error)
{
    flight *flight = &sender->flights[name];

    *flight = (struct flight){ .sender = sender,
                               .name = name,
                               .max_count = sender->outbox->options.batch_count,
                               .max_bytes = sender->outbox->options.batch_bytes,
                               .rate = rate > 0 ? rate : 0,
                               .credit_ms = live_loop_monotonic_ms(sender->loop) };
    return live_timer_new(sender->loop, -1, 0, on_time, flight, &flight->timer, error);
}

live_err lv_sender_need(live_outbox *outbox, live_loop *loop, lv_sender **ret_sender,
                        live_error *error)
{
    const live_outbox_options *options = &outbox->options;
    lv_sender *sender = outbox->sender;

    *ret_sender = sender;
    if (sender)
        return sender->loop == loop
                   ? LIVE_OK
                   : live_fail(error, LIVE_E_INVALID, "an outbox is at one loop, and not this one");
    sender = calloc(1, sizeof *sender);
    if (!sender)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    *sender =
        (lv_sender){ .outbox = outbox,
                     .loop = loop,
                     .backoff = { .first_ms = FIRST_WAIT_MS, .cap_ms = options->retry_cap_ms } };
    live_err err = make_flight(sender, LV_FRESH, options->fresh_rate, error);
    if (!err)
        err = make_flight(sender, LV_BACKLOG, options->backlog_rate, error);
    if (!err)
        err = live_io_new(loop, outbox->bell, LIVE_READABLE, on_bell, sender, &sender->io, error);
    if (err) {
        lv_sender_free(sender);
        return err;
    }
    outbox->sender = *ret_sender = sender;
    return LIVE_OK;
}

void lv_sender_start(lv_sender *sender, lv_carrier *carrier)
{
    lv_sender_stop(sender);
    sender->carrier = carrier;
    for (int i = 0; i < LV_LANES; i++) {
        flight *flight = &sender->flights[i];
        if (carrier->lines && flight->max_bytes > TCP_WINDOW_BYTES)
            flight->max_bytes = TCP_WINDOW_BYTES;
        tell_store(flight, LV_UNDECIDED, NULL);
    }
}

// What is on its way stays in the store.
static void recall(flight *flight)
{
    live_outbox *outbox = flight->sender->outbox;
    lv_lane *lane = &outbox->lanes[flight->name];
    const lv_carrier *carrier = flight->sender->carrier;
    const bool taken = flight->trip && carrier->settle && carrier->settle(flight->trip);

    carrier->cancel(flight->trip);
    flight->trip = NULL;
    live_buf_free(flight->text);
    flight->text = NULL;
    flight->asked = false;
    live_timer_set(flight->timer, -1, 0);
    pthread_mutex_lock(&outbox->mutex);
    lane->wanted = false;
    if (lane->ready)
        live_buf_free(lane->batch.text);
    lane->batch.text = NULL;
    lane->ready = false;
    if (lane->batch.count > 0 && lane->verdict == LV_UNDECIDED)
        lane->verdict = taken ? LV_TAKEN : LV_BACK;
    outbox->hurry = true;
    outbox->delivering = false;
    pthread_cond_signal(&outbox->work);
    pthread_mutex_unlock(&outbox->mutex);
}

void lv_sender_stop(lv_sender *sender)
{
    if (!sender->carrier)
        return;
    for (int i = 0; i < LV_LANES; i++)
        recall(&sender->flights[i]);
    sender->carrier->free(sender->carrier);
    sender->carrier = NULL;
}

void lv_sender_free(lv_sender *sender)
{
    if (!sender)
        return;
    lv_sender_stop(sender);
    while (sender->waits)
        // NOLINTNEXTLINE(clang-analyzer-unix.Malloc): each takes itself out of the list
        live_outbox_wait_free(sender->waits);
    for (int i = 0; i < LV_LANES; i++)
        live_timer_free(sender->flights[i].timer);
    live_io_free(sender->io);
    free(sender);
}

live_err live_outbox_attach(live_outbox *outbox, live_client *client, live_error *error)
{
    lv_carrier *carrier = NULL;
    lv_sender *sender = NULL;
    live_err err = lv_sender_need(outbox, client->loop, &sender, error);

    if (!err)
        err = client->rest ? lv_carrier_rest(client, outbox->options.gzip, &carrier, error)
                           : lv_carrier_tcp(client, &carrier, error);
    if (!err)
        lv_sender_start(sender, carrier);
    return err;
}

void live_outbox_detach(live_outbox *outbox)
{
    if (outbox->sender)
        lv_sender_stop(outbox->sender);
}
