// SPDX-License-Identifier: Apache-2.0
// The newest batches that the other side's kernel has confirmed, and its program has perhaps not read.
#ifndef LV_TAIL_H
#define LV_TAIL_H

#include <stddef.h>

enum { LV_TAIL_BYTES = 256 * 1024 };

typedef struct lv_tail {
    struct lv_tail_batch *first, *last;
    size_t length; // of all texts
} lv_tail;

// Copies the text and forgets the oldest ones beyond LV_TAIL_BYTES, but never the newest. Without memory it is not kept.
void lv_tail_add(lv_tail *tail, const char *text, size_t length);

// Writes the texts, oldest first: `tail->length` bytes.
void lv_tail_write(const lv_tail *tail, char *to);
void lv_tail_clear(lv_tail *tail);

#endif
