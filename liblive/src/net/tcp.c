// SPDX-License-Identifier: Apache-2.0
// The TCP input's connection.
#include "net/tcp.h"

#include <errno.h>
#include <linux/sockios.h>
#include <live/time.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/lookup.h"

struct lv_write {
    lv_write *next;
    lv_tcp *tcp;
    char *bytes;
    size_t length, at;
    bool held; // TLS may hold a part of it
    lv_written_fn fn;
    void *user;
};

struct lv_tcp {
    live_loop *loop;
    char *host;
    int port;
    int64_t timeout_ms;
    lv_lookup *lookup;
    struct addrinfo *addresses, *next; // of the host, and the one to try after this one
    int fd;                            // -1: not connected, or over a wire
    lv_http *http;                     // NULL: no wires
    char *url;                         // for a wire
    lv_wire *wire;
    bool connected;
    bool used;                    // a write went over this connection
    uint64_t connection, written; // its number, and the bytes that went over it
    uint64_t torn;                // the last one that did not end in order
    lv_torn_fn on_torn;
    void *torn_user;
    live_io *io;
    live_timer *timer; // limits the lookup, each connect and the first write
    live_timer *kick;  // starts what was asked for, from the loop
    lv_write *first, **last;
};

static void want(lv_tcp *tcp, unsigned ready)
{
    if (tcp->wire)
        lv_wire_want(tcp->wire, ready);
    else
        live_io_want(tcp->io, ready);
}

static void close_socket(lv_tcp *tcp)
{
    lv_wire_free(tcp->wire);
    tcp->wire = NULL;
    live_io_free(tcp->io);
    tcp->io = NULL;
    if (tcp->fd >= 0)
        close(tcp->fd);
    tcp->fd = -1;
    tcp->connected = tcp->used = false;
}

static void forget_addresses(lv_tcp *tcp)
{
    if (tcp->addresses)
        freeaddrinfo(tcp->addresses);
    tcp->addresses = tcp->next = NULL;
}

static void disconnect(lv_tcp *tcp)
{
    lv_lookup_free(tcp->lookup);
    tcp->lookup = NULL;
    forget_addresses(tcp);
    close_socket(tcp);
    live_timer_set(tcp->timer, -1, 0);
}

static lv_write *take_first(lv_tcp *tcp)
{
    lv_write *write = tcp->first;

    tcp->first = write->next;
    if (!tcp->first)
        tcp->last = &tcp->first;
    return write;
}

static void finish(lv_write *write, const live_error *error)
{
    lv_written_fn fn = write->fn;
    void *user = write->user;

    free(write->bytes);
    free(write);
    fn(error, user);
}

static void tear(lv_tcp *tcp)
{
    tcp->torn = tcp->connection;
    if (tcp->on_torn)
        tcp->on_torn(tcp->torn_user);
}

// The write that is under way fails; those behind it try again on a new connection.
static void fail(lv_tcp *tcp, const live_error *error)
{
    if (tcp->connected)
        tear(tcp);
    disconnect(tcp);
    if (!tcp->first)
        return;
    lv_write *write = take_first(tcp);
    if (tcp->first)
        live_timer_set(tcp->kick, 0, 0);
    finish(write, error);
}

static void fail_system(lv_tcp *tcp, live_err code, int sys)
{
    live_error error = { 0 };

    live_fail_errno(&error, sys, "TCP input %s port %d", tcp->host, tcp->port);
    error.code = code;
    error.retry = true;
    fail(tcp, &error);
}

// Nothing is ever sent back: what is readable is the end, or of no interest. How many bytes; 0: none; -1: it is the end.
static ssize_t skip_some(lv_tcp *tcp)
{
    char ignored[512];
    ssize_t got;

    if (tcp->wire)
        return lv_wire_read(tcp->wire, ignored, sizeof ignored);
    do
        got = recv(tcp->fd, ignored, sizeof ignored, MSG_DONTWAIT);
    while (got < 0 && errno == EINTR);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return 0;
    return got > 0 ? got : -1;
}

static int socket_of(const lv_tcp *tcp)
{
    return tcp->wire ? lv_wire_socket(tcp->wire) : tcp->fd;
}

typedef enum presence { THERE, ENDED, TORN } presence;

