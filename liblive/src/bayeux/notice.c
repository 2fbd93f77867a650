// SPDX-License-Identifier: Apache-2.0
// What happened in a conversation, waiting to be told.
#include "bayeux/notice.h"

#include <stdlib.h>
#include <string.h>

struct lv_notice_node {
    lv_notice_node *next;
    lv_notice notice;
};

void lv_notices_add(lv_notices *notices, lv_notice_kind kind, const char *channel, cJSON *data,
                    const live_error *error)
{
    lv_notice_node *node = calloc(1, sizeof *node);
    char *copy = channel ? strdup(channel) : NULL;

    // Without memory for a notice nothing can be told; the process's own limits end it.
    if (!node || (channel && !copy)) {
        free(node);
        free(copy);
        cJSON_Delete(data);
        return;
    }
    node->notice = (lv_notice){ .kind = kind, .channel = copy, .data = data };
    if (error)
        node->notice.error = *error;
    *(notices->first ? &notices->newest->next : &notices->first) = node;
    notices->newest = node;
}

void lv_notices_move(lv_notices *to, lv_notices *from)
{
    if (!from->first)
        return;
    *(to->first ? &to->newest->next : &to->first) = from->first;
    to->newest = from->newest;
    from->first = NULL;
}

bool lv_notices_take(lv_notices *notices, lv_notice *ret_notice)
{
    lv_notice_node *node = notices->first;
    if (!node)
        return false;

    notices->first = node->next;
    *ret_notice = node->notice;
    free(node);
    return true;
}

void lv_notices_clear(lv_notices *notices)
{
    lv_notice notice;

    while (lv_notices_take(notices, &notice))
        lv_notice_clear(&notice);
}

void lv_notice_clear(lv_notice *notice)
{
    free(notice->channel);
    cJSON_Delete(notice->data);
    *notice = (lv_notice){ 0 };
}
