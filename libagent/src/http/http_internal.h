// SPDX-License-Identifier: Apache-2.0
// Inside of the HTTP server: what its exchanges and WebSockets share.
#ifndef AG_HTTP_INTERNAL_H
#define AG_HTTP_INTERNAL_H

#include <live/buf.h>
#include <microhttpd.h>

#include "http_server.h"

struct ag_http {
    live_loop *loop;
    struct MHD_Daemon *daemon;
    live_io *io;
    live_timer *timer;
    ag_exchange *exchanges;
    struct ag_websocket *sockets;
    ag_http_options options;
    int port;
    bool running, closing;
};

typedef enum ag_exchange_phase {
    AG_RECEIVING,
    AG_ASKED,    // the owner is being asked
    AG_HELD,     // suspended until there is an answer
    AG_ANSWERED, // the answer is ready or on its way
    AG_DROPPED,  // the connection is to be closed
} ag_exchange_phase;

struct ag_exchange {
    ag_exchange *next, **link;
    ag_http *http;
    struct MHD_Connection *connection;
    const char *method;
    bool bodiless;
    char *path;
    live_buf *body;
    size_t received;
    ag_exchange_phase phase;
    bool too_long, suspended;
    struct MHD_Response *response; // until it is queued
    int status;
    char *names[8], *values[8]; // headers to be added
    size_t header_count;
    live_buf *stream; // bytes that wait to be sent
    bool finished;
    int watched_fd; // a copy of the connection's, to see the peer leave
    live_io *watch;
    ag_gone_fn on_gone;
    void *user;
};

// Lets the daemon go on soon: after a resume or an upgrade action from inside it.
void ag_http_nudge(ag_http *http);

// The daemon's two entry points into exchanges.
enum MHD_Result ag_exchange_receive(ag_http *http, struct MHD_Connection *connection,
                                    const char *url, const char *method, const char *data,
                                    size_t *data_length, void **slot);
void ag_exchange_completed(ag_exchange *exchange);

// The server ends: what is held or streams is told so and let go.
void ag_exchange_abandon(ag_exchange *exchange);

// Queues an answer of a kind of its own.
void ag_exchange_answer(ag_exchange *exchange, struct MHD_Response *response, int status);

// Ends the sockets that are left: each is sent what waits and 1001, then on_close follows.
void ag_websockets_free(ag_http *http);

#endif
