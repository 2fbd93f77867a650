// SPDX-License-Identifier: Apache-2.0
// The other end of TCP connections, on the test's loop: what arrives is kept, what is sent is sent at once.
#include "tcp_peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct tcp_peer {
    live_loop *loop;
    int fd, port;
    live_io *io;
    tcp_end *ends;
    size_t count;
    tcp_peer_fn fn;
    void *user;
};

void peer_must(bool holds)
{
    if (!holds)
        abort();
}

static void send_rest(tcp_end *end)
{
    ssize_t sent =
        send(end->fd, live_buf_data(end->unsent), live_buf_length(end->unsent), MSG_NOSIGNAL);

    live_buf_drop(end->unsent, sent > 0 ? (size_t)sent : 0);
    if (live_buf_length(end->unsent) == 0)
        live_io_want(end->io, LIVE_READABLE);
}

static void on_bytes(live_io *io, unsigned ready, void *user)
{
    tcp_end *end = user;
    char bytes[65536];

    (void)io;
    if (ready & LIVE_WRITABLE)
        send_rest(end);
    if (!(ready & LIVE_READABLE))
        return;
    ssize_t got = recv(end->fd, bytes, sizeof bytes, 0);
    if (got > 0)
        live_buf_add(end->received, bytes, (size_t)got);
    if (got <= 0) {
        end->left = true;
        live_io_want(end->io, 0);
    }
    if (end->peer->fn)
        end->peer->fn(end, end->peer->user);
}

static void on_connection(live_io *io, unsigned ready, void *user)
{
    tcp_peer *peer = user;
    int fd = accept4(peer->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    tcp_end *end = calloc(1, sizeof *end);

    (void)io;
    (void)ready;
    int on = 1;
    peer_must(fd >= 0 && end);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    *end = (tcp_end){ .next = peer->ends,
                      .peer = peer,
                      .number = ++peer->count,
                      .fd = fd,
                      .unsent = live_buf_new(),
                      .received = live_buf_new() };
    peer->ends = end;
    peer_must(!live_io_new(peer->loop, fd, LIVE_READABLE, on_bytes, end, &end->io, NULL));
    if (peer->fn)
        peer->fn(end, peer->user);
}

static int new_socket(void)
{
    return socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

// Listens at the address and completes its port.
static int listen_at(struct sockaddr_in *address, int backlog)
{
    socklen_t length = sizeof *address;
    int fd = new_socket();

    peer_must(bind(fd, (struct sockaddr *)address, length) == 0);
    peer_must(listen(fd, backlog) == 0);
    peer_must(getsockname(fd, (struct sockaddr *)address, &length) == 0);
    return fd;
}

static int listen_somewhere(int *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int fd = listen_at(&address, 64);

    *port = ntohs(address.sin_port);
    return fd;
}

// A listener that accepts nothing, with its backlog full: the kernel answers no further connection.
int tcp_clog(const char *host, int port, int fds[CLOG_FDS])
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };

    peer_must(inet_pton(AF_INET, host, &address.sin_addr) == 1);
    fds[0] = listen_at(&address, 0);
    for (int i = 1; i < CLOG_FDS; i++) {
        fds[i] = new_socket();
        connect(fds[i], (struct sockaddr *)&address, sizeof address);
    }
    return ntohs(address.sin_port);
}

void tcp_unclog(const int fds[CLOG_FDS])
{
    for (int i = 0; i < CLOG_FDS; i++)
        close(fds[i]);
}

int tcp_unused_port(void)
{
    int port;

    close(listen_somewhere(&port));
    return port;
}

tcp_peer *tcp_peer_new(live_loop *loop, tcp_peer_fn fn, void *user)
{
    tcp_peer *peer = calloc(1, sizeof *peer);

    peer_must(peer);
    *peer = (tcp_peer){ .loop = loop, .fn = fn, .user = user };
    peer->fd = listen_somewhere(&peer->port);
    peer_must(!live_io_new(loop, peer->fd, LIVE_READABLE, on_connection, peer, &peer->io, NULL));
    return peer;
}

void tcp_peer_free(tcp_peer *peer)
{
    if (!peer)
        return;
    while (peer->ends) {
        tcp_end *end = peer->ends;
        peer->ends = end->next;
        tcp_end_close(end);
        live_buf_free(end->received);
        live_buf_free(end->unsent);
        free(end);
    }
    tcp_peer_refuse(peer);
    free(peer);
}

void tcp_peer_refuse(tcp_peer *peer)
{
    live_io_free(peer->io);
    peer->io = NULL;
    if (peer->fd >= 0)
        close(peer->fd);
    peer->fd = -1;
}

int tcp_peer_port(const tcp_peer *peer)
{
    return peer->port;
}

size_t tcp_peer_count(const tcp_peer *peer)
{
    return peer->count;
}

tcp_end *tcp_peer_end(const tcp_peer *peer, size_t number)
{
    tcp_end *end = peer->ends;

    while (end && end->number != number)
        end = end->next;
    return end;
}

void tcp_end_send(tcp_end *end, const char *text)
{
    size_t length = strlen(text);

    if (end->fd < 0)
        return;
    ssize_t sent = live_buf_length(end->unsent) ? 0 : send(end->fd, text, length, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN)
        return; // the client has left
    sent = sent < 0 ? 0 : sent;
    live_buf_add(end->unsent, text + sent, length - (size_t)sent);
    if (live_buf_length(end->unsent) > 0 && !end->left)
        live_io_want(end->io, LIVE_READABLE | LIVE_WRITABLE);
}

void tcp_end_close(tcp_end *end)
{
    live_io_free(end->io);
    end->io = NULL;
    if (end->fd >= 0)
        close(end->fd);
    end->fd = -1;
}
