// SPDX-License-Identifier: Apache-2.0
// Trees of JSON text that was checked: what is common is read here, the rest by cJSON.
//
// cJSON looks at each byte several times and reads every number with strtod(); rows come a hundred thousand a second. Where there is a
// slate, trees are made of its memory.
#include "base/tree.h"

#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/slate.h"

#define EXACT 9007199254740992.0 // 2^53: doubles are whole numbers up to here

typedef struct reader {
    const char *at, *end;
    live_json_slate *slate; // NULL: what is read has memory of its own
    size_t depth, levels;   // of containers; what is deeper stays text
    const char *inner;      // lengths of the containers that do
} reader;

static cJSON *read_value(reader *r);

static inline void skip_space(reader *r)
{
    while (r->at < r->end && *r->at <= ' ')
        r->at++;
}

// Items and their texts

static cJSON *new_item(const reader *r, int type)
{
    cJSON *item = r->slate ? lv_slate_take(r->slate, sizeof *item) : cJSON_malloc(sizeof *item);

    if (item)
        *item = (cJSON){ .type = type };
    return item;
}

static void drop(const reader *r, cJSON *item)
{
    if (!r->slate)
        cJSON_Delete(item);
}

static char *copy_text(const reader *r, const char *from, size_t length)
{
    char *text = r->slate ? lv_slate_take(r->slate, length + 1) : cJSON_malloc(length + 1);

    if (text) {
        memcpy(text, from, length);
        text[length] = '\0';
    }
    return text;
}

static void drop_text(const reader *r, char *text)
{
    if (!r->slate)
        cJSON_free(text);
}

// Takes the text.
static cJSON *text_item(const reader *r, int type, char *text)
{
    cJSON *item = text ? new_item(r, type) : NULL;

    if (item)
        item->valuestring = text;
    else if (text)
        drop_text(r, text);
    return item;
}

// As cJSON links them: the first one knows the last one.
static void append(cJSON *container, cJSON *item)
{
    cJSON *first = container->child;

    if (!first) {
        container->child = item->prev = item;
        return;
    }
    item->prev = first->prev;
    first->prev->next = item;
    first->prev = item;
}

// Numbers

bool lv_tree_keep_digits(cJSON *number, const char *digits, size_t length)
{
    number->valuestring = copy_text(&(reader){ 0 }, digits, length);
    return number->valuestring != NULL;
}

const char *lv_tree_digits(const cJSON *number)
{
    const char *digits = number->valuestring;

    return digits && strtod(digits, NULL) == number->valuedouble ? digits : NULL;
}

static cJSON *new_number(const reader *r, double number)
{
    cJSON *item = new_item(r, cJSON_Number);

    if (!item)
        return NULL;
    item->valuedouble = number;
    item->valueint = number >= INT_MAX ? INT_MAX : number <= INT_MIN ? INT_MIN : (int)number;
    return item;
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
    cJSON *item = new_number(r, read_double(digits, length));
    bool whole = !memchr(digits, '.', length) && !memchr(digits, 'e', length) &&
                 !memchr(digits, 'E', length);

    r->at += length;
    if (!item || !whole || fabs(item->valuedouble) < EXACT)
        return item;
    item->valuestring = copy_text(r, digits, length);
    if (item->valuestring)
        return item;
    drop(r, item);
    return NULL;
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
    return new_number(r, negative ? -number : number);
}

// Texts

// What has escapes is read by cJSON. NULL: no memory.
static char *read_escaped(const reader *r, const char *from, size_t length)
{
    cJSON *item = cJSON_ParseWithLength(from, length);
    char *text = cJSON_GetStringValue(item);

    if (text && r->slate)
        text = copy_text(r, text, strlen(text));
    else if (text)
        item->valuestring = NULL;
    cJSON_Delete(item);
    return text;
}

// At its opening quote. NULL: no memory.
static char *read_text(reader *r)
{
    const char *opening = r->at, *from = opening + 1;
    const char *quote = memchr(from, '"', (size_t)(r->end - from));

    if (!memchr(from, '\\', (size_t)(quote - from))) {
        r->at = quote + 1;
        return copy_text(r, from, (size_t)(quote - from));
    }
    for (quote = from; *quote != '"'; quote++)
        quote += *quote == '\\';
    r->at = quote + 1;
    return read_escaped(r, opening, (size_t)(r->at - opening));
}

// Containers

static cJSON *read_member(reader *r)
{
    char *name = read_text(r);

    skip_space(r);
    r->at++; // the colon
    cJSON *item = name ? read_value(r) : NULL;
    if (item)
        item->string = name;
    else if (name)
        drop_text(r, name);
    return item;
}

// At its bracket.
static cJSON *read_items(reader *r, int type, cJSON *(*read_item)(reader *r), char closer)
{
    cJSON *container = new_item(r, type);

    if (!container)
        return NULL;
    r->at++;
    for (skip_space(r); *r->at != closer; skip_space(r)) {
        r->at += *r->at == ',';
        skip_space(r);
        cJSON *item = read_item(r);
        if (!item) {
            drop(r, container);
            return NULL;
        }
        append(container, item);
    }
    r->at++;
    return container;
}

static cJSON *read_inner(reader *r)
{
    const char *from = r->at;
    size_t length;

    memcpy(&length, r->inner, sizeof length);
    r->inner += sizeof length;
    r->at += length;
    return text_item(r, cJSON_Raw, copy_text(r, from, length));
}

static cJSON *read_container(reader *r)
{
    if (r->inner && r->depth == r->levels)
        return read_inner(r);
    r->depth++;
    cJSON *container = *r->at == '{' ? read_items(r, cJSON_Object, read_member, '}')
                                     : read_items(r, cJSON_Array, read_value, ']');
    r->depth--;
    return container;
}

static cJSON *read_word(reader *r, int type, size_t length)
{
    cJSON *item = new_item(r, type);

    r->at += length;
    if (item && type == cJSON_True)
        item->valueint = 1; // as cJSON reads it, and does not make it
    return item;
}

static cJSON *read_value(reader *r)
{
    skip_space(r);
    switch (*r->at) {
    case '{':
    case '[': return read_container(r);
    case '"': return text_item(r, cJSON_String, read_text(r));
    case 't': return read_word(r, cJSON_True, strlen("true"));
    case 'f': return read_word(r, cJSON_False, strlen("false"));
    case 'n': return read_word(r, cJSON_NULL, strlen("null"));
    default: return read_number(r);
    }
}

cJSON *lv_tree_read(const char *text, size_t length)
{
    return lv_tree_read_on(NULL, text, length);
}

cJSON *lv_tree_read_on(live_json_slate *slate, const char *text, size_t length)
{
    reader reader = { .at = text, .end = text + length, .slate = slate };

    return read_value(&reader);
}

cJSON *lv_tree_read_outer(const char *text, size_t length, size_t levels, const live_buf *inner)
{
    reader reader = {
        .at = text, .end = text + length, .levels = levels, .inner = live_buf_data(inner)
    };

    return read_value(&reader);
}
