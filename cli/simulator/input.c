// SPDX-License-Identifier: Apache-2.0
// What the platform's inputs accept: JSON, and what people write who do not quote.
#include "input.h"

#include <ctype.h>
#include <live/buf.h>
#include <live/json.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct input_reader {
    const sim_profile *profile;
    const char *text;
    size_t length, at;
    int depth;
    live_err err; // sticky
    live_error *error;
} input_reader;

static char peek(const input_reader *reader)
{
    return reader->at < reader->length ? reader->text[reader->at] : '\0';
}

// Fails once, with the position. Returns NULL, for readers to return.
static void *fail(input_reader *reader, live_err err, const char *what)
{
    size_t line = 1, column = 1;

    if (reader->err)
        return NULL;
    for (size_t i = 0; i < reader->at && i < reader->length; i++) {
        if (reader->text[i] == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)reader->text[i] & 0xC0) != 0x80) {
            column++;
        }
    }
    reader->err = live_fail(reader->error, err, "%zu:%zu: %s", line, column, what);
    return NULL;
}

static bool looking_at(const input_reader *reader, const char *text)
{
    size_t length = strlen(text);

    return reader->length - reader->at >= length &&
           memcmp(reader->text + reader->at, text, length) == 0;
}

static bool accept(input_reader *reader, const char *text)
{
    if (!looking_at(reader, text))
        return false;
    reader->at += strlen(text);
    return true;
}

// Up to and including `end`, or all that is left.
static void skip_until(input_reader *reader, const char *end)
{
    while (reader->at < reader->length && !accept(reader, end))
        reader->at++;
}

static void skip_space(input_reader *reader)
{
    for (;;) {
        while (peek(reader) && isspace((unsigned char)peek(reader)))
            reader->at++;
        if (sim_profile_differs(reader->profile, FACT_INPUT_COMMENTS))
            return;
        if (looking_at(reader, "//") || looking_at(reader, "#"))
            skip_until(reader, "\n");
        else if (accept(reader, "/*"))
            skip_until(reader, "*/");
        else
            return;
    }
}

static bool read_hex4(input_reader *reader, unsigned *ret_code)
{
    unsigned code = 0;

    for (int i = 0; i < 4; i++, reader->at++) {
        char byte = peek(reader);
        if (!isxdigit((unsigned char)byte))
            return false;
        code = code * 16 +
               (unsigned)(isdigit((unsigned char)byte) ? byte - '0' : (byte | 0x20) - 'a' + 10);
    }
    *ret_code = code;
    return true;
}

static void add_utf8(live_buf *buf, unsigned code)
{
    char bytes[4];
    size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = { 0, 0x00, 0xC0, 0xE0, 0xF0 };

    for (size_t i = length - 1; i > 0; i--, code >>= 6)
        bytes[i] = (char)(0x80 | (code & 0x3F));
    bytes[0] = (char)(leads[length] | code);
    live_buf_add(buf, bytes, length);
}

