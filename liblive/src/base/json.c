// SPDX-License-Identifier: Apache-2.0
// Strict reading, short access and exact integers over cJSON.
#include <live/json.h>

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scan.h"
#include "base/tree.h"

#define EXACT 9007199254740992.0 // 2^53: doubles are whole numbers up to here

live_err live_json_parse(const char *text, size_t length, cJSON **ret_json, live_error *error)
{
    live_err err = live_json_check(text, length, error);
    if (err)
        return err;

    cJSON *json = lv_tree_read(text, length);
    if (!json)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    *ret_json = json;
    return LIVE_OK;
}

live_err live_json_parse_outer(const char *text, size_t length, size_t levels, cJSON **ret_json,
                               live_error *error)
{
    live_buf *inner = live_buf_new();
    cJSON *json = NULL;
    live_err err = lv_scan_outer(text, length, levels, inner, error);

    if (!err && !live_buf_failed(inner))
        json = lv_tree_read_outer(text, length, levels, inner);
    live_buf_free(inner);
    if (!err && !json)
        err = live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (!err)
        *ret_json = json;
    return err;
}

static bool all_finite(const cJSON *json)
{
    if (cJSON_IsNumber(json) && !isfinite(json->valuedouble))
        return false;

    const cJSON *child;
    cJSON_ArrayForEach (child, json)
        if (!all_finite(child))
            return false;
    return true;
}

// A whole number, with the point before the last `decimals` of its digits.
static void add_digits(live_buf *buf, int64_t number, int decimals)
{
    char digits[32], *at = digits + sizeof digits;
    uint64_t left = number < 0 ? -(uint64_t)number : (uint64_t)number;

    for (int i = 0; left > 0 || i <= decimals; i++) {
        if (decimals > 0 && i == decimals)
            *--at = '.';
        *--at = (char)('0' + left % 10);
        left /= 10;
    }
    if (number < 0)
        *--at = '-';
    live_buf_add(buf, at, (size_t)(digits + sizeof digits - at));
}

// Most numbers have a few decimals: scaled they are whole, and what has 15 digits at most reads back as the same number.
static bool add_decimal(live_buf *buf, double number)
{
    static const double scales[] = { 10, 100, 1000, 10000 };

    for (int i = 0; i < (int)(sizeof scales / sizeof *scales); i++) {
        double whole = round(number * scales[i]);
        if (fabs(whole) < 1e15 && whole / scales[i] == number) {
            add_digits(buf, (int64_t)whole, i + 1);
            return true;
        }
    }
    return false;
}

static void add_number(live_buf *buf, const cJSON *json)
{
    const double number = json->valuedouble;
    char digits[32];

    if (lv_tree_digits(json)) {
        live_buf_add_text(buf, json->valuestring);
        return;
    }
    if (!isfinite(number)) {
        live_buf_add_text(buf, "null");
        return;
    }
    if (floor(number) == number && fabs(number) < EXACT) {
        add_digits(buf, (int64_t)number, 0);
        return;
    }
    if (add_decimal(buf, number))
        return;
    for (int precision = 15; precision <= 17;
         precision++) { // cJSON stops at what is nearly the same
        snprintf(digits, sizeof digits, "%.*g", precision, number);
        if (strtod(digits, NULL) == number)
            break;
    }
    for (char *at = digits; *at; at++)
        if (!strchr("+-0123456789e", *at))
            *at = '.'; // the locale's decimal point
    live_buf_add_text(buf, digits);
}

static void add_array(live_buf *buf, const cJSON *array)
{
    live_buf_add(buf, "[", 1);
    for (const cJSON *child = array->child; child; child = child->next) {
        live_buf_add_json(buf, child);
        if (child->next)
            live_buf_add(buf, ",", 1);
    }
    live_buf_add(buf, "]", 1);
}

