// SPDX-License-Identifier: Apache-2.0
// The HTTP server: on one loop, for long-polls, streams and WebSockets beside ordinary requests.
#ifndef AG_HTTP_SERVER_H
#define AG_HTTP_SERVER_H

#include <live/error.h>
#include <live/loop.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct ag_http ag_http;
typedef struct ag_exchange ag_exchange; // one request and its answer

// Called once the request is complete. It answers, holds, streams, upgrades or drops the exchange before it
// returns.
typedef void (*ag_request_fn)(ag_exchange *exchange, void *user);

typedef struct ag_http_options {
    const char *address; // numeric; NULL: 127.0.0.1
    int port;            // 0: any that is free
    size_t max_body_bytes;
    unsigned max_connections; // 0: 8192; others wait to be accepted
    unsigned idle_s;          // until a connection on which nothing passes is closed; 0: 300
    ag_request_fn fn;
    void *user;
} ag_http_options;

// LIVE_E_SYSTEM names address and port when they are in use.
live_err ag_http_new(live_loop *loop, const ag_http_options *options, ag_http **ret_http,
                     live_error *error);

// Closes every connection; held exchanges, streams and WebSockets are told that they are gone.
void ag_http_free(ag_http *http);
int ag_http_port(const ag_http *http);

// The request. Borrowed for as long as the exchange lives.

const char *ag_exchange_method(const ag_exchange *exchange); // "GET" for a HEAD, too
const char *ag_exchange_path(const ag_exchange *exchange);   // as sent, without the query
const char *ag_exchange_header(const ag_exchange *exchange, const char *name); // NULL: absent
const char *ag_exchange_cookie(const ag_exchange *exchange, const char *name);
const char *ag_exchange_body(const ag_exchange *exchange); // followed by a NUL
size_t ag_exchange_body_length(const ag_exchange *exchange);

// Calls `fn` for each query parameter; `value` is "" where there is none.
typedef void (*ag_parameter_fn)(const char *name, const char *value, void *user);
void ag_exchange_parameters(const ag_exchange *exchange, ag_parameter_fn fn, void *user);

// User and password of Basic credentials, yours: live_free(). False: none.
bool ag_exchange_credentials(const ag_exchange *exchange, char **ret_user, char **ret_password);

// The answer. After ag_exchange_reply() and ag_exchange_drop() the exchange is not ours any more.

void ag_exchange_add_header(ag_exchange *exchange, const char *name, const char *value);
void ag_exchange_reply(ag_exchange *exchange, int status, const char *content_type,
                       const char *body, size_t length);

// Closes the connection without an answer.
void ag_exchange_drop(ag_exchange *exchange);

// Keeps the request open. `on_gone` is called when the peer leaves, after which the exchange is not ours.
typedef void (*ag_gone_fn)(ag_exchange *exchange, void *user);
void ag_exchange_hold(ag_exchange *exchange, ag_gone_fn on_gone, void *user);

// Answers 200 with a body that is written piece by piece, until the peer leaves or ag_exchange_finish().
void ag_exchange_stream(ag_exchange *exchange, const char *content_type, ag_gone_fn on_gone,
                        void *user);

// False: the peer reads too slowly, more than `limit` bytes wait; nothing was added.
bool ag_exchange_write(ag_exchange *exchange, const char *bytes, size_t length, size_t limit);
void ag_exchange_finish(ag_exchange *exchange);

#endif
