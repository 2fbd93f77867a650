// SPDX-License-Identifier: Apache-2.0
// What has come for a query and its program has not taken yet.
#include "backlog.h"

#include <stdlib.h>
#include <string.h>

// A program has SLICE_MS in a turn of its own, and as much in a WINDOW_MS of what is handed on as it is read.
enum { SLICE_MS = 10, WINDOW_MS = 12, MOST_LEVELS = 64 };

struct lv_backlog_item {
    lv_backlog_item *next;
    cJSON *message;
    size_t bytes;
};

static size_t estimate(const cJSON *value, int level)
{
    size_t bytes = sizeof *value;

    if (value->string)
        bytes += strlen(value->string) + 1;
    if (value->valuestring)
        bytes += strlen(value->valuestring) + 1;
    for (const cJSON *child = value->child; child && level < MOST_LEVELS; child = child->next)
        bytes += estimate(child, level + 1);
    return bytes;
}

bool lv_backlog_add(lv_backlog *backlog, cJSON *message)
{
    lv_backlog_item *item = calloc(1, sizeof *item);

    if (!item) {
        cJSON_Delete(message);
        return false;
    }
    *item = (lv_backlog_item){ .message = message, .bytes = estimate(message, 0) };
    *(backlog->first ? &backlog->newest->next : &backlog->first) = item;
    backlog->newest = item;
    backlog->bytes += item->bytes;
    return true;
}

bool lv_backlog_is_full(const lv_backlog *backlog)
{
    return backlog->bytes > LV_BACKLOG_BYTES;
}

cJSON *lv_backlog_first(const lv_backlog *backlog)
{
    return backlog->first ? backlog->first->message : NULL;
}

void lv_backlog_drop_first(lv_backlog *backlog)
{
    lv_backlog_item *item = backlog->first;

    backlog->first = item->next;
    backlog->bytes -= item->bytes;
    cJSON_Delete(item->message);
    free(item);
}

void lv_backlog_clear(lv_backlog *backlog)
{
    while (backlog->first)
        lv_backlog_drop_first(backlog);
}

void lv_backlog_begin(lv_backlog *backlog, int64_t now_ms, bool own_turn)
{
    if (own_turn || now_ms - backlog->window_ms >= WINDOW_MS) {
        backlog->window_ms = now_ms;
        backlog->spent_ms = 0;
    }
    backlog->began_ms = now_ms;
}

bool lv_backlog_is_over(const lv_backlog *backlog, int64_t now_ms)
{
    return backlog->spent_ms + now_ms - backlog->began_ms >= SLICE_MS;
}

void lv_backlog_end(lv_backlog *backlog, int64_t now_ms)
{
    backlog->spent_ms += now_ms - backlog->began_ms;
}
