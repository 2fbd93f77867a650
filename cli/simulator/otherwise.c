// SPDX-License-Identifier: Apache-2.0
// What a query does otherwise: its span, and its rows on the wire.
#include "otherwise.h"

#include <ctype.h>
#include <live/json.h>
#include <live/time.h>
#include <stdio.h>
#include <string.h>

static bool has_capital(const char *text)
{
    while (*text && *text != '#' && !isupper((unsigned char)*text))
        text++;
    return isupper((unsigned char)*text);
}

static bool has_seconds(const char *text)
{
    const char *colon = strchr(text, ':');

    return colon && strchr(colon + 1, ':') && strchr(colon + 1, ':') - colon == 3;
}

live_err sim_otherwise_span(const sim_profile *profile, const char *text, int64_t now_ms,
                            sim_zone zone, sim_span *ret_span, live_error *error)
{
    const char *wanted = text;

    if (!text && sim_profile_differs(profile, FACT_QUERY_NO_SPAN))
        wanted = "since ts 0";
    if (text && strcmp(text, "None") == 0 && sim_profile_differs(profile, FACT_QUERY_NONE_SPAN))
        return live_fail(error, LIVE_E_PARSE, "'None' is not a time span");
    if (text && ((sim_profile_differs(profile, FACT_SPAN_CASE) && has_capital(text)) ||
                 (sim_profile_differs(profile, FACT_SPAN_SECONDS) && has_seconds(text))))
        return live_fail(error, LIVE_E_PARSE, "'%.100s' is not a time span", text);

    live_err err = sim_span_parse(wanted, now_ms, zone, ret_span, error);
    if (err && sim_profile_differs(profile, FACT_QUERY_INVALID_SPAN))
        err = sim_span_parse(NULL, now_ms, zone, ret_span, error);
    if (!err && ret_span->has_history && sim_profile_differs(profile, FACT_SPAN_BEGIN))
        ret_span->begin_ms++;
    if (!err && !ret_span->open && sim_profile_differs(profile, FACT_SPAN_END))
        ret_span->end_ms++;
    return err;
}

static void write_number(const sim_profile *profile, cJSON *number)
{
    char text[40];
    double value = number->valuedouble;

    if (value != (double)(long long)value)
        return;
    if (sim_profile_is(profile, FACT_QUERY_NUMBERS, "point"))
        snprintf(text, sizeof text, "%.1f", value);
    else
        snprintf(text, sizeof text, "%.15E", value);
    // cJSON writes raw text as it is.
    number->type = cJSON_Raw | (number->type & cJSON_StringIsConst);
    number->valuestring = cJSON_malloc(strlen(text) + 1);
    if (number->valuestring)
        memcpy(number->valuestring, text, strlen(text) + 1);
}

static void write_numbers(const sim_profile *profile, cJSON *json)
{
    cJSON *child;

    if (cJSON_IsNumber(json))
        write_number(profile, json);
    cJSON_ArrayForEach (child, json)
        write_numbers(profile, child);
}

void sim_otherwise_row(const sim_profile *profile, cJSON *row)
{
    char date[LIVE_TIME_TEXT_BYTES];

    if (sim_profile_differs(profile, FACT_QUERY_TIMESTAMP) && live_json_get(row, "timestamp")) {
        live_time_format(live_json_int(row, "timestamp", 0), date);
        cJSON_ReplaceItemInObjectCaseSensitive(row, "timestamp", cJSON_CreateString(date));
    }
    if (sim_profile_differs(profile, FACT_QUERY_NUMBERS))
        write_numbers(profile, row);
}
