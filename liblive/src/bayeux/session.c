// SPDX-License-Identifier: Apache-2.0
// The CometD session of a client over HTTP long-polling and WebSocket.
#include "bayeux/session.h"

#include <live/log.h>
#include <live/time.h>
#include <live/uuid.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "client.h"
#include "net/websocket.h"

enum { LAST_WORD_MS = 500 };

typedef struct request {
    lv_session *session;
    lv_slot slot;
    lv_exchange *exchange; // by HTTP
    live_timer *limit;     // of the answer on the WebSocket
} request;

struct lv_listener {
    lv_listener *next, **link;
    lv_session *session;
    char *channel; // NULL: none yet
    uint64_t seen; // the notice it was told last
    lv_notice_fn fn;
    void *user;
};

struct lv_session {
    live_client *client;
    lv_bayeux *bayeux;
    char *url;
    request requests[LV_SLOTS];
    lv_websocket *socket; // NULL: none is open or being opened
    live_timer *timer;    // when the conversation goes on by itself
    lv_listener *listeners;
    uint64_t notices;
    bool terminated;
    bool *gone; // set when a listener frees the session
};

static uint32_t random_number(void)
{
    uint32_t number = 0;

    return live_random(&number, sizeof number, NULL) ? 0 : number;
}

static int64_t now(const lv_session *session)
{
    return live_loop_monotonic_ms(session->client->loop);
}

// Events go to the channel's listeners, everything else about no channel to all of them.
static bool concerns(const lv_notice *notice, const lv_listener *listener)
{
    if (!notice->channel)
        return true;
    return listener->channel && lv_bayeux_matches(listener->channel, notice->channel);
}

// Tells every listener once; each may free any of them. False: the session is gone.
static bool tell(lv_session *session, lv_notice *notice)
{
    bool gone = false;
    uint64_t number = ++session->notices;
    lv_listener *listener = session->listeners;

    session->gone = &gone;
    while (listener) {
        if (listener->seen >= number || !concerns(notice, listener)) {
            listener = listener->next;
            continue;
        }
        listener->seen = number;
        listener->fn(notice, listener->user);
        if (gone)
            return false;
        listener = session->listeners; // the list may have changed
    }
    session->gone = NULL;
    return true;
}

static void pump(lv_session *session);

// Tells what has happened, then sends what is due.
static void go_on(lv_session *session)
{
    lv_notice notice;
    bool alive = true;

    while (alive && lv_bayeux_take(session->bayeux, &notice)) {
        session->terminated = session->terminated || notice.kind == LV_NOTICE_TERMINATED;
        alive = tell(session, &notice);
        lv_notice_clear(&notice);
    }
    if (alive)
        pump(session);
}

static void on_reply(const lv_http_reply *reply, const live_error *error, void *user)
{
    request *request = user;
    lv_session *session = request->session;

    request->exchange = NULL;
    if (error)
        lv_bayeux_fail(session->bayeux, request->slot, error, now(session));
    else
        lv_bayeux_answer(session->bayeux, request->slot, reply->body, reply->length, now(session));
    go_on(session);
}

// WebSocket

static void close_socket(lv_session *session)
{
    lv_websocket_free(session->socket);
    session->socket = NULL;
}

static void on_text(const char *text, size_t length, void *user)
{
    lv_session *session = user;
    live_error error = { 0 };

    if (lv_bayeux_receive(session->bayeux, text, length, now(session), &error)) {
        close_socket(session);
        lv_bayeux_lose_socket(session->bayeux, &error, now(session));
    }
    go_on(session);
}

static void on_socket_end(const live_error *why, void *user)
{
    lv_session *session = user;

    session->socket = NULL;
    lv_bayeux_lose_socket(session->bayeux, why, now(session));
    go_on(session);
}

// A connection that does not answer does not heal.
static void on_overdue(live_timer *timer, void *user)
{
    lv_session *session = user;
    live_error error = { 0 };

    (void)timer;
    close_socket(session);
    live_fail(&error, LIVE_E_TIMEOUT, "WebSocket: no answer in time");
    error.retry = true;
    lv_bayeux_lose_socket(session->bayeux, &error, now(session));
    go_on(session);
}

