// SPDX-License-Identifier: Apache-2.0
// Logic adapter: has the platform analyse a curve of the selected asset, and annotates the result.
#include <inttypes.h>
#include <live/asset.h>
#include <live/json.h>
#include <live/time.h>

#include "adapters/adapters.h"
#include "adapters/asset.h"
#include "adapters/curve.h"

enum { SPAN_MS = 600000 }; // where the text names none

const char *const analysis_examples[] = {
    "analyse the curve",
    "analyze the curve",
    "analyse SPP",
    "analyze SPP",
    "run an analysis of the curve",
    "run an analysis of SPP",
    "make an analysis of the curve",
    "analyse the last minutes of the curve",
    "statistics of SPP",
    "show me the statistics of the curve",
    "what was the maximum over the last hour",
    "what are the minimum and the maximum",
    "what was the average",
    "what is the standard deviation",
    NULL,
};

static const char *span_text(agent_chat *chat, int64_t ms)
{
    static const struct {
        int64_t ms;
        const char *unit;
    } units[] = { { 86400000, "d" }, { 3600000, "h" }, { 60000, "min" }, { 1000, "s" } };

    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (ms % units[i].ms == 0)
            return agent_chat_format(chat, "%" PRId64 " %s", ms / units[i].ms, units[i].unit);
    return agent_chat_format(chat, "%" PRId64 " ms", ms);
}

// The statistics that are plain numbers; the annotation has all of them.
static live_err say_result(agent_chat *chat, const live_analysis *what, const cJSON *result)
{
    static const struct {
        const char *key, *text;
    } statistics[] = { { "min", "minimum" },
                       { "max", "maximum" },
                       { "avg", "average" },
                       { "stdev", "standard deviation" } };
    const char *separator = ": ";

    agent_reply(chat, "%s over the last %s", what->channel,
                span_text(chat, what->end_ms - what->begin_ms));
    for (size_t i = 0; i < sizeof statistics / sizeof *statistics; i++) {
        const cJSON *value = live_json_get(result, statistics[i].key);
        if (!cJSON_IsNumber(value))
            continue;
        agent_reply(chat, "%s%s %.2f", separator, statistics[i].text, value->valuedouble);
        separator = ", ";
    }
    return agent_reply(chat, ". The analysis is an annotation now.");
}

// As it came from the platform; the span is the one that was asked for where it names none.
static live_err annotate(agent_chat *chat, const live_analysis *what, cJSON *result,
                         live_error *error)
{
    cJSON_DeleteItemFromObjectCaseSensitive(result, "__src");
    cJSON_AddStringToObject(result, "__src", "auto-analysis");
    if (!live_json_get(result, "begin"))
        live_json_add_int(result, "begin", what->begin_ms);
    if (!live_json_get(result, "end"))
        live_json_add_int(result, "end", what->end_ms);
    return agent_chat_annotate(chat, result, error);
}

static live_err analyse(agent_chat *chat, const live_analysis *what, live_error *error)
{
    char *path = NULL;
    cJSON *result = NULL;
    live_err err = live_analysis_path(what, &path, error);

    if (!err)
        err = agent_chat_get(chat, path, &result, error);
    live_free(path);
    if (err)
        return live_error_context(error, err, "the analysis of %s", what->channel);
    if (!cJSON_IsObject(result) || !result->child) {
        cJSON_Delete(result);
        return agent_reply(chat, "There is no data of %s over the last %s.", what->channel,
                           span_text(chat, what->end_ms - what->begin_ms));
    }
    say_result(chat, what, result);
    return annotate(chat, what, result, error);
}

live_err analysis_answer(agent_chat *chat, const char *text, live_error *error)
{
    live_analysis what = LIVE_ANALYSIS_INIT;
    int64_t span_ms = SPAN_MS;
    live_err err = curve_choose(chat, text, &what.channel, error);

    if (err || !what.channel)
        return err;
    const cJSON *asset = asset_selected(chat);
    agent_find_duration(text, &span_ms);
    what.asset_type = live_json_str(asset, "asset_type", "");
    what.asset_id = live_json_int(asset, "id", 0);
    what.end_ms = live_time_ms();
    what.begin_ms = what.end_ms - span_ms;
    return analyse(chat, &what, error);
}
