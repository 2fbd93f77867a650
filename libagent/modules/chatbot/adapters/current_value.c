// SPDX-License-Identifier: Apache-2.0
// Logic adapter: the latest value of a curve of the selected asset.
#include <inttypes.h>
#include <live/json.h>
#include <live/time.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/adapters.h"
#include "adapters/asset.h"
#include "adapters/curve.h"

enum { QUERY_TIMEOUT_MS = 60000 };

const char *const current_value_examples[] = {
    "what is the current value of the curve",
    "what is the current value",
    "what is the value of",
    "what is the value now",
    "what is the value right now",
    "what is the latest value",
    "what was the last value",
    "what are the current values",
    "what is the reading of",
    "current value",
    "current value of the curve",
    "current reading",
    "value now",
    "latest value",
    "last value",
    "show the current value",
    "show me the value of",
    "tell me the current value",
    "give me the value",
    "give me the latest reading",
    "read the curve",
    "how much is it now",
    "how much is the value",
    "how high is the value now",
    "what value does it have",
    "what does it read now",
    "what is it at now",
    "what is SPP",
    "what is SPP right now",
    "give me SPP",
    "show me SPP",
    "read SPP",
    "current value of SPP",
    "SPP now",
    "SPP current value",
    "SPP value now",
    NULL,
};

// The value

static const char *age_text(agent_chat *chat, int64_t time_ms)
{
    int64_t seconds = (live_time_ms() - time_ms) / 1000;

    if (time_ms <= 0)
        return "at an unknown time";
    if (seconds < 0)
        seconds = 0;
    if (seconds < 120)
        return agent_chat_format(chat, "%" PRId64 " s ago", seconds);
    if (seconds < 7200)
        return agent_chat_format(chat, "%" PRId64 " min ago", seconds / 60);
    if (seconds < 172800)
        return agent_chat_format(chat, "%" PRId64 " h ago", seconds / 3600);
    return agent_chat_format(chat, "%" PRId64 " days ago", seconds / 86400);
}

// A measurement is { value, uom }, or { error }; a text of JSON holds it.
static live_err say_value(agent_chat *chat, const char *curve, const cJSON *measured,
                          const char *age)
{
    const cJSON *value = live_json_get(measured, "value");
    const char *unit = live_json_str(measured, "uom", "");
    const char *failure = live_json_str(measured, "error", NULL);

    if (cJSON_IsNumber(value))
        return agent_reply(chat, "%s is %.2f%s%s (%s).", curve, value->valuedouble,
                           *unit ? " " : "", unit, age);
    if (cJSON_IsString(value))
        return agent_reply(chat, "%s is %s%s%s (%s).", curve, value->valuestring, *unit ? " " : "",
                           unit, age);
    if (failure)
        return agent_reply(chat, "%s has no value: %s (%s).", curve, failure, age);
    return agent_reply(chat, "%s has no value (%s).", curve, age);
}

static live_err say_row(agent_chat *chat, const char *curve, const cJSON *row)
{
    const char *text = live_json_str(row, curve, NULL);
    const char *age = age_text(chat, live_json_int(row, "timestamp", 0));
    cJSON *read = NULL;

    if (text && live_json_parse(text, strlen(text), &read, NULL))
        return agent_reply(chat, "%s is %s (%s).", curve, text, age);
    const cJSON *own = live_json_get(row, curve);
    live_err err = say_value(chat, curve, text ? read : own ? own : row, age);
    cJSON_Delete(read);
    return err;
}

// The latest value in the asset's normalised events, or in the events that they are made of, where a source may use the
// curve's own name.
static const char *write_query(agent_chat *chat, const cJSON *asset, const char *curve, bool raw)
{
    const char *event_type = live_json_str(asset, "event_type", "");
    const char *filter = live_json_str(asset, "filter", "");
    live_buf *out = live_buf_new();

    if (raw) {
        live_buf_add_format(out,
                            "(%s) .flags:nocount .flags:reversed => @filter({%s} != null)"
                            " => {%s}:map():json() as {%s}",
                            filter, curve, curve, curve);
    } else {
        live_buf_add_pipes_text(out, event_type);
        live_buf_add_text(out, " mnemonic!:");
        live_buf_add_pipes_text(out, curve);
        live_buf_add_text(
            out, " .flags:nocount .flags:reversed => @filter(value != null) => value, uom");
    }
    const char *query = agent_chat_format(chat, "%s", live_buf_data(out));
    live_buf_free(out);
    return query;
}

// The row with it, yours; NULL: there is none.
static live_err ask_latest(agent_chat *chat, const char *query, cJSON **ret_row, live_error *error)
{
    live_query_options options = LIVE_QUERY_OPTIONS_INIT;
    cJSON *rows = NULL;

    if (!query)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    options.span = "since ts 0 #partial='1'";
    options.idle_timeout_ms = QUERY_TIMEOUT_MS;
    live_err err = agent_chat_query(chat, query, &options, &rows, error);
    if (!err)
        *ret_row = cJSON_DetachItemFromArray(rows, 0);
    cJSON_Delete(rows);
    return err;
}

// Between braces a name may have anything but braces. Of a filter, which is the platform's own, nothing is taken but a filter.
static bool can_ask_raw(const cJSON *asset, const char *curve)
{
    const char *filter = live_json_str(asset, "filter", "");

    return *filter && !strstr(filter, "=>") && !strpbrk(curve, "{}");
}

static live_err say_latest(agent_chat *chat, const cJSON *asset, const char *curve,
                           live_error *error)
{
    cJSON *row = NULL;
    live_err err = LIVE_OK;

    if (*live_json_str(asset, "event_type", ""))
        err = ask_latest(chat, write_query(chat, asset, curve, false), &row, error);
    if (!err && !row && can_ask_raw(asset, curve))
        err = ask_latest(chat, write_query(chat, asset, curve, true), &row, error);
    if (err)
        return live_error_context(error, err, "%s", curve);
    err = row ? say_row(chat, curve, row) : agent_reply(chat, "There is no data of %s.", curve);
    cJSON_Delete(row);
    return err;
}

live_err current_value_answer(agent_chat *chat, const char *text, live_error *error)
{
    const char *curve = NULL;
    live_err err = curve_choose(chat, text, &curve, error);

    return err || !curve ? err : say_latest(chat, asset_selected(chat), curve, error);
}
