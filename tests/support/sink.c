// SPDX-License-Identifier: Apache-2.0
#include "sink.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PEERS = 64, ROOM = 4 * 1024 * 1024, LISTENERS = 2, TICK_MS = 20 };

typedef struct peer {
    bool rest;
    char *bytes;
    size_t length;
} peer;

typedef struct server {
    sink_state *state;
    int ports[LISTENERS]; // REST, TCP
    struct pollfd polls[LISTENERS + PEERS];
    peer peers[LISTENERS + PEERS];
} server;

static void must(bool holds)
{
    if (!holds)
        abort();
}

static int listen_at(int *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)*port),
                                   .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;

    must(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    must(bind(fd, (struct sockaddr *)&address, length) == 0 && listen(fd, 64) == 0);
    getsockname(fd, (struct sockaddr *)&address, &length);
    *port = ntohs(address.sin_port);
    return fd;
}

// The sum of the event's uid, which is the next one in the text.
static unsigned uid_sum(const char *text, size_t length)
{
    const char *at = memmem(text, length, "\"uid\":\"", 7);
    unsigned sum = 17;

    for (at = at ? at + 7 : ""; *at && *at != '"'; at++)
        sum = sum * 31 + (unsigned char)*at;
    return sum;
}

static void note(sink_state *state, long number, const char *text, size_t length)
{
    unsigned sum = uid_sum(text, length);

    if (state->seen[number] == 0)
        state->uids[number] = sum;
    else
        state->strangers += state->uids[number] != sum;
    if (state->seen[number] < 255)
        state->seen[number]++;
}

static void count(sink_state *state, const char *body, size_t length)
{
    const char *end = body + length;

    state->bytes += (long)length;
    if (state->mode == SINK_COUNTS_BYTES)
        return;
    for (const char *at = body; (at = memmem(at, (size_t)(end - at), "\"n\":", 4));) {
        long number = strtol(at += 4, NULL, 10);
        state->events++;
        if (number >= 0 && number < SINK_NUMBERS)
            note(state, number, at, (size_t)(end - at));
    }
}

