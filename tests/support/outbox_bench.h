// SPDX-License-Identifier: Apache-2.0
// An outbox in a folder of its own, and a platform that keeps what it took: for tests of delivery.
#ifndef OUTBOX_BENCH_H
#define OUTBOX_BENCH_H

#include <live/outbox.h>

#include "http_peer.h"

enum { OUTBOX_BENCH_EVENTS = 1 << 20 };

typedef struct outbox_bench {
    char folder[64], path[96];
    live_outbox_options options;
    live_outbox *outbox;
    live_error error;

    live_loop *loop;
    http_peer *peer;
    live_client *client;
    const char *status;  // of the answers; NULL: "200 OK"
    const char *headers; // of them
    long refuse; // events with this number make a request fail with `refuse_status`; 0: none does
    const char *refuse_status;
    size_t requests, taken; // events taken, each time it came
    long *numbers;          // of them, in their order
    size_t until;           // the loop stops once so many were taken
} outbox_bench;

// For cmocka: the state is an outbox_bench.
int outbox_bench_open(void **state);
int outbox_bench_close(void **state);

void outbox_start(outbox_bench *bench);   // opens the store, as the options say
void outbox_restart(outbox_bench *bench); // closes and opens it
void outbox_deliver(outbox_bench *bench); // attaches it to the platform
void outbox_run(outbox_bench *bench, size_t until, int64_t timeout_ms);

// Until nothing waits.
void outbox_drain(outbox_bench *bench);

// Puts {"n":NUMBER}.
void outbox_put(outbox_bench *bench, long number);
live_outbox_stat outbox_stat(outbox_bench *bench);

// Removes a folder of files.
void outbox_remove(const char *path);

// What a request's body holds, one number an event.
void outbox_note(outbox_bench *bench, const char *body);

#endif
