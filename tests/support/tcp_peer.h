// SPDX-License-Identifier: Apache-2.0
// The other end of TCP connections, on the test's loop: what arrives is kept, what is sent is sent at once.
#ifndef TCP_PEER_H
#define TCP_PEER_H

#include <live/live.h>
#include <stdbool.h>

typedef struct tcp_peer tcp_peer;

typedef struct tcp_end {
    struct tcp_end *next;
    tcp_peer *peer;
    size_t number; // of the connection, from 1
    int fd;        // -1: closed
    live_io *io;
    live_buf *unsent;   // what the client has not made room for
    live_buf *received; // since the last live_buf_clear()
    size_t at;          // for the owner
    bool left;          // the client has closed it
} tcp_end;

// Called after every change of an end: it was opened, bytes came, the client left.
typedef void (*tcp_peer_fn)(tcp_end *end, void *user);

// Listens on a free port of 127.0.0.1; `fn` may be NULL.
tcp_peer *tcp_peer_new(live_loop *loop, tcp_peer_fn fn, void *user);
void tcp_peer_free(tcp_peer *peer);

int tcp_peer_port(const tcp_peer *peer);
size_t tcp_peer_count(const tcp_peer *peer);                // connections so far
tcp_end *tcp_peer_end(const tcp_peer *peer, size_t number); // NULL: not yet

// Listens no more; the connections there are stay.
void tcp_peer_refuse(tcp_peer *peer);

void tcp_end_send(tcp_end *end, const char *text);
void tcp_end_close(tcp_end *end);

// Peers also run on threads of their own, where cmocka's assertions have nowhere to jump to.
void peer_must(bool holds);

// Makes connections to `host` and `port` (0: a free one) wait for ever. Returns the port; the descriptors are
// closed by tcp_unclog().
enum { CLOG_FDS = 8 };
int tcp_clog(const char *host, int port, int fds[CLOG_FDS]);
void tcp_unclog(const int fds[CLOG_FDS]);

// A port of 127.0.0.1 nobody listens on.
int tcp_unused_port(void);

#endif
