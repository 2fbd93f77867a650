// SPDX-License-Identifier: Apache-2.0
// A payload that has arrived: what its messages came with, and what their answer is to be.
#ifndef BAYEUX_ARRIVAL_H
#define BAYEUX_ARRIVAL_H

#include "session.h"

typedef struct bayeux_arrival {
    bayeux_server *server;
    const char *browser;
    bayeux_socket *socket;   // NULL: HTTP
    bool alone;              // the payload holds no other message
    bayeux_session *session; // whose events the answer carries
    cJSON *connect_reply;    // of this payload's connect
    int64_t hold_ms;         // for how long it may be held; 0: it is answered now
} bayeux_arrival;

#endif
