// SPDX-License-Identifier: Apache-2.0
// Sends what is stored to the platform.
//
// Only HTTP 400, 413 and 422 are about the events: the batch is halved until the guilty one stands alone,
// which is left out. Everything else is the link's condition: all stays and is tried again later.
#include "gateway/sender.h"

#include <live/log.h>
#include <live/uuid.h>
#include <stdlib.h>

enum {
    MAX_BATCH = 500,
    MAX_BATCH_BYTES = 256 * 1024,
    FIRST_WAIT_MS = 500,
    LONGEST_WAIT_MS = 15000
};

struct ag_sender {
    live_loop *loop;
    live_client *client;
    ag_store *store;
    live_timer *timer;
    live_call *call;
    size_t in_flight, batch; // events on their way; how many may go at once
    int64_t wait_ms;         // 0: the last batch was taken
    void (*on_room)(void *user);
    void *user;
};

static bool is_about_events(const live_error *error)
{
    return error->http == 400 || error->http == 413 || error->http == 422;
}

static void take(ag_sender *sender)
{
    if (sender->wait_ms)
        live_log(LIVE_LOG_INFO, "gateway.delivering", "the platform takes events again");
    ag_store_drop(sender->store, sender->in_flight);
    sender->wait_ms = 0;
    sender->batch = sender->batch * 2 > MAX_BATCH ? MAX_BATCH : sender->batch * 2;
    sender->on_room(sender->user);
}

static void refuse(ag_sender *sender, const live_error *error)
{
    sender->wait_ms = 0; // the platform has answered
    if (sender->in_flight > 1) {
        sender->batch = sender->in_flight / 2;
        return;
    }
    live_log(LIVE_LOG_WARN, "gateway.refused",
             "the platform refused an event, which is left out: %s", error->text);
    ag_store_drop(sender->store, 1);
    sender->on_room(sender->user);
}

// Each wait is shortened by a random part, so that many agents do not come back in step.
static int64_t back_off(ag_sender *sender, const live_error *error)
{
    uint32_t random = 0;

    if (sender->wait_ms == 0)
        live_log(LIVE_LOG_WARN, "gateway.retrying", "events wait: %s", error->text);
    sender->wait_ms = sender->wait_ms ? sender->wait_ms * 2 : FIRST_WAIT_MS;
    if (sender->wait_ms > LONGEST_WAIT_MS)
        sender->wait_ms = LONGEST_WAIT_MS;
    if (live_random(&random, sizeof random, NULL))
        random = 0;
    return sender->wait_ms - (int64_t)((double)sender->wait_ms / 5 * ((double)random / UINT32_MAX));
}

static void on_sent(const live_error *error, void *user)
{
    ag_sender *sender = user;
    int64_t wait = 0;

    sender->call = NULL;
    if (!error)
        take(sender);
    else if (is_about_events(error))
        refuse(sender, error);
    else
        wait = back_off(sender, error);
    sender->in_flight = 0;
    if (ag_store_count(sender->store) > 0)
        live_timer_set(sender->timer, wait, 0);
}

static void send_batch(live_timer *timer, void *user)
{
    ag_sender *sender = user;
    live_buf *array = live_buf_new();
    live_error error = { 0 };

    (void)timer;
    if (!sender->call && ag_store_count(sender->store) > 0) {
        sender->in_flight = ag_store_read(sender->store, sender->batch, MAX_BATCH_BYTES, array);
        live_err err =
            live_buf_failed(array)
                ? live_fail(&error, LIVE_E_NOMEM, "out of memory")
                : live_event_send_text(sender->client, live_buf_data(array), live_buf_length(array),
                                       on_sent, sender, &sender->call, &error);
        if (err)
            on_sent(&error, sender);
    }
    live_buf_free(array);
}

live_err ag_sender_new(live_loop *loop, live_client *client, ag_store *store,
                       void (*on_room)(void *user), void *user, ag_sender **ret_sender,
                       live_error *error)
{
    ag_sender *sender = calloc(1, sizeof *sender);
    if (!sender)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    *sender = (ag_sender){ .loop = loop,
                           .client = client,
                           .store = store,
                           .batch = MAX_BATCH,
                           .on_room = on_room,
                           .user = user };
    live_err err = live_timer_new(loop, -1, 0, send_batch, sender, &sender->timer, error);
    if (err) {
        free(sender);
        return err;
    }
    *ret_sender = sender;
    return LIVE_OK;
}

void ag_sender_free(ag_sender *sender)
{
    if (!sender)
        return;
    live_call_free(sender->call);
    live_timer_free(sender->timer);
    free(sender);
}

void ag_sender_wake(ag_sender *sender)
{
    if (sender->client && !sender->call && !sender->wait_ms)
        live_timer_set(sender->timer, 0, 0);
}
