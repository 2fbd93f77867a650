// SPDX-License-Identifier: Apache-2.0
// The TCP input's connection: kept, written to without blocking, opened again when it is needed.
#ifndef LV_TCP_H
#define LV_TCP_H

#include <live/error.h>
#include <live/loop.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/http.h"

typedef struct lv_tcp lv_tcp;
typedef struct lv_write lv_write; // bytes on their way to the kernel

// `error` is NULL when the kernel took every byte. The write is over.
typedef void (*lv_written_fn)(const live_error *error, void *user);

typedef struct lv_tcp_options {
    const char *host;
    int port;
    int64_t
        timeout_ms; // limits the lookup, each attempt to connect, and each write from when it is the first
    lv_http *http; // whose proxy and whose TLS are used; NULL: neither
    bool tls;
} lv_tcp_options;

// A connection that is direct and without TLS is a socket of its own; the host's addresses are looked up for it and tried in
// their order.
live_err lv_tcp_new(live_loop *loop, const lv_tcp_options *options, lv_tcp **ret_tcp,
                    live_error *error);
void lv_tcp_free(lv_tcp *tcp);

// Takes the bytes (malloc). Writes keep their order.
live_err lv_tcp_write(lv_tcp *tcp, char *bytes, size_t length, lv_written_fn fn, void *user,
                      lv_write **ret_write, live_error *error);

// How far the connection that is there is: bytes since it was made, and those that the other side's kernel has confirmed.
// `connection` is its number; 0: there is none. Through a proxy it is the proxy's kernel that confirms. `torn` is the number of
// the last one that did not end in order: its other side's program may not have read everything that was confirmed.
typedef struct lv_tcp_progress {
    uint64_t connection, written, confirmed, torn;
} lv_tcp_progress;

lv_tcp_progress lv_tcp_look(const lv_tcp *tcp);

// `fn` is called, from the loop, when a connection was torn; it may only set timers. NULL: nobody cares.
typedef void (*lv_torn_fn)(void *user);
void lv_tcp_when_torn(lv_tcp *tcp, lv_torn_fn fn, void *user);

// Ends the connection in order: writes the rest of what was begun, ends this direction, and waits `limit_ms` at most for
// the other side's end. Blocks. True: its program has read everything, and ended too. The next write connects anew.
bool lv_tcp_end(lv_tcp *tcp, int64_t limit_ms);

// Whether the kernel has taken all of it.
bool lv_write_is_done(const lv_write *write);

// Forgets the write; one that was begun ends the connection, for half a line must not stay on it.
void lv_write_free(lv_write *write);

#endif
