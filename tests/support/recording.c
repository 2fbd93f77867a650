// SPDX-License-Identifier: Apache-2.0
#include "recording.h"

#include <live/file.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"

static bool is_uuid4(const cJSON *value)
{
    static const char form[] = "xxxxxxxx-xxxx-4xxx-vxxx-xxxxxxxxxxxx";
    const char *text = cJSON_GetStringValue(value);

    if (!text || strlen(text) != sizeof form - 1)
        return false;
    for (size_t i = 0; form[i]; i++) {
        const char *allowed = form[i] == 'x'   ? "0123456789abcdef"
                              : form[i] == 'v' ? "89ab"
                                               : (char[]){ form[i], '\0' };
        if (!strchr(allowed, text[i]))
            return false;
    }
    return true;
}

static bool is_ms(const cJSON *value)
{
    return cJSON_IsNumber(value) && value->valuedouble >= 1e12 && value->valuedouble < 1e13 &&
           (double)(int64_t)value->valuedouble == value->valuedouble;
}

// Epoch seconds, perhaps with a fraction.
static bool is_seconds(const cJSON *value)
{
    return cJSON_IsNumber(value) && value->valuedouble >= 1e9 && value->valuedouble < 1e10;
}

static bool differs(const cJSON *expected)
{
    print_error("'%s' differs\n", expected->string ? expected->string : "an element");
    return false;
}

static bool same_list(const cJSON *expected, const cJSON *list, recording_match match)
{
    const cJSON *wanted, *value = list->child;

    if (cJSON_GetArraySize(expected) != cJSON_GetArraySize(list))
        return differs(expected);
    cJSON_ArrayForEach (wanted, expected) {
        if (!recording_same(wanted, value, match))
            return false;
        value = value->next;
    }
    return true;
}

static bool same_object(const cJSON *expected, const cJSON *object, recording_match match)
{
    const cJSON *wanted, *next = object->child;

    if (match != RECORDING_WITHIN && cJSON_GetArraySize(expected) != cJSON_GetArraySize(object))
        return differs(expected);
    cJSON_ArrayForEach (wanted, expected) {
        const cJSON *member = live_json_get(object, wanted->string);
        if (match == RECORDING_ORDERED && member != next)
            return differs(wanted);
        if (!recording_same(wanted, member, match))
            return false;
        next = next ? next->next : NULL;
    }
    return true;
}

bool recording_same(const cJSON *expected, const cJSON *value, recording_match match)
{
    static const struct {
        const char *text;
        bool (*is)(const cJSON *value);
    } places[] = { { "<uuid4>", is_uuid4 }, { "<ms>", is_ms }, { "<epoch_s_float>", is_seconds } };
    const char *text = cJSON_GetStringValue(expected);

    for (size_t i = 0; text && i < sizeof places / sizeof *places; i++)
        if (strcmp(text, places[i].text) == 0)
            return places[i].is(value) || differs(expected);
    if (cJSON_IsArray(expected) && cJSON_IsArray(value))
        return same_list(expected, value, match);
    if (cJSON_IsObject(expected) && cJSON_IsObject(value))
        return same_object(expected, value, match);
    return cJSON_Compare(expected, value, true) || differs(expected);
}

cJSON *recording_read(const char *file)
{
    char path[4096];
    live_error error = { 0 };
    cJSON *recording = NULL;

    snprintf(path, sizeof path, "%s/wire/%s", LIVE_TEST_DATA, file);
    if (live_file_read_json(path, &recording, &error))
        fail_msg("%s", error.text);
    return recording;
}

static const cJSON *request_of(const cJSON *recording, int request)
{
    const cJSON *one = live_json_get(recording, "request");

    return one ? one : cJSON_GetArrayItem(live_json_get(recording, "requests"), request);
}

void recording_is(const char *file, int request, const cJSON *event)
{
    cJSON *recording = recording_read(file);
    const cJSON *expected = live_json_get(request_of(recording, request), "json");

    assert_true(cJSON_IsObject(expected));
    assert_true(recording_same(expected, event, RECORDING_ORDERED));
    cJSON_Delete(recording);
}

char *recording_path(const char *file, int request)
{
    cJSON *recording = recording_read(file);
    const char *path = live_json_str(request_of(recording, request), "path", NULL);

    assert_non_null(path);
    char *copy = test_malloc(strlen(path) + 1);
    memcpy(copy, path, strlen(path) + 1);
    cJSON_Delete(recording);
    return copy;
}

cJSON *recording_returns(const char *file)
{
    cJSON *recording = recording_read(file);
    cJSON *returns = cJSON_DetachItemFromObjectCaseSensitive(recording, "returns");

    assert_non_null(returns);
    cJSON_Delete(recording);
    return returns;
}
