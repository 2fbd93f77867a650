// SPDX-License-Identifier: Apache-2.0
// A CometD server on simulated time, and a client of it by hand.
#ifndef BAYEUX_BENCH_H
#define BAYEUX_BENCH_H

#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bayeux/bayeux_server.h"
#include "cmocka_all.h"

typedef struct fixture {
    live_loop *loop;
    bayeux_server *server;
    bayeux_poll *poll;
    int status, replies;
    char text[4096], id[64]; // the last answer; of the session
} fixture;

int set_up_with(void **state, bayeux_options options);
int set_up(void **state);
int tear_down(void **state);

#define HANDSHAKE                                                                                  \
    "{\"channel\":\"/meta/"                                                                        \
    "handshake\",\"version\":\"1.0\",\"id\":\"1\",\"supportedConnectionTypes\":[\"x\",\"long-"     \
    "polling\"]}"
#define CONNECT                                                                                    \
    "{\"channel\":\"/meta/"                                                                        \
    "connect\",\"clientId\":\"%s\",\"connectionType\":\"long-polling\",\"id\":\"2\"}"

// Posts a payload with %s replaced by the client id; the answer, or "" while it is held.
const char *post(fixture *f, const char *format);

// Keeps an answer; `user` is the fixture.
void on_reply(int status, const char *text, size_t length, void *user);

void pass(fixture *f, int64_t ms);
void handshake(fixture *f);
void connect_and_subscribe(fixture *f); // to /a
void publish(fixture *f, const char *channel, const char *data);

#define CASE(name)        cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define OWN(name, set_up) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
