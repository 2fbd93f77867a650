// SPDX-License-Identifier: Apache-2.0
// WebSockets of the HTTP server: whole text messages in and out.
#ifndef AG_WEBSOCKET_H
#define AG_WEBSOCKET_H

#include "http_server.h"

typedef struct ag_websocket ag_websocket;

typedef struct ag_websocket_options {
    size_t
        max_message_bytes; // a longer one closes with 1009, text that is no UTF-8 with 1007, other mistakes with 1002
    void (*on_open)(ag_websocket *socket, void *user);
    void (*on_text)(ag_websocket *socket, const char *text, size_t length, void *user);
    void (*on_close)(ag_websocket *socket,
                     void *user); // the last call; the socket is freed after it
    void *user;
} ag_websocket_options;

// Whether the request asks for a WebSocket.
bool ag_exchange_wants_websocket(const ag_exchange *exchange);

// Answers 101, or 400 or 426 when the request does not fit; the callbacks follow from the loop.
void ag_exchange_upgrade(ag_exchange *exchange, const ag_websocket_options *options);

void *ag_websocket_user(const ag_websocket *socket);
void ag_websocket_set_user(ag_websocket *socket, void *user);

// Sends a text message; it waits in memory while the peer is slow, and a peer for whom 16 MiB wait is let go.
void ag_websocket_send(ag_websocket *socket, const char *text, size_t length);

// Bytes of the messages that wait.
size_t ag_websocket_waiting(const ag_websocket *socket);

// Begins to close; on_close follows, at the latest after 5 s.
void ag_websocket_close(ag_websocket *socket, int code, const char *reason);

// Ends the connection without a word; on_close does not follow.
void ag_websocket_free(ag_websocket *socket);

#endif
