// SPDX-License-Identifier: Apache-2.0
// The HTTP server: libmicrohttpd's epoll descriptor and time inside our loop.
#include "http_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http_internal.h"

enum { BACKLOG = 1024, CONNECTIONS = 8192, HEAD_BYTES = 16 * 1024, IDLE_S = 300, FLUSH_ROUNDS = 8 };

// NOLINTNEXTLINE(readability-function-size): the parameters are the library's
static enum MHD_Result on_request(void *user, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *data_length, void **slot)
{
    (void)version;
    return ag_exchange_receive(user, connection, url, method, data, data_length, slot);
}

static void on_completed(void *user, struct MHD_Connection *connection, void **slot,
                         enum MHD_RequestTerminationCode code)
{
    (void)user;
    (void)connection;
    (void)code;
    ag_exchange_completed(*slot);
    *slot = NULL;
}

// The path stays as it was sent: who routes it decodes its segments.
static size_t keep_escapes(void *user, struct MHD_Connection *connection, char *text)
{
    (void)user;
    (void)connection;
    return strlen(text);
}

static void set_timer(ag_http *http)
{
    MHD_UNSIGNED_LONG_LONG after_ms = 0;

    live_timer_set(http->timer,
                   MHD_get_timeout(http->daemon, &after_ms) == MHD_YES ? (int64_t)after_ms : -1, 0);
}

// Version 0.9.75 loses a wake-up when a connection is resumed from inside its run; another run finds it.
static void run(ag_http *http)
{
    if (http->running)
        return;
    http->running = true;
    MHD_run(http->daemon);
    http->running = false;
    set_timer(http);
}

static void on_ready(live_io *io, unsigned ready, void *user)
{
    (void)io;
    (void)ready;
    run(user);
}

static void on_time(live_timer *timer, void *user)
{
    (void)timer;
    run(user);
    MHD_run(((ag_http *)user)->daemon);
    MHD_run(((ag_http *)user)->daemon);
    set_timer(user);
}

void ag_http_nudge(ag_http *http)
{
    if (!http->closing)
        live_timer_set(http->timer, 0, 0);
}

static live_err listen_on(const ag_http_options *options, int *ret_fd, int *ret_port,
                          live_error *error)
{
    const char *host = options->address ? options->address : "127.0.0.1";
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_PASSIVE };
    struct addrinfo *address = NULL;
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } bound = { .v6 = { 0 } };
    socklen_t length = sizeof bound;
    char port[8];
    int on = 1;

    snprintf(port, sizeof port, "%d", options->port);
    if (getaddrinfo(host, port, &hints, &address))
        return live_fail(error, LIVE_E_INVALID, "'%s' is no numeric address", host);
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    bool open = fd >= 0 && !bind(fd, address->ai_addr, address->ai_addrlen) &&
                !listen(fd, BACKLOG) && !getsockname(fd, &bound.any, &length);
    int sys = errno;
    freeaddrinfo(address);
    if (!open) {
        if (fd >= 0)
            close(fd);
        return live_fail_errno(error, sys, "listening on %s port %d", host, options->port);
    }
    *ret_fd = fd;
    *ret_port = ntohs(bound.any.sa_family == AF_INET6 ? bound.v6.sin6_port : bound.v4.sin_port);
    return LIVE_OK;
}

static live_err start_daemon(ag_http *http, int fd, live_error *error)
{
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_ALLOW_UPGRADE;
    unsigned connections = http->options.max_connections, idle_s = http->options.idle_s;

    http->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, http, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_CONNECTION_LIMIT, connections ? connections : CONNECTIONS,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_BYTES, MHD_OPTION_CONNECTION_TIMEOUT,
        idle_s ? idle_s : IDLE_S, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
        MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL, MHD_OPTION_END);
    if (!http->daemon) {
        close(fd);
        return live_fail(error, LIVE_E_SYSTEM, "the HTTP server did not start");
    }
    int epoll_fd = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    live_err err = live_timer_new(http->loop, 0, 0, on_time, http, &http->timer, error);
    return err ? err
               : live_io_new(http->loop, epoll_fd, LIVE_READABLE, on_ready, http, &http->io, error);
}

live_err ag_http_new(live_loop *loop, const ag_http_options *options, ag_http **ret_http,
                     live_error *error)
{
    int fd = -1;
    ag_http *http = calloc(1, sizeof *http);
    if (!http)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    http->loop = loop;
    http->options = *options;
    live_err err = listen_on(options, &fd, &http->port, error);
    if (!err)
        err = start_daemon(http, fd, error);
    if (err) {
        ag_http_free(http);
        return err;
    }
    *ret_http = http;
    return LIVE_OK;
}

// Answers that were given but not sent leave now, as far as the sockets take them.
static void flush(ag_http *http)
{
    for (int round = 0; round < FLUSH_ROUNDS && http->exchanges; round++)
        MHD_run(http->daemon);
}

void ag_http_free(ag_http *http)
{
    if (!http)
        return;
    http->closing = true;
    for (ag_exchange *exchange = http->exchanges; exchange; exchange = exchange->next)
        ag_exchange_abandon(exchange);
    if (http->daemon)
        flush(http); // it may hand over a connection still
    ag_websockets_free(http);
    if (http->daemon)
        flush(http);
    live_io_free(http->io);
    live_timer_free(http->timer);
    if (http->daemon)
        MHD_stop_daemon(http->daemon);
    free(http);
}

int ag_http_port(const ag_http *http)
{
    return http->port;
}
