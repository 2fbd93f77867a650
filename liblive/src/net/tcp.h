// SPDX-License-Identifier: Apache-2.0
// The TCP input's connection: kept, written to without blocking, opened again when it is needed.
#ifndef LV_TCP_H
#define LV_TCP_H

#include <live/error.h>
#include <live/loop.h>
#include <stddef.h>
#include <stdint.h>

typedef struct lv_tcp lv_tcp;
typedef struct lv_write lv_write; // bytes on their way to the kernel

// `error` is NULL when the kernel took every byte. The write is over.
typedef void (*lv_written_fn)(const live_error *error, void *user);

// The host's addresses are looked up for each connection and tried in their order. `timeout_ms` limits the
// lookup, each attempt to connect, and each write from when it is the first.
live_err lv_tcp_new(live_loop *loop, const char *host, int port, int64_t timeout_ms,
                    lv_tcp **ret_tcp, live_error *error);
void lv_tcp_free(lv_tcp *tcp);

// Takes the bytes (malloc). Writes keep their order.
live_err lv_tcp_write(lv_tcp *tcp, char *bytes, size_t length, lv_written_fn fn, void *user,
                      lv_write **ret_write, live_error *error);

// How far the connection that is there is: bytes since it was made, and those that the other side's kernel has confirmed.
// `connection` is its number; 0: there is none.
typedef struct lv_tcp_progress {
    uint64_t connection, written, confirmed;
} lv_tcp_progress;

lv_tcp_progress lv_tcp_look(const lv_tcp *tcp);

// Forgets the write; one that was begun ends the connection, for half a line must not stay on it.
void lv_write_free(lv_write *write);

#endif
