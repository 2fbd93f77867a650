// SPDX-License-Identifier: Apache-2.0
// A scripted CometD server that speaks WebSocket: handshakes by HTTP, the rest on the socket or by HTTP. The test
// may answer any message in its own way, and send frames as no good server would.
#ifndef SOCKET_PEER_H
#define SOCKET_PEER_H

#include "tcp_peer.h"

enum {
    FRAME_MORE = 0,
    FRAME_TEXT = 1,
    FRAME_BINARY = 2,
    FRAME_CLOSE = 8,
    FRAME_PING = 9,
    FRAME_PONG = 10
};

typedef struct socket_peer socket_peer;

// A message that came, over the socket or by HTTP. True: the test has dealt with it.
typedef bool (*socket_peer_fn)(socket_peer *peer, const cJSON *message, void *user);

struct socket_peer {
    tcp_peer *tcp;
    socket_peer_fn fn;
    void *user;
    tcp_end *socket;     // the open WebSocket; NULL: none
    const char *refusal; // answers an upgrade with this status; NULL: agrees
    const char *accept;  // in place of the right key; NULL
    const char *advice;  // JSON, of the handshake's reply
    const char *ext;     // JSON, of the handshake's reply
    char upgrade[4096];  // the head of the last one asked for
    bool fresh;          // no connect since the handshake or the upgrade
    bool held_by_http;   // the connect that waits
    char held[32];       // its id; "": none
    tcp_end *held_end;
    size_t handshakes, upgrades, connects, polls, subscribes, pongs; // polls: connects by HTTP
    size_t overlaps; // connects that came while one was held
    size_t wrong;    // frames that were not masked, messages without the session's id
    int closed_with; // the code of the last close that came
};

socket_peer *socket_peer_new(live_loop *loop, socket_peer_fn fn, void *user);
void socket_peer_free(socket_peer *peer);

// http://127.0.0.1:PORT
void socket_peer_url(const socket_peer *peer, char url[64]);

// A frame; `opcode` is one of the above, `final` says that the message ends with it.
void socket_frame(socket_peer *peer, int opcode, bool final, const char *bytes, size_t length);
void socket_text(socket_peer *peer, const char *text);
void socket_close(socket_peer *peer, int code);

// Answers the connect that is held; `more` goes before the reply in the same payload, such as "{…},".
void socket_release(socket_peer *peer, const char *more);

#endif
