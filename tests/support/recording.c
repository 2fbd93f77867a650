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

static bool same(const cJSON *expected, const cJSON *value)
{
    const char *text = cJSON_GetStringValue(expected);
    bool equal = text && strcmp(text, "<uuid4>") == 0 ? is_uuid4(value)
                 : text && strcmp(text, "<ms>") == 0  ? is_ms(value)
                                                      : cJSON_Compare(expected, value, true);

    if (!equal && expected->string)
        print_error("member '%s' differs\n", expected->string);
    return equal;
}

static cJSON *read_recording(const char *file)
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
    cJSON *recording = read_recording(file);
    const cJSON *expected = live_json_get(request_of(recording, request), "json");

    assert_true(cJSON_IsObject(expected));
    assert_int_equal(cJSON_GetArraySize(event), cJSON_GetArraySize(expected));

    const cJSON *member = event->child, *wanted;
    cJSON_ArrayForEach (wanted, expected) {
        assert_string_equal(member->string, wanted->string);
        assert_true(same(wanted, member));
        member = member->next;
    }
    cJSON_Delete(recording);
}

char *recording_path(const char *file, int request)
{
    cJSON *recording = read_recording(file);
    const char *path = live_json_str(request_of(recording, request), "path", NULL);

    assert_non_null(path);
    char *copy = test_malloc(strlen(path) + 1);
    memcpy(copy, path, strlen(path) + 1);
    cJSON_Delete(recording);
    return copy;
}

cJSON *recording_returns(const char *file)
{
    cJSON *recording = read_recording(file);
    cJSON *returns = cJSON_DetachItemFromObjectCaseSensitive(recording, "returns");

    assert_non_null(returns);
    cJSON_Delete(recording);
    return returns;
}
