// SPDX-License-Identifier: Apache-2.0
// The channels a client listens to, and what the server was told about each.
#include "bayeux/subscription.h"

#include <stdlib.h>
#include <string.h>

#include "bayeux/bayeux.h"
#include "bayeux/reply.h"

static bool is_given_up(const lv_subscription *one)
{
    return one->wish == LV_UNWANTED || one->wish == LV_DROPPING;
}

live_err lv_subscriptions_add(lv_subscriptions *all, const char *channel, live_error *error)
{
    size_t length = strlen(channel) + 1;
    lv_subscription *one = calloc(1, sizeof *one + length);
    lv_subscription **slot = &all->first;

    if (!one)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    memcpy(one->channel, channel, length);
    while (*slot)
        slot = &(*slot)->next;
    *slot = one;
    return LIVE_OK;
}

void lv_subscriptions_remove(lv_subscriptions *all, lv_subscription *gone)
{
    lv_subscription **slot = &all->first;

    while (*slot != gone)
        slot = &(*slot)->next;
    *slot = gone->next;
    free(gone);
}

void lv_subscriptions_clear(lv_subscriptions *all)
{
    while (all->first)
        lv_subscriptions_remove(all, all->first);
}

void lv_subscriptions_drop(lv_subscriptions *all, const char *channel)
{
    for (lv_subscription *one = all->first; one; one = one->next) {
        if (strcmp(one->channel, channel) != 0 || is_given_up(one))
            continue;
        if (one->wish == LV_WANTED)
            lv_subscriptions_remove(all, one); // the server never heard of it
        else
            one->wish = LV_UNWANTED;
        return;
    }
}

void lv_subscriptions_renew(lv_subscriptions *all)
{
    for (lv_subscription *one = all->first, *next; one; one = next) {
        next = one->next;
        if (is_given_up(one))
            lv_subscriptions_remove(all, one);
        else
            one->wish = LV_WANTED;
    }
}

bool lv_subscriptions_fail(lv_subscriptions *all)
{
    bool failed = false;

    for (lv_subscription *one = all->first, *next; one; one = next) {
        next = one->next;
        failed |= one->wish == LV_ASKED;
        if (one->wish == LV_ASKED)
            one->wish = LV_WANTED;
        else if (one->wish == LV_DROPPING)
            lv_subscriptions_remove(all, one);
    }
    return failed;
}

bool lv_subscriptions_wait(const lv_subscriptions *all)
{
    for (const lv_subscription *one = all->first; one; one = one->next)
        if (one->wish == LV_WANTED || one->wish == LV_UNWANTED)
            return true;
    return false;
}

bool lv_subscriptions_awaited(const lv_subscriptions *all)
{
    for (const lv_subscription *one = all->first; one; one = one->next)
        if (one->wish == LV_ASKED || one->wish == LV_DROPPING)
            return true;
    return false;
}

lv_subscription *lv_subscriptions_answered(const lv_subscriptions *all, lv_wish wish,
                                           const cJSON *reply)
{
    bool by_id = lv_reply_has_id(reply);

    for (lv_subscription *one = all->first; one; one = one->next) {
        bool fits = by_id ? lv_reply_id_is(reply, one->id) : lv_reply_is_about(reply, one->channel);
        if (one->wish == wish && fits)
            return one;
    }
    return NULL;
}

bool lv_subscriptions_cover(const lv_subscriptions *all, const char *channel)
{
    for (const lv_subscription *one = all->first; one; one = one->next)
        if (!is_given_up(one) && lv_bayeux_matches(one->channel, channel))
            return true;
    return false;
}