static live_err open_socket(lv_session *session, live_error *error)
{
    const live_client_options *client = &session->client->options;
    lv_websocket_options options = { .url = session->url,
                                     .username = client->username,
                                     .password = client->password,
                                     .timeout_ms = client->connect_timeout_ms,
                                     .max_message_bytes = client->max_body_bytes,
                                     .on_text = on_text,
                                     .on_end = on_socket_end,
                                     .user = session };

    return lv_websocket_new(session->client->loop, session->client->http, &options,
                            &session->socket, error);
}

static void send_on_socket(lv_session *session, const lv_payload *payload)
{
    live_error error = { 0 };

    if (!session->socket && open_socket(session, &error)) {
        lv_bayeux_lose_socket(session->bayeux, &error, now(session));
        return;
    }
    lv_websocket_send(session->socket, payload->text, payload->length);
    live_timer_set(session->requests[payload->slot].limit, payload->timeout_ms, 0);
}

// HTTP

static void send_by_http(lv_session *session, const lv_payload *payload)
{
    request *request = &session->requests[payload->slot];
    live_error error = { 0 };
    lv_http_request http = { .url = session->url,
                             .body = payload->text,
                             .length = payload->length,
                             .once = payload->once,
                             .timeout_ms = payload->timeout_ms };

    lv_exchange_free(request->exchange); // of a session that is lost
    request->exchange = NULL;
    if (lv_http_start(session->client->http, &http, on_reply, request, &request->exchange, &error))
        lv_bayeux_fail(session->bayeux, payload->slot, &error, now(session));
}

static void pump(lv_session *session)
{
    lv_payload payload = { 0 };

    for (int slot = 0; slot < LV_SLOTS; slot++)
        if (!lv_bayeux_awaits(session->bayeux, (lv_slot)slot))
            live_timer_set(session->requests[slot].limit, -1, 0);
    while (lv_bayeux_next(session->bayeux, now(session), &payload)) {
        if (payload.transport == LV_WEBSOCKET) {
            send_on_socket(session, &payload);
        } else {
            close_socket(session); // of a session that is lost, or of a transport that is given up
            send_by_http(session, &payload);
        }
    }

    int64_t due = lv_bayeux_due(session->bayeux), time = now(session);
    live_timer_set(session->timer, due == LIVE_FOREVER ? -1 : due > time ? due - time : 0, 0);
}

static void on_time(live_timer *timer, void *user)
{
    (void)timer;
    go_on(user);
}

// A conversation of its own; an earlier one has ended.
static live_err begin(lv_session *session, live_error *error)
{
    lv_bayeux_options options = { .websocket = !session->client->options.polling_only,
                                  .ack = true,
                                  .timesync = true,
                                  .random = random_number };
    lv_bayeux *bayeux = NULL;
    live_err err = lv_bayeux_new(&options, now(session), &bayeux, error);
    if (err)
        return err;

    for (int slot = 0; slot < LV_SLOTS; slot++) {
        lv_exchange_free(session->requests[slot].exchange);
        session->requests[slot].exchange = NULL;
        live_timer_set(session->requests[slot].limit, -1, 0);
    }
    close_socket(session);
    lv_bayeux_free(session->bayeux);
    session->bayeux = bayeux;
    session->terminated = false;
    live_timer_set(session->timer, 0, 0);
    return LIVE_OK;
}

static live_err open_session(live_client *client, lv_session *session, live_error *error)
{
    size_t length = strlen(client->options.url) + sizeof "/cometd";

    session->client = client;
    session->url = malloc(length);
    if (!session->url)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    snprintf(session->url, length, "%s/cometd", client->options.url);
    live_err err = live_timer_new(client->loop, -1, 0, on_time, session, &session->timer, error);
    for (int slot = 0; slot < LV_SLOTS && !err; slot++) {
        request *request = &session->requests[slot];
        request->session = session;
        request->slot = (lv_slot)slot;
        err = live_timer_new(client->loop, -1, 0, on_overdue, session, &request->limit, error);
    }
    return err ? err : begin(session, error);
}

