// SPDX-License-Identifier: Apache-2.0
// Fuzzes a client's WebSocket: what the server sends, in pieces. The first byte says how long the pieces are, and whether
// the upgrade is answered well, so that the rest are frames.
#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/websocket.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// A wire in place of the one over libcurl.
struct lv_wire {
    lv_wire_fn fn;
    void *user;
    char request[4096];
    size_t request_length;
    const uint8_t *data;
    size_t left, piece, ready;
};

static lv_wire wire;

live_err lv_wire_new(lv_http *http, const char *url, int64_t timeout_ms, lv_wire_fn fn, void *user,
                     lv_wire **ret_wire, live_error *error)
{
    (void)http;
    (void)url;
    (void)timeout_ms;
    (void)error;
    wire.fn = fn;
    wire.user = user;
    *ret_wire = &wire;
    return LIVE_OK;
}

void lv_wire_want(lv_wire *self, unsigned want)
{
    (void)self;
    (void)want;
}

ssize_t lv_wire_read(lv_wire *self, void *bytes, size_t room)
{
    size_t count = self->ready < room ? self->ready : room;

    if (count == 0)
        return 0;
    memcpy(bytes, self->data, count);
    self->data += count;
    self->left -= count;
    self->ready -= count;
    return (ssize_t)count;
}

ssize_t lv_wire_write(lv_wire *self, const void *bytes, size_t length)
{
    if (self->request_length + length < sizeof self->request) {
        memcpy(self->request + self->request_length, bytes, length);
        self->request_length += length;
    }
    return (ssize_t)length;
}

void lv_wire_free(lv_wire *self)
{
    (void)self;
}

void lv_http_add_cookies(const lv_http *http, const char *path, live_buf *out)
{
    (void)http;
    (void)path;
    live_buf_add_text(out, "BAYEUX_BROWSER=1");
}

static bool over;

static void on_text(const char *text, size_t length, void *user)
{
    (void)text;
    (void)length;
    (void)user;
}

static void on_end(const live_error *why, void *user)
{
    (void)user;
    over = true;
    if (!why->code)
        abort(); // an end has a reason
}

// A good answer to the upgrade.
static size_t agree(char *head, size_t size)
{
    const char *key = strstr(wire.request, "Sec-WebSocket-Key: ");
    char text[128];
    unsigned char digest[EVP_MAX_MD_SIZE], accept[64];
    unsigned length = 0;

    snprintf(text, sizeof text, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key + 19);
    EVP_Digest(text, strlen(text), digest, &length, EVP_sha1(), NULL);
    EVP_EncodeBlock(accept, digest, (int)length);
    return (size_t)snprintf(head, size,
                            "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            "Sec-WebSocket-Accept: %s\r\n\r\n",
                            (const char *)accept);
}

static void feed(const uint8_t *data, size_t size, size_t piece)
{
    wire.data = data;
    wire.left = size;
    while (!over && wire.left > 0) {
        wire.ready = wire.left < piece ? wire.left : piece;
        size_t before = wire.left;
        wire.fn(LIVE_READABLE, NULL, wire.user);
        if (wire.left == before)
            return; // it waits for the end only
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lv_websocket_options options = {
        .url = "http://h/cometd", .max_message_bytes = 4096, .on_text = on_text, .on_end = on_end
    };
    live_loop *loop = NULL;
    lv_websocket *socket = NULL;
    char head[256];

    if (size < 1 || live_loop_new(&loop, NULL))
        return 0;
    wire = (lv_wire){ 0 };
    over = false;
    if (!lv_websocket_new(loop, NULL, &options, &socket, NULL)) {
        wire.fn(LIVE_WRITABLE, NULL, wire.user);
        if (data[0] & 1)
            feed((const uint8_t *)head, agree(head, sizeof head), sizeof head);
        if (!over)
            lv_websocket_send(socket, "[]", 2);
        feed(data + 1, size - 1, (size_t)(data[0] >> 1) + 1);
        if (!over)
            lv_websocket_free(socket);
    }
    live_loop_free(loop);
    return 0;
}
