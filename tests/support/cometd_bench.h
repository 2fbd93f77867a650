// SPDX-License-Identifier: Apache-2.0
// A CometD server behind sockets, in a process of its own, and a client of it by hand.
#ifndef COMETD_BENCH_H
#define COMETD_BENCH_H

#include "bayeux/bayeux_server.h"
#include "cmocka_all.h"
#include "server_process.h"
#include "wire.h"

enum { MAX_BODY_BYTES = 256 * 1024, ID_BYTES = 64 };

#define HANDSHAKE                                                                                  \
    "[{\"channel\":\"/meta/handshake\",\"version\":\"1.0\","                                       \
    "\"supportedConnectionTypes\":[\"websocket\",\"long-polling\"]%s}]"
#define CONNECT   "[{\"channel\":\"/meta/connect\",\"clientId\":\"%s\",\"id\":\"c\"}]"
#define SUBSCRIBE "[{\"channel\":\"/meta/subscribe\",\"clientId\":\"%s\",\"subscription\":\"/a\"}]"
#define PUBLISH   "[{\"channel\":\"/a\",\"clientId\":\"%s\",\"data\":\"news\"}]"

typedef struct fixture {
    server_process process;
    bayeux_options options;
    bayeux_server *server;
    struct ag_http *http;
    wire_answer answer;
} fixture;

int set_up_with(void **state, bayeux_options options);
int set_up(void **state);
int tear_down(void **state);

#define CASE(name)        cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define OWN(name, set_up) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

// Runs the tests with as many descriptors as the system gives, and without a signal from pipes.
void prepare_sockets(void);

// A message of the macros above with its %s filled in.
void fill(char text[512], const char *message, const char *id);

// Posts a message and reads the answer: its body.
const char *post(fixture *f, int fd, const char *message, const char *id);

// A session of long-polling that has had its first connect; subscribed to /a. Its connection is returned.
int new_session(fixture *f, const char *ext, char id[ID_BYTES]);

// Publishes to /a by a session that hears nothing itself, so nothing of others rides on its answers.
void publish_news(fixture *f);

// Sends a connect and does not wait for the answer.
void send_connect(int fd, const char *id);

// WebSocket: opens one, sends a message, reads one, expects a close with this code.
int open_websocket(fixture *f, const char *headers);
void say(int fd, const char *message, const char *id);
const char *hear(fixture *f, int fd);
void expect_close(fixture *f, int fd, const char *code);

#endif
