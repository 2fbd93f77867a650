// SPDX-License-Identifier: Apache-2.0
// A WebSocket to the platform: text messages over a connection of the client's HTTP.
#ifndef LV_WEBSOCKET_H
#define LV_WEBSOCKET_H

#include "net/http.h"

typedef struct lv_websocket lv_websocket;

typedef struct lv_websocket_options {
    const char *url; // http:// or https://, as for requests
    const char *username, *password;
    int64_t timeout_ms; // for the connection; what follows is the owner's to limit
    size_t max_message_bytes;
    // Both are told from the loop, and the socket may be freed from either.
    void (*on_text)(const char *text, size_t length, void *user); // borrowed for the call
    void (*on_end)(const live_error *why, void *user);            // the socket is over, and freed
    void *user;
} lv_websocket_options;

// The URL outlives the socket; the credentials are used for the call only.
live_err lv_websocket_new(live_loop *loop, lv_http *http, const lv_websocket_options *options,
                          lv_websocket **ret_socket, live_error *error);

// Sends a text message: at once, or when the socket is open.
void lv_websocket_send(lv_websocket *socket, const char *text, size_t length);

// Says goodbye where that needs no waiting, and closes. NULL is fine.
void lv_websocket_free(lv_websocket *socket);

#endif
