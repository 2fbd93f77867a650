// SPDX-License-Identifier: Apache-2.0
// Takes batches to the TCP input: lines over a connection that is kept. Nobody answers there: a batch is over once the
// other side's kernel has confirmed its last byte, and begins anew when the connection broke before. What was confirmed
// last is kept as long as the connection lasts: the other side's program may not have read it when it dies, which
// resets the connection, and then it goes first over the next one. An orderly end says that all was read.
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "net/backoff.h"
#include "net/tcp.h"
#include "outbox/carrier.h"
#include "outbox/tail.h"

enum {
    LOOK_MS = 1,
    PATIENCE_MS = 10000,
    END_MS = 2000,
    FIRST_WAIT_MS = 500,
    LONGEST_WAIT_MS = 15000
};

typedef struct tcp {
    lv_carrier carrier;
    live_client *client;
    lv_tcp *connection; // the client's
    lv_tail tail;
    uint64_t tail_connection; // which one confirmed it
    lv_trip *bearer;          // takes the tail along; NULL: none does
    lv_trip *lone;            // the tail's own trip, where no batch waits
    live_timer *again;        // looks whether the tail is due
    lv_backoff backoff;
    bool ended, ended_well; // by us: whether the other side has read all, and ended too
    uint64_t ended_connection;
} tcp;

struct lv_trip {
    tcp *tcp;
    lv_write *write;
    live_timer *timer;
    const char *text; // the caller's
    size_t length;
    uint64_t connection, end; // where its last byte went
    int64_t patience_ms;
    lv_carried_fn fn;
    void *user;
};

// The tail

static bool tail_is_due(const tcp *tcp)
{
    return tcp->tail.length > 0 && !tcp->bearer &&
           lv_tcp_look(tcp->connection).torn >= tcp->tail_connection;
}

static void on_torn(void *user)
{
    live_timer_set(((tcp *)user)->again, 0, 0);
}

// Of an older connection that ended in order nothing is left to be told.
static void keep(tcp *tcp, const lv_trip *trip)
{
    if (trip != tcp->bearer && trip->connection != tcp->tail_connection)
        lv_tail_clear(&tcp->tail);
    tcp->tail_connection = trip->connection;
    lv_tail_add(&tcp->tail, trip->text, trip->length);
    lv_backoff_reset(&tcp->backoff);
}

// Trips

static bool tcp_settle(lv_trip *trip)
{
    tcp *tcp = trip->tcp;

    if (!tcp->ended) {
        tcp->ended = true;
        tcp->ended_connection = lv_tcp_look(tcp->connection).connection;
        tcp->ended_well = lv_tcp_end(tcp->connection, END_MS);
    }
    if (!tcp->ended_well)
        return false;
    return trip->write ? lv_write_is_done(trip->write) : trip->connection == tcp->ended_connection;
}

static void tcp_cancel(lv_trip *trip)
{
    if (!trip)
        return;
    if (trip->tcp->bearer == trip)
        trip->tcp->bearer = NULL;
    lv_write_free(trip->write);
    live_timer_free(trip->timer);
    free(trip);
}

static void finish(lv_trip *trip, const live_error *error)
{
    tcp *tcp = trip->tcp;
    const lv_carried_fn fn = trip->fn;
    void *const user = trip->user;

    trip->write = NULL;
    if (!error)
        keep(tcp, trip);
    else if (tcp->bearer == trip)
        live_timer_set(tcp->again, lv_backoff_wait(&tcp->backoff), 0);
    tcp_cancel(trip);
    fn(error, 0, user);
}

static void fail(lv_trip *trip, live_err code, const char *why)
{
    live_error error = { 0 };

    live_fail(&error, code, "TCP input: %s", why);
    error.retry = true;
    finish(trip, &error);
}

static void look(lv_trip *trip)
{
    const lv_tcp_progress now = lv_tcp_look(trip->tcp->connection);

    if (now.connection != trip->connection)
        fail(trip, LIVE_E_CLOSED, "the connection ended before all was confirmed");
    else if (now.confirmed >= trip->end)
        finish(trip, NULL);
    else if (trip->patience_ms-- <= 0)
        fail(trip, LIVE_E_TIMEOUT, "what was sent is not confirmed");
    else
        live_timer_set(trip->timer, LOOK_MS, 0);
}

