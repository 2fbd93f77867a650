// SPDX-License-Identifier: Apache-2.0
// The strict JSON scanner: one pass, no tree, no recursion.
#include "base/scan.h"

#include <errno.h>
#include <live/json.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/tree.h"
#include "base/utf8.h"

enum { SAFE_DIGITS = 300, MAX_NAME_BYTES = 256 };

typedef struct scanner {
    const char *text;
    size_t length, at;
    live_error *error;
    live_buf *inner; // NULL, or where the lengths of the containers below so many levels go
    size_t levels, inner_from;
} scanner;

static void place_of(const char *text, size_t offset, live_json_place *place)
{
    place->line = 1;
    place->column = 1;
    for (size_t i = 0; i < offset; i++) {
        if (text[i] == '\n') {
            place->line++;
            place->column = 1;
        } else if (((unsigned char)text[i] & 0xC0) != 0x80) {
            place->column++; // a continuation byte is no character of its own
        }
    }
}

static live_err refuse(const scanner *s, live_err code, size_t at, const char *what)
{
    live_json_place place = { 0 };

    place_of(s->text, at, &place);
    live_fail(s->error, code, "%d:%d: %s", place.line, place.column, what);
    if (s->error) {
        s->error->line = place.line;
        s->error->column = place.column;
    }
    return code;
}

static char peek(const scanner *s)
{
    return s->at < s->length ? s->text[s->at] : '\0';
}

static bool is_space(char c)
{
    return c <= ' ' && (c == ' ' || c == '\n' || c == '\r' || c == '\t');
}

static inline void skip_space(scanner *s)
{
    while (s->at < s->length && is_space(s->text[s->at]))
        s->at++;
}

static int read_hex4(const scanner *s, size_t at)
{
    int value = 0;

    if (at + 4 > s->length)
        return -1;
    for (size_t i = at; i < at + 4; i++) {
        char c = s->text[i];
        int digit = c >= '0' && c <= '9'                     ? c - '0'
                    : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                             : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

// At the 'u' of an escape; goes past it and, for a pair of surrogates, past the second escape.
static live_err scan_unicode(scanner *s)
{
    size_t start = s->at - 1;
    int unit = read_hex4(s, s->at + 1);

    if (unit < 0)
        return refuse(s, LIVE_E_PARSE, start, "\\u is followed by four hexadecimal digits");
    if (unit == 0)
        return refuse(s, LIVE_E_PARSE, start, "a string holds no U+0000");
    s->at += 5;
    if (unit < 0xD800 || unit > 0xDFFF)
        return LIVE_OK;

    bool paired = unit < 0xDC00 && s->at + 6 <= s->length && s->text[s->at] == '\\' &&
                  s->text[s->at + 1] == 'u' && read_hex4(s, s->at + 2) >= 0xDC00 &&
                  read_hex4(s, s->at + 2) <= 0xDFFF;
    if (!paired)
        return refuse(s, LIVE_E_PARSE, start, "half of a surrogate pair");
    s->at += 6;
    return LIVE_OK;
}

static live_err scan_escape(scanner *s)
{
    s->at++;
    char c = peek(s);

    if (c == 'u')
        return scan_unicode(s);
    if (!c || !strchr("\"\\/bfnrt", c))
        return refuse(s, LIVE_E_PARSE, s->at - 1, "no such escape");
    s->at++;
    return LIVE_OK;
}

static live_err scan_string(scanner *s)
{
    size_t start = s->at++;

    while ((s->at += lv_utf8_plain(s->text + s->at, s->length - s->at)) < s->length) {
        unsigned char c = (unsigned char)s->text[s->at];
        live_err err = LIVE_OK;

        if (c == '"') {
            s->at++;
            return LIVE_OK;
        }
        size_t length = lv_utf8_length(s->text + s->at, s->length - s->at);
        if (c == '\\')
            err = scan_escape(s);
        else if (c < 0x20)
            err = refuse(s, LIVE_E_PARSE, s->at,
                         "a control character in a string; write it as an escape");
        else if (length == 0)
            err = refuse(s, LIVE_E_PARSE, s->at, "not UTF-8");
        else
            s->at += length;
        if (err)
            return err;
    }
    return refuse(s, LIVE_E_PARSE, start, "the string is not closed");
}

static size_t scan_digits(scanner *s)
{
    size_t start = s->at;

    while (peek(s) >= '0' && peek(s) <= '9')
        s->at++;
    return s->at - start;
}

// Only an exponent, or hundreds of digits, leave the range of a double.
static live_err check_range(const scanner *s, size_t start, bool has_exponent)
{
    char copy[LV_NUMBER_BYTES];
    size_t length = s->at - start;

    if (!has_exponent && length < SAFE_DIGITS)
        return LIVE_OK;
    if (length >= sizeof copy)
        return refuse(s, LIVE_E_LIMIT, start, "a number of this many digits");
    memcpy(copy, s->text + start, length);
    copy[length] = '\0';
    return isfinite(strtod(copy, NULL))
               ? LIVE_OK
               : refuse(s, LIVE_E_PARSE, start, "a number beyond the range of a double");
}

static live_err scan_number(scanner *s)
{
    size_t start = s->at;

    if (peek(s) == '-')
        s->at++;
    char first = peek(s);
    size_t digits = scan_digits(s);
    if (digits == 0)
        return refuse(s, LIVE_E_PARSE, s->at, "a number needs digits");
    if (first == '0' && digits > 1)
        return refuse(s, LIVE_E_PARSE, start, "a number does not begin with 0");
    if (peek(s) == '.') {
        s->at++;
        if (scan_digits(s) == 0)
            return refuse(s, LIVE_E_PARSE, s->at, "a number needs digits after its point");
    }
    bool has_exponent = (peek(s) | 0x20) == 'e';
    if (has_exponent) {
        s->at++;
        if (peek(s) == '+' || peek(s) == '-')
            s->at++;
        if (scan_digits(s) == 0)
            return refuse(s, LIVE_E_PARSE, s->at, "a number needs digits in its exponent");
    }
    return check_range(s, start, has_exponent);
}

static live_err scan_word(scanner *s)
{
    static const char *const words[] = { "true", "false", "null" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i]);
        if (s->length - s->at >= length && memcmp(s->text + s->at, words[i], length) == 0) {
            s->at += length;
            return LIVE_OK;
        }
    }
    if (s->at >= s->length)
        return refuse(s, LIVE_E_PARSE, s->at, "the text ends where a value is due");
    return refuse(s, LIVE_E_PARSE, s->at, "a value is due here");
}

