// SPDX-License-Identifier: Apache-2.0
// The table of scalar functions: one row each.
#include "calendar.h"
#include "pipes/expression.h"
#include "pipes/letters.h"

#include <ctype.h>
#include <live/json.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { RANGE_MAX = 10000, FORMAT_MAX = 128 };

#define ARGS        const pipes_value *args, size_t count, pipes_env *env
#define UNUSED_ARGS ((void)args, (void)count, (void)env)

static pipes_value mapped(pipes_value value, pipes_env *env,
                          const char *(*map)(pipes_arena *arena, const char *text))
{
    value = pipes_to_text(value, env->arena);
    return value.kind == PIPES_NULL ? value : pipes_text(map(env->arena, value.text));
}

static pipes_value call_lower(ARGS)
{
    (void)count;
    return mapped(args[0], env, pipes_lower);
}

static pipes_value call_upper(ARGS)
{
    (void)count;
    return mapped(args[0], env, pipes_upper);
}

static pipes_value call_trim(ARGS)
{
    (void)count;
    pipes_value value = pipes_to_text(args[0], env->arena);
    if (value.kind == PIPES_NULL)
        return value;
    const char *text = value.text + strspn(value.text, " \t\r\n");
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    return pipes_text(pipes_arena_text(env->arena, text, length));
}

static bool has_element(const cJSON *array, pipes_value value)
{
    const cJSON *element;

    cJSON_ArrayForEach (element, array) {
        if (pipes_equal(pipes_of_json(element), value))
            return true;
    }
    return false;
}

static pipes_value call_contains(ARGS)
{
    (void)count;
    if (args[0].kind == PIPES_JSON)
        return pipes_boolean(cJSON_IsArray(args[0].json) && has_element(args[0].json, args[1]));
    pipes_value text = pipes_to_text(args[0], env->arena),
                part = pipes_to_text(args[1], env->arena);
    if (text.kind == PIPES_NULL || part.kind == PIPES_NULL)
        return pipes_null();
    return pipes_boolean(strstr(text.text, part.text));
}

static pipes_value call_startswith(ARGS)
{
    (void)count;
    pipes_value text = pipes_to_text(args[0], env->arena),
                part = pipes_to_text(args[1], env->arena);
    if (text.kind == PIPES_NULL || part.kind == PIPES_NULL)
        return pipes_null();
    return pipes_boolean(strncmp(text.text, part.text, strlen(part.text)) == 0);
}

static pipes_value call_endswith(ARGS)
{
    (void)count;
    pipes_value text = pipes_to_text(args[0], env->arena),
                part = pipes_to_text(args[1], env->arena);
    if (text.kind == PIPES_NULL || part.kind == PIPES_NULL)
        return pipes_null();
    size_t length = strlen(text.text), tail = strlen(part.text);
    return pipes_boolean(tail <= length && strcmp(text.text + length - tail, part.text) == 0);
}

static pipes_value call_concat(ARGS)
{
    size_t length = 0;

    for (size_t i = 0; i < count; i++) {
        pipes_value text = pipes_to_text(args[i], env->arena);
        length += text.kind == PIPES_TEXT ? strlen(text.text) : 0;
    }
    char *joined = pipes_arena_alloc(env->arena, length + 1), *at = joined;
    for (size_t i = 0; i < count; i++) {
        pipes_value text = pipes_to_text(args[i], env->arena);
        if (text.kind == PIPES_TEXT)
            at = stpcpy(at, text.text);
    }
    return pipes_text(joined);
}

static pipes_value call_len(ARGS)
{
    (void)count, (void)env;
    if (args[0].kind == PIPES_JSON)
        return pipes_number(cJSON_GetArraySize(args[0].json));
    return args[0].kind == PIPES_TEXT ? pipes_number((double)pipes_letter_count(args[0].text))
                                      : pipes_null();
}

static pipes_value of_number(pipes_value value, double (*map)(double))
{
    value = pipes_to_number(value);
    return value.kind == PIPES_NULL ? value : pipes_number(map(value.number));
}

// Math functions of one number.
#define CALL_MATH(name, map)                                                                       \
    static pipes_value name(ARGS)                                                                  \
    {                                                                                              \
        (void)count, (void)env;                                                                    \
        return of_number(args[0], map);                                                            \
    }
CALL_MATH(call_abs, fabs)
CALL_MATH(call_floor, floor)
CALL_MATH(call_ceil, ceil)
CALL_MATH(call_sqrt, sqrt)
CALL_MATH(call_sin, sin)
CALL_MATH(call_cos, cos)
CALL_MATH(call_exp, exp)
CALL_MATH(call_ln, log)

