// SPDX-License-Identifier: Apache-2.0
#include "wire.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "cmocka_all.h"

enum { LIMIT_S = 10 };

int wire_connect(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct timeval limit = { .tv_sec = LIMIT_S };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    int on = 1;

    assert_true(fd >= 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

void wire_send(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return; // the peer has had enough: its answer says why
        bytes += sent;
        length -= (size_t)sent;
    }
}

void wire_print(int fd, const char *format, ...)
{
    char text[8192];
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    assert_in_range(length, 0, sizeof text - 1);
    wire_send(fd, text, (size_t)length);
}

// One byte; false at the end.
static bool read_byte(int fd, char *byte)
{
    ssize_t got = recv(fd, byte, 1, 0);

    if (got < 0)
        fail_msg("nothing came for %d s", LIMIT_S);
    return got == 1;
}

static void read_exactly(int fd, char *out, size_t length)
{
    size_t have = 0;

    while (have < length) {
        ssize_t got = recv(fd, out + have, length - have, 0);
        if (got <= 0)
            fail_msg("the answer ends after %zu of %zu bytes", have, length);
        have += (size_t)got;
    }
}

static bool read_line(int fd, char *line, size_t size)
{
    size_t length = 0;
    char byte = 0;

    while (read_byte(fd, &byte)) {
        if (byte == '\n') {
            line[length - (length > 0 && line[length - 1] == '\r')] = '\0';
            return true;
        }
        assert_true(length + 1 < size);
        line[length++] = byte;
    }
    assert_int_equal(length, 0);
    return false;
}

static void read_chunks(int fd, wire_answer *answer)
{
    char line[64];
    size_t have = 0;

    for (;;) {
        assert_true(read_line(fd, line, sizeof line));
        size_t length = strtoul(line, NULL, 16);
        assert_true(have + length < sizeof answer->body);
        read_exactly(fd, answer->body + have, length);
        have += length;
        assert_true(read_line(fd, line, sizeof line));
        if (length == 0)
            break;
    }
    answer->body[have] = '\0';
}

static void read_body(int fd, wire_answer *answer)
{
    const char *length = strcasestr(answer->head, "\nContent-Length:");

    answer->body[0] = '\0';
    if (strcasestr(answer->head, "\nTransfer-Encoding: chunked")) {
        read_chunks(fd, answer);
    } else if (length) {
        size_t bytes = strtoul(length + sizeof "\nContent-Length:" - 1, NULL, 10);
        assert_true(bytes < sizeof answer->body);
        read_exactly(fd, answer->body, bytes);
        answer->body[bytes] = '\0';
    }
}

bool wire_read_head(int fd, wire_answer *answer)
{
    char line[2048];
    size_t length = 0;

    if (!read_line(fd, line, sizeof line))
        return false;
    assert_int_equal(strncmp(line, "HTTP/1.1 ", 9), 0);
    answer->status = (int)strtol(line + 9, NULL, 10);
    answer->head[0] = '\0';
    while (read_line(fd, line, sizeof line) && *line)
        length +=
            (size_t)snprintf(answer->head + length, sizeof answer->head - length, "\n%s", line);
    assert_true(length < sizeof answer->head);
    answer->body[0] = '\0';
    return true;
}

bool wire_read(int fd, wire_answer *answer)
{
    if (!wire_read_head(fd, answer))
        return false;
    if (answer->status >= 200)
        read_body(fd, answer);
    return true;
}

bool wire_silent(int fd)
{
    char byte;

    return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0;
}

bool wire_closed(int fd)
{
    char bytes[4096];
    ssize_t got;

    while ((got = recv(fd, bytes, sizeof bytes, 0)) > 0) {
    }
    return got == 0;
}

void wire_post(int fd, const char *path, const char *headers, const char *json, wire_answer *answer)
{
    wire_print(fd,
               "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n%s"
               "Content-Length: %zu\r\n\r\n",
               path, headers, strlen(json));
    wire_send(fd, json, strlen(json));
    if (answer)
        assert_true(wire_read(fd, answer));
}

void wire_upgrade(int fd, const char *path, const char *headers, wire_answer *answer)
{
    wire_print(fd,
               "GET %s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n",
               path, headers);
    assert_true(wire_read(fd, answer));
}

void wire_frame(int fd, int opcode, bool final, const void *bytes, size_t length)
{
    static const unsigned char mask[4] = { 0x12, 0x34, 0x56, 0x78 };
    bool masked = !(opcode & WIRE_UNMASKED);
    unsigned char head[14] = { (unsigned char)((final ? 0x80 : 0) | (opcode & 15)) };
    size_t at = 2;

    if (length < 126) {
        head[1] = (unsigned char)length;
    } else {
        head[1] = 127;
        for (int i = 7; i >= 0; i--)
            head[at++] = (unsigned char)((uint64_t)length >> (8 * i));
    }
    if (masked) {
        head[1] |= 0x80;
        memcpy(head + at, mask, sizeof mask);
        at += sizeof mask;
    }
    char *copy = test_malloc(length + 1);
    for (size_t i = 0; i < length; i++)
        copy[i] = (char)(((const unsigned char *)bytes)[i] ^ (masked ? mask[i % 4] : 0));
    wire_send(fd, (const char *)head, at);
    wire_send(fd, copy, length);
    test_free(copy);
}

void wire_text(int fd, const char *text)
{
    wire_frame(fd, WIRE_TEXT, true, text, strlen(text));
}

int wire_read_frame(int fd, char *out, size_t size)
{
    unsigned char head[2], extended[8];

    read_exactly(fd, (char *)head, 2);
    assert_true(head[0] & 0x80);
    assert_false(head[1] & 0x80); // a server does not mask
    uint64_t length = head[1] & 127;
    int more = length == 126 ? 2 : length == 127 ? 8 : 0;
    read_exactly(fd, (char *)extended, (size_t)more);
    if (more)
        length = 0;
    for (int i = 0; i < more; i++)
        length = length << 8 | extended[i];
    assert_true(length < size);
    read_exactly(fd, out, length);
    out[length] = '\0';
    if ((head[0] & 15) == WIRE_CLOSE && length >= 2)
        snprintf(out, size, "%d", (unsigned char)out[0] << 8 | (unsigned char)out[1]);
    return head[0] & 15;
}
