// SPDX-License-Identifier: Apache-2.0
// JSON of others with what JSON has not: it is rewritten so that it can be read, and one value costs no more than itself.
#include <live/json.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/tree.h"
#include "base/utf8.h"

#define REPLACEMENT "\\ufffd" // U+FFFD, what stands for a character that is none

enum { ESCAPE_BYTES = 6, MAX_NUMBER_BYTES = 4096 };

typedef struct mender {
    const char *at, *end;
    live_buf *out;
    size_t depth;
} mender;

// Strings

// The code unit of an escape \uXXXX at `at`; -1: there is none.
static long read_unit(const mender *m, const char *at)
{
    char digits[5] = "";

    if (m->end - at < ESCAPE_BYTES || at[0] != '\\' || at[1] != 'u')
        return -1;
    memcpy(digits, at + 2, 4);
    return strspn(digits, "0123456789abcdefABCDEF") == 4 ? strtol(digits, NULL, 16) : -1;
}

static bool is_high(long unit)
{
    return unit >= 0xD800 && unit < 0xDC00;
}

static bool is_low(long unit)
{
    return unit >= 0xDC00 && unit < 0xE000;
}

// At a backslash.
static void mend_escape(mender *m)
{
    long unit = read_unit(m, m->at);
    size_t length = unit >= 0 ? ESCAPE_BYTES : m->end - m->at < 2 ? 1 : 2;

    if (is_high(unit) && is_low(read_unit(m, m->at + ESCAPE_BYTES)))
        length = (size_t)2 * ESCAPE_BYTES;
    else if (unit == 0 || is_high(unit) || is_low(unit)) {
        live_buf_add_text(m->out, REPLACEMENT);
        m->at += length;
        return;
    }
    live_buf_add(m->out, m->at, length);
    m->at += length;
}

// One character of a string that is no quote.
static void mend_character(mender *m)
{
    unsigned char c = (unsigned char)*m->at;
    size_t length = lv_utf8_length(m->at, (size_t)(m->end - m->at));

    if (c == '\\') {
        mend_escape(m);
    } else if (c < 0x20) {
        live_buf_add_format(m->out, "\\u%04x", c ? c : 0xFFFDU);
        m->at++;
    } else if (length == 0) {
        live_buf_add_text(m->out, REPLACEMENT);
        m->at++;
    } else {
        live_buf_add(m->out, m->at, length);
        m->at += length;
    }
}

// At the quote that opens it; ends behind the one that closes it.
static void mend_string(mender *m)
{
    live_buf_add(m->out, m->at++, 1);
    while (m->at < m->end && *m->at != '"')
        mend_character(m);
    if (m->at < m->end)
        live_buf_add(m->out, m->at++, 1);
}

// Numbers

static bool is_word(char c)
{
    return c && strchr("+-.0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", c);
}

static bool is_one_of(const char *word, size_t length, const char *const *list)
{
    for (; *list; list++)
        if (strlen(*list) == length && memcmp(*list, word, length) == 0)
            return true;
    return false;
}

// A number, true, false, null, or what others write for what is no number.
static void mend_word(mender *m)
{
    static const char *const none[] = { "NaN", "-NaN", "Infinity", "+Infinity", "-Infinity", NULL };
    char copy[MAX_NUMBER_BYTES];
    size_t length = 0;

    while (m->at + length < m->end && is_word(m->at[length]))
        length++;
    const char *word = m->at;
    m->at += length;
    bool number = *word == '-' || (*word >= '0' && *word <= '9');
    if (number && length < sizeof copy) {
        memcpy(copy, word, length);
        copy[length] = '\0';
    }
    if (is_one_of(word, length, none) || (number && length >= sizeof copy) ||
        (number && !isfinite(strtod(copy, NULL))))
        live_buf_add_text(m->out, "null");
    else if (number && length >= LV_NUMBER_BYTES)
        live_buf_add_json(m->out,
                          &(cJSON){ .type = cJSON_Number, .valuedouble = strtod(copy, NULL) });
    else
        live_buf_add(m->out, word, length);
}

// Depth

// Leaves out what is nested too deep, from one bracket to the one that closes it.
static void skip_deep(mender *m)
{
    size_t depth = 0;

    do {
        char c = *m->at++;
        if (c == '{' || c == '[')
            depth++;
        else if (c == '}' || c == ']')
            depth--;
        else if (c == '"')
            while (m->at < m->end && *m->at++ != '"')
                m->at += m->at[-1] == '\\' && m->at < m->end;
    } while (depth > 0 && m->at < m->end);
    live_buf_add_text(m->out, "null");
}

static void mend_bracket(mender *m, bool opens)
{
    if (opens && m->depth == LIVE_JSON_MAX_DEPTH) {
        skip_deep(m);
        return;
    }
    if (opens)
        m->depth++;
    else if (m->depth > 0)
        m->depth--;
    live_buf_add(m->out, m->at++, 1);
}

static void mend_all(mender *m)
{
    while (m->at < m->end) {
        char c = *m->at;
        if (c == '"')
            mend_string(m);
        else if (c == '{' || c == '[' || c == '}' || c == ']')
            mend_bracket(m, c == '{' || c == '[');
        else if (is_word(c))
            mend_word(m);
        else
            live_buf_add(m->out, m->at++, 1);
    }
}

live_err live_json_parse_mended(const char *text, size_t length, cJSON **ret_json, bool *ret_mended,
                                live_error *error)
{
    live_error why = { 0 };
    live_err err = live_json_parse(text, length, ret_json, &why);

    if (ret_mended)
        *ret_mended = false;
    if (err && length <= LIVE_JSON_MAX_BYTES && err != LIVE_E_NOMEM) {
        mender m = { .at = text, .end = text + length, .out = live_buf_new() };
        mend_all(&m);
        bool mended =
            !live_buf_failed(m.out) && live_json_parse(live_buf_data(m.out), live_buf_length(m.out),
                                                       ret_json, NULL) == LIVE_OK;
        live_buf_free(m.out);
        if (mended && ret_mended)
            *ret_mended = true;
        err = mended ? LIVE_OK : err;
    }
    if (err && error)
        *error = why;
    return err;
}
