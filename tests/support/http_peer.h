// SPDX-License-Identifier: Apache-2.0
// A scripted HTTP server: each request goes to the test, which answers it, late, in pieces or never.
#ifndef HTTP_PEER_H
#define HTTP_PEER_H

#include "tcp_peer.h"

typedef struct http_peer http_peer;

typedef struct peer_request {
    struct peer_request *next;
    tcp_end *end;  // where it came from
    char *head;    // request line and headers, each line ended by "\n"
    char *body;    // "" without one
    size_t length; // of the body
} peer_request;

// The request stays there until the peer is freed.
typedef void (*http_peer_fn)(http_peer *peer, const peer_request *request, void *user);

http_peer *http_peer_new(live_loop *loop, http_peer_fn fn, void *user);
void http_peer_free(http_peer *peer);

const char *http_peer_url(const http_peer *peer);
void http_peer_refuse(http_peer *peer); // listens no more
int http_peer_port(const http_peer *peer);
size_t http_peer_connections(const http_peer *peer);
size_t http_peer_count(const http_peer *peer); // requests so far
const peer_request *http_peer_request(const http_peer *peer,
                                      size_t number); // from 1; NULL: not yet

// Whether the request line begins so: "GET /rest/me ".
bool peer_request_is(const peer_request *request, const char *line);

// A header's value, NULL without it; the name as clients write it. Valid until the next call.
const char *peer_request_header(const peer_request *request, const char *name);

// Answers with a Content-Length; `headers` are lines ended by "\r\n".
void peer_answer(const peer_request *request, const char *status, const char *headers,
                 const char *body);

// Answers 200 with JSON.
void peer_answer_json(const peer_request *request, const char *body);

#endif
