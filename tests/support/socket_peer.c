// SPDX-License-Identifier: Apache-2.0
// A scripted CometD server that speaks WebSocket.
#include "socket_peer.h"

#include <errno.h>
#include <openssl/evp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>

// Frames

static void send_bytes(tcp_end *end, const char *bytes, size_t length)
{
    for (size_t sent = 0; sent < length && end->fd >= 0;) {
        ssize_t count = send(end->fd, bytes + sent, length - sent, MSG_NOSIGNAL);
        if (count > 0) {
            sent += (size_t)count;
            continue;
        }
        struct pollfd room = { .fd = end->fd, .events = POLLOUT };
        if (errno != EAGAIN || poll(&room, 1, 10000) <= 0)
            return; // the client is gone
    }
}

void socket_frame(socket_peer *peer, int opcode, bool final, const char *bytes, size_t length)
{
    unsigned char head[10] = { (unsigned char)((final ? 0x80 : 0) | opcode) };
    size_t head_length = length < 126 ? 2 : length < 65536 ? 4 : 10;

    peer_must(peer->socket != NULL);
    head[1] = (unsigned char)(length < 126 ? length : length < 65536 ? 126 : 127);
    for (size_t i = 2; i < head_length; i++)
        head[i] = (unsigned char)(length >> (8 * (head_length - 1 - i)));
    send_bytes(peer->socket, (const char *)head, head_length);
    send_bytes(peer->socket, bytes, length);
}

void socket_text(socket_peer *peer, const char *text)
{
    socket_frame(peer, FRAME_TEXT, true, text, strlen(text));
}

void socket_close(socket_peer *peer, int code)
{
    char bytes[2] = { (char)(code >> 8), (char)(code & 0xff) };

    socket_frame(peer, FRAME_CLOSE, true, bytes, 2);
}

// Answers

static void reply(socket_peer *peer, tcp_end *end, const char *text)
{
    char head[128];

    if (end == peer->socket) {
        socket_text(peer, text);
        return;
    }
    snprintf(head, sizeof head,
             "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
             strlen(text));
    tcp_end_send(end, head);
    tcp_end_send(end, text);
}

static void answer_handshake(socket_peer *peer, tcp_end *end, const char *id)
{
    char text[1024];

    peer->fresh = true;
    peer->held[0] = '\0';
    snprintf(text, sizeof text,
             "[{\"channel\":\"/meta/handshake\",\"id\":\"%s\",\"successful\":true,"
             "\"clientId\":\"client%zu\",\"version\":\"1.0\",\"ext\":%s,"
             "\"supportedConnectionTypes\":[\"long-polling\",\"websocket\"],\"advice\":%s}]",
             id, ++peer->handshakes, peer->ext ? peer->ext : "{}",
             peer->advice ? peer->advice
                          : "{\"reconnect\":\"retry\",\"interval\":0,\"timeout\":30000}");
    reply(peer, end, text);
}

void socket_release(socket_peer *peer, const char *more)
{
    live_buf *text = live_buf_new();

    peer_must(*peer->held);
    live_buf_add_format(text,
                        "[%s{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":true}]",
                        more, peer->held);
    peer->held[0] = '\0';
    reply(peer, peer->held_end, live_buf_data(text));
    live_buf_free(text);
}

static void answer_connect(socket_peer *peer, tcp_end *end, const char *id)
{
    bool at_once = peer->fresh;

    peer->connects++;
    peer->polls += end != peer->socket;
    peer->overlaps += *peer->held != '\0';
    peer->fresh = false;
    snprintf(peer->held, sizeof peer->held, "%s", id);
    peer->held_end = end;
    if (at_once)
        socket_release(peer, "");
}

static void agree(socket_peer *peer, tcp_end *end, const cJSON *message)
{
    char text[512];

    peer->subscribes += strcmp(live_json_str(message, "channel", ""), "/meta/subscribe") == 0;
    snprintf(text, sizeof text,
             "[{\"channel\":\"%s\",\"id\":\"%s\",\"successful\":true,\"subscription\":\"%s\"}]",
             live_json_str(message, "channel", ""), live_json_str(message, "id", ""),
             live_json_str(message, "subscription", ""));
    reply(peer, end, text);
}

static void on_payload(socket_peer *peer, tcp_end *end, const char *text, size_t length)
{
    cJSON *messages = NULL;
    const cJSON *message;
    char own[32];

    snprintf(own, sizeof own, "client%zu", peer->handshakes);
    peer_must(live_json_parse(text, length, &messages, NULL) == LIVE_OK);
    peer_must(cJSON_IsArray(messages));
    cJSON_ArrayForEach (message, messages) {
        const char *channel = live_json_str(message, "channel", "");
        const char *id = live_json_str(message, "id", "");
        bool handshake = strcmp(channel, "/meta/handshake") == 0;
        peer->wrong += !handshake && strcmp(live_json_str(message, "clientId", ""), own) != 0;
        if (peer->fn && peer->fn(peer, message, peer->user))
            continue;
        if (handshake)
            answer_handshake(peer, end, id);
        else if (strcmp(channel, "/meta/connect") == 0)
            answer_connect(peer, end, id);
        else
            agree(peer, end, message);
    }
    cJSON_Delete(messages);
}

