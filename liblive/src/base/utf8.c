// SPDX-License-Identifier: Apache-2.0
// UTF-8: its characters, one at a time, and whole texts.
#include "base/utf8.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

// Table 3-7 of the Unicode standard: the lead byte decides the range of the second one.
static const struct {
    uint8_t lead_from, lead_to, second_from, second_to, length;
} forms[] = {
    { 0x00, 0x7F, 0x00, 0x00, 1 }, { 0xC2, 0xDF, 0x80, 0xBF, 2 }, { 0xE0, 0xE0, 0xA0, 0xBF, 3 },
    { 0xE1, 0xEC, 0x80, 0xBF, 3 }, { 0xED, 0xED, 0x80, 0x9F, 3 }, { 0xEE, 0xEF, 0x80, 0xBF, 3 },
    { 0xF0, 0xF0, 0x90, 0xBF, 4 }, { 0xF1, 0xF3, 0x80, 0xBF, 4 }, { 0xF4, 0xF4, 0x80, 0x8F, 4 },
};

size_t lv_utf8_length(const char *text, size_t length)
{
    const uint8_t *bytes = (const uint8_t *)text;

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (bytes[0] < forms[i].lead_from || bytes[0] > forms[i].lead_to)
            continue;
        if (forms[i].length > length)
            return 0;
        if (forms[i].length > 1 &&
            (bytes[1] < forms[i].second_from || bytes[1] > forms[i].second_to))
            return 0;
        for (size_t k = 2; k < forms[i].length; k++)
            if ((bytes[k] & 0xC0) != 0x80)
                return 0;
        return forms[i].length;
    }
    return 0;
}

// Where the eight bytes from `text` on are ASCII, as almost all are.
static bool is_ascii(const char *text)
{
    uint64_t bytes;

    memcpy(&bytes, text, sizeof bytes);
    return (bytes & 0x8080808080808080u) == 0;
}

bool lv_utf8_is(const char *text, size_t length)
{
    size_t at = 0;

    while (at < length) {
        const bool ascii = length - at >= sizeof(uint64_t) && is_ascii(text + at);
        const size_t taken = ascii ? sizeof(uint64_t) : lv_utf8_length(text + at, length - at);
        if (taken == 0)
            return false;
        at += taken;
    }
    return true;
}

size_t lv_utf8_whole(const char *text, size_t length)
{
    size_t at = length;

    while (at > 0 && length - at < 3 && ((unsigned char)text[at - 1] & 0xC0) == 0x80)
        at--;
    const bool breaks_off = at > 0 && (unsigned char)text[at - 1] >= 0xC0 &&
                            lv_utf8_length(text + at - 1, length - at + 1) == 0;
    return breaks_off ? at - 1 : length;
}

// clang-format off
static const bool plain[UCHAR_MAX + 1] = { // ASCII but for control characters, the quote and the backslash
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
};
// clang-format on

size_t lv_utf8_plain(const char *text, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t count = 0;

    while (count < length && plain[bytes[count]])
        count++;
    return count;
}