static live_err scan_scalar(scanner *s)
{
    char c = peek(s);

    if (c == '"')
        return scan_string(s);
    if (c == '-' || (c >= '0' && c <= '9'))
        return scan_number(s);
    return scan_word(s);
}

// A member's name and its colon.
static live_err scan_name(scanner *s)
{
    skip_space(s);
    if (peek(s) != '"')
        return refuse(s, LIVE_E_PARSE, s->at, "a member's name is due here, in double quotes");
    live_err err = scan_string(s);
    if (err)
        return err;
    skip_space(s);
    if (peek(s) != ':')
        return refuse(s, LIVE_E_PARSE, s->at, "':' is due after a member's name");
    s->at++;
    return LIVE_OK;
}

// The container that ends here is on that level.
static void end_container(const scanner *s, size_t level)
{
    const size_t length = s->at - s->inner_from;

    if (s->inner && level == s->levels)
        live_buf_add(s->inner, &length, sizeof length);
}

// Opens an object or array at `s->at`, if one begins there. An empty one is closed at once.
static live_err open_value(scanner *s, char *closers, size_t *depth, bool *ret_opened)
{
    char c = peek(s);

    *ret_opened = false;
    if (c != '{' && c != '[')
        return scan_scalar(s);
    if (*depth == LIVE_JSON_MAX_DEPTH)
        return refuse(s, LIVE_E_LIMIT, s->at, "nested too deep");

    char closer = c == '{' ? '}' : ']';
    if (*depth == s->levels)
        s->inner_from = s->at;
    s->at++;
    skip_space(s);
    if (peek(s) == closer) {
        s->at++;
        end_container(s, *depth);
        return LIVE_OK;
    }
    closers[(*depth)++] = closer;
    *ret_opened = true;
    return closer == '}' ? scan_name(s) : LIVE_OK;
}

// After a value: closes what ends here and steps to the next value, if there is one.
static live_err step(scanner *s, const char *closers, size_t *depth)
{
    while (*depth > 0) {
        skip_space(s);
        char c = peek(s), closer = closers[*depth - 1];
        if (c == ',') {
            s->at++;
            return closer == '}' ? scan_name(s) : LIVE_OK;
        }
        if (c != closer)
            return refuse(s, LIVE_E_PARSE, s->at,
                          closer == '}' ? "',' or '}' is due here" : "',' or ']' is due here");
        s->at++;
        (*depth)--;
        end_container(s, *depth);
    }
    return LIVE_OK;
}

// One value, from where the scanner is to just behind it.
static live_err scan_value(scanner *s)
{
    char closers[LIVE_JSON_MAX_DEPTH];
    size_t depth = 0;
    bool opened;

    do {
        skip_space(s);
        live_err err = open_value(s, closers, &depth, &opened);
        if (!err && !opened)
            err = step(s, closers, &depth);
        if (err)
            return err;
    } while (depth > 0);
    return LIVE_OK;
}

static live_err check(scanner *s)
{
    if (s->length > LIVE_JSON_MAX_BYTES)
        return live_fail(s->error, LIVE_E_LIMIT, "1:1: longer than %zu bytes", LIVE_JSON_MAX_BYTES);
    live_err err = scan_value(s);
    if (err)
        return err;
    skip_space(s);
    return s->at == s->length ? LIVE_OK
                              : refuse(s, LIVE_E_PARSE, s->at, "something follows the value");
}