static void leave(server *server, int at, bool reset)
{
    const struct linger hard = { .l_onoff = 1 };

    if (reset)
        setsockopt(server->polls[at].fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close(server->polls[at].fd);
    server->polls[at].fd = -1;
    server->peers[at].length = 0;
}

static void answer(server *server, int at, const char *body, size_t length)
{
    static const char good[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    static const char *const bad[SINK_MODES] = {
        [SINK_ANSWERS_500] = "HTTP/1.1 500 Oh no\r\nContent-Length: 0\r\n\r\n",
        [SINK_ANSWERS_401] = "HTTP/1.1 401 Who\r\nContent-Length: 0\r\n\r\n",
    };
    sink_state *state = server->state;
    const int mode = state->mode, fd = server->polls[at].fd;

    state->requests++;
    if (mode == SINK_IS_SILENT)
        return;
    if (!bad[mode])
        count(state, body, length);
    if (mode == SINK_RESETS || mode == SINK_LOSES) {
        state->lost++;
        if (mode == SINK_RESETS && send(fd, good, 20, MSG_NOSIGNAL) < 0)
            return;
        leave(server, at, mode == SINK_RESETS);
        return;
    }
    const char *text = bad[mode] ? bad[mode] : good;
    if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
        leave(server, at, false);
}

static void drop(peer *peer, size_t length)
{
    peer->length -= length;
    memmove(peer->bytes, peer->bytes + length, peer->length);
}

static void take_requests(server *server, int at)
{
    peer *peer = &server->peers[at];

    while (peer->length > 0) {
        peer->bytes[peer->length] = '\0';
        char *end = strstr(peer->bytes, "\r\n\r\n");
        const char *said = end ? strstr(peer->bytes, "Content-Length: ") : NULL;
        size_t head = end ? (size_t)(end - peer->bytes) + 4 : 0;
        size_t body = said && said < end ? strtoul(said + 16, NULL, 10) : 0;
        if (!end || peer->length < head + body)
            return;
        answer(server, at, peer->bytes + head, body);
        if (server->polls[at].fd < 0)
            return;
        drop(peer, head + body);
    }
}

static void take_lines(server *server, int at)
{
    peer *peer = &server->peers[at];
    const char *last = memrchr(peer->bytes, '\n', peer->length);

    if (!last)
        return;
    size_t whole = (size_t)(last - peer->bytes) + 1;
    peer->bytes[whole - 1] = '\0'; // a number ends there
    count(server->state, peer->bytes, whole);
    drop(peer, whole);
}

static void on_bytes(server *server, int at)
{
    peer *peer = &server->peers[at];
    ssize_t got = recv(server->polls[at].fd, peer->bytes + peer->length, ROOM - 1 - peer->length,
                       MSG_DONTWAIT);

    if (got <= 0) {
        leave(server, at, false);
        return;
    }
    peer->length += (size_t)got;
    if (peer->rest)
        take_requests(server, at);
    else
        take_lines(server, at);
}

static void on_connection(server *server, int listener)
{
    int fd = accept4(server->polls[listener].fd, NULL, NULL, SOCK_CLOEXEC);
    int at = LISTENERS;

    if (fd < 0)
        return;
    server->state->connections++;
    while (at < LISTENERS + PEERS && server->polls[at].fd >= 0)
        at++;
    must(at < LISTENERS + PEERS);
    server->polls[at].fd = fd;
    server->peers[at].rest = listener == 0;
    server->peers[at].length = 0;
    if (!server->peers[at].bytes)
        server->peers[at].bytes = malloc(ROOM);
    must(server->peers[at].bytes);
}

// Refusing means that nobody listens, and that those who were there are left.
static void follow_mode(server *server)
{
    const bool refuses = server->state->mode == SINK_REFUSES;

    for (int i = 0; i < LISTENERS; i++) {
        if (refuses && server->polls[i].fd >= 0)
            leave(server, i, false);
        else if (!refuses && server->polls[i].fd < 0)
            server->polls[i].fd = listen_at(&server->ports[i]);
    }
    for (int i = LISTENERS; refuses && i < LISTENERS + PEERS; i++)
        if (server->polls[i].fd >= 0)
            leave(server, i, true);
}

static void serve(server *server)
{
    for (;;) {
        follow_mode(server);
        if (poll(server->polls, LISTENERS + PEERS, TICK_MS) <= 0)
            continue;
        for (int i = 0; i < LISTENERS + PEERS; i++) {
            if (server->polls[i].fd < 0 || !server->polls[i].revents)
                continue;
            if (i < LISTENERS)
                on_connection(server, i);
            else
                on_bytes(server, i);
        }
    }
}

void sink_start(sink *sink)
{
    static server server;

    sink->state =
        mmap(NULL, sizeof *sink->state, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(sink->state != MAP_FAILED);
    server.state = sink->state;
    for (int i = 0; i < LISTENERS + PEERS; i++)
        server.polls[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
    for (int i = 0; i < LISTENERS; i++)
        server.polls[i].fd = listen_at(&server.ports[i]);
    sink->rest_port = server.ports[0];
    sink->tcp_port = server.ports[1];
    sink->pid = fork();
    must(sink->pid >= 0);
    if (sink->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        serve(&server);
    }
    for (int i = 0; i < LISTENERS; i++) {
        close(server.polls[i].fd);
        server.ports[i] = 0;
    }
}

void sink_stop(sink *sink)
{
    kill(sink->pid, SIGKILL);
    waitpid(sink->pid, NULL, 0);
    munmap(sink->state, sizeof *sink->state);
}

long sink_missing(const sink *sink, long first, long last)
{
    long missing = 0;

    for (long n = first; n <= last; n++)
        missing += sink->state->seen[n] == 0;
    return missing;
}

long sink_duplicates(const sink *sink, long first, long last)
{
    long again = 0;

    for (long n = first; n <= last; n++)
        again += sink->state->seen[n] > 1 ? sink->state->seen[n] - 1 : 0;
    return again;
}