static pipes_value call_pow(ARGS)
{
    (void)count, (void)env;
    pipes_value base = pipes_to_number(args[0]), power = pipes_to_number(args[1]);
    if (base.kind == PIPES_NULL || power.kind == PIPES_NULL)
        return pipes_null();
    return pipes_number(pow(base.number, power.number));
}

static pipes_value call_round(ARGS)
{
    (void)env;
    pipes_value value = pipes_to_number(args[0]);
    pipes_value digits = count > 1 ? pipes_to_number(args[1]) : pipes_number(0);
    if (value.kind == PIPES_NULL || digits.kind == PIPES_NULL || fabs(digits.number) > 15)
        return value;
    double scale = pow(10, floor(digits.number));
    return pipes_number(round(value.number * scale) / scale);
}

static pipes_value call_pi(ARGS)
{
    UNUSED_ARGS;
    return pipes_number(3.14159265358979323846);
}

static pipes_value call_random(ARGS) // xorshift64*, so that a run can be repeated
{
    (void)args, (void)count;
    uint64_t bits = env->context->random;

    bits ^= bits >> 12;
    bits ^= bits << 25;
    bits ^= bits >> 27;
    env->context->random = bits;
    return pipes_number((double)((bits * UINT64_C(2685821657736338717)) >> 11) * 0x1p-53);
}

static pipes_value call_map(ARGS)
{
    (void)count, (void)env;
    return args[0].kind == PIPES_JSON && cJSON_IsObject(args[0].json) ? args[0] : pipes_null();
}

static pipes_value call_json(ARGS)
{
    (void)count;
    cJSON *json = pipes_to_json(args[0]);
    if (!json)
        return pipes_null();
    return pipes_to_text(
        (pipes_value){ .kind = PIPES_JSON, .json = pipes_arena_own(env->arena, json) }, env->arena);
}

static pipes_value call_jsonparse(ARGS)
{
    (void)count;
    cJSON *json;

    if (args[0].kind != PIPES_TEXT ||
        live_json_parse(args[0].text, strlen(args[0].text), &json, NULL))
        return pipes_null();
    return pipes_of_json(pipes_arena_own(env->arena, json));
}

static pipes_value call_get(ARGS)
{
    (void)count, (void)env;
    if (args[0].kind != PIPES_JSON)
        return pipes_null();
    if (args[1].kind == PIPES_TEXT)
        return pipes_of_json(live_json_get(args[0].json, args[1].text));
    if (args[1].kind != PIPES_NUMBER || !cJSON_IsArray(args[0].json) ||
        !(args[1].number >= 0 && args[1].number < 1e9))
        return pipes_null();
    return pipes_of_json(cJSON_GetArrayItem(args[0].json, (int)args[1].number));
}

static pipes_value call_newmap(ARGS)
{
    cJSON *map = pipes_arena_own(env->arena, cJSON_CreateObject());

    for (size_t i = 0; i + 1 < count; i += 2) {
        pipes_value key = pipes_to_text(args[i], env->arena);
        cJSON *json = key.kind == PIPES_NULL ? NULL : pipes_to_json(args[i + 1]);
        if (json)
            cJSON_AddItemToObject(map, key.text, json);
    }
    return pipes_of_json(map);
}

static pipes_value call_seq(ARGS)
{
    cJSON *array = pipes_arena_own(env->arena, cJSON_CreateArray());

    for (size_t i = 0; i < count; i++) {
        cJSON *json = pipes_to_json(args[i]);
        cJSON_AddItemToArray(array, json ? json : cJSON_CreateNull());
    }
    return pipes_of_json(array);
}

static pipes_value call_range(ARGS)
{
    (void)count;
    pipes_value last = pipes_to_number(args[0]);
    if (last.kind == PIPES_NULL)
        return last;
    cJSON *array = pipes_arena_own(env->arena, cJSON_CreateArray());
    for (int i = 0; i < last.number && i < RANGE_MAX; i++)
        cJSON_AddItemToArray(array, cJSON_CreateNumber(i));
    return pipes_of_json(array);
}

static pipes_value call_decode(ARGS)
{
    (void)env;
    size_t i = 1;

    for (; i + 1 < count; i += 2)
        if (pipes_equal(args[0], args[i]))
            return args[i + 1];
    return i < count ? args[i] : pipes_null(); // an odd one out is the default
}

