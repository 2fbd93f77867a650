// SPDX-License-Identifier: Apache-2.0
// What a query that follows has delivered, and how it goes on where it was interrupted.
#include "gap.h"

#include <ctype.h>
#include <live/json.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LATENESS_MS = 10000, MOST_LEVELS = 64 };

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

    *gap = (lv_gap){ .policy = options->gap, .edge_ms = -1, .began_ms = -1, .earliest_ms = -1 };
    gap->fillable = pipes && is_open(options->span) && !aggregates(expression);
    gap->whole = options->span && *options->span && !options->no_preload && !options->reducer;
}

void lv_gap_clear(lv_gap *gap)
{
    lv_seen_clear(&gap->seen);
    *gap = (lv_gap){ .edge_ms = -1, .began_ms = -1, .earliest_ms = -1 };
}

int64_t lv_gap_since(const lv_gap *gap)
{
    return gap->edge_ms < 0 ? gap->began_ms : gap->edge_ms;
}

// Nothing before the query's own beginning, or before what is still remembered.
int64_t lv_gap_fill_from(const lv_gap *gap)
{
    int64_t from = lv_gap_since(gap) - LATENESS_MS;
    int64_t first = gap->whole && gap->earliest_ms >= 0 ? gap->earliest_ms : gap->began_ms;

    if (first < 0 || first > lv_gap_since(gap))
        first = lv_gap_since(gap);
    if (from < first)
        from = first;
    return from < gap->seen.floor_ms ? gap->seen.floor_ms : from;
}

void lv_gap_settle(lv_gap *gap, int64_t platform_ms)
{
    lv_seen_clear(&gap->seen);
    gap->edge_ms = gap->earliest_ms = -1;
    gap->began_ms = platform_ms;
}

static bool is_to_be_filled(const lv_gap *gap)
{
    return gap->policy == LIVE_GAP_FILL || (gap->policy == LIVE_GAP_AUTO && gap->fillable);
}

lv_mend lv_gap_mend(const lv_gap *gap)
{
    if (lv_gap_since(gap) < 0 && !gap->untracked)
        return LV_MEND_AGAIN;
    return is_to_be_filled(gap) && !gap->untracked ? LV_MEND_FILL : LV_MEND_REPORT;
}

// Rows

static uint64_t mix_word(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

// Eight bytes at once: this is done for each row. The length is in the byte that those at the end leave free.
static uint64_t mix_text(uint64_t hash, const char *text)
{
    const size_t length = strlen(text);
    size_t left = length;
    uint64_t word;

    for (; left >= sizeof word; left -= sizeof word) {
        memcpy(&word, text, sizeof word);
        hash = mix_word(hash, word);
        text += sizeof word;
    }
    for (word = length; left > 0; left--)
        word = word << 8 | (unsigned char)*text++;
    return mix_word(hash, word);
}

static uint64_t hash_one(const cJSON *value, bool named)
{
    uint64_t hash = (uint64_t)(value->type & 0xff), number;

    if (named && value->string)
        hash = mix_text(hash, value->string);
    if (value->valuestring)
        hash = mix_text(hash, value->valuestring);
    if (cJSON_IsNumber(value)) {
        memcpy(&number, &value->valuedouble, sizeof number);
        hash = mix_word(hash, number);
    }
    return hash;
}

// Of the content: the order of an object's members is none of it.
static uint64_t hash_value(const cJSON *value, bool named, int level)
{
    uint64_t hash = hash_one(value, named), sum = 0;
    bool object = cJSON_IsObject(value);

    for (const cJSON *child = value->child; child && level < MOST_LEVELS; child = child->next) {
        uint64_t own = hash_value(child, object, level + 1);
        sum = object ? sum + own : mix_word(sum, own);
    }
    return mix_word(hash, sum);
}

// Times that are ahead of the platform's clock say nothing of what has come.
static void advance(lv_gap *gap, int64_t time_ms, int64_t platform_ms)
{
    int64_t time = time_ms < platform_ms ? time_ms : platform_ms;

    if (gap->began_ms < 0 && (gap->earliest_ms < 0 || time_ms < gap->earliest_ms))
        gap->earliest_ms = time_ms;
    if (time > gap->edge_ms)
        gap->edge_ms = time;
    lv_seen_forget(&gap->seen, gap->edge_ms - LATENESS_MS);
}

bool lv_gap_take(lv_gap *gap, const cJSON *row, int64_t platform_ms)
{
    int64_t time_ms = live_json_int(row, "timestamp", -1);

    if (time_ms < 0) {
        gap->untracked = true;
        return true;
    }
    if (gap->filling && time_ms < gap->fill_ms)
        return false; // its history is told from its beginning
    uint64_t hash = is_to_be_filled(gap) || gap->filling ? hash_value(row, false, 0) : 0;
    if (gap->filling && lv_seen_is_repeat(&gap->seen, hash))
        return false;
    advance(gap, time_ms, platform_ms);
    // So many at once, or in the future: a fill could not tell them apart. Older ones no fill asks for.
    if (hash && time_ms >= gap->edge_ms - LATENESS_MS &&
        (!lv_seen_add(&gap->seen, time_ms, hash) || gap->seen.floor_ms > gap->edge_ms))
        gap->untracked = true;
    return true;
}

live_err lv_gap_begin_fill(lv_gap *gap, bool asked, live_error *error)
{
    live_err err = lv_seen_expect(&gap->seen, lv_gap_fill_from(gap), error);

    if (err)
        return err;
    gap->fill_ms = asked ? 0 : lv_gap_fill_from(gap);
    gap->filling = true;
    return LIVE_OK;
}

void lv_gap_end_fill(lv_gap *gap, int64_t platform_ms)
{
    gap->filling = false;
    lv_seen_expect_no_more(&gap->seen);
    if (gap->began_ms < 0)
        gap->began_ms = platform_ms;
}