static void add_object(live_buf *buf, const cJSON *object)
{
    live_buf_add(buf, "{", 1);
    for (const cJSON *child = object->child; child; child = child->next) {
        live_buf_add_json_string(buf, child->string);
        live_buf_add(buf, ":", 1);
        live_buf_add_json(buf, child);
        if (child->next)
            live_buf_add(buf, ",", 1);
    }
    live_buf_add(buf, "}", 1);
}

void live_buf_add_json(live_buf *buf, const cJSON *json)
{
    switch (json ? json->type & 0xFF : cJSON_NULL) {
    case cJSON_Number: add_number(buf, json); break;
    case cJSON_String: live_buf_add_json_string(buf, json->valuestring); break;
    case cJSON_Raw: live_buf_add_text(buf, json->valuestring); break;
    case cJSON_True: live_buf_add_text(buf, "true"); break;
    case cJSON_False: live_buf_add_text(buf, "false"); break;
    case cJSON_Object: add_object(buf, json); break;
    case cJSON_Array: add_array(buf, json); break;
    default: live_buf_add_text(buf, "null"); break;
    }
}

live_err live_json_print(const cJSON *json, char **ret_text, live_error *error)
{
    if (!all_finite(json))
        return live_fail(error, LIVE_E_INVALID, "JSON has no NaN and no infinity");

    live_buf *text = json ? live_buf_new() : NULL;
    live_buf_add_json(text, json);
    return live_buf_take(text, ret_text, NULL, error);
}

live_err live_json_write(const cJSON *json, FILE *out, live_error *error)
{
    char *text = NULL;
    live_err err = live_json_print(json, &text, error);

    if (!err && (fprintf(out, "%s\n", text) < 0 || fflush(out) != 0))
        err = live_fail_errno(error, errno, "the output cannot be written");
    live_free(text);
    return err;
}

const cJSON *live_json_get(const cJSON *object, const char *key)
{
    const cJSON *found = NULL;
    if (!cJSON_IsObject(object))
        return NULL;

    const cJSON *child;
    cJSON_ArrayForEach (child, object)
        if (child->string && strcmp(child->string, key) == 0)
            found = child;
    return found;
}

const char *live_json_str(const cJSON *object, const char *key, const char *fallback)
{
    const cJSON *value = live_json_get(object, key);
    return cJSON_IsString(value) ? value->valuestring : fallback;
}

static int64_t read_digits(const char *digits, int64_t fallback)
{
    char *end;

    errno = 0;
    int64_t value = strtoll(digits, &end, 10);
    return errno || *end ? fallback : value;
}

int64_t live_json_int(const cJSON *object, const char *key, int64_t fallback)
{
    const cJSON *value = live_json_get(object, key);
    if (cJSON_IsNumber(value) && lv_tree_digits(value))
        return read_digits(value->valuestring, fallback);
    if (!cJSON_IsNumber(value) || floor(value->valuedouble) != value->valuedouble ||
        fabs(value->valuedouble) >= EXACT)
        return fallback;
    return (int64_t)value->valuedouble;
}

double live_json_real(const cJSON *object, const char *key, double fallback)
{
    const cJSON *value = live_json_get(object, key);
    return cJSON_IsNumber(value) ? value->valuedouble : fallback;
}

bool live_json_bool(const cJSON *object, const char *key, bool fallback)
{
    const cJSON *value = live_json_get(object, key);
    return cJSON_IsBool(value) ? cJSON_IsTrue(value) : fallback;
}

cJSON *live_json_add_int(cJSON *object, const char *key, int64_t value)
{
    char digits[24];

    if (value > -(int64_t)EXACT && value < (int64_t)EXACT)
        return cJSON_AddNumberToObject(object, key, (double)value);
    int length = snprintf(digits, sizeof digits, "%" PRId64, value);
    cJSON *number = cJSON_AddNumberToObject(object, key, (double)value);
    return number && lv_tree_keep_digits(number, digits, (size_t)length) ? number : NULL;
}
