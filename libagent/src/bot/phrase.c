// SPDX-License-Identifier: Apache-2.0
// Finding numbers, lengths of time and words in what people write.
#include <agent/chat.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// Whether the character that begins here belongs to a word: letters of any script do, the punctuation of U+0080 to
// U+00BF and U+2000 to U+207F and the pictures beyond U+FFFF do not.
static bool is_word(const char *at)
{
    const unsigned char first = (unsigned char)at[0], second = first ? (unsigned char)at[1] : 0;

    if (first < 0x80)
        return isalnum(first) || first == '_';
    return first != 0xC2 && first < 0xF0 && !(first == 0xE2 && (second == 0x80 || second == 0x81));
}

static bool is_word_before(const char *text, const char *at)
{
    if (at == text)
        return false;
    do
        at--;
    while (at > text && ((unsigned char)*at & 0xC0) == 0x80);
    return is_word(at);
}

bool agent_find_int(const char *text, int64_t *ret_number)
{
    for (const char *at = text; *at; at++) {
        bool starts = isdigit((unsigned char)*at) && !is_word_before(text, at);
        bool negative = starts && at > text && at[-1] == '-' && !is_word_before(text, at - 1);
        if (!starts)
            continue;
        errno = 0;
        long long number = strtoll(negative ? at - 1 : at, NULL, 10);
        if (errno)
            return false;
        *ret_number = number;
        return true;
    }
    return false;
}

const char *agent_find_word(const char *text, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = text; length > 0 && *at; at++) {
        bool same = strncasecmp(at, word, length) == 0;
        if (same && !is_word_before(text, at) && !is_word(at + length))
            return at;
    }
    return NULL;
}

// Units as people write them; a letter of its own only right behind a number.
static const struct {
    const char *name;
    int64_t ms;
} units[] = {
    { "ms", 1 },         { "millisecond", 1 }, { "s", 1000 },         { "sec", 1000 },
    { "second", 1000 },  { "m", 60000 },       { "min", 60000 },      { "minute", 60000 },
    { "h", 3600000 },    { "hr", 3600000 },    { "hour", 3600000 },   { "d", 86400000 },
    { "day", 86400000 }, { "w", 604800000 },   { "week", 604800000 },
};

// The unit that a word is, in the singular or with an 's'; 0: none.
static int64_t unit_of(const char *word, size_t length)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t own = strlen(units[i].name);
        bool plural = own > 2 && length == own + 1 && tolower((unsigned char)word[own]) == 's';
        if ((length == own || plural) && strncasecmp(word, units[i].name, own) == 0)
            return units[i].ms;
    }
    return 0;
}

static size_t word_length(const char *at)
{
    size_t length = 0;

    while (isalpha((unsigned char)at[length]))
        length++;
    return is_word(at + length) ? 0 : length;
}

// "5 minutes", "1.5h"
static bool counted(const char *at, double *ret_ms)
{
    char *end;
    double number = strtod(at, &end);

    while (*end == ' ')
        end++;
    int64_t unit = unit_of(end, word_length(end));
    *ret_ms = number * (double)unit;
    return unit > 0;
}

// "the last minute", "an hour": a unit without a number, behind a word that says one.
static bool named(const char *at, double *ret_ms)
{
    static const char *const ones[] = { "last", "past", "this", "an", "a", "one", "previous" };

    for (size_t i = 0; i < sizeof ones / sizeof *ones; i++) {
        size_t length = strlen(ones[i]);
        if (strncasecmp(at, ones[i], length) != 0 || at[length] != ' ')
            continue;
        const char *word = at + length;
        while (*word == ' ')
            word++;
        size_t unit_length = word_length(word);
        int64_t unit = unit_length > 2 ? unit_of(word, unit_length) : 0;
        *ret_ms = (double)unit;
        if (unit > 0)
            return true;
    }
    return false;
}

bool agent_find_duration(const char *text, int64_t *ret_ms)
{
    double ms = 0;

    for (const char *at = text; *at; at++) {
        if (is_word_before(text, at) || (at > text && strchr(".-", at[-1])))
            continue;
        if (isdigit((unsigned char)*at) ? !counted(at, &ms) : !named(at, &ms))
            continue;
        if (ms < 1 || ms > 9e15)
            return false;
        *ret_ms = (int64_t)ms;
        return true;
    }
    return false;
}
