// SPDX-License-Identifier: Apache-2.0
// Inside of the CometD server: sessions, their queues and how these leave.
#ifndef BAYEUX_SESSION_H
#define BAYEUX_SESSION_H

#include <live/buf.h>
#include <stdint.h>

#include "bayeux_server.h"

enum { BAYEUX_ID_BYTES = 33 };

// An event's text, shared by the queues it waits in.
typedef struct bayeux_event {
    size_t references, length;
    char text[];
} bayeux_event;

typedef struct bayeux_queue_item {
    struct bayeux_queue_item *next;
    bayeux_event *event;
    int64_t batch; // that carried it first; 0: none has
    bool sent;     // and was not acknowledged
} bayeux_queue_item;

typedef struct bayeux_subscription {
    struct bayeux_subscription *next;
    char channel[];
} bayeux_subscription;

typedef struct bayeux_session {
    struct bayeux_session *next, **link;
    bayeux_server *server;
    char id[BAYEUX_ID_BYTES], browser[BAYEUX_ID_BYTES];
    bool connected; // has completed a connect
    bool acks;
    int64_t batch; // of the last connect reply
    bayeux_subscription *subscriptions;
    bayeux_queue_item *first, **last;
    int queued;
    cJSON *held_reply;     // of the connect that is held; NULL: none
    bayeux_poll *poll;     // where it is held, over HTTP
    bayeux_socket *socket; // where events go, over WebSocket
    live_timer *hold, *expiry;
} bayeux_session;

struct bayeux_poll {
    bayeux_session *session;
    bayeux_reply_fn reply;
    void *user;
};

struct bayeux_socket {
    bayeux_server *server;
    bayeux_socket_hooks hooks;
    void *user;
    bayeux_session *session; // NULL: none is bound
    bool closed;
};

struct bayeux_server {
    live_loop *loop;
    bayeux_options options;
    bayeux_session *sessions;
    bool handling;  // a payload: what is raised meanwhile waits for its answer
    bool unsettled; // some session may have something to send
};

bayeux_session *bayeux_session_new(bayeux_server *server, const char *browser);
bayeux_session *bayeux_session_find(const bayeux_server *server, const char *id);

// Ends it. A connect that is held is answered; advice `reconnect` tells how to go on (NULL: nothing).
void bayeux_session_remove(bayeux_session *session, const char *reconnect);

bool bayeux_session_subscribe(bayeux_session *session, const char *channel);
void bayeux_session_unsubscribe(bayeux_session *session, const char *channel);
bool bayeux_session_covers(const bayeux_session *session, const char *channel);

// Puts the event into the session's queue and sends it as soon as the transport allows, at the earliest after the
// answer to the payload that is being handled.
void bayeux_session_deliver(bayeux_session *session, bayeux_event *event);

// Delivers an event to every session that has subscribed to its channel.
void bayeux_deliver(bayeux_server *server, const char *channel, const cJSON *data);

// Sends what waits if the transport allows.
void bayeux_session_flush(bayeux_session *session);

// The connect's reply goes when there is something to send or when its time is over. Takes `reply`.
void bayeux_session_hold(bayeux_session *session, cJSON *reply, int64_t timeout_ms);

// Sends the held reply, with the events that wait.
void bayeux_session_release(bayeux_session *session);

// An older connect's transport is told that a newer one came.
void bayeux_session_replace_held(bayeux_session *session);

// Adds what waits to a payload that is being written; `reply`, the connect's, gets the batch number.
void bayeux_session_drain(bayeux_session *session, live_buf *payload, cJSON *connect_reply);

// Forgets the events of batches up to this one; later ones wait again.
void bayeux_session_acknowledge(bayeux_session *session, int64_t batch);
bool bayeux_session_has_events(const bayeux_session *session);

// Whether so much waits that more should not be made for it now.
bool bayeux_session_is_behind(const bayeux_session *session);

// Starts to wait for the next connect.
void bayeux_session_expect(bayeux_session *session);

// Payloads.
void bayeux_payload_add(live_buf *payload, const cJSON *message);
void bayeux_socket_send(bayeux_socket *socket, live_buf *payload);

#endif
