// SPDX-License-Identifier: Apache-2.0
// A CometD server without sockets: payloads of messages in, payloads out, time from the loop.
#ifndef BAYEUX_SERVER_H
#define BAYEUX_SERVER_H

#include <cJSON.h>
#include <live/error.h>
#include <live/loop.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct bayeux_server bayeux_server;
typedef struct bayeux_poll bayeux_poll;     // a payload over HTTP whose answer is held
typedef struct bayeux_socket bayeux_socket; // a WebSocket

typedef struct bayeux_options {
    int64_t timeout_ms;           // 0: 30000; how long a connect is held
    int64_t interval_ms;          // between two connects
    int64_t max_interval_ms;      // 0: 10000; how long a session lives without a connect
    int max_queue;                // 0: no limit; a session whose queue is longer is removed
    int max_sessions_per_browser; // 0: no limit; connects of further ones are not held
    bool require_cookie; // sessions over HTTP are known only with the cookie they began with
    bool no_websocket, no_ack, no_timesync;
    bool holds_first_connect; // as any other one
    bool lists_only;          // a message without a list around it is no payload
    // Whether a channel may be subscribed; NULL: always.
    bool (*may_subscribe)(const char *channel, void *user);
    // A channel has its first subscriber, or none any more.
    void (*on_subscribed)(const char *channel, void *user);
    void (*on_unsubscribed)(const char *channel, void *user);
    // Whether a handshake's `ext` is accepted; NULL: always.
    bool (*may_handshake)(const cJSON *ext, void *user);
    void *user;
} bayeux_options;

live_err bayeux_server_new(live_loop *loop, const bayeux_options *options,
                           bayeux_server **ret_server, live_error *error);

// Answers what is held, then ends every session.
void bayeux_server_free(bayeux_server *server);

// Delivers an event to the subscribers of a channel. Takes `data`.
void bayeux_publish(bayeux_server *server, const char *channel, cJSON *data);

// Whether a subscriber of a channel has much waiting that it has not taken.
bool bayeux_is_behind(const bayeux_server *server, const char *channel);

// Removes every session without a word, as a restart of the server does.
void bayeux_drop_sessions(bayeux_server *server);
size_t bayeux_session_count(const bayeux_server *server);

// HTTP. Calls `reply` once, with the answer's status and JSON, at once or later; NULL is returned when it
// was called. `browser` is the value of the cookie, or "".
typedef void (*bayeux_reply_fn)(int status, const char *text, size_t length, void *user);
bayeux_poll *bayeux_post(bayeux_server *server, const char *text, size_t length,
                         const char *browser, bayeux_reply_fn reply, void *user);

// The peer of a held answer has left: what was for it waits for its next connect.
void bayeux_poll_gone(bayeux_poll *poll);

// WebSocket.
typedef struct bayeux_socket_hooks {
    void (*send)(const char *text, size_t length, void *user);
    void (*close)(int code, const char *reason, void *user); // then nothing more is sent
    size_t (*waiting)(
        void *user); // bytes that were to be sent and the peer has not taken; NULL: none
} bayeux_socket_hooks;

bayeux_socket *bayeux_socket_new(bayeux_server *server, const bayeux_socket_hooks *hooks,
                                 void *user);
void bayeux_socket_receive(bayeux_socket *socket, const char *text, size_t length);
void bayeux_socket_free(bayeux_socket *socket);

#endif
