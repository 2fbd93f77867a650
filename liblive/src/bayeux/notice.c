// SPDX-License-Identifier: Apache-2.0
// What happened in a conversation, waiting to be told.
#include "bayeux/notice.h"

#include <stdlib.h>
#include <string.h>

// Small, as there is one for each event: its error, which few have, stands apart.
struct lv_notice_node {
    lv_notice_node *next;
    lv_notice_kind kind;
    char *channel;
    cJSON *data;
    live_error *error; // NULL: none
};

static void free_node(lv_notice_node *node)
{
    if (!node)
        return;
    free(node->channel);
    free(node->error);
    cJSON_Delete(node->data);
    free(node);
}

void lv_notices_add(lv_notices *notices, lv_notice_kind kind, const char *channel, cJSON *data,
                    const live_error *error)
{
    lv_notice_node *node = calloc(1, sizeof *node);

    if (!node) {
        cJSON_Delete(data);
        return;
    }
    *node = (lv_notice_node){ .kind = kind,
                              .channel = channel ? strdup(channel) : NULL,
                              .data = data,
                              .error = error ? malloc(sizeof *error) : NULL };
    // Without memory for a notice nothing can be told; the process's own limits end it.
    if ((channel && !node->channel) || (error && !node->error)) {
        free_node(node);
        return;
    }
    if (error)
        *node->error = *error;
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
    *ret_notice = (lv_notice){ .kind = node->kind, .channel = node->channel, .data = node->data };
    if (node->error)
        ret_notice->error = *node->error;
    node->channel = NULL;
    node->data = NULL;
    free_node(node);
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
