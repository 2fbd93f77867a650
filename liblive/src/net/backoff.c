// SPDX-License-Identifier: Apache-2.0
// How long to wait before the next attempt.
#include "net/backoff.h"

#include <live/uuid.h>

int64_t lv_backoff_next(lv_backoff *backoff, uint32_t random)
{
    int64_t wait = backoff->next_ms ? backoff->next_ms : backoff->first_ms;

    if (wait > backoff->cap_ms)
        wait = backoff->cap_ms;
    backoff->next_ms = wait > backoff->cap_ms / 2 ? backoff->cap_ms : wait * 2;
    return wait - (int64_t)((double)wait / 5 * ((double)random / UINT32_MAX));
}

void lv_backoff_reset(lv_backoff *backoff)
{
    backoff->next_ms = 0;
}

int64_t lv_backoff_wait(lv_backoff *backoff)
{
    uint32_t random = 0;

    // Without random bytes the wait is only not spread.
    if (live_random(&random, sizeof random, NULL))
        random = 0;
    return lv_backoff_next(backoff, random);
}
