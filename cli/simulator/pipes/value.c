// SPDX-License-Identifier: Apache-2.0
// A value while it is computed: borrowed from a row or from the arena of the evaluation.
#include "pipes/value.h"

#include <ctype.h>
#include <live/json.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

pipes_value pipes_null(void)
{
    return (pipes_value){ .kind = PIPES_NULL };
}

pipes_value pipes_boolean(bool truth)
{
    return (pipes_value){ .kind = PIPES_BOOLEAN, .truth = truth };
}

pipes_value pipes_number(double number)
{
    return isfinite(number) ? (pipes_value){ .kind = PIPES_NUMBER, .number = number }
                            : pipes_null();
}

pipes_value pipes_text(const char *text)
{
    return text ? (pipes_value){ .kind = PIPES_TEXT, .text = text } : pipes_null();
}

pipes_value pipes_of_json(const cJSON *json)
{
    if (!json || cJSON_IsNull(json))
        return pipes_null();
    if (cJSON_IsNumber(json))
        return pipes_number(json->valuedouble);
    if (cJSON_IsString(json))
        return pipes_text(json->valuestring);
    if (cJSON_IsBool(json))
        return pipes_boolean(cJSON_IsTrue(json));
    return (pipes_value){ .kind = PIPES_JSON, .json = json };
}

cJSON *pipes_to_json(pipes_value value)
{
    switch (value.kind) {
    case PIPES_BOOLEAN: return cJSON_CreateBool(value.truth);
    case PIPES_NUMBER: return cJSON_CreateNumber(value.number);
    case PIPES_TEXT: return cJSON_CreateString(value.text);
    case PIPES_JSON: return cJSON_Duplicate(value.json, true);
    case PIPES_NULL: break;
    }
    return NULL;
}

// What a tree holds, roughly, as soon as it is more than `limit`.
static size_t weigh(const cJSON *json, size_t limit)
{
    size_t bytes = sizeof *json;

    bytes += json->string ? strlen(json->string) : 0;
    bytes += json->valuestring ? strlen(json->valuestring) : 0;
    for (const cJSON *child = json->child; child && bytes <= limit; child = child->next)
        bytes += weigh(child, limit - bytes);
    return bytes;
}

cJSON *pipes_to_field(pipes_value value, size_t *left)
{
    size_t bytes = value.kind == PIPES_TEXT   ? strlen(value.text)
                   : value.kind == PIPES_JSON ? weigh(value.json, *left)
                                              : 0;

    if (bytes > *left)
        return NULL;
    *left -= bytes;
    return pipes_to_json(value);
}

bool pipes_text_is_number(const char *text, double *ret_number)
{
    char *end;

    if (!*text || !strchr("+-.0123456789", *text) || strpbrk(text, "xXnNiI"))
        return false; // no hexadecimal, infinity or not-a-number
    *ret_number = strtod(text, &end);
    while (isspace((unsigned char)*end))
        end++;
    return !*end && isfinite(*ret_number);
}

pipes_value pipes_to_number(pipes_value value)
{
    double number;

    if (value.kind == PIPES_NUMBER)
        return value;
    if (value.kind == PIPES_TEXT && pipes_text_is_number(value.text, &number))
        return pipes_number(number);
    if (value.kind == PIPES_BOOLEAN)
        return pipes_number(value.truth);
    return pipes_null();
}

static pipes_value printed(const cJSON *json, pipes_arena *arena)
{
    live_buf *text = live_buf_new();

    live_buf_add_json(text, json);
    pipes_value value =
        pipes_text(pipes_arena_text(arena, live_buf_data(text), live_buf_length(text)));
    live_buf_free(text);
    return value;
}

pipes_value pipes_to_text(pipes_value value, pipes_arena *arena)
{
    char digits[40];
    int length;

    switch (value.kind) {
    case PIPES_NUMBER:
        length = snprintf(digits, sizeof digits, "%.15g", value.number);
        return pipes_text(pipes_arena_text(arena, digits, (size_t)length));
    case PIPES_BOOLEAN: return pipes_text(value.truth ? "true" : "false");
    case PIPES_JSON: return printed(value.json, arena);
    case PIPES_TEXT:
    case PIPES_NULL: break;
    }
    return value;
}

bool pipes_is_true(pipes_value value)
{
    return value.kind == PIPES_BOOLEAN && value.truth;
}

bool pipes_compare(pipes_value a, pipes_value b, int *ret_order)
{
    if (a.kind != b.kind || (a.kind != PIPES_NUMBER && a.kind != PIPES_TEXT))
        return false;
    if (a.kind == PIPES_TEXT)
        *ret_order = strcmp(a.text, b.text);
    else
        *ret_order = (a.number > b.number) - (a.number < b.number);
    return true;
}

bool pipes_equal(pipes_value a, pipes_value b)
{
    int order;

    if (a.kind != b.kind)
        return false;
    if (a.kind == PIPES_BOOLEAN)
        return a.truth == b.truth;
    if (a.kind == PIPES_JSON)
        return cJSON_Compare(a.json, b.json, true);
    return a.kind == PIPES_NULL || (pipes_compare(a, b, &order) && order == 0);
}
