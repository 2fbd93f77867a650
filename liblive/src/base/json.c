// SPDX-License-Identifier: Apache-2.0
// Strict reading, short access and exact integers over cJSON.
#include <live/json.h>

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXACT 9007199254740992.0 // 2^53: doubles are whole numbers up to here

live_err live_json_parse(const char *text, size_t length, cJSON **ret_json, live_error *error)
{
    live_err err = live_json_check(text, length, error);
    if (err)
        return err;

    cJSON *json = cJSON_ParseWithLength(text, length);
    if (!json)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    *ret_json = json;
    return LIVE_OK;
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

static void add_number(live_buf *buf, double number)
{
    char digits[32];

    if (!isfinite(number)) {
        live_buf_add_text(buf, "null");
        return;
    }
    if (floor(number) == number && fabs(number) < EXACT) {
        live_buf_add_format(buf, "%" PRId64, (int64_t)number);
        return;
    }
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

static void add_children(live_buf *buf, const cJSON *json)
{
    const cJSON *child;

    cJSON_ArrayForEach (child, json) {
        if (child != json->child)
            live_buf_add(buf, ",", 1);
        if (cJSON_IsObject(json)) {
            live_buf_add_json_string(buf, child->string);
            live_buf_add(buf, ":", 1);
        }
        live_buf_add_json(buf, child);
    }
}

void live_buf_add_json(live_buf *buf, const cJSON *json)
{
    if (cJSON_IsNumber(json)) {
        add_number(buf, json->valuedouble);
    } else if (cJSON_IsString(json)) {
        live_buf_add_json_string(buf, json->valuestring);
    } else if (cJSON_IsRaw(json)) {
        live_buf_add_text(buf, json->valuestring);
    } else if (cJSON_IsBool(json)) {
        live_buf_add_text(buf, cJSON_IsTrue(json) ? "true" : "false");
    } else if (cJSON_IsObject(json) || cJSON_IsArray(json)) {
        live_buf_add(buf, cJSON_IsObject(json) ? "{" : "[", 1);
        add_children(buf, json);
        live_buf_add(buf, cJSON_IsObject(json) ? "}" : "]", 1);
    } else {
        live_buf_add_text(buf, "null");
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

int64_t live_json_int(const cJSON *object, const char *key, int64_t fallback)
{
    const cJSON *value = live_json_get(object, key);
    if (!cJSON_IsNumber(value) || floor(value->valuedouble) != value->valuedouble ||
        fabs(value->valuedouble) > EXACT)
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
    snprintf(digits, sizeof digits, "%" PRId64, value);
    return cJSON_AddRawToObject(object, key, digits);
}
