// SPDX-License-Identifier: Apache-2.0
// Lines of the log that found nobody to take them.
#include "log/lost.h"

#include <inttypes.h>
#include <live/time.h>
#include <stdio.h>

live_log_record ag_lost_record(int64_t count, const char *fate, char room[AG_LOST_BYTES])
{
    snprintf(room, AG_LOST_BYTES, "%" PRId64 " lines of the log %s", count, fate);
    return (live_log_record){ .time_ms = live_time_ms(),
                              .level = LIVE_LOG_WARN,
                              .process = "agent",
                              .event = "log.lost",
                              .text = room };
}
