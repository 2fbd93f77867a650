// SPDX-License-Identifier: Apache-2.0
// Sends what is stored: on the loop, two lanes with one batch each on its way.
#ifndef LV_SENDER_H
#define LV_SENDER_H

#include <live/loop.h>
#include <live/outbox.h>

#include "outbox/carrier.h"

typedef struct lv_sender lv_sender;

// The outbox's end at a loop, made where there is none. LIVE_E_INVALID: it is at another loop.
live_err lv_sender_need(live_outbox *outbox, live_loop *loop, lv_sender **ret_sender,
                        live_error *error);
void lv_sender_free(lv_sender *sender);

// Begins to send; takes the carrier. What is under way with an older one is sent again.
void lv_sender_start(lv_sender *sender, lv_carrier *carrier);
void lv_sender_stop(lv_sender *sender);

#endif
