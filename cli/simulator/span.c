// SPDX-License-Identifier: Apache-2.0
// Time spans such as "last 10 minutes" or "since ts 0 #partial='1'".
#include "span.h"

#include "calendar.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { WORD_BYTES = 64, DAY_MS = 86400000 };

typedef struct span_text {
    const char *at;
    char word[WORD_BYTES]; // the current one; "" at the end
    int64_t now_ms;
    sim_zone zone;
    sim_span *span;
} span_text;

// Words end at white space, and where the meta parameters begin.
static void next(span_text *reader)
{
    size_t length = 0;

    while (isspace((unsigned char)*reader->at))
        reader->at++;
    while (*reader->at && *reader->at != '#' && !isspace((unsigned char)*reader->at)) {
        if (length < WORD_BYTES - 1)
            reader->word[length++] = *reader->at;
        reader->at++;
    }
    reader->word[length] = '\0';
}

static bool accept(span_text *reader, const char *word)
{
    if (strcasecmp(reader->word, word) != 0)
        return false;
    next(reader);
    return true;
}

static bool read_int(span_text *reader, int64_t *ret_number)
{
    char *end;

    if (!isdigit((unsigned char)reader->word[0]))
        return false;
    errno = 0;
    *ret_number = strtoll(reader->word, &end, 10);
    if (*end || errno || *ret_number > INT64_C(8000000000000000))
        return false;
    next(reader);
    return true;
}

// [N] unit
static bool read_length(span_text *reader, sim_period *ret_period)
{
    int64_t count = 1;

    read_int(reader, &count);
    if (!sim_period_of((double)count, reader->word, ret_period))
        return false;
    next(reader);
    return true;
}

static bool read_last(span_text *reader)
{
    sim_span *span = reader->span;

    if (!read_length(reader, &span->length))
        return false;
    span->open = true;
    span->begin_ms = sim_period_add(span->length, reader->now_ms, -1, reader->zone);
    return true;
}

// HH:MM[:SS]
static bool read_time_of_day(span_text *reader, struct tm *date)
{
    int taken = 0;

    date->tm_sec = 0;
    sscanf(reader->word, "%2d:%2d%n:%2d%n", &date->tm_hour, &date->tm_min, &taken, &date->tm_sec,
           &taken);
    if (taken == 0 || reader->word[taken] || date->tm_hour < 0 || date->tm_hour > 24 ||
        date->tm_min < 0 || date->tm_min > 59 || date->tm_sec < 0 || date->tm_sec > 60)
        return false;
    next(reader);
    return true;
}

// YYYY-MM-DD HH:MM[:SS]
static bool read_date(span_text *reader, int64_t *ret_ms)
{
    struct tm date = { 0 };
    int taken = 0;

    if (sscanf(reader->word, "%4d-%2d-%2d%n", &date.tm_year, &date.tm_mon, &date.tm_mday, &taken) !=
            3 ||
        reader->word[taken])
        return false;
    next(reader);
    if (isdigit((unsigned char)reader->word[0]) && !read_time_of_day(reader, &date))
        return false;
    if (date.tm_mon < 1 || date.tm_mon > 12 || date.tm_mday < 1 || date.tm_mday > 31)
        return false;
    date.tm_year -= 1900;
    date.tm_mon -= 1;
    *ret_ms = sim_calendar_ms(date, reader->zone);
    return true;
}

static int64_t midnight_ms(const span_text *reader, int days)
{
    struct tm date = sim_calendar_of(reader->now_ms, reader->zone);

    date.tm_hour = date.tm_min = date.tm_sec = 0;
    date.tm_mday += days;
    return sim_calendar_ms(date, reader->zone);
}

// A day by its name; false: the word is none.
static bool read_day(span_text *reader, int64_t *ret_ms)
{
    static const struct {
        const char *name;
        int days;
    } days[] = { { "today", 0 }, { "yesterday", -1 } };

    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        if (accept(reader, days[i].name)) {
            *ret_ms = midnight_ms(reader, days[i].days);
            return true;
        }
    }
    return false;
}

// A moment; a time of the day alone is of today.
static bool read_point(span_text *reader, int64_t *ret_ms)
{
    struct tm date = sim_calendar_of(reader->now_ms, reader->zone);

    if (accept(reader, "now")) {
        *ret_ms = reader->now_ms;
        return true;
    }
    if (accept(reader, "ts"))
        return read_int(reader, ret_ms);
    if (read_day(reader, ret_ms))
        return true;
    if (!strchr(reader->word, ':'))
        return read_date(reader, ret_ms);
    bool good = read_time_of_day(reader, &date);
    *ret_ms = sim_calendar_ms(date, reader->zone);
    return good;
}