live_err live_json_check(const char *text, size_t length, live_error *error)
{
    return check(&(scanner){ .text = text, .length = length, .error = error });
}

live_err lv_scan_outer(const char *text, size_t length, size_t levels, live_buf *ret_inner,
                       live_error *error)
{
    return check(&(scanner){
        .text = text, .length = length, .levels = levels, .inner = ret_inner, .error = error });
}

// Where a value begins and ends.
typedef struct span {
    size_t from, to;
} span;

static span scan_span(scanner *s)
{
    skip_space(s);
    size_t from = s->at;
    // The text was checked: an error here stops the search, which then finds nothing.
    if (scan_value(s))
        s->at = s->length;
    return (span){ .from = from, .to = s->at };
}

// The reference token at `pointer` ("/a~1b/…"), unescaped; false when it is too long to be a name here.
static bool read_token(const char *pointer, char token[MAX_NAME_BYTES], size_t *ret_length)
{
    size_t length = strcspn(pointer + 1, "/"), to = 0;

    for (size_t i = 1; i <= length; i++) {
        if (to + 1 >= MAX_NAME_BYTES)
            return false;
        bool escaped = pointer[i] == '~' && (pointer[i + 1] == '0' || pointer[i + 1] == '1');
        token[to++] = escaped ? (pointer[i + 1] == '0' ? '~' : '/') : pointer[i];
        i += escaped;
    }
    token[to] = '\0';
    *ret_length = length + 1;
    return true;
}

// Whether the quoted, perhaps escaped name at `name` is `token`.
static bool names(const scanner *s, span name, const char *token)
{
    size_t length = name.to - name.from;

    if (!memchr(s->text + name.from, '\\', length))
        return length == strlen(token) + 2 &&
               memcmp(s->text + name.from + 1, token, length - 2) == 0;

    cJSON *decoded = cJSON_ParseWithLength(s->text + name.from, length);
    bool same = cJSON_IsString(decoded) && strcmp(decoded->valuestring, token) == 0;
    cJSON_Delete(decoded);
    return same;
}

static bool find_member(scanner *s, const char *token, span *key, span *value)
{
    bool found = false;

    for (s->at++, skip_space(s); peek(s) == '"' || peek(s) == ','; skip_space(s)) {
        if (peek(s) == ',')
            s->at++;
        skip_space(s);
        span name = { .from = s->at };
        if (scan_string(s))
            return false;
        name.to = s->at;
        skip_space(s);
        s->at++; // the colon
        span there = scan_span(s);
        if (names(s, name, token)) {
            *key = name;
            *value = there;
            found = true;
        }
    }
    return found;
}

static bool find_element(scanner *s, const char *token, span *key, span *value)
{
    char *end;
    unsigned long wanted = strtoul(token, &end, 10);

    if (*end || end == token || *token == '-' || *token == '+')
        return false;
    *key = (span){ 0 };
    s->at++;
    skip_space(s);
    for (unsigned long i = 0; s->at < s->length && peek(s) != ']'; i++) {
        *value = scan_span(s);
        if (i == wanted)
            return true;
        skip_space(s);
        if (peek(s) == ',')
            s->at++;
        skip_space(s);
    }
    return false;
}

live_err live_json_each(const char *text, size_t length, live_json_element_fn fn, void *user,
                        live_error *error)
{
    scanner s = { .text = text, .length = length };
    live_err err = LIVE_OK;

    skip_space(&s);
    if (peek(&s) != '[')
        return live_fail(error, LIVE_E_INVALID, "an array is due");
    for (s.at++, skip_space(&s); !err && s.at < length && peek(&s) != ']'; skip_space(&s)) {
        span element = scan_span(&s);
        err = fn(text + element.from, element.to - element.from, user, error);
        skip_space(&s);
        if (peek(&s) == ',')
            s.at++;
    }
    return err;
}

static void report(const scanner *s, span where, live_json_place *ret_place)
{
    if (!ret_place)
        return;
    *ret_place = (live_json_place){ .offset = where.from, .length = where.to - where.from };
    if (where.to > where.from)
        place_of(s->text, where.from, ret_place);
}

live_err live_json_find(const char *text, size_t length, const char *pointer,
                        live_json_place *ret_key, live_json_place *ret_value, live_error *error)
{
    scanner s = { .text = text, .length = length };
    char token[MAX_NAME_BYTES];
    size_t token_length;
    span key = { 0 }, value = scan_span(&s);

    for (const char *rest = pointer; *rest; rest += token_length) {
        bool found = *rest == '/' && read_token(rest, token, &token_length);
        s.at = value.from;
        char c = peek(&s);
        found = found && ((c == '{' && find_member(&s, token, &key, &value)) ||
                          (c == '[' && find_element(&s, token, &key, &value)));
        if (!found)
            return live_fail(error, LIVE_E_NOTFOUND, "no value at '%s'", pointer);
    }
    report(&s, key, ret_key);
    report(&s, value, ret_value);
    return LIVE_OK;
}
