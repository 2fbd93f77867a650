// SPDX-License-Identifier: Apache-2.0
// A query that a command follows.
#include "following.h"

#include <live/time.h>
#include <stdio.h>

#include "command.h"

static bool troubled;

static void on_gap(live_query *query, const live_gap *gap, void *user)
{
    char begin[LIVE_TIME_TEXT_BYTES], end[LIVE_TIME_TEXT_BYTES];

    (void)query;
    (void)user;
    live_time_format(gap->begin_ms, begin);
    live_time_format(gap->end_ms, end);
    fprintf(stderr, "live: rows are missing from %s to %s\n", begin, end);
}

static void on_trouble(live_query *query, const live_error *why, void *user)
{
    (void)query;
    (void)user;
    if (why) {
        live_error now = *why;
        live_error_context(&now, why->code, "the query does not run for now");
        command_failed(&now);
    } else if (troubled) {
        fputs("live: the query runs again\n", stderr);
    }
    troubled = why != NULL;
}

void following_tell(live_query_options *options)
{
    options->on_gap = on_gap;
    options->on_trouble = on_trouble;
}