static void on_time(live_timer *timer, void *user)
{
    (void)timer;
    look(user);
}

static void on_written(const live_error *error, void *user)
{
    lv_trip *trip = user;
    const lv_tcp_progress now = lv_tcp_look(trip->tcp->connection);

    trip->write = NULL;
    if (error) {
        finish(trip, error);
        return;
    }
    trip->connection = now.connection;
    trip->end = now.written;
    if (tail_is_due(trip->tcp)) // it went over a new connection without what the old one lost
        fail(trip, LIVE_E_CLOSED, "the connection was reset");
    else
        look(trip);
}

static live_err start(lv_trip *trip, live_error *error)
{
    tcp *tcp = trip->tcp;
    const size_t before = tail_is_due(tcp) ? tcp->tail.length : 0;
    live_err err = live_timer_new(tcp->client->loop, -1, 0, on_time, trip, &trip->timer, error);
    char *bytes = err ? NULL : malloc(before + trip->length);

    if (err)
        return err;
    if (!bytes)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (before > 0) {
        lv_tail_write(&tcp->tail, bytes);
        tcp->bearer = trip;
    }
    memcpy(bytes + before, trip->text, trip->length);
    return lv_tcp_write(tcp->connection, bytes, before + trip->length, on_written, trip,
                        &trip->write, error);
}

static live_err tcp_send(lv_carrier *carrier, const char *text, size_t length, lv_carried_fn fn,
                         void *user, lv_trip **ret_trip, live_error *error)
{
    lv_trip *trip = calloc(1, sizeof *trip);
    if (!trip)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    *trip = (lv_trip){ .tcp = (tcp *)carrier,
                       .text = text,
                       .length = length,
                       .patience_ms = PATIENCE_MS / LOOK_MS,
                       .fn = fn,
                       .user = user };
    live_err err = start(trip, error);
    if (err) {
        tcp_cancel(trip);
        return err;
    }
    *ret_trip = trip;
    return LIVE_OK;
}

// When it has failed finish() sees to the next attempt.
static void on_lone(const live_error *error, int64_t retry_after_ms, void *user)
{
    (void)error;
    (void)retry_after_ms;
    ((tcp *)user)->lone = NULL;
}

static void on_again(live_timer *timer, void *user)
{
    tcp *tcp = user;

    if (tcp->lone || !tail_is_due(tcp))
        return;
    if (tcp_send(&tcp->carrier, "", 0, on_lone, tcp, &tcp->lone, NULL))
        live_timer_set(timer, lv_backoff_wait(&tcp->backoff), 0);
}

// Life

static void tcp_free(lv_carrier *carrier)
{
    tcp *tcp = (struct tcp *)carrier;

    lv_tcp_when_torn(tcp->connection, NULL, NULL);
    tcp_cancel(tcp->lone);
    if (!tcp->ended)
        lv_tcp_end(tcp->connection, END_MS);
    live_timer_free(tcp->again);
    lv_tail_clear(&tcp->tail);
    free(tcp);
}

live_err lv_carrier_tcp(live_client *client, lv_carrier **ret_carrier, live_error *error)
{
    lv_tcp *connection = NULL;
    live_err err = lv_client_tcp(client, &connection, error);
    if (err)
        return err;

    tcp *tcp = calloc(1, sizeof *tcp);
    if (!tcp)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    *tcp = (struct tcp){ .carrier = { .lines = true,
                                      .send = tcp_send,
                                      .settle = tcp_settle,
                                      .cancel = tcp_cancel,
                                      .free = tcp_free },
                         .client = client,
                         .connection = connection,
                         .backoff = { .first_ms = FIRST_WAIT_MS, .cap_ms = LONGEST_WAIT_MS } };
    err = live_timer_new(client->loop, -1, 0, on_again, tcp, &tcp->again, error);
    if (err) {
        free(tcp);
        return err;
    }
    lv_tcp_when_torn(connection, on_torn, tcp);
    *ret_carrier = &tcp->carrier;
    return LIVE_OK;
}
