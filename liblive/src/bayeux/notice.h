// SPDX-License-Identifier: Apache-2.0
// What happened in a conversation, waiting to be told.
#ifndef LV_NOTICE_H
#define LV_NOTICE_H

#include "bayeux/bayeux.h"

typedef struct lv_notice_node lv_notice_node;

// Oldest first. Zero is empty.
typedef struct lv_notices {
    lv_notice_node *first, *newest;
} lv_notices;

// Copies the channel, takes the data; both may be NULL, and so may be `error`.
void lv_notices_add(lv_notices *notices, lv_notice_kind kind, const char *channel, cJSON *data,
                    const live_error *error);

// All of `from` behind those of `to`.
void lv_notices_move(lv_notices *to, lv_notices *from);

// The caller frees it with lv_notice_clear(). False: there is none.
bool lv_notices_take(lv_notices *notices, lv_notice *ret_notice);
void lv_notices_clear(lv_notices *notices);

#endif