// How the next read will fare: a reset is told once, so it is asked for before anybody else reads.
static presence peek_at_peer(const lv_tcp *tcp)
{
    char one;
    ssize_t got = recv(socket_of(tcp), &one, 1, MSG_PEEK | MSG_DONTWAIT);

    if (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
        return TORN;
    return got == 0 ? ENDED : THERE;
}

// TLS may hold what no descriptor tells of: it is read until nothing comes, or another round has its turn.
static presence look_at_peer(lv_tcp *tcp)
{
    enum { ROUND = 64 };
    presence peer = THERE;
    ssize_t got = 1;

    for (int i = 0; i < ROUND && got > 0 && peer == THERE; i++) {
        peer = peek_at_peer(tcp);
        got = peer == THERE ? skip_some(tcp) : 0;
    }
    return got < 0 ? ENDED : peer; // TLS ended before its socket
}

// How many bytes the kernel, or TLS, took of the write; 0: none at the moment; -1: see errno.
static ssize_t put(lv_tcp *tcp, lv_write *write)
{
    const char *bytes = write->bytes + write->at;
    size_t length = write->length - write->at;
    ssize_t sent = tcp->wire ? lv_wire_write(tcp->wire, bytes, length)
                             : send(tcp->fd, bytes, length, MSG_NOSIGNAL);

    if (tcp->wire) {
        write->held = sent == 0;
        errno = ECONNRESET;
        return sent;
    }
    return sent < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : sent;
}

static void write_first(lv_tcp *tcp)
{
    lv_write *write = tcp->first;
    ssize_t sent = put(tcp, write);

    if (sent < 0) {
        fail_system(tcp, LIVE_E_CLOSED, errno);
        return;
    }
    write->at += (size_t)sent;
    tcp->written += (uint64_t)sent;
    if (write->at < write->length)
        return;
    take_first(tcp);
    tcp->used = true;
    live_timer_set(tcp->timer, tcp->first ? tcp->timeout_ms : -1, 0);
    if (!tcp->first)
        want(tcp, LIVE_READABLE);
    finish(write, NULL);
}

// Only a connection that was good before is made again at once: one that ends each time would be made for ever.
static void on_left(lv_tcp *tcp, presence how)
{
    if (how == TORN)
        tear(tcp);
    if (tcp->first && (tcp->first->at > 0 || !tcp->used)) {
        fail_system(tcp, LIVE_E_CLOSED, ECONNRESET);
        return;
    }
    disconnect(tcp); // nothing of an event is lost with it
    if (tcp->first)
        live_timer_set(tcp->kick, 0, 0);
}

static void on_connected(lv_tcp *tcp)
{
    tcp->connected = true;
    tcp->connection++;
    tcp->written = 0;
    forget_addresses(tcp);
    live_timer_set(tcp->timer, tcp->first ? tcp->timeout_ms : -1, 0);
    want(tcp, LIVE_READABLE | (tcp->first ? LIVE_WRITABLE : 0u));
}

static void serve(lv_tcp *tcp, unsigned ready)
{
    const presence peer = ready & LIVE_READABLE ? look_at_peer(tcp) : THERE;

    if (peer != THERE)
        on_left(tcp, peer);
    else if ((ready & LIVE_WRITABLE) && tcp->first)
        write_first(tcp);
}

static void on_wire(unsigned ready, const live_error *error, void *user)
{
    lv_tcp *tcp = user;
    live_error own;

    if (error) {
        tcp->wire = NULL;
        own = *error;
        live_error_context(&own, own.code, "TCP input");
        fail(tcp, &own);
    } else if (!tcp->connected) {
        on_connected(tcp);
    } else {
        serve(tcp, ready);
    }
}

static void try_next(lv_tcp *tcp, int sys);

static void on_ready(live_io *io, unsigned ready, void *user)
{
    lv_tcp *tcp = user;
    int sys = 0;
    socklen_t length = sizeof sys;

    (void)io;
    if (!tcp->connected) {
        getsockopt(tcp->fd, SOL_SOCKET, SO_ERROR, &sys, &length);
        if (sys)
            try_next(tcp, sys);
        else
            on_connected(tcp);
    } else {
        serve(tcp, ready);
    }
}

// Begins to connect; 0, or why it cannot.
static int try_address(lv_tcp *tcp, const struct addrinfo *address)
{
    int on = 1;

    tcp->fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (tcp->fd < 0)
        return errno;
    setsockopt(tcp->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(tcp->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    if (connect(tcp->fd, address->ai_addr, address->ai_addrlen) && errno != EINPROGRESS)
        return errno;
    if (live_io_new(tcp->loop, tcp->fd, LIVE_WRITABLE, on_ready, tcp, &tcp->io, NULL))
        return ENOMEM;
    live_timer_set(tcp->timer, tcp->timeout_ms, 0);
    return 0;
}

// Goes on to the next address after one that failed with `sys`; the last one's failure is told.
static void try_next(lv_tcp *tcp, int sys)
{
    close_socket(tcp);
    while (tcp->next) {
        const struct addrinfo *address = tcp->next;
        tcp->next = address->ai_next;
        sys = try_address(tcp, address);
        if (!sys)
            return;
        close_socket(tcp);
    }
    fail_system(tcp, LIVE_E_CONNECT, sys);
}

static void on_found(struct addrinfo *addresses, const live_error *error, void *user)
{
    lv_tcp *tcp = user;
    live_error own;

    tcp->lookup = NULL;
    if (error) {
        own = *error;
        live_error_context(&own, own.code, "TCP input");
        fail(tcp, &own);
        return;
    }
    tcp->addresses = tcp->next = addresses;
    try_next(tcp, 0);
}

static void on_timeout(live_timer *timer, void *user)
{
    lv_tcp *tcp = user;
    live_error error = { 0 };

    (void)timer;
    if (!tcp->connected && tcp->next) {
        try_next(tcp, ETIMEDOUT);
        return;
    }
    live_fail(&error, tcp->connected ? LIVE_E_TIMEOUT : LIVE_E_CONNECT,
              "TCP input %s port %d: %s in time", tcp->host, tcp->port,
              tcp->connected ? "it takes no bytes"
              : tcp->lookup  ? "its name was not resolved"
                             : "no connection");
    error.retry = true;
    fail(tcp, &error);
}

// A wire limits by itself how long the connection may take.
static live_err connect_to(lv_tcp *tcp, live_error *error)
{
    if (tcp->http)
        return lv_wire_new(tcp->http, tcp->url, tcp->timeout_ms, on_wire, tcp, &tcp->wire, error);
    live_timer_set(tcp->timer, tcp->timeout_ms, 0);
    return lv_lookup_start(tcp->loop, tcp->host, tcp->port, on_found, tcp, &tcp->lookup, error);
}

static void start(live_timer *timer, void *user)
{
    lv_tcp *tcp = user;
    live_error error = { 0 };

    (void)timer;
    if (!tcp->first || tcp->lookup || (tcp->wire && !tcp->connected))
        return;
    if (tcp->fd >= 0 || tcp->wire) {
        live_timer_set(tcp->timer, tcp->timeout_ms, 0);
        want(tcp, LIVE_READABLE | LIVE_WRITABLE);
    } else if (connect_to(tcp, &error)) {
        fail(tcp, &error);
    }
}

static bool copy_address(lv_tcp *tcp, const lv_tcp_options *options)
{
    bool bracket = strchr(options->host, ':') && *options->host != '[';

    tcp->host = strdup(options->host);
    if (asprintf(&tcp->url, "%s://%s%s%s:%d", options->tls ? "tls" : "tcp", bracket ? "[" : "",
                 options->host, bracket ? "]" : "", options->port) < 0)
        tcp->url = NULL;
    return tcp->host && tcp->url;
}

static bool needs_wire(const lv_tcp *tcp, const lv_tcp_options *options)
{
    return options->http && (options->tls || !lv_http_is_direct(options->http, tcp->url));
}

live_err lv_tcp_new(live_loop *loop, const lv_tcp_options *options, lv_tcp **ret_tcp,
                    live_error *error)
{
    lv_tcp *tcp = calloc(1, sizeof *tcp);
    if (!tcp)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    *tcp = (lv_tcp){ .loop = loop,
                     .port = options->port,
                     .timeout_ms = options->timeout_ms,
                     .fd = -1,
                     .last = &tcp->first };
    live_err err =
        copy_address(tcp, options) ? LIVE_OK : live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (!err && needs_wire(tcp, options))
        tcp->http = options->http;
    if (!err)
        err = live_timer_new(loop, -1, 0, on_timeout, tcp, &tcp->timer, error);
    if (!err)
        err = live_timer_new(loop, -1, 0, start, tcp, &tcp->kick, error);
    if (err) {
        lv_tcp_free(tcp);
        return err;
    }
    *ret_tcp = tcp;
    return LIVE_OK;
}

// Ending in order

static bool wait_for(const lv_tcp *tcp, short what, int64_t deadline_ms)
{
    struct pollfd one = { .fd = socket_of(tcp), .events = what };
    int64_t left;
    int count;

    do {
        left = deadline_ms - live_time_monotonic_ms();
        count = poll(&one, 1, left > 0 ? (int)left : 0);
    } while (count < 0 && errno == EINTR);
    return count > 0;
}

static bool is_begun(const lv_write *write)
{
    return write && (write->at > 0 || write->held);
}

static bool write_rest(lv_tcp *tcp, int64_t deadline_ms)
{
    lv_write *write = tcp->first;

    while (is_begun(write) && write->at < write->length) {
        ssize_t sent = wait_for(tcp, POLLOUT, deadline_ms) ? put(tcp, write) : -1;
        if (sent < 0) {
            write->at = 0; // all of it goes over the next connection
            return false;
        }
        write->at += (size_t)sent;
    }
    return true;
}

// Over TLS an end that was not announced is one that an attacker may have made: what reads there may throw away the last bytes, and
// reset the connection behind it.
static bool say_goodbye(lv_tcp *tcp, int64_t deadline_ms)
{
    char bytes[256];
    const size_t length = tcp->wire ? lv_wire_goodbye(tcp->wire, bytes, sizeof bytes) : 0;
    size_t at = 0;

    while (at < length) {
        if (!wait_for(tcp, POLLOUT, deadline_ms))
            return false;
        ssize_t sent = send(socket_of(tcp), bytes + at, length - at, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno != EAGAIN && errno != EINTR)
            return false;
        at += sent > 0 ? (size_t)sent : 0;
    }
    return true;
}

bool lv_tcp_end(lv_tcp *tcp, int64_t limit_ms)
{
    const int64_t deadline = live_time_monotonic_ms() + limit_ms;
    presence peer = THERE;

    if (!tcp->connected)
        return false;
    if (write_rest(tcp, deadline) && say_goodbye(tcp, deadline) &&
        shutdown(socket_of(tcp), SHUT_WR) == 0)
        while (peer == THERE && wait_for(tcp, POLLIN, deadline))
            peer = look_at_peer(tcp);
    close_socket(tcp);
    live_timer_set(tcp->timer, -1, 0);
    if (tcp->first)
        live_timer_set(tcp->kick, 0, 0);
    return peer == ENDED;
}

bool lv_write_is_done(const lv_write *write)
{
    return write->at == write->length;
}

void lv_tcp_free(lv_tcp *tcp)
{
    if (!tcp)
        return;
    if (tcp->timer && !is_begun(tcp->first))
        lv_tcp_end(tcp, 0); // a socket closed over unread words of the other side would be reset
    if (tcp->timer)
        disconnect(tcp);
    while (tcp->first) {
        lv_write *write = take_first(tcp);
        free(write->bytes);
        free(write);
    }
    live_timer_free(tcp->timer);
    live_timer_free(tcp->kick);
    free(tcp->host);
    free(tcp->url);
    free(tcp);
}

live_err lv_tcp_write(lv_tcp *tcp, char *bytes, size_t length, lv_written_fn fn, void *user,
                      lv_write **ret_write, live_error *error)
{
    lv_write *write = calloc(1, sizeof *write);
    if (!write) {
        free(bytes);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }

    *write = (lv_write){ .tcp = tcp, .bytes = bytes, .length = length, .fn = fn, .user = user };
    if (!tcp->first)
        live_timer_set(tcp->kick, 0, 0);
    *tcp->last = write;
    tcp->last = &write->next;
    *ret_write = write;
    return LIVE_OK;
}

lv_tcp_progress lv_tcp_look(const lv_tcp *tcp)
{
    int unconfirmed = 0;

    if (!tcp->connected || ioctl(socket_of(tcp), SIOCOUTQ, &unconfirmed))
        return (lv_tcp_progress){ .torn = tcp->torn };
    if ((uint64_t)unconfirmed > tcp->written) // TLS adds to what it carries
        unconfirmed = (int)tcp->written;
    return (lv_tcp_progress){ .connection = tcp->connection,
                              .written = tcp->written,
                              .confirmed = tcp->written - (uint64_t)unconfirmed,
                              .torn = tcp->torn };
}

void lv_tcp_when_torn(lv_tcp *tcp, lv_torn_fn fn, void *user)
{
    tcp->on_torn = fn;
    tcp->torn_user = user;
}

void lv_write_free(lv_write *write)
{
    if (!write)
        return;
    lv_tcp *tcp = write->tcp;
    lv_write **slot = &tcp->first;

    while (*slot != write)
        slot = &(*slot)->next;
    *slot = write->next;
    if (!write->next)
        tcp->last = slot;
    if (is_begun(write) || (!tcp->first && !tcp->connected))
        disconnect(tcp);
    if (tcp->first)
        live_timer_set(tcp->kick, 0, 0);
    else
        live_timer_set(tcp->timer, -1, 0);
    free(write->bytes);
    free(write);
}
