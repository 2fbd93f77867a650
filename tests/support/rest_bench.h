// SPDX-License-Identifier: Apache-2.0
// A client that blocks and a platform that answers from a table: for tests of resources.
#ifndef REST_BENCH_H
#define REST_BENCH_H

#include <live/client.h>

#include "http_peer.h"
#include "peer_thread.h"

typedef struct rest_answer {
    const char *path;
    const char *body;   // JSON
    const char *status; // NULL: "200 OK"
} rest_answer;

typedef struct rest_bench {
    live_loop *loop; // of the peer
    http_peer *peer;
    peer_thread thread;
    live_client *client;
    live_error error;           // for the call under test
    const rest_answer *answers; // ended by { 0 }; what is not in it is 404
} rest_bench;

// For cmocka: the state is a rest_bench.
int rest_bench_open(void **state);
int rest_bench_close(void **state);

// Around a call that blocks: rest_end(bench, live_x(rest_begin(bench, answers), …)).
live_client *rest_begin(rest_bench *bench, const rest_answer *answers);
live_err rest_end(rest_bench *bench, live_err err);

// Fails the test unless request `number` (from 1) was a GET of this path.
void rest_asked(const rest_bench *bench, size_t number, const char *path);

#endif
