// SPDX-License-Identifier: Apache-2.0
// Letters in their two cases, of every script that the C library knows.
#include "pipes/letters.h"

#include "memory.h"
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

typedef wint_t (*letter_map)(wint_t letter, locale_t locale);

// The case of letters does not depend on who runs the simulator.
static locale_t letters(void)
{
    static locale_t made;

    if (!made)
        made = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (!made)
        made = newlocale(LC_CTYPE_MASK, "C", (locale_t)0); // ASCII alone
    return made;
}

// How many bytes the character at `text` has, by its first one; 1 when the others do not follow.
static size_t width(const char *text)
{
    unsigned char first = (unsigned char)*text;
    size_t bytes = first < 0xC2 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 1;

    for (size_t i = 1; i < bytes; i++)
        if (((unsigned char)text[i] & 0xC0) != 0x80)
            return 1;
    return bytes;
}

static wint_t decode(const char *text, size_t bytes)
{
    static const unsigned char masks[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
    wint_t letter = (unsigned char)*text & masks[bytes];

    for (size_t i = 1; i < bytes; i++)
        letter = letter << 6 | ((unsigned char)text[i] & 0x3F);
    return letter;
}

static char *encode(char *out, wint_t letter)
{
    static const unsigned char heads[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
    size_t bytes = letter < 0x80 ? 1 : letter < 0x800 ? 2 : letter < 0x10000 ? 3 : 4;

    for (size_t i = bytes; i-- > 1; letter >>= 6)
        out[i] = (char)(0x80 | (letter & 0x3F));
    *out = (char)(heads[bytes] | letter);
    return out + bytes;
}

static bool is_lone_byte(const char *text, size_t bytes)
{
    return bytes == 1 && (unsigned char)*text >= 0x80;
}

// `out` has room for twice the text: the other case of a letter is at most a byte longer.
static size_t map_letters(char *out, const char *text, letter_map map)
{
    char *at = out;

    while (*text) {
        size_t bytes = width(text);
        if (is_lone_byte(text, bytes))
            *at++ = *text;
        else
            at = encode(at, map(decode(text, bytes), letters()));
        text += bytes;
    }
    *at = '\0';
    return (size_t)(at - out);
}

static const char *mapped(pipes_arena *arena, const char *text, letter_map map)
{
    char *copy = pipes_arena_alloc(arena, 2 * strlen(text) + 1);

    map_letters(copy, text, map);
    return copy;
}

const char *pipes_lower(pipes_arena *arena, const char *text)
{
    return mapped(arena, text, towlower_l);
}

const char *pipes_upper(pipes_arena *arena, const char *text)
{
    return mapped(arena, text, towupper_l);
}

char *pipes_lower_copy(const char *text)
{
    char *copy = sim_alloc(2 * strlen(text) + 1, 1);

    map_letters(copy, text, towlower_l);
    return copy;
}

bool pipes_is_ascii(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

size_t pipes_letter_count(const char *text)
{
    size_t count = 0;

    for (; *text; text += width(text))
        count++;
    return count;
}
