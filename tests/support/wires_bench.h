// SPDX-License-Identifier: Apache-2.0
// A client on its way to the simulated platform through servers of others, and what such tests ask of it.
#ifndef WIRES_BENCH_H
#define WIRES_BENCH_H

#include <live/client.h>
#include <live/query.h>

#include "platform_process.h"

// What all cases of a program use; made once, as it takes a while.
typedef struct wires_world {
    bool there; // what it takes is installed
    platform_process platform;
    char folder[64]; // of certificates and keys
} wires_world;

// Makes the folder and starts the platform where all `programs` are installed, up to a NULL. 0, or -1 after a message.
int wires_world_open(wires_world *world, const char *const *programs);

// Removes and stops them. 0, or -1.
int wires_world_close(wires_world *world);

// The path of a file in the folder; the last four are valid.
const char *wires_path(const wires_world *world, const char *name);

typedef struct wires_bench {
    live_loop *loop;
    live_client *client;
    live_error error; // of the last call that failed
    size_t rows;
    char url[64], proxy[64];
} wires_bench;

int wires_set_up(void **state);

// Fails where the error holds the secret.
int wires_tear_down(void **state, const char *secret);

// To the platform at `url`, trusting the authority of the folder's ca.pem; nothing is tried twice.
live_client_options wires_options(const wires_bench *bench, const wires_world *world);

// In place of the client that there was.
void wires_client(wires_bench *bench, const live_client_options *options);

live_err wires_health(wires_bench *bench, const live_client_options *options);

// Asserts that no call has failed.
void wires_is_ok(const wires_bench *bench, live_err err);

// Begins a query that follows; the loop ends with its first row, or with the query, whose reason is kept.
void wires_query(wires_bench *bench, live_query **ret_query);

// Follows up to the first row.
void wires_follow(wires_bench *bench);

#define NEEDS_WORLD()                                                                              \
    do {                                                                                           \
        if (!world.base.there)                                                                     \
            skip();                                                                                \
    } while (0)

#endif
