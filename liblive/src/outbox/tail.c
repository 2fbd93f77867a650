// SPDX-License-Identifier: Apache-2.0
// What was confirmed and is perhaps not read.
#include "outbox/tail.h"

#include <stdlib.h>
#include <string.h>

typedef struct lv_tail_batch {
    struct lv_tail_batch *next;
    size_t length;
    char text[];
} batch;

static void drop_first(lv_tail *tail)
{
    batch *first = tail->first;

    tail->first = first->next;
    tail->last = tail->first ? tail->last : NULL;
    tail->length -= first->length;
    free(first);
}

void lv_tail_add(lv_tail *tail, const char *text, size_t length)
{
    batch *own = length > 0 ? malloc(sizeof *own + length) : NULL;
    if (!own)
        return;

    own->next = NULL;
    own->length = length;
    memcpy(own->text, text, length);
    if (tail->last)
        tail->last->next = own;
    else
        tail->first = own;
    tail->last = own;
    tail->length += length;
    while (tail->length > LV_TAIL_BYTES && tail->first != own)
        drop_first(tail);
}

void lv_tail_write(const lv_tail *tail, char *to)
{
    for (const batch *batch = tail->first; batch; batch = batch->next) {
        memcpy(to, batch->text, batch->length);
        to += batch->length;
    }
}

void lv_tail_clear(lv_tail *tail)
{
    while (tail->first)
        drop_first(tail);
}
