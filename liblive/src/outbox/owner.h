// SPDX-License-Identifier: Apache-2.0
// Who has a store open: a lock on a file beside it, in which the owner writes its pid and its counters for others to read.
#ifndef LV_OWNER_H
#define LV_OWNER_H

#include <live/error.h>
#include <live/outbox.h>

#include "outbox/store.h"

typedef struct lv_owner {
    int fd;
} lv_owner;

// LIVE_E_LIMIT: another process has it. `ret_known` is what was written last; zero when nothing was.
live_err lv_owner_take(const char *path, lv_owner *ret_owner, lv_tally *ret_known,
                       live_error *error);

// Failures are of no interest: the counters are for show.
void lv_owner_write(const lv_owner *owner, const lv_tally *tally, const live_outbox_stat *stat);
void lv_owner_leave(lv_owner *owner);

// `*ret_pid` is 0 when nobody has it.
live_err lv_owner_read(const char *path, live_outbox_stat *ret_stat, int *ret_pid,
                       live_error *error);

#endif
