// SPDX-License-Identifier: Apache-2.0
// Events: JSON objects with a type and a time.
#include <live/event.h>

#include <live/json.h>
#include <live/time.h>
#include <math.h>
#include <string.h>

#include "base/utf8.h"

cJSON *live_event_new(const char *type, int64_t time_ms)
{
    cJSON *event = cJSON_CreateObject();

    if (cJSON_AddStringToObject(event, "__type", type) &&
        live_json_add_int(event, "liverig__index__timestamp", time_ms ? time_ms : live_time_ms()))
        return event;
    cJSON_Delete(event);
    return NULL;
}

static bool is_utf8(const char *text)
{
    return !text || lv_utf8_is(text, strlen(text));
}

static live_err check_value(const cJSON *value, const char *name, int depth, live_error *error)
{
    if (depth > LIVE_JSON_MAX_DEPTH)
        return live_fail(error, LIVE_E_LIMIT, "member '%s' is nested deeper than %d", name,
                         LIVE_JSON_MAX_DEPTH);
    if (!is_utf8(value->string))
        return live_fail(error, LIVE_E_INVALID, "a member's name is not valid UTF-8");
    if (cJSON_IsNumber(value) && !isfinite(value->valuedouble))
        return live_fail(error, LIVE_E_INVALID, "member '%s' is not a finite number", name);
    if (cJSON_IsString(value) && !is_utf8(value->valuestring))
        return live_fail(error, LIVE_E_INVALID, "member '%s' is not valid UTF-8", name);

    const cJSON *child;
    cJSON_ArrayForEach (child, value) {
        live_err err = check_value(child, child->string ? child->string : name, depth + 1, error);
        if (err)
            return err;
    }
    return LIVE_OK;
}

live_err live_event_check(const cJSON *event, live_error *error)
{
    if (!event)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (!cJSON_IsObject(event))
        return live_fail(error, LIVE_E_INVALID, "an event is a JSON object");
    if (!event->child)
        return live_fail(error, LIVE_E_INVALID, "an event has at least one member");
    return check_value(event, "", 0, error);
}