live_err lv_session_get(live_client *client, lv_session **ret_session, live_error *error)
{
    live_err err = LIVE_OK;

    if (client->session) {
        if (client->session->terminated)
            err = begin(client->session, error);
        if (!err)
            *ret_session = client->session;
        return err;
    }

    lv_session *session = calloc(1, sizeof *session);
    if (!session)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    err = open_session(client, session, error);
    if (err) {
        lv_session_free(session);
        return err;
    }
    *ret_session = client->session = session;
    return LIVE_OK;
}

bool lv_session_acknowledges(const lv_session *session)
{
    return lv_bayeux_acknowledges(session->bayeux);
}

int64_t lv_session_platform_ms(const lv_session *session, int64_t *ret_doubt_ms)
{
    int64_t offset = 0;
    bool known = lv_bayeux_clock_offset(session->bayeux, &offset);

    *ret_doubt_ms = known ? lv_bayeux_clock_doubt(session->bayeux) : LIVE_FOREVER;
    return known ? now(session) + offset : live_time_ms();
}

bool live_client_platform_ms(const live_client *client, int64_t *ret_ms)
{
    int64_t offset = 0;

    if (!client->session || !lv_bayeux_clock_offset(client->session->bayeux, &offset))
        return false;
    *ret_ms = now(client->session) + offset;
    return true;
}

// The server's resources are freed at once instead of when the session expires.
static void say_goodbye(lv_session *session)
{
    LV_AUTO(free) char *text = session->bayeux ? lv_bayeux_last_word(session->bayeux) : NULL;

    if (text)
        lv_http_post_now(session->client->http, session->url, text, LAST_WORD_MS);
}

void lv_session_free(lv_session *session)
{
    if (!session)
        return;
    if (session->gone)
        *session->gone = true;
    say_goodbye(session);
    close_socket(session);
    for (size_t slot = 0; slot < LV_SLOTS; slot++) {
        lv_exchange_free(session->requests[slot].exchange);
        live_timer_free(session->requests[slot].limit);
    }
    while (session->listeners)
        // NOLINTNEXTLINE(clang-analyzer-unix.Malloc): each takes itself out of the list
        lv_listener_free(session->listeners);
    live_timer_free(session->timer);
    lv_bayeux_free(session->bayeux);
    free(session->url);
    free(session);
}

live_err lv_listener_new(lv_session *session, lv_notice_fn fn, void *user,
                         lv_listener **ret_listener, live_error *error)
{
    lv_listener *listener = calloc(1, sizeof *listener);
    if (!listener)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    *listener = (lv_listener){ .session = session,
                               .fn = fn,
                               .user = user,
                               .seen = session->notices,
                               .next = session->listeners,
                               .link = &session->listeners };
    if (listener->next)
        listener->next->link = &listener->next;
    session->listeners = listener;
    *ret_listener = listener;
    return LIVE_OK;
}

void lv_listener_unsubscribe(lv_listener *listener)
{
    if (listener->channel)
        lv_bayeux_unsubscribe(listener->session->bayeux, listener->channel);
    free(listener->channel);
    listener->channel = NULL;
}

live_err lv_listener_subscribe(lv_listener *listener, const char *channel, live_error *error)
{
    lv_listener_unsubscribe(listener);
    listener->channel = strdup(channel);
    if (!listener->channel)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    live_err err = lv_bayeux_subscribe(listener->session->bayeux, channel, error);
    live_timer_set(listener->session->timer, 0, 0);
    return err;
}

void lv_listener_free(lv_listener *listener)
{
    if (!listener)
        return;
    lv_listener_unsubscribe(listener);
    live_timer_set(listener->session->timer, 0, 0);
    *listener->link = listener->next;
    if (listener->next)
        listener->next->link = listener->link;
    free(listener);
}
