// SPDX-License-Identifier: Apache-2.0
// Trees of JSON text that was checked: what is common is read here, the rest by cJSON.
//
// cJSON looks at each byte several times and reads every number with strtod(); rows come a hundred thousand a second.
#include "base/tree.h"

#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define EXACT 9007199254740992.0 // 2^53: doubles are whole numbers up to here

typedef struct reader {
    const char *at, *end;
} reader;

static cJSON *read_value(reader *r);

static inline void skip_space(reader *r)
{
    while (r->at < r->end && *r->at <= ' ')
        r->at++;
}

// The scalar of so many bytes, by cJSON.
static cJSON *read_other(reader *r, size_t length)
{
    cJSON *item = cJSON_ParseWithLength(r->at, length);

    r->at += length;
    return item;
}

static cJSON *read_word(reader *r, const char *word, cJSON *item)
{
    r->at += strlen(word);
    if (cJSON_IsTrue(item))
        item->valueint = 1; // as cJSON reads it, and does not make it
    return item;
}

bool lv_tree_keep_digits(cJSON *number, const char *digits, size_t length)
{
    number->valuestring = cJSON_malloc(length + 1);
    if (!number->valuestring)
        return false;
    memcpy(number->valuestring, digits, length);
    number->valuestring[length] = '\0';
    return true;
}

const char *lv_tree_digits(const cJSON *number)
{
    const char *digits = number->valuestring;

    return digits && strtod(digits, NULL) == number->valuedouble ? digits : NULL;
}

// cJSON reads no more of a number than 63 bytes.
static double read_double(const char *digits, size_t length)
{
    char copy[LV_NUMBER_BYTES];

    memcpy(copy, digits, length);
    copy[length] = '\0';
    char *point = strchr(copy, '.');
    if (point)
        *point = *localeconv()->decimal_point;
    return strtod(copy, NULL);
}

// A number that is not short. What has neither a point nor an exponent is whole.
static cJSON *read_long_number(reader *r, size_t length)
{
    const char *digits = r->at;
    cJSON *item = cJSON_CreateNumber(read_double(digits, length));
    bool whole = !memchr(digits, '.', length) && !memchr(digits, 'e', length) &&
                 !memchr(digits, 'E', length);

    r->at += length;
    if (item && whole && fabs(item->valuedouble) >= EXACT &&
        !lv_tree_keep_digits(item, digits, length)) {
        cJSON_Delete(item);
        return NULL;
    }
    return item;
}

static bool is_of_number(char c)
{
    return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
}

// Whole numbers below 10^15 and powers of ten up to it are exact as doubles, and so is their quotient: the nearest one.
static cJSON *read_number(reader *r)
{
    static const double powers[] = { 1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                     1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
    enum { EXACT_DIGITS = sizeof powers / sizeof *powers - 1 };
    const bool negative = *r->at == '-';
    const char *at = r->at + negative, *point = NULL;
    uint64_t whole = 0;

    for (; at < r->end && ((*at >= '0' && *at <= '9') || *at == '.'); at++) {
        if (*at == '.')
            point = at;
        else
            whole = whole * 10 + (uint64_t)(*at - '0');
    }
    if (at - r->at > EXACT_DIGITS || (at < r->end && is_of_number(*at))) {
        while (at < r->end && is_of_number(*at))
            at++;
        return read_long_number(r, (size_t)(at - r->at));
    }
    const double number = (double)whole / powers[point ? at - point - 1 : 0];
    r->at = at;
    return cJSON_CreateNumber(negative ? -number : number);
}

// At its opening quote. NULL: no memory.
static char *read_text(reader *r)
{
    const char *from = r->at + 1, *quote = memchr(from, '"', (size_t)(r->end - from));
    size_t length = (size_t)(quote - from);
    char *text;

    if (!memchr(from, '\\', length)) {
        text = cJSON_malloc(length + 1);
        if (text) {
            memcpy(text, from, length);
            text[length] = '\0';
        }
        r->at = quote + 1;
        return text;
    }
    for (quote = from; *quote != '"'; quote++)
        quote += *quote == '\\';
    cJSON *item = read_other(r, (size_t)(quote + 1 - r->at));
    text = cJSON_GetStringValue(item);
    if (item)
        item->valuestring = NULL;
    cJSON_Delete(item);
    return text;
}

static cJSON *read_string(reader *r)
{
    char *text = read_text(r);
    cJSON *item = text ? cJSON_CreateNull() : NULL;

    if (!item) {
        cJSON_free(text);
        return NULL;
    }
    item->type = cJSON_String;
    item->valuestring = text;
    return item;
}

static cJSON *read_member(reader *r)
{
    char *name = read_text(r);

    skip_space(r);
    r->at++; // the colon
    cJSON *item = name ? read_value(r) : NULL;
    if (item)
        item->string = name;
    else
        cJSON_free(name);
    return item;
}

// Takes the container, which is NULL where there is no memory for it.
static cJSON *read_items(reader *r, cJSON *container, cJSON *(*read_item)(reader *r), char closer)
{
    if (!container)
        return NULL;
    r->at++;
    for (skip_space(r); *r->at != closer; skip_space(r)) {
        r->at += *r->at == ',';
        skip_space(r);
        cJSON *item = read_item(r);
        if (!item) {
            cJSON_Delete(container);
            return NULL;
        }
        cJSON_AddItemToArray(container, item); // to an object, too: the name is there
    }
    r->at++;
    return container;
}

static cJSON *read_value(reader *r)
{
    skip_space(r);
    switch (*r->at) {
    case '{': return read_items(r, cJSON_CreateObject(), read_member, '}');
    case '[': return read_items(r, cJSON_CreateArray(), read_value, ']');
    case '"': return read_string(r);
    case 't': return read_word(r, "true", cJSON_CreateTrue());
    case 'f': return read_word(r, "false", cJSON_CreateFalse());
    case 'n': return read_word(r, "null", cJSON_CreateNull());
    default: return read_number(r);
    }
}

cJSON *lv_tree_read(const char *text, size_t length)
{
    reader reader = { .at = text, .end = text + length };

    return read_value(&reader);
}
