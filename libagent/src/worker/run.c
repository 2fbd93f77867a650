// SPDX-License-Identifier: Apache-2.0
// What a running process may do.
#include "worker/run.h"

#include <agent/watch.h>
#include <live/action.h>
#include <live/event.h>
#include <live/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const void *agent_config(const agent_run *run)
{
    return ag_config_data(run->config);
}

void *agent_state(agent_run *run)
{
    return run->state;
}

const char *agent_name(const agent_run *run)
{
    return run->name;
}

live_loop *agent_loop(agent_run *run)
{
    return run->loop;
}

bool agent_row_is_late(const agent_run *run)
{
    return run->late;
}

live_err agent_emit(agent_run *run, cJSON *event, live_error *error)
{
    char *text = NULL;
    live_err err = live_event_check(event, error);

    if (!err)
        err = live_json_print(event, &text, error);
    cJSON_Delete(event);
    if (!err)
        err = run->services->emit(run, text, strlen(text), error);
    live_free(text);
    return err;
}

live_err agent_flush(agent_run *run, int64_t timeout_ms, live_error *error)
{
    return run->services->flush(run, timeout_ms, error);
}

live_err agent_save(agent_run *run, const char *key, const cJSON *value, live_error *error)
{
    return run->services->save(run, key, value, error);
}

live_err agent_load(agent_run *run, const char *key, cJSON **ret_value, live_error *error)
{
    return run->services->load(run, key, ret_value, error);
}

live_err agent_watch_expr(agent_watch *watch, live_error *error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = length < 0 ? NULL : malloc((size_t)length + 1);
    if (!text)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    va_start(args, format);
    vsnprintf(text, (size_t)length + 1, format, args);
    va_end(args);
    live_buf_clear(watch->expression);
    live_buf_add(watch->expression, text, (size_t)length);
    free(text);
    return live_buf_failed(watch->expression) ? live_fail(error, LIVE_E_NOMEM, "out of memory")
                                              : LIVE_OK;
}

live_err agent_watch_span(agent_watch *watch, const char *span, live_error *error)
{
    free(watch->span);
    watch->span = strdup(span);
    return watch->span ? LIVE_OK : live_fail(error, LIVE_E_NOMEM, "out of memory");
}

void ag_query_place(cJSON *query)
{
    char place[LIVE_ACTION_ID_BYTES];

    live_action_reserve(place);
    if (*place)
        cJSON_AddStringToObject(query, "action", place);
}

live_err ag_watch_take(agent_watch *watch, char **ret_text, live_error *error)
{
    cJSON *query = cJSON_CreateObject();
    live_err err = LIVE_OK;

    if (live_buf_length(watch->expression) > 0) {
        cJSON_AddStringToObject(query, "expression", live_buf_data(watch->expression));
        if (watch->span)
            cJSON_AddStringToObject(query, "span", watch->span);
        cJSON_AddBoolToObject(query, "follow", true);
        ag_query_place(query);
        err = live_json_print(query, ret_text, error);
    }
    cJSON_Delete(query);
    live_buf_free(watch->expression);
    free(watch->span);
    *watch = (agent_watch){ 0 };
    return err;
}