// since POINT, from POINT [to POINT]; a night "from 22:00 to 06:00" ends on the next day.
static bool read_since(span_text *reader)
{
    sim_span *span = reader->span;
    bool of_day = strchr(reader->word, ':') != NULL;

    if (!read_point(reader, &span->begin_ms))
        return false;
    span->open = !accept(reader, "to");
    if (span->open)
        return true;
    of_day &= strchr(reader->word, ':') != NULL;
    if (!read_point(reader, &span->end_ms))
        return false;
    if (of_day && span->end_ms < span->begin_ms)
        span->end_ms = sim_period_add((sim_period){ .ms = DAY_MS }, span->end_ms, 1, reader->zone);
    return true;
}

// until N units ago, until POINT; "until last N units ago" reads everything until now: a known trap.
static bool read_until(span_text *reader)
{
    sim_span *span = reader->span;
    bool trap = accept(reader, "last");
    sim_period ago;

    if (strcasecmp(reader->word, "ts") == 0)
        return read_point(reader, &span->end_ms);
    if (!read_length(reader, &ago) || !accept(reader, "ago"))
        return false;
    span->open = trap;
    span->end_ms = sim_period_add(ago, reader->now_ms, -1, reader->zone);
    return true;
}

static bool read_today(span_text *reader)
{
    reader->span->begin_ms = midnight_ms(reader, 0);
    reader->span->open = true;
    return true;
}

static bool read_yesterday(span_text *reader)
{
    reader->span->begin_ms = midnight_ms(reader, -1);
    reader->span->end_ms = midnight_ms(reader, 0);
    return true;
}

static const struct form {
    const char *keyword;
    bool (*read)(span_text *reader);
} forms[] = {
    { "last", read_last },   { "since", read_since }, { "from", read_since },
    { "until", read_until }, { "today", read_today }, { "yesterday", read_yesterday },
};

static bool read_form(span_text *reader)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (accept(reader, forms[i].keyword))
            return forms[i].read(reader);

    return read_point(reader, &reader->span->begin_ms) && accept(reader, "to") &&
           read_point(reader, &reader->span->end_ms);
}

// #name=value or #name='value'; names that mean nothing here are skipped.
static bool read_meta(span_text *reader)
{
    char name[WORD_BYTES], value[WORD_BYTES];
    int taken = 0;

    if (sscanf(reader->at, "#%63[A-Za-z.] = '%63[^']'%n", name, value, &taken) < 2 || !taken) {
        taken = 0;
        if (sscanf(reader->at, "#%63[A-Za-z.] = %63[^ \t\n#']%n", name, value, &taken) < 2 ||
            !taken)
            return false;
    }
    reader->at += taken;
    while (isspace((unsigned char)*reader->at))
        reader->at++;

    char *end = value;
    if (strcasecmp(name, "partial") == 0) {
        reader->span->partial = strtoll(value, &end, 10);
        return !*end && reader->span->partial > 0;
    }
    return true;
}

live_err sim_span_parse(const char *text, int64_t now_ms, sim_zone zone, sim_span *ret_span,
                        live_error *error)
{
    sim_span span = { .has_history = true, .end_ms = now_ms };
    span_text reader = { .at = text, .now_ms = now_ms, .zone = zone, .span = &span };

    if (!text || !*text || strcmp(text, "None") == 0) {
        *ret_span = (sim_span){ .begin_ms = now_ms, .end_ms = now_ms, .open = true };
        return LIVE_OK;
    }
    next(&reader);
    bool good = read_form(&reader) && !reader.word[0];
    while (good && *reader.at)
        good = read_meta(&reader);
    if (!good)
        return live_fail(error, LIVE_E_PARSE, "'%.100s' is not a time span", text);
    if (span.open)
        span.end_ms = now_ms;
    *ret_span = span;
    return LIVE_OK;
}

void sim_span_move(sim_span *span, int64_t now_ms, sim_zone zone)
{
    if (!span->open)
        return;
    span->end_ms = now_ms;
    if (span->length.ms || span->length.months)
        span->begin_ms = sim_period_add(span->length, now_ms, -1, zone);
}
