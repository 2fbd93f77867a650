// SPDX-License-Identifier: Apache-2.0
// A conversation of the CometD engine with a server that plays given answers, on a clock of the test's.
#ifndef BAYEUX_TALK_H
#define BAYEUX_TALK_H

#include "bayeux/bayeux.h"

typedef struct bayeux_talk {
    lv_bayeux *bayeux;
    int64_t now;
    lv_payload sent;
    cJSON *json;                     // of the payload that was sent last
    bool on_websocket;               // what the server offers beside long-polling
    lv_transport carriers[LV_SLOTS]; // of what was sent last
} bayeux_talk;

// For cmocka_unit_test_setup_teardown().
int talk_open(void **state);
int talk_open_on_websocket(void **state);
int talk_close(void **state);

// Begins anew, on the same transport.
void talk_reopen(void **state);

// A case of each transport, for checks that hold for both.
#define TALK_ON_POLLING(name)                                                                      \
    {                                                                                              \
#name, name, talk_open, talk_close, NULL                                                   \
    }
#define TALK_ON_BOTH(name)                                                                         \
    TALK_ON_POLLING(name),                                                                         \
    {                                                                                              \
#name "_on_a_websocket", name, talk_open_on_websocket, talk_close, NULL                    \
    }

// What is sent next: its first message, or NULL.
const cJSON *talk_next(bayeux_talk *talk);

// As talk_next(), once the time has come for it.
const cJSON *talk_next_due(bayeux_talk *talk);

// What the server says to the request of the slot, on the transport that carried it.
void talk_answer(bayeux_talk *talk, lv_slot slot, const char *text);

// Answers with %s replaced by the id of the message that was sent last.
void talk_answer_last(bayeux_talk *talk, const char *format);

// The request of the slot gets no answer; a WebSocket that carried it is lost.
void talk_fail(bayeux_talk *talk, lv_slot slot, live_err code, int http, bool retry);

const char *talk_channel(const cJSON *message);

// The kind of the next notice, or -1; its data is printed into `text`, which may be NULL.
int talk_notice(bayeux_talk *talk, char *text, size_t size);

void talk_handshake(bayeux_talk *talk);
void talk_connect(bayeux_talk *talk);

// Handshake and first connect, up to the notice of them.
void talk_begin(bayeux_talk *talk);

// Sends the connect too when it is due, then makes the subscription.
void talk_subscribe(bayeux_talk *talk, const char *channel);

#endif
