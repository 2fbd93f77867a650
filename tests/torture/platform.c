// SPDX-License-Identifier: Apache-2.0
// A platform for programs whose memory is out: a process of its own that allocates nothing.
#include "platform.h"

#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_FDS = 32, REQUEST_BYTES = 65536 };

#define ROW                                                                                        \
    "{\"channel\":\"/data/q\",\"data\":{\"type\":\"event\",\"content\":[{\"n\":1},{\"n\":2}]}},"
#define END "{\"channel\":\"/data/q\",\"data\":{\"type\":\"stop\"}},"

// The connect that is held, and whether somebody waits for rows.
static int held = -1;
static char held_id[32];
static bool subscribed;

static void send_body(int fd, const char *body)
{
    dprintf(fd,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
            "Set-Cookie: BAYEUX_BROWSER=x; Path=/\r\n\r\n%s",
            strlen(body), body);
}

static void reply(int fd, const char *events, const char *channel, const char *id)
{
    char body[1024];

    snprintf(
        body, sizeof body,
        "[%s{\"channel\":\"%s\",\"id\":\"%s\",\"successful\":true,\"subscription\":\"/data/q\","
        "\"clientId\":\"c\",\"version\":\"1.0\",\"supportedConnectionTypes\":[\"long-polling\"],"
        "\"advice\":{\"reconnect\":\"retry\",\"interval\":0,\"timeout\":500}}]",
        events, channel, id);
    send_body(fd, body);
}

static void deliver(void)
{
    if (held < 0 || !subscribed)
        return;
    reply(held, ROW END, "/meta/connect", held_id);
    held = -1;
    subscribed = false;
}

static void answer(int fd, const char *request)
{
    char id[32] = "", channel[64] = "";
    const char *at = strstr(request, "\"id\":\""), *what = strstr(request, "\"channel\":\"");

    if (at)
        sscanf(at + 6, "%31[^\"]", id);
    if (what)
        sscanf(what + 11, "%63[^\"]", channel);
    if (strstr(request, "POST /rest/query") == request) {
        send_body(fd, "[{\"channel\":\"/data/q\"}]");
    } else if (strcmp(channel, "/meta/connect") == 0 && !strstr(request, "\"timeout\":0")) {
        held = fd;
        memcpy(held_id, id, sizeof id);
    } else {
        reply(fd, "", channel, id);
        subscribed = subscribed || strcmp(channel, "/meta/subscribe") == 0;
    }
    deliver();
}

static void serve(int listener)
{
    static char request[REQUEST_BYTES];
    struct pollfd fds[MOST_FDS] = { { .fd = listener, .events = POLLIN } };
    nfds_t count = 1;

    for (;;) {
        poll(fds, count, -1);
        if (fds[0].revents && count < MOST_FDS)
            fds[count++] = (struct pollfd){ .fd = accept(listener, NULL, NULL), .events = POLLIN };
        for (nfds_t i = 1; i < count; i++) {
            if (!fds[i].revents)
                continue;
            ssize_t got = read(fds[i].fd, request, sizeof request - 1);
            if (got <= 0) {
                held = held == fds[i].fd ? -1 : held;
                close(fds[i].fd);
                fds[i--] = fds[--count];
                continue;
            }
            request[got] = '\0';
            answer(fds[i].fd, request);
        }
    }
}

int platform_start(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 16) ||
        getsockname(listener, (struct sockaddr *)&address, &length))
        abort();
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGPIPE, SIG_IGN);
        serve(listener);
    }
    close(listener);
    return ntohs(address.sin_port);
}
