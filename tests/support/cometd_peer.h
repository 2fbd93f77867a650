// SPDX-License-Identifier: Apache-2.0
// A scripted LIVE platform for queries: a CometD server of one session a handshake, and POST /rest/query. The test
// may answer any request in its own way first.
#ifndef COMETD_PEER_H
#define COMETD_PEER_H

#include "http_peer.h"

typedef struct cometd_peer cometd_peer;

// What a request is: the channel of its first message, or "POST /path", "GET /path".
typedef bool (*cometd_peer_fn)(cometd_peer *peer, const char *what, const peer_request *request,
                               void *user); // true: the test has dealt with it

struct cometd_peer {
    http_peer *http;
    cometd_peer_fn fn;
    void *user;
    const char *advice;          // JSON, of the handshake's reply; NULL: retry, 0, 30000
    const char *cookies;         // header lines of the handshake's answer
    const peer_request *held;    // the connect that waits; NULL: none
    size_t handshakes, connects; // so far; each session's first connect is answered at once
    size_t overlaps;             // connects that came while one was held
    bool fresh;                  // no connect since the handshake
    size_t queries;              // posted so far: the channel of the last is "/data/qN"
    live_buf *events;            // that wait, each followed by a comma
};

cometd_peer *cometd_peer_new(live_loop *loop, cometd_peer_fn fn, void *user);
void cometd_peer_free(cometd_peer *peer);

// The id of the request's first message; valid until the next call.
const char *cometd_id(const peer_request *request);

// Answers the connect that is held, with the events that wait.
void cometd_release(cometd_peer *peer);

// An event of the last query's channel with this `data`, on its way with the next answer to a connect.
void cometd_send(cometd_peer *peer, const char *data);

#endif
