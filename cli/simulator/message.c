// SPDX-License-Identifier: Apache-2.0
// The messages of a query's channel: one builder each, the object is the caller's.
#include "message.h"

#include <live/json.h>

cJSON *sim_message_plain(const char *type)
{
    cJSON *message = cJSON_CreateObject();

    cJSON_AddStringToObject(message, "type", type);
    return message;
}

static void add_names(cJSON *array, const pipes_item *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(array, cJSON_CreateString(items[i].name));
}

// The stage that decides which fields the rows have; NULL: none does.
static const pipes_stage *last_select(const pipes_program *program)
{
    const pipes_stage *last = NULL;

    for (const pipes_stage *stage = program->first; stage; stage = stage->next)
        if (stage->kind == &pipes_select_stage)
            last = stage;
    return last;
}

cJSON *sim_message_start(const pipes_program *program)
{
    const pipes_stage *select = last_select(program);
    cJSON *message = sim_message_plain("start");
    cJSON *fields = cJSON_AddObjectToObject(message, "fields");
    cJSON *group = cJSON_AddArrayToObject(message, "group");
    cJSON *names = cJSON_AddArrayToObject(message, "select");

    cJSON_AddObjectToObject(message, "info");
    cJSON_AddStringToObject(fields, "timestamp", "java.lang.Number");
    if (!select)
        return message;
    add_names(group, select->by, select->by_count);
    add_names(names, select->items, select->item_count);
    const cJSON *name;
    cJSON_ArrayForEach (name, names) {
        if (!cJSON_HasObjectItem(fields, name->valuestring))
            cJSON_AddStringToObject(fields, name->valuestring, "java.lang.Object");
    }
    return message;
}

cJSON *sim_message_span(const sim_span *span)
{
    cJSON *message = sim_message_plain("span");

    live_json_add_int(message, "begin", span->begin_ms);
    live_json_add_int(message, "end", span->end_ms);
    return message;
}

cJSON *sim_message_progress(int64_t done_ms, int64_t total_ms, double rate)
{
    cJSON *message = sim_message_plain("progress");

    live_json_add_int(message, "current", done_ms);
    live_json_add_int(message, "total", total_ms);
    cJSON_AddBoolToObject(message, "estimate", true);
    cJSON_AddNumberToObject(message, "rate", rate);
    cJSON_AddStringToObject(message, "message", "reading history");
    return message;
}

cJSON *sim_message_warning(const char *text)
{
    cJSON *message = sim_message_plain("warning");

    cJSON_AddStringToObject(message, "severity", "WARN");
    cJSON_AddStringToObject(message, "message", text);
    cJSON_AddStringToObject(cJSON_AddObjectToObject(message, "info"), "severityLevel", "WARN");
    return message;
}

cJSON *sim_message_event(const char *member, cJSON *rows)
{
    cJSON *message = sim_message_plain("event");

    cJSON_AddItemToObject(message, member, rows);
    return message;
}

cJSON *sim_message_performance(uint64_t count, int64_t time_ms)
{
    cJSON *message = sim_message_plain("performance");

    live_json_add_int(message, "count", (int64_t)count);
    live_json_add_int(message, "time", time_ms);
    cJSON_AddArrayToObject(message, "storage");
    cJSON_AddArrayToObject(message, "live");
    return message;
}

cJSON *sim_message_end_history(int64_t time_ms, int64_t duration_ms)
{
    cJSON *message = sim_message_plain("endHistory");

    live_json_add_int(message, "timestamp", time_ms);
    live_json_add_int(message, "duration", duration_ms);
    return message;
}

cJSON *sim_message_stop(const char *reason, const char *text, bool by_user)
{
    cJSON *message = sim_message_plain("stop");

    cJSON_AddStringToObject(message, "reason", reason);
    if (text)
        cJSON_AddStringToObject(message, "message", text);
    cJSON_AddBoolToObject(message, "user", by_user);
    return message;
}