static pipes_value call_const(ARGS)
{
    (void)count, (void)env;
    return args[0];
}

static pipes_value call_timestamp(ARGS)
{
    (void)args, (void)count;
    return pipes_number((double)env->time_ms);
}

// Letters of Java's SimpleDateFormat, the longer ones first; all of them are numbers here.
static const struct {
    const char *letters;
    size_t offset; // of an int in struct tm
    int plus, modulus, width;
} date_parts[] = {
    { "yyyy", offsetof(struct tm, tm_year), 1900, 10000, 4 },
    { "yy", offsetof(struct tm, tm_year), 1900, 100, 2 },
    { "MM", offsetof(struct tm, tm_mon), 1, 100, 2 },
    { "dd", offsetof(struct tm, tm_mday), 0, 100, 2 },
    { "HH", offsetof(struct tm, tm_hour), 0, 100, 2 },
    { "mm", offsetof(struct tm, tm_min), 0, 100, 2 },
    { "ss", offsetof(struct tm, tm_sec), 0, 100, 2 },
};

static size_t add_date_part(char out[16], const char *letters, const struct tm *date, int ms)
{
    if (strncmp(letters, "SSS", 3) == 0) {
        snprintf(out, 16, "%03d", ms);
        return 3;
    }
    for (size_t i = 0; i < sizeof date_parts / sizeof *date_parts; i++) {
        size_t length = strlen(date_parts[i].letters);
        int field;
        if (strncmp(letters, date_parts[i].letters, length) != 0)
            continue;
        memcpy(&field, (const char *)date + date_parts[i].offset, sizeof field);
        snprintf(out, 16, "%0*d", date_parts[i].width,
                 (field + date_parts[i].plus) % date_parts[i].modulus);
        return length;
    }
    snprintf(out, 16, "%c", *letters);
    return 1;
}

static pipes_value call_dateformat(ARGS)
{
    (void)count;
    pipes_value time = pipes_to_number(args[0]);
    char text[FORMAT_MAX];
    size_t length = 0;

    if (time.kind == PIPES_NULL || fabs(time.number) > 1e14 || args[1].kind != PIPES_TEXT)
        return pipes_null();
    int64_t time_ms = (int64_t)time.number;
    struct tm date = sim_calendar_of(time_ms, env->context->zone);
    for (const char *at = args[1].text; *at && length + 20 < sizeof text;) {
        if (*at == '\'') { // quoted text stands for itself
            at++;
            continue;
        }
        at += add_date_part(text + length, at, &date, (int)(((time_ms % 1000) + 1000) % 1000));
        length += strlen(text + length);
    }
    return pipes_text(pipes_arena_text(env->arena, text, length));
}

static const pipes_function functions[] = {
    { "lower", 1, 1, call_lower },
    { "upper", 1, 1, call_upper },
    { "trim", 1, 1, call_trim },
    { "contains", 2, 2, call_contains },
    { "startswith", 2, 2, call_startswith },
    { "endswith", 2, 2, call_endswith },
    { "concat", 1, PIPES_MAX_ARGS, call_concat },
    { "len", 1, 1, call_len },
    { "map", 1, 1, call_map },
    { "json", 1, 1, call_json },
    { "jsonparse", 1, 1, call_jsonparse },
    { "get", 2, 2, call_get },
    { "newmap", 0, PIPES_MAX_ARGS, call_newmap },
    { "seq", 0, PIPES_MAX_ARGS, call_seq },
    { "range", 1, 1, call_range },
    { "random", 0, 0, call_random },
    { "round", 1, 2, call_round },
    { "abs", 1, 1, call_abs },
    { "floor", 1, 1, call_floor },
    { "ceil", 1, 1, call_ceil },
    { "sqrt", 1, 1, call_sqrt },
    { "sin", 1, 1, call_sin },
    { "cos", 1, 1, call_cos },
    { "exp", 1, 1, call_exp },
    { "ln", 1, 1, call_ln },
    { "pow", 2, 2, call_pow },
    { "pi", 0, 0, call_pi },
    { "decode", 3, PIPES_MAX_ARGS, call_decode },
    { "const", 1, 1, call_const },
    { "timestamp", 0, 0, call_timestamp },
    { "dateformat", 2, 2, call_dateformat },
};

const pipes_function *pipes_function_find(const char *name, size_t count)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        const pipes_function *each = &functions[i];
        if (strcasecmp(each->name, name) == 0 && count >= each->least && count <= each->most)
            return each;
    }
    return NULL;
}
