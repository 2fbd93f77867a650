// SPDX-License-Identifier: Apache-2.0
// A scripted HTTP server: each request goes to the test, which answers it, late, in pieces or never.
#include "http_peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct http_peer {
    tcp_peer *tcp;
    char url[64];
    peer_request *requests; // newest first
    size_t count;
    http_peer_fn fn;
    void *user;
};

static char *copy(const char *text, size_t length)
{
    char *own = malloc(length + 1);

    peer_must(own);
    memcpy(own, text, length);
    own[length] = '\0';
    return own;
}

static void keep_request(http_peer *peer, tcp_end *end, const char *text, size_t head_length,
                         size_t body_length)
{
    peer_request *request = calloc(1, sizeof *request);

    peer_must(request);
    *request = (peer_request){ .next = peer->requests,
                               .end = end,
                               .head = copy(text, head_length),
                               .body = copy(text + head_length, body_length),
                               .length = body_length };
    for (char *at = request->head, *to = at;; at++) {
        if (*at != '\r')
            *to++ = *at;
        if (!*at)
            break;
    }
    peer->requests = request;
    peer->count++;
}

// Takes each whole request out of what has arrived.
static void on_change(tcp_end *end, void *user)
{
    http_peer *peer = user;

    for (;;) {
        const char *text = live_buf_data(end->received) + end->at;
        const char *body = end->fd >= 0 ? strstr(text, "\r\n\r\n") : NULL;
        if (!body)
            return;
        body += 4;
        const char *said = strstr(text, "Content-Length: ");
        size_t length = said && said < body ? strtoul(said + 16, NULL, 10) : 0;
        if (live_buf_length(end->received) < (size_t)(body - live_buf_data(end->received)) + length)
            return;
        keep_request(peer, end, text, (size_t)(body - text), length);
        end->at += (size_t)(body - text) + length;
        peer->fn(peer, peer->requests, peer->user);
    }
}

http_peer *http_peer_new(live_loop *loop, http_peer_fn fn, void *user)
{
    http_peer *peer = calloc(1, sizeof *peer);

    peer_must(peer);
    *peer = (http_peer){ .fn = fn, .user = user, .tcp = tcp_peer_new(loop, on_change, peer) };
    snprintf(peer->url, sizeof peer->url, "http://127.0.0.1:%d", tcp_peer_port(peer->tcp));
    return peer;
}

void http_peer_free(http_peer *peer)
{
    if (!peer)
        return;
    tcp_peer_free(peer->tcp);
    while (peer->requests) {
        peer_request *request = peer->requests;
        peer->requests = request->next;
        free(request->head);
        free(request->body);
        free(request);
    }
    free(peer);
}

const char *http_peer_url(const http_peer *peer)
{
    return peer->url;
}

void http_peer_refuse(http_peer *peer)
{
    tcp_peer_refuse(peer->tcp);
}

int http_peer_port(const http_peer *peer)
{
    return tcp_peer_port(peer->tcp);
}

size_t http_peer_connections(const http_peer *peer)
{
    return tcp_peer_count(peer->tcp);
}

size_t http_peer_count(const http_peer *peer)
{
    return peer->count;
}

const peer_request *http_peer_request(const http_peer *peer, size_t number)
{
    const peer_request *request = peer->requests;

    if (number < 1 || number > peer->count)
        return NULL;
    for (size_t back = peer->count - number; back > 0; back--)
        request = request->next;
    return request;
}

bool peer_request_is(const peer_request *request, const char *line)
{
    return strncmp(request->head, line, strlen(line)) == 0;
}

const char *peer_request_header(const peer_request *request, const char *name)
{
    static char value[1024];
    char line[64];

    snprintf(line, sizeof line, "\n%s: ", name);
    const char *found = strstr(request->head, line);
    if (!found)
        return NULL;
    found += strlen(line);
    snprintf(value, sizeof value, "%.*s", (int)strcspn(found, "\n"), found);
    return value;
}

void peer_answer(const peer_request *request, const char *status, const char *headers,
                 const char *body)
{
    char head[1024];

    snprintf(head, sizeof head, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n%s\r\n", status,
             strlen(body), headers);
    tcp_end_send(request->end, head);
    tcp_end_send(request->end, body);
}

void peer_answer_json(const peer_request *request, const char *body)
{
    peer_answer(request, "200 OK", "Content-Type: application/json;charset=utf-8\r\n", body);
}
