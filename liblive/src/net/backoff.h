// SPDX-License-Identifier: Apache-2.0
// How long to wait before the next attempt.
#ifndef LV_BACKOFF_H
#define LV_BACKOFF_H

#include <stdint.h>

// Doubles from `first_ms` to `cap_ms`, each wait shortened by a random part of up to a fifth.
typedef struct lv_backoff {
    int64_t first_ms, cap_ms;
    int64_t next_ms; // 0: at the start
} lv_backoff;

// The next wait; `random` is any number, evenly spread.
int64_t lv_backoff_next(lv_backoff *backoff, uint32_t random);

void lv_backoff_reset(lv_backoff *backoff);

// As lv_backoff_next() with a random number from the kernel.
int64_t lv_backoff_wait(lv_backoff *backoff);

#endif
