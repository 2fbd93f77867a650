// SPDX-License-Identifier: Apache-2.0
// What a query asks for, as its program said it, and the request that says so to the platform.
#include "wording.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool copy(char **slot, const char *text)
{
    *slot = text ? strdup(text) : NULL;
    return *slot || !text;
}

live_err lv_wording_init(lv_wording *wording, const char *expression,
                         const live_query_options *options, live_error *error)
{
    *wording = (lv_wording){ .realtime = options->realtime, .no_preload = options->no_preload };
    bool copied = copy(&wording->expression, expression) &&
                  copy(&wording->provider, options->provider) &&
                  copy(&wording->reducer, options->reducer) && copy(&wording->span, options->span);
    return copied ? LIVE_OK : live_fail(error, LIVE_E_NOMEM, "out of memory");
}

void lv_wording_clear(lv_wording *wording)
{
    free(wording->expression);
    free(wording->provider);
    free(wording->reducer);
    free(wording->span);
    *wording = (lv_wording){ 0 };
}

static void add_text(live_buf *body, const char *name, const char *text)
{
    live_buf_add_format(body, "\"%s\":", name);
    live_buf_add_json_string(body, text);
    live_buf_add_text(body, ",");
}

// The members in the order of the Python client. A reducer is for the history that was asked for at first, not for rows
// that were missed.
live_buf *lv_wording_write(const lv_wording *wording, const lv_gap *gap, lv_mend mend)
{
    live_buf *body = live_buf_new();
    bool fill = mend == LV_MEND_FILL;
    bool only_new = mend == LV_MEND_REPORT && gap->policy == LIVE_GAP_REPORT;
    char since[40];

    snprintf(since, sizeof since, "since ts %" PRId64, lv_gap_fill_from(gap));
    live_buf_add_text(body, "[{");
    add_text(body, "provider", wording->provider ? wording->provider : "pipes");
    add_text(body, "reducer", fill ? NULL : wording->reducer);
    live_buf_add_format(body, "\"preload\":%s,",
                        !fill && (wording->no_preload || only_new) ? "false" : "true");
    add_text(body, "span", fill ? since : only_new ? NULL : wording->span);
    live_buf_add_format(body, "\"follow\":%s,", wording->realtime ? "true" : "false");
    live_buf_add_text(body, "\"expression\":");
    live_buf_add_json_string(body, wording->expression);
    live_buf_add_text(body, "}]");
    return body;
}
