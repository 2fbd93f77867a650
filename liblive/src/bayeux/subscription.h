// SPDX-License-Identifier: Apache-2.0
// The channels a client listens to, and what the server was told about each.
#ifndef LV_SUBSCRIPTION_H
#define LV_SUBSCRIPTION_H

#include <cJSON.h>
#include <live/error.h>
#include <stdbool.h>

enum { LV_ID_BYTES = 24 };

typedef enum lv_wish {
    LV_WANTED,   // the server has not been asked
    LV_ASKED,    // its answer is awaited
    LV_ACTIVE,   // it agreed
    LV_UNWANTED, // it is to be told so
    LV_DROPPING, // it was told so
} lv_wish;

typedef struct lv_subscription {
    struct lv_subscription *next;
    lv_wish wish;
    char id[LV_ID_BYTES]; // of the request that is under way
    char channel[];
} lv_subscription;

// In the order in which they were wished for.
typedef struct lv_subscriptions {
    lv_subscription *first;
} lv_subscriptions;

live_err lv_subscriptions_add(lv_subscriptions *all, const char *channel, live_error *error);
void lv_subscriptions_remove(lv_subscriptions *all, lv_subscription *gone);
void lv_subscriptions_clear(lv_subscriptions *all);

// Gives up one subscription to the channel.
void lv_subscriptions_drop(lv_subscriptions *all, const char *channel);

// For a new session, which knows of none: those that are still wanted are to be asked for again.
void lv_subscriptions_renew(lv_subscriptions *all);

// What was asked and not answered is to be asked again, for subscribing twice does no harm; what was being
// dropped is gone. False: nothing had been asked.
bool lv_subscriptions_fail(lv_subscriptions *all);

// Whether the server is to be told of any.
bool lv_subscriptions_wait(const lv_subscriptions *all);

// Whether the server's word on any is awaited.
bool lv_subscriptions_awaited(const lv_subscriptions *all);

// The one of this state that the reply answers, by its id, or without one by the channel it names, or the
// oldest. NULL: none.
lv_subscription *lv_subscriptions_answered(const lv_subscriptions *all, lv_wish wish,
                                           const cJSON *reply);

// Whether events of the channel are listened to.
bool lv_subscriptions_cover(const lv_subscriptions *all, const char *channel);

#endif
