// SPDX-License-Identifier: Apache-2.0
// Periods: units of time, steps by the calendar, and multiples that align to it.
#include "calendar.h"
#include "span.h"

#include <math.h>
#include <string.h>
#include <strings.h>

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR, WEEK = 7 * DAY };

static const struct unit {
    const char *name;
    int64_t ms;
    int months;
} units[] = {
    { "ms", 1, 0 },           { "millis", 1, 0 },       { "millisecond", 1, 0 },
    { "milliseconds", 1, 0 }, { "s", SECOND, 0 },       { "sec", SECOND, 0 },
    { "secs", SECOND, 0 },    { "second", SECOND, 0 },  { "seconds", SECOND, 0 },
    { "m", MINUTE, 0 },       { "min", MINUTE, 0 },     { "mins", MINUTE, 0 },
    { "minute", MINUTE, 0 },  { "minutes", MINUTE, 0 }, { "h", HOUR, 0 },
    { "hour", HOUR, 0 },      { "hours", HOUR, 0 },     { "d", DAY, 0 },
    { "day", DAY, 0 },        { "days", DAY, 0 },       { "week", WEEK, 0 },
    { "weeks", WEEK, 0 },     { "month", 0, 1 },        { "months", 0, 1 },
    { "year", 0, 12 },        { "years", 0, 12 },
};

bool sim_period_of(double count, const char *unit, sim_period *ret_period)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcasecmp(units[i].name, unit) != 0)
            continue;
        double ms = count * (double)units[i].ms, months = count * units[i].months;
        if (!(ms >= 0 && ms <= 1e15 && months >= 0 && months <= 1e5) || ms + months < 1)
            return false;
        *ret_period = (sim_period){ .ms = llround(ms), .months = (int)lround(months) };
        return true;
    }
    return false;
}

static int days_in(int month, int year)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 1 && leap ? 29 : days[month];
}

// January 31st plus a month is the last day of February.
static int64_t add_months(int64_t time_ms, int months, sim_zone zone)
{
    struct tm date = sim_calendar_of(time_ms, zone);
    int64_t rest_ms = ((time_ms % SECOND) + SECOND) % SECOND;
    int total = date.tm_year * 12 + date.tm_mon + months;

    date.tm_year = total >= 0 ? total / 12 : -((11 - total) / 12);
    date.tm_mon = total - date.tm_year * 12;
    int last = days_in(date.tm_mon, date.tm_year + 1900);
    if (date.tm_mday > last)
        date.tm_mday = last;
    return sim_calendar_ms(date, zone) + rest_ms;
}

int64_t sim_period_add(sim_period period, int64_t time_ms, int times, sim_zone zone)
{
    if (period.months)
        return add_months(time_ms, period.months * times, zone);
    return time_ms + period.ms * times;
}

static int64_t next_month(int months, int64_t time_ms, sim_zone zone)
{
    struct tm now = sim_calendar_of(time_ms, zone);
    int since_year_zero = (now.tm_year + 1900) * 12 + now.tm_mon;
    int next = (since_year_zero / months + 1) * months;
    struct tm date = { .tm_year = next / 12 - 1900, .tm_mon = next % 12, .tm_mday = 1 };

    return sim_calendar_ms(date, zone);
}

// Whole days: counted from 1970-01-01, or from the Monday before it for whole weeks.
static int64_t next_days(int64_t days, int64_t time_ms, sim_zone zone)
{
    struct tm date = sim_calendar_of(time_ms, zone);
    struct tm midnight = { .tm_year = date.tm_year,
                           .tm_mon = date.tm_mon,
                           .tm_mday = date.tm_mday };
    int64_t shift = days % 7 == 0 ? 3 : 0; // 1970-01-01 was a Thursday
    int64_t day = sim_calendar_ms(midnight, SIM_ZONE_UTC) / DAY + shift;

    midnight.tm_mday += (int)(days - day % days);
    return sim_calendar_ms(midnight, zone);
}

int64_t sim_period_next(sim_period period, int64_t time_ms, sim_zone zone)
{
    if (period.months)
        return next_month(period.months, time_ms, zone);
    if (period.ms % DAY == 0)
        return next_days(period.ms / DAY, time_ms, zone);

    struct tm date = sim_calendar_of(time_ms, zone);
    int64_t shift_ms = sim_calendar_ms(date, SIM_ZONE_UTC) - sim_calendar_ms(date, zone);
    int64_t local_ms = time_ms + shift_ms;
    int64_t past_ms = ((local_ms % period.ms) + period.ms) % period.ms;
    return time_ms - past_ms + period.ms;
}
