// SPDX-License-Identifier: Apache-2.0
// The CometD server behind the HTTP server.
#include "cometd.h"

#include <live/uuid.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "websocket.h"

enum { BROWSER_BYTES = 33, MAX_MESSAGE_BYTES = 4 * 1024 * 1024, NOT_POSTED = 400 };

#define JSON_TYPE "application/json;charset=UTF-8"
#define COOKIE    "BAYEUX_BROWSER"

// A held answer, as long as both sides know of it.
typedef struct held {
    ag_exchange *exchange;
    bayeux_poll *poll;
} held;

static void answer(ag_exchange *exchange, int status, const char *text, size_t length)
{
    ag_exchange_add_header(exchange, "Cache-Control", "no-cache, no-store");
    ag_exchange_reply(exchange, status, JSON_TYPE, text, length);
}

static void on_reply(int status, const char *text, size_t length, void *user)
{
    held *held = user;

    answer(held->exchange, status, text, length);
    held->exchange = NULL;
    if (held->poll) // else bayeux_post() has not returned yet and its caller frees
        free(held);
}

static void on_gone(ag_exchange *exchange, void *user)
{
    held *held = user;

    (void)exchange;
    bayeux_poll_gone(held->poll);
    free(held);
}

// The cookie is set with the first answer and stays what it was.
static void read_browser(ag_exchange *exchange, char browser[BROWSER_BYTES])
{
    const char *cookie = ag_exchange_cookie(exchange, COOKIE);
    unsigned char bytes[16];
    char header[BROWSER_BYTES + 64];

    if (cookie && strlen(cookie) < BROWSER_BYTES && *cookie) {
        memcpy(browser, cookie, strlen(cookie) + 1);
        return;
    }
    browser[0] = '\0';
    if (live_random(bytes, sizeof bytes, NULL))
        return;
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(browser + 2 * i, 3, "%02x", bytes[i]);
    snprintf(header, sizeof header, COOKIE "=%s; Path=/; HttpOnly", browser);
    ag_exchange_add_header(exchange, "Set-Cookie", header);
}

static void handle_post(bayeux_server *server, ag_exchange *exchange)
{
    char browser[BROWSER_BYTES];
    held *own = calloc(1, sizeof *own);

    if (!own) {
        ag_exchange_drop(exchange);
        return;
    }
    own->exchange = exchange;
    read_browser(exchange, browser);
    bayeux_poll *poll = bayeux_post(server, ag_exchange_body(exchange),
                                    ag_exchange_body_length(exchange), browser, on_reply, own);
    if (!poll) {
        free(own);
        return;
    }
    own->poll = poll;
    ag_exchange_hold(exchange, on_gone, own);
}

// WebSocket

static void send_text(const char *text, size_t length, void *user)
{
    ag_websocket_send(user, text, length);
}

static void close_socket(int code, const char *reason, void *user)
{
    ag_websocket_close(user, code, reason);
}

static size_t waiting(void *user)
{
    return ag_websocket_waiting(user);
}

// The WebSocket's user is the Bayeux side, once both exist; before that it is the server.
static void on_open(ag_websocket *socket, void *user)
{
    static const bayeux_socket_hooks hooks = { .send = send_text,
                                               .close = close_socket,
                                               .waiting = waiting };

    ag_websocket_set_user(socket, bayeux_socket_new(user, &hooks, socket));
}

static void on_text(ag_websocket *socket, const char *text, size_t length, void *user)
{
    (void)socket;
    if (user)
        bayeux_socket_receive(user, text, length);
}

static void on_close(ag_websocket *socket, void *user)
{
    (void)socket;
    bayeux_socket_free(user);
}

static void handle_upgrade(bayeux_server *server, ag_exchange *exchange)
{
    ag_websocket_options options = { .max_message_bytes = MAX_MESSAGE_BYTES,
                                     .on_open = on_open,
                                     .on_text = on_text,
                                     .on_close = on_close,
                                     .user = server };

    ag_exchange_upgrade(exchange, &options);
}

void sim_cometd_handle(bayeux_server *server, ag_exchange *exchange, bool with_websocket)
{
    static const char refusal[] = "{\"message\":\"CometD takes POST and WebSocket\"}";

    if (strcmp(ag_exchange_method(exchange), "POST") == 0)
        handle_post(server, exchange);
    else if (with_websocket && ag_exchange_wants_websocket(exchange))
        handle_upgrade(server, exchange);
    else
        answer(exchange, NOT_POSTED, refusal, sizeof refusal - 1);
}