// Behind "\u"; two of them make one character beyond the first 65,536.
static void read_unicode(input_reader *reader, live_buf *buf)
{
    unsigned code, low;

    if (!read_hex4(reader, &code) || code == 0) {
        fail(reader, LIVE_E_PARSE, "four hexadecimal digits expected, not all 0");
        return;
    }
    if (code >= 0xD800 && code < 0xDC00) {
        if (!accept(reader, "\\u") || !read_hex4(reader, &low) || low < 0xDC00 || low > 0xDFFF) {
            fail(reader, LIVE_E_PARSE, "half of a surrogate pair");
            return;
        }
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if (code >= 0xDC00 && code <= 0xDFFF) {
        fail(reader, LIVE_E_PARSE, "half of a surrogate pair");
        return;
    }
    add_utf8(buf, code);
}

static void read_escape(input_reader *reader, live_buf *buf)
{
    static const char escapes[] = "b\bf\fn\nr\rt\t";
    char byte = peek(reader);

    if (reader->at == reader->length)
        return; // the closing quote is missing, too
    reader->at++;
    if (byte == 'u') {
        read_unicode(reader, buf);
        return;
    }
    for (const char *each = escapes; *each; each += 2)
        if (*each == byte)
            byte = each[1];
    live_buf_add(buf, &byte, 1);
}

// The text is the caller's: live_free().
static char *read_quoted(input_reader *reader)
{
    live_buf *buf = live_buf_new();
    char quote = peek(reader), *text;

    if (quote == '\'' && sim_profile_differs(reader->profile, FACT_INPUT_SINGLE_QUOTES))
        fail(reader, LIVE_E_PARSE, "double quotes expected");
    reader->at++;
    while (!reader->err && reader->at < reader->length && peek(reader) != quote) {
        if (peek(reader) == '\0')
            fail(reader, LIVE_E_PARSE, "a zero byte in the text");
        else if (accept(reader, "\\"))
            read_escape(reader, buf);
        else
            live_buf_add(buf, reader->text + reader->at++, 1);
    }
    if (reader->at < reader->length)
        reader->at++;
    else
        fail(reader, LIVE_E_PARSE, "the text has no closing quote");
    if (live_buf_take(buf, &text, NULL, NULL))
        return fail(reader, LIVE_E_NOMEM, "out of memory");
    if (!reader->err)
        return text;
    live_free(text);
    return NULL;
}

// A word without quotes, up to a separator.
static char *read_bare(input_reader *reader)
{
    size_t begin = reader->at;

    while (peek(reader) && !isspace((unsigned char)peek(reader)) &&
           !strchr("{}[],:;=\"'", peek(reader)))
        reader->at++;
    if (reader->at == begin)
        return fail(reader, LIVE_E_PARSE,
                    reader->at < reader->length ? "a value expected" : "the text ends too early");
    char *text = strndup(reader->text + begin, reader->at - begin);
    return text ? text : fail(reader, LIVE_E_NOMEM, "out of memory");
}

static char *read_text(input_reader *reader)
{
    if (peek(reader) == '"' || peek(reader) == '\'')
        return read_quoted(reader);
    if (sim_profile_differs(reader->profile, FACT_INPUT_BARE_WORDS))
        return fail(reader, LIVE_E_PARSE, "quotes expected");
    return read_bare(reader);
}

static cJSON *read_word(input_reader *reader)
{
    char *word = read_bare(reader), *end;
    cJSON *made;

    if (!word)
        return NULL;
    double number = strtod(word, &end);
    bool numeric = (isdigit((unsigned char)*word) || *word == '-') && !*end && isfinite(number) &&
                   !strpbrk(word, "xX");
    if (strcmp(word, "null") == 0)
        made = cJSON_CreateNull();
    else if (strcmp(word, "true") == 0 || strcmp(word, "false") == 0)
        made = cJSON_CreateBool(*word == 't');
    else if (numeric)
        made = cJSON_CreateNumber(number);
    else if (sim_profile_differs(reader->profile, FACT_INPUT_BARE_WORDS))
        made = fail(reader, LIVE_E_PARSE, "quotes expected");
    else
        made = cJSON_CreateString(word);
    free(word);
    return made;
}

static cJSON *read_value(input_reader *reader);

static bool accept_separator(input_reader *reader)
{
    bool strict = sim_profile_differs(reader->profile, FACT_INPUT_SEPARATORS);

    skip_space(reader);
    return accept(reader, ",") || (!strict && accept(reader, ";"));
}

static void read_member(input_reader *reader, cJSON *object)
{
    char *name = read_text(reader);

    if (!name)
        return;
    skip_space(reader);
    bool strict = sim_profile_differs(reader->profile, FACT_INPUT_SEPARATORS);
    if (!accept(reader, ":") && (strict || (!accept(reader, "=>") && !accept(reader, "="))))
        fail(reader, LIVE_E_PARSE, "':' expected behind the name");
    cJSON *value = reader->err ? NULL : read_value(reader);
    if (value)
        cJSON_AddItemToObject(object, name, value);
    live_free(name);
}

static void read_element(input_reader *reader, cJSON *array)
{
    cJSON *value = read_value(reader);

    if (value)
        cJSON_AddItemToArray(array, value);
}

// Members or elements up to `close`.
static cJSON *read_list(input_reader *reader, cJSON *list, const char *close,
                        void (*read)(input_reader *reader, cJSON *list))
{
    if (++reader->depth > SIM_INPUT_MAX_DEPTH)
        fail(reader, LIVE_E_LIMIT, "nested too deep");
    reader->at++;
    skip_space(reader);
    while (!reader->err && !accept(reader, close)) {
        read(reader, list);
        bool more = !reader->err && accept_separator(reader);
        skip_space(reader);
        if (!reader->err && !more && !looking_at(reader, close))
            fail(reader, LIVE_E_PARSE, "',' or the end expected");
    }
    reader->depth--;
    if (!reader->err)
        return list;
    cJSON_Delete(list);
    return NULL;
}

static cJSON *read_value(input_reader *reader)
{
    skip_space(reader);
    if (peek(reader) == '{')
        return read_list(reader, cJSON_CreateObject(), "}", read_member);
    if (peek(reader) == '[')
        return read_list(reader, cJSON_CreateArray(), "]", read_element);
    if (peek(reader) != '"' && peek(reader) != '\'')
        return read_word(reader);

    char *text = read_quoted(reader);
    cJSON *made = text ? cJSON_CreateString(text) : NULL;
    live_free(text);
    return made;
}

// Printing and checking again is the cheap way to refuse invalid UTF-8 wherever it stands: cJSON prints it as it is.
static live_err check(const cJSON *json, live_error *error)
{
    char *text = cJSON_PrintUnformatted(json);

    if (!text)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    live_err err = live_json_check(text, strlen(text), NULL);
    cJSON_free(text);
    return err ? live_fail(error, err, "1:1: text that is not UTF-8") : LIVE_OK;
}

live_err sim_input_parse(const sim_profile *profile, const char *text, size_t length,
                         cJSON **ret_json, live_error *error)
{
    input_reader reader = { .profile = profile, .text = text, .length = length, .error = error };
    live_err err = live_json_parse(text, length, ret_json, error);

    if (err != LIVE_E_PARSE)
        return err;
    cJSON *json = read_value(&reader);
    skip_space(&reader);
    if (!reader.err && reader.at < length)
        fail(&reader, LIVE_E_PARSE, "more behind the value");
    if (!reader.err && !json)
        fail(&reader, LIVE_E_NOMEM, "out of memory");
    err = reader.err ? reader.err : check(json, error);
    if (err) {
        cJSON_Delete(json);
        return err;
    }
    *ret_json = json;
    return LIVE_OK;
}
