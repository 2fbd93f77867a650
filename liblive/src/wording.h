// SPDX-License-Identifier: Apache-2.0
// What a query asks for, as its program said it, and the request that says so to the platform.
#ifndef LV_WORDING_H
#define LV_WORDING_H

#include <live/buf.h>
#include <live/query.h>

#include "gap.h"

typedef struct lv_wording {
    char *expression, *provider, *reducer, *span; // NULL where not given
    bool realtime, no_preload;
} lv_wording;

live_err lv_wording_init(lv_wording *wording, const char *expression,
                         const live_query_options *options, live_error *error);
void lv_wording_clear(lv_wording *wording);

// The body of POST /rest/query: for the first time, or to mend what was missed. Yours.
live_buf *lv_wording_write(const lv_wording *wording, const lv_gap *gap, lv_mend mend);

#endif
