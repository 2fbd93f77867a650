// SPDX-License-Identifier: Apache-2.0
// What comes over the control socket.
#include "supervise/request.h"

#include <live/json.h>
#include <live/log.h>
#include <string.h>

enum { MAX_LINES = 100000 };

static live_err check_names(const cJSON *json, bool due, live_error *error)
{
    const cJSON *names = live_json_get(json, "processes"), *name;

    if (!names)
        return due ? live_fail(error, LIVE_E_INVALID, "processes: a list of names is due")
                   : LIVE_OK;
    if (!cJSON_IsArray(names) || (due && !names->child))
        return live_fail(error, LIVE_E_INVALID, "processes: a list of names is due");
    if (cJSON_GetArraySize(names) > AG_REQUEST_NAMES)
        return live_fail(error, LIVE_E_LIMIT, "processes: %d names are the most", AG_REQUEST_NAMES);
    cJSON_ArrayForEach (name, names)
        if (!cJSON_IsString(name))
            return live_fail(error, LIVE_E_INVALID, "processes: a list of names is due");
    return LIVE_OK;
}

static live_err check_nothing(const cJSON *json, live_error *error)
{
    (void)json;
    (void)error;
    return LIVE_OK;
}

static live_err check_some(const cJSON *json, live_error *error)
{
    return check_names(json, true, error);
}

static live_err check_any(const cJSON *json, live_error *error)
{
    return check_names(json, false, error);
}

static live_err check_add(const cJSON *json, live_error *error)
{
    if (!live_json_str(json, "process", NULL))
        return live_fail(error, LIVE_E_INVALID, "process: a name is due");
    if (!cJSON_IsObject(live_json_get(json, "settings")))
        return live_fail(error, LIVE_E_INVALID, "settings: an object is due");
    return LIVE_OK;
}

static live_err check_logs(const cJSON *json, live_error *error)
{
    const cJSON *count = live_json_get(json, "count"), *follow = live_json_get(json, "follow");
    int64_t lines = live_json_int(json, "count", count ? -1 : 0);
    live_level level;

    if (lines < 0 || lines > MAX_LINES)
        return live_fail(error, LIVE_E_INVALID, "count: a whole number from 0 to %d is due",
                         MAX_LINES);
    if (follow && !cJSON_IsBool(follow))
        return live_fail(error, LIVE_E_INVALID, "follow: true or false is due");
    if (live_json_get(json, "level") &&
        live_level_parse(live_json_str(json, "level", ""), &level, error))
        return live_error_context(error, LIVE_E_INVALID, "level");
    return check_any(json, error);
}

static live_err check_outbox(const cJSON *json, live_error *error)
{
    static const char *const actions[] = { "show", "retry", "purge" }, *const numbers[] = {
        "first", "last"
    };
    const char *action = live_json_str(json, "action", "");
    size_t at = 0;

    while (at < 3 && strcmp(actions[at], action) != 0)
        at++;
    if (at == 3)
        return live_fail(error, LIVE_E_INVALID, "action: show, retry or purge is due");
    for (size_t i = 0; i < 2; i++)
        if (live_json_get(json, numbers[i]) && live_json_int(json, numbers[i], -1) < 0)
            return live_fail(error, LIVE_E_INVALID, "%s: a whole number is due", numbers[i]);
    return LIVE_OK;
}

static const struct {
    const char *name;
    live_err (*check)(const cJSON *json, live_error *error);
} rows[AG_OPERATIONS] = {
    [AG_DO_STATUS] = { "status", check_nothing },
    [AG_DO_START] = { "start", check_some },
    [AG_DO_STOP] = { "stop", check_any },
    [AG_DO_RESTART] = { "restart", check_any },
    [AG_DO_ENABLE] = { "enable", check_some },
    [AG_DO_DISABLE] = { "disable", check_some },
    [AG_DO_ADD] = { "add", check_add },
    [AG_DO_REMOVE] = { "remove", check_some },
    [AG_DO_RELOAD] = { "reload", check_nothing },
    [AG_DO_SETTINGS] = { "settings", check_nothing },
    [AG_DO_LOGS] = { "logs", check_logs },
    [AG_DO_SUBSCRIBE] = { "subscribe", check_nothing },
    [AG_DO_OUTBOX] = { "outbox", check_outbox },
};

live_err ag_request_parse(const char *line, size_t length, ag_request *ret_request,
                          live_error *error)
{
    live_err err = live_json_parse(line, length, &ret_request->json, error);
    const cJSON *json = ret_request->json;

    if (err)
        return err;
    if (!cJSON_IsObject(json))
        return live_fail(error, LIVE_E_INVALID, "an object is due");
    if (live_json_int(json, "v", 0) != AG_CONTROL_VERSION)
        return live_fail(error, LIVE_E_PROTOCOL, "v: version %d is spoken here",
                         AG_CONTROL_VERSION);
    const char *name = live_json_str(json, "do", NULL);
    if (!name)
        return live_fail(error, LIVE_E_INVALID, "do: the name of an operation is due");
    for (int i = 0; i < AG_OPERATIONS; i++) {
        if (strcmp(rows[i].name, name) != 0)
            continue;
        ret_request->operation = (ag_operation)i;
        return rows[i].check(json, error);
    }
    return live_fail(error, LIVE_E_UNSUPPORTED, "do: '%.40s' is no operation", name);
}

void ag_request_clear(ag_request *request)
{
    cJSON_Delete(request->json);
    request->json = NULL;
}
