// SPDX-License-Identifier: Apache-2.0
// A peer by hand: bytes over a socket of this machine, HTTP answers and WebSocket frames read strictly. Every wait
// ends after 10 s with a failed test.
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WIRE_TEXT = 1, WIRE_CLOSE = 8, WIRE_PING = 9, WIRE_PONG = 10, WIRE_UNMASKED = 256 };

// An answer; `body` stays until the next one is read.
typedef struct wire_answer {
    int status;
    char head[4096];
    char body[65536];
} wire_answer;

int wire_connect(int port);
void wire_send(int fd, const char *bytes, size_t length);
void wire_print(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Reads one answer; false: the peer closed before it began.
bool wire_read(int fd, wire_answer *answer);

// Reads one answer to a HEAD: without a body, whatever its head says.
bool wire_read_head(int fd, wire_answer *answer);

// Whether nothing has come until now.
bool wire_silent(int fd);

// Whether the peer has closed, which is waited for; what comes before is skipped.
bool wire_closed(int fd);

// Posts JSON to `path` and reads the answer.
void wire_post(int fd, const char *path, const char *headers, const char *json,
               wire_answer *answer);

// WebSocket: frames out (opcode, perhaps WIRE_UNMASKED; `final` false: more fragments follow) and in.
void wire_upgrade(int fd, const char *path, const char *headers, wire_answer *answer);
void wire_frame(int fd, int opcode, bool final, const void *bytes, size_t length);
void wire_text(int fd, const char *text);
int wire_read_frame(int fd, char *out, size_t size); // the opcode; a close's code stands in front

#endif
