// SPDX-License-Identifier: Apache-2.0
// The calendar in a zone: dates to milliseconds since 1970 and back.
#include "calendar.h"

static int64_t floor_seconds(int64_t time_ms)
{
    return time_ms >= 0 ? time_ms / 1000 : -((-time_ms + 999) / 1000);
}

struct tm sim_calendar_of(int64_t time_ms, sim_zone zone)
{
    time_t seconds = (time_t)floor_seconds(time_ms);
    struct tm date = { 0 };

    if (zone == SIM_ZONE_LOCAL)
        localtime_r(&seconds, &date);
    else
        gmtime_r(&seconds, &date);
    return date;
}

int64_t sim_calendar_ms(struct tm date, sim_zone zone)
{
    date.tm_isdst = -1;
    return (int64_t)(zone == SIM_ZONE_LOCAL ? mktime(&date) : timegm(&date)) * 1000;
}
