// SPDX-License-Identifier: Apache-2.0
// Logic adapter: "how busy was this machine over the last 5 minutes?"
#include <inttypes.h>

#include "mymodule.h"

enum { DEFAULT_MS = 60000, LONGEST_MS = 24 * 60 * 60 * 1000 };

const agent_setting busy_settings[] = {
    AGENT_STRING(busy_config, event_type, "mymodule", "Type of the events that are asked about."),
    { 0 },
};

const char *const busy_examples[] = {
    "how busy was this machine over the last minute",
    "what was the load of this machine over the last 5 minutes",
    "how much memory was used",
    NULL,
};

live_err busy_answer(agent_chat *chat, const char *text, live_error *error)
{
    const busy_config *config = agent_chat_config(chat);
    live_query_options options = LIVE_QUERY_OPTIONS_INIT;
    int64_t span_ms = DEFAULT_MS;
    cJSON *rows = NULL;

    agent_find_duration(text, &span_ms);
    if (span_ms < 1000 || span_ms > LONGEST_MS)
        return agent_reply(chat, "I can tell from a second to a day.");

    options.realtime = false;
    options.span = agent_chat_format(chat, "last %" PRId64 " seconds", span_ms / 1000);
    const char *query = agent_chat_format(chat,
                                          "%s => count() as events, avg(load) as load, max(load) "
                                          "as top, avg(memory_percent) as memory"
                                          " at the end",
                                          config->event_type);
    live_err err = agent_chat_query(chat, query, &options, &rows, error);
    if (err)
        return err; // the host tells the room and logs it

    const cJSON *row = cJSON_GetArrayItem(rows, 0);
    int64_t events = live_json_int(row, "events", 0);
    if (events == 0)
        err = agent_reply(chat,
                          "Nothing was measured in the last %" PRId64 " s: does a process of type "
                          "mymodule_load run?",
                          span_ms / 1000);
    else
        err = agent_reply(chat,
                          "Over the last %" PRId64
                          " s the load was %.2f on average and %.2f at most; "
                          "%.0f %% of the memory was in use (%" PRId64 " events).",
                          span_ms / 1000, live_json_real(row, "load", 0),
                          live_json_real(row, "top", 0), live_json_real(row, "memory", 0), events);
    cJSON_Delete(rows);
    return err;
}
