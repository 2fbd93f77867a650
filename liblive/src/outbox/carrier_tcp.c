// SPDX-License-Identifier: Apache-2.0
// Takes batches to the TCP input: lines over a connection that is kept. Nobody answers there: a batch is over once the
// other side's kernel has confirmed its last byte, and begins anew when the connection broke before.
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "net/tcp.h"
#include "outbox/carrier.h"

enum { LOOK_MS = 1, PATIENCE_MS = 10000 };

typedef struct tcp {
    lv_carrier carrier;
    live_client *client;
    lv_tcp *connection; // the client's
} tcp;

struct lv_trip {
    tcp *tcp;
    lv_write *write;
    live_timer *timer;
    uint64_t connection, end; // where its last byte went
    int64_t patience_ms;
    lv_carried_fn fn;
    void *user;
};

static void tcp_cancel(lv_trip *trip)
{
    if (!trip)
        return;
    lv_write_free(trip->write);
    live_timer_free(trip->timer);
    free(trip);
}

static void finish(lv_trip *trip, const live_error *error)
{
    const lv_carried_fn fn = trip->fn;
    void *const user = trip->user;

    trip->write = NULL;
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
    look(trip);
}

static live_err start(lv_trip *trip, const char *text, size_t length, live_error *error)
{
    live_err err =
        live_timer_new(trip->tcp->client->loop, -1, 0, on_time, trip, &trip->timer, error);
    char *bytes = err ? NULL : malloc(length);

    if (err)
        return err;
    if (!bytes)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    memcpy(bytes, text, length);
    return lv_tcp_write(trip->tcp->connection, bytes, length, on_written, trip, &trip->write,
                        error);
}

static live_err tcp_send(lv_carrier *carrier, const char *text, size_t length, lv_carried_fn fn,
                         void *user, lv_trip **ret_trip, live_error *error)
{
    lv_trip *trip = calloc(1, sizeof *trip);
    if (!trip)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    *trip = (lv_trip){
        .tcp = (tcp *)carrier, .patience_ms = PATIENCE_MS / LOOK_MS, .fn = fn, .user = user
    };
    live_err err = start(trip, text, length, error);
    if (err) {
        tcp_cancel(trip);
        return err;
    }
    *ret_trip = trip;
    return LIVE_OK;
}

static void tcp_free(lv_carrier *carrier)
{
    free(carrier);
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
    tcp->carrier =
        (lv_carrier){ .lines = true, .send = tcp_send, .cancel = tcp_cancel, .free = tcp_free };
    tcp->client = client;
    tcp->connection = connection;
    *ret_carrier = &tcp->carrier;
    return LIVE_OK;
}
