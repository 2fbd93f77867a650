// SPDX-License-Identifier: Apache-2.0
// What a query that follows has delivered, and how it goes on where it was interrupted.
#include "gap.h"

#include <ctype.h>
#include <live/json.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MOST_SEEN = 65536, MOST_LEVELS = 64 };

// Expressions and spans

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.';
}

static const char *skip_quoted(const char *at)
{
    char quote = *at++;

    while (*at && *at != quote)
        at += *at == '\\' && at[1] ? 2 : 1;
    return *at ? at + 1 : at;
}

// Windows begin anew with a new query: their rows are no longer those that were missed.
static bool aggregates(const char *expression)
{
    static const char *const words[] = { "every", "over", "at the end" };
    const char *at = expression;

    while (*at) {
        if (strchr("\"'`", *at)) {
            at = skip_quoted(at);
            continue;
        }
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            size_t length = strlen(words[i]);
            bool begins = at == expression || !is_word(at[-1]);
            if (begins && strncasecmp(at, words[i], length) == 0 && !is_word(at[length]))
                return true;
        }
        at++;
    }
    return false;
}

// Whether what follows the span's begin is all of it: then another begin may be put in its place.
static bool is_open(const char *span)
{
    static const char *const beginnings[] = { "last ", "since ", "from ts ", "today" };

    if (!span || !*span)
        return true;
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
        if (strncasecmp(span, beginnings[i], strlen(beginnings[i])) == 0)
            return !strstr(span, " to ") && !strchr(span, '#');
    return false;
}

void lv_gap_init(lv_gap *gap, const char *expression, const live_query_options *options)
{
    bool pipes = !options->provider || strcmp(options->provider, "pipes") == 0;

    *gap = (lv_gap){ .policy = options->gap, .last_ms = -1, .began_ms = -1 };
    gap->fillable = pipes && is_open(options->span) && !aggregates(expression);
}

void lv_gap_clear(lv_gap *gap)
{
    free(gap->seen);
    free(gap->repeats);
    *gap = (lv_gap){ .last_ms = -1, .began_ms = -1 };
}

int64_t lv_gap_since(const lv_gap *gap)
{
    return gap->last_ms < 0 ? gap->began_ms : gap->last_ms;
}

void lv_gap_settle(lv_gap *gap, int64_t platform_ms)
{
    gap->last_ms = -1;
    gap->began_ms = platform_ms;
    gap->seen_count = 0;
}

lv_mend lv_gap_mend(const lv_gap *gap)
{
    bool fill = gap->policy == LIVE_GAP_FILL || (gap->policy == LIVE_GAP_AUTO && gap->fillable);

    if (lv_gap_since(gap) < 0 && !gap->untracked)
        return LV_MEND_AGAIN;
    return fill && !gap->untracked ? LV_MEND_FILL : LV_MEND_REPORT;
}

// Rows

static uint64_t mix(uint64_t hash, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static uint64_t hash_one(const cJSON *value, bool named)
{
    int type = value->type & 0xff;
    uint64_t hash = mix(UINT64_C(0xcbf29ce484222325), &type, sizeof type);

    if (named && value->string)
        hash = mix(hash, value->string, strlen(value->string));
    if (value->valuestring)
        hash = mix(hash, value->valuestring, strlen(value->valuestring));
    if (cJSON_IsNumber(value))
        hash = mix(hash, &value->valuedouble, sizeof value->valuedouble);
    return hash;
}

// Of the content: the order of an object's members is none of it.
static uint64_t hash_value(const cJSON *value, bool named, int level)
{
    uint64_t hash = hash_one(value, named), sum = 0;
    bool object = cJSON_IsObject(value);

    for (const cJSON *child = value->child; child && level < MOST_LEVELS; child = child->next) {
        uint64_t own = hash_value(child, object, level + 1);
        sum = object ? sum + own : mix(sum, &own, sizeof own);
    }
    return mix(hash, &sum, sizeof sum);
}

static bool is_repeated(lv_gap *gap, uint64_t hash)
{
    for (size_t i = 0; i < gap->repeat_count; i++) {
        if (gap->repeats[i] != hash)
            continue;
        gap->repeats[i] = gap->repeats[--gap->repeat_count];
        return true;
    }
    return false;
}

static void remember(lv_gap *gap, uint64_t hash)
{
    if (gap->seen_count == gap->seen_room) {
        size_t room = gap->seen_room ? gap->seen_room * 2 : 16;
        uint64_t *more = room > MOST_SEEN ? NULL : realloc(gap->seen, room * sizeof *more);
        if (!more) {
            gap->untracked = true; // so many at once: a fill could not tell them apart
            return;
        }
        gap->seen = more;
        gap->seen_room = room;
    }
    gap->seen[gap->seen_count++] = hash;
}

bool lv_gap_take(lv_gap *gap, const cJSON *row)
{
    int64_t time_ms = live_json_int(row, "timestamp", -1);

    if (time_ms < 0) {
        gap->untracked = true;
        return true;
    }
    if (gap->filling && time_ms < gap->fill_ms)
        return false; // before the span that was asked for
    if (time_ms < gap->last_ms)
        return true;
    uint64_t hash = hash_value(row, false, 0);
    if (gap->filling && time_ms == gap->fill_ms && is_repeated(gap, hash))
        return false;
    if (time_ms > gap->last_ms)
        gap->seen_count = 0;
    gap->last_ms = time_ms;
    remember(gap, hash);
    return true;
}

live_err lv_gap_begin_fill(lv_gap *gap, live_error *error)
{
    uint64_t *copy = realloc(gap->repeats, (gap->seen_count + 1) * sizeof *copy);

    if (!copy)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    gap->repeats = copy;
    gap->repeat_count = gap->seen_count;
    if (gap->seen_count)
        memcpy(copy, gap->seen, gap->seen_count * sizeof *copy);
    gap->fill_ms = lv_gap_since(gap);
    gap->filling = true;
    return LIVE_OK;
}

void lv_gap_end_fill(lv_gap *gap, int64_t platform_ms)
{
    gap->filling = false;
    gap->repeat_count = 0;
    if (gap->began_ms < 0)
        gap->began_ms = platform_ms;
}