// HTTP

static void upgrade(socket_peer *peer, tcp_end *end)
{
    char text[256], accept[64] = "";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    const char *key = strstr(peer->upgrade, "Sec-WebSocket-Key: ");

    peer->upgrades++;
    if (peer->refusal) {
        snprintf(text, sizeof text, "HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n", peer->refusal);
        tcp_end_send(end, text);
        return;
    }
    peer_must(key != NULL);
    snprintf(text, sizeof text, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
             key + sizeof "Sec-WebSocket-Key: " - 1);
    peer_must(EVP_Digest(text, strlen(text), digest, &length, EVP_sha1(), NULL));
    EVP_EncodeBlock((unsigned char *)accept, digest, (int)length);
    snprintf(text, sizeof text,
             "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\n"
             "Connection: keep-alive, upgrade\r\nSec-WebSocket-Accept:  %s \r\n\r\n",
             peer->accept ? peer->accept : accept);
    peer->socket = end;
    peer->fresh = true;
    peer->held[0] = '\0';
    tcp_end_send(end, text);
}

// False: no whole request is there.
static bool read_request(socket_peer *peer, tcp_end *end)
{
    const char *bytes = live_buf_data(end->received);
    const char *body = strstr(bytes, "\r\n\r\n");
    const char *header = strstr(bytes, "Content-Length: ");
    size_t head = body ? (size_t)(body - bytes) + 4 : 0;
    size_t length = header && header < body ? strtoul(header + 16, NULL, 10) : 0;

    if (head == 0 || live_buf_length(end->received) < head + length)
        return false;
    if (strncmp(bytes, "GET ", 4) == 0) {
        snprintf(peer->upgrade, sizeof peer->upgrade, "%.*s", (int)head, bytes);
        live_buf_drop(end->received, head);
        upgrade(peer, end);
    } else {
        char *copy = strndup(body + 4, length);
        peer_must(copy != NULL);
        live_buf_drop(end->received, head + length);
        on_payload(peer, end, copy, length);
        free(copy);
    }
    return true;
}

static void on_frame(socket_peer *peer, tcp_end *end, int opcode, const char *bytes, size_t length)
{
    if (opcode == FRAME_TEXT)
        on_payload(peer, end, bytes, length);
    else if (opcode == FRAME_PONG)
        peer->pongs++;
    else if (opcode == FRAME_CLOSE)
        peer->closed_with =
            length >= 2 ? (unsigned char)bytes[0] << 8 | (unsigned char)bytes[1] : 1005;
}

// False: no whole frame is there.
static bool read_frame(socket_peer *peer, tcp_end *end)
{
    const unsigned char *bytes = (const unsigned char *)live_buf_data(end->received);
    size_t there = live_buf_length(end->received), length, head = 6;

    if (there < 2)
        return false;
    peer->wrong += !(bytes[1] & 0x80);
    length = bytes[1] & 0x7f;
    peer_must(length < 127); // a client's messages are short
    if (length == 126 && there >= 4) {
        length = (size_t)bytes[2] << 8 | bytes[3];
        head = 8;
    }
    if (there < head + length)
        return false;
    char *copy = malloc(length + 1);
    peer_must(copy != NULL);
    for (size_t i = 0; i < length; i++)
        copy[i] = (char)(bytes[head + i] ^ bytes[head - 4 + i % 4]);
    copy[length] = '\0';
    int opcode = bytes[0] & 0x0f;
    live_buf_drop(end->received, head + length);
    on_frame(peer, end, opcode, copy, length);
    free(copy);
    return true;
}

static void on_change(tcp_end *end, void *user)
{
    socket_peer *peer = user;

    while (end->fd >= 0 && (end == peer->socket ? read_frame(peer, end) : read_request(peer, end)))
        continue;
    if (end->left && end == peer->socket)
        peer->socket = NULL;
    if (end->left)
        tcp_end_close(end);
}

socket_peer *socket_peer_new(live_loop *loop, socket_peer_fn fn, void *user)
{
    socket_peer *peer = calloc(1, sizeof *peer);

    peer_must(peer != NULL);
    peer->fn = fn;
    peer->user = user;
    peer->tcp = tcp_peer_new(loop, on_change, peer);
    return peer;
}

void socket_peer_free(socket_peer *peer)
{
    if (!peer)
        return;
    tcp_peer_free(peer->tcp);
    free(peer);
}

void socket_peer_url(const socket_peer *peer, char url[64])
{
    snprintf(url, 64, "http://127.0.0.1:%d", tcp_peer_port(peer->tcp));
}
