// SPDX-License-Identifier: Apache-2.0
// Which transport carries a conversation, and when one is given up.
#include "bayeux/transport.h"

#include "bayeux/reply.h"

enum { MOST_REFUSALS = 3, SERVER_ERROR = 500 };

const char *lv_transport_name(lv_transport transport)
{
    return transport == LV_WEBSOCKET ? "websocket" : "long-polling";
}

cJSON *lv_transports_offer(const lv_transports *transports)
{
    static const char *const names[] = { "websocket", "long-polling" };

    return transports->websocket ? cJSON_CreateStringArray(names, 2)
                                 : cJSON_CreateStringArray(names + 1, 1);
}

bool lv_transports_choose(lv_transports *transports, const cJSON *reply)
{
    bool websocket =
        transports->websocket && lv_reply_offers(reply, lv_transport_name(LV_WEBSOCKET));

    transports->current = websocket ? LV_WEBSOCKET : LV_LONG_POLLING;
    return websocket || lv_reply_offers(reply, lv_transport_name(LV_LONG_POLLING));
}

void lv_transports_prove(lv_transports *transports)
{
    transports->proved = transports->proved || transports->current == LV_WEBSOCKET;
    transports->refusals = 0;
}

// A server that is not there, or not well, says nothing about WebSockets.
static bool is_refusal(const live_error *why)
{
    return why->code == LIVE_E_TIMEOUT || why->code == LIVE_E_PROTOCOL ||
           (why->http && why->http < SERVER_ERROR);
}

// What a WebSocket must not carry, and long-polling may: it would come again on the next one.
static bool is_unfit(const live_error *why)
{
    return why->code == LIVE_E_UNSUPPORTED;
}

lv_loss lv_transports_lose(lv_transports *transports, const live_error *why)
{
    lv_loss loss = LV_LOSS_PASSING;

    transports->refusals += is_refusal(why);
    if (!transports->proved && why->code != LIVE_E_CONNECT)
        loss = LV_LOSS_UNFIT;
    else if (transports->refusals >= MOST_REFUSALS || is_unfit(why))
        loss = LV_LOSS_FINAL;
    if (loss != LV_LOSS_PASSING) {
        transports->websocket = false;
        transports->current = LV_LONG_POLLING;
    }
    return loss;
}
