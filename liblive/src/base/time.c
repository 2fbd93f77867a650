// SPDX-License-Identifier: Apache-2.0
// Clocks, time stamps and durations.
#include <live/time.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct {
    const char *name;
    double ms;
} units[] = { { "", 1000 },  { "ms", 1 },     { "s", 1000 },
              { "m", 60e3 }, { "h", 3600e3 }, { "d", 86400e3 } };

static int64_t read_clock(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t live_time_ms(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t live_time_monotonic_ms(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

void live_time_format(int64_t time_ms, char ret_text[LIVE_TIME_TEXT_BYTES])
{
    int64_t ms = ((time_ms % 1000) + 1000) % 1000;
    time_t seconds = (time_t)((time_ms - ms) / 1000);
    struct tm utc;
    char date[24] = "";

    if (gmtime_r(&seconds, &utc))
        strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(ret_text, LIVE_TIME_TEXT_BYTES, "%s.%03dZ", date, (int)ms);
}

live_err live_duration_parse(const char *text, int64_t *ret_ms, live_error *error)
{
    char *end = NULL;
    bool number = text && ((*text >= '0' && *text <= '9') || *text == '.');
    double value = number ? strtod(text, &end) : 0;

    for (size_t i = 0; number && end != text && i < sizeof units / sizeof *units; i++) {
        if (strcmp(end, units[i].name) != 0)
            continue;
        double ms = value * units[i].ms;
        if (!isfinite(ms) || ms > 9007199254740992.0)
            break;
        *ret_ms = (int64_t)llround(ms);
        return LIVE_OK;
    }
    return live_fail(error, LIVE_E_PARSE, "'%s' is no duration such as 500ms, 10s, 5m or 2h",
                     text ? text : "");
}
