// SPDX-License-Identifier: Apache-2.0
// Trials of the TCP input: what it makes of lines that no client sends. Its events are of the scratch type.
#include <live/buf.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probe/conversation.h"

enum { SEND_S = 15, CLOSE_MS = 2000, LONGEST_BYTES = 4 * 1024 * 1024 };

static int connect_to_input(const probe *probe)
{
    const struct timeval limit = { .tv_sec = SEND_S }; // of the connection, too
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    struct addrinfo *found = NULL;
    char port[8];
    int fd = -1;

    snprintf(port, sizeof port, "%d", probe->tcp_port);
    if (getaddrinfo(probe->tcp_host, port, &hints, &found))
        return -1;
    for (const struct addrinfo *one = found; one && fd < 0; one = one->ai_next) {
        fd = socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
        if (fd >= 0 && connect(fd, one->ai_addr, one->ai_addrlen)) {
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(found);
    return fd;
}

// The input says nothing; that it closes shows that it has read everything.
static void end_connection(int fd)
{
    struct pollfd one = { .fd = fd, .events = POLLIN };
    char ignored[512];

    shutdown(fd, SHUT_WR);
    while (poll(&one, 1, CLOSE_MS) > 0 && recv(fd, ignored, sizeof ignored, 0) > 0)
        continue;
    close(fd);
}

// Over a connection of its own. False: there is none.
static bool send_bytes(const probe *probe, const char *bytes, size_t length)
{
    const int fd = connect_to_input(probe);
    ssize_t sent = 1;

    if (fd < 0)
        return false;
    while (length > 0 && sent > 0) {
        sent = send(fd, bytes, length, MSG_NOSIGNAL);
        bytes += sent > 0 ? sent : 0;
        length -= sent > 0 ? (size_t)sent : 0;
    }
    end_connection(fd);
    return true;
}

static bool send_text(const probe *probe, const char *text)
{
    char *filled = probe_fill(probe, text);
    const bool sent = filled && send_bytes(probe, filled, strlen(filled));

    live_free(filled);
    return sent;
}

// An event of so many bytes, its end of line not among them.
static void send_long(const probe *probe, const char *begin, size_t length)
{
    char blanks[1024], *filled = probe_fill(probe, begin);
    live_buf *line = live_buf_new();

    memset(blanks, ' ', sizeof blanks);
    live_buf_add_text(line, filled);
    for (size_t left; filled && (left = length - 1 - live_buf_length(line)) > 0;)
        live_buf_add(line, blanks, left < sizeof blanks ? left : sizeof blanks);
    live_buf_add_text(line, "}\n");
    if (!live_buf_failed(line))
        send_bytes(probe, live_buf_data(line), live_buf_length(line));
    live_buf_free(line);
    live_free(filled);
}

// What may come late goes first.
static bool send_all(const probe *probe)
{
    if (!send_text(probe, "{\"__type\":\"T\",\"tag\":\"line\"}\n"))
        return false;
    send_long(probe, "{\"__type\":\"T\",\"tag\":\"beyond\"", LONGEST_BYTES + 1);
    send_long(probe, "{\"__type\":\"T\",\"tag\":\"longest\"", LONGEST_BYTES);
    send_text(probe, "no event\n{\"__type\":\"T\",\"tag\":\"behind\"}\n");
    send_text(probe, "{\"__type\":\"T\",\"tag\":\"tail\"}");
    return true;
}

static void look_at_lines(probe *probe, const cJSON *rows)
{
    if (!conversation_tagged(rows, "line"))
        return;
    probe_saw(probe, FACT_INPUT_TCP_TAIL, conversation_tagged(rows, "tail") ? "taken" : "lost");
    probe_saw(probe, FACT_INPUT_TCP_GARBAGE,
              conversation_tagged(rows, "behind") ? "passed-over" : "ends");
    probe_saw(probe, FACT_INPUT_TCP_LONGEST,
              conversation_tagged(rows, "beyond")    ? "longer"
              : conversation_tagged(rows, "longest") ? "4-MiB"
                                                     : "shorter");
}

static void miss_all(probe *probe, const char *reason)
{
    for (int id = FACT_INPUT_TCP_TAIL; id <= FACT_INPUT_TCP_LONGEST; id++)
        probe_missed(probe, (fact_id)id, reason);
}

static void find_lines(probe *probe)
{
    conversation conversation;

    if (conversation_open(&conversation, probe, probe->client)) {
        cJSON *rows = conversation_rows(&conversation,
                                        "T (tag:line|tag:beyond|tag:longest|tag:behind|tag:tail)",
                                        ",\"span\":\"last 10 minutes\"", 4);
        look_at_lines(probe, rows);
        cJSON_Delete(rows);
    }
    conversation_close(&conversation);
    miss_all(probe, "the event was not found again");
}

void probe_try_lines(probe *probe)
{
    if (!probe->tcp_host)
        miss_all(probe, "no TCP input is set");
    else if (probe->tcp_tls)
        miss_all(probe, "the TCP input speaks TLS");
    else if (!send_all(probe))
        miss_all(probe, "no connection to the TCP input");
    else
        find_lines(probe);
}
