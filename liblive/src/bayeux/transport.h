// SPDX-License-Identifier: Apache-2.0
// Which transport carries a conversation, and when one is given up.
#ifndef LV_TRANSPORT_H
#define LV_TRANSPORT_H

#include "bayeux/bayeux.h"

typedef struct lv_transports {
    lv_transport current;
    bool websocket; // offered
    bool proved;    // the server has answered a connect on a WebSocket
    int refusals;   // of the WebSocket, in a row
} lv_transports;

// As it is called in messages.
const char *lv_transport_name(lv_transport transport);

// For a handshake, the preferred one first.
cJSON *lv_transports_offer(const lv_transports *transports);

// Takes the first of ours that the handshake's reply names. False: none.
bool lv_transports_choose(lv_transports *transports, const cJSON *reply);

// The server has answered on the current one.
void lv_transports_prove(lv_transports *transports);

typedef enum lv_loss {
    LV_LOSS_PASSING, // the WebSocket is tried again
    LV_LOSS_UNFIT,   // it never worked: the session goes on by long-polling
    LV_LOSS_FINAL,   // it works no longer, or not for what comes: a new session, by long-polling
} lv_loss;

// What a WebSocket that could not be opened, or ended, means. The last two give it up for good.
lv_loss lv_transports_lose(lv_transports *transports, const live_error *why);

#endif
