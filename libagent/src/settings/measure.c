// SPDX-License-Identifier: Apache-2.0
// What numbers, durations and sizes of the settings come to: one number each.
#include "settings/measure.h"

#include <live/json.h>
#include <live/time.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WHOLE_MAX 9007199254740991.0 // the next but one is no double of its own

bool ag_measure_number(const cJSON *value, double *ret_number)
{
    *ret_number = cJSON_IsNumber(value) ? value->valuedouble : 0;
    return cJSON_IsNumber(value);
}

bool ag_measure_whole(const cJSON *value, double *ret_number)
{
    return ag_measure_number(value, ret_number) && fabs(*ret_number) <= WHOLE_MAX &&
           trunc(*ret_number) == *ret_number;
}

bool ag_measure_duration(const cJSON *value, double *ret_ms)
{
    int64_t ms = 0;

    if (cJSON_IsString(value)) {
        live_err err = live_duration_parse(value->valuestring, &ms, NULL);
        *ret_ms = (double)ms;
        return !err;
    }
    *ret_ms = cJSON_IsNumber(value) ? floor(value->valuedouble * 1000 + 0.5) : -1;
    return *ret_ms >= 0 && *ret_ms <= WHOLE_MAX;
}

bool ag_measure_size(const cJSON *value, double *ret_bytes)
{
    static const struct {
        const char *name;
        double bytes;
    } units[] = { { "", 1 },
                  { "B", 1 },
                  { "kB", 1e3 },
                  { "KB", 1e3 },
                  { "MB", 1e6 },
                  { "GB", 1e9 },
                  { "TB", 1e12 },
                  { "KiB", 1024.0 },
                  { "MiB", 1048576.0 },
                  { "GiB", 1073741824.0 },
                  { "TiB", 1099511627776.0 } };
    char *end = NULL;

    if (!cJSON_IsString(value))
        return ag_measure_whole(value, ret_bytes) && *ret_bytes >= 0;
    const char *text = value->valuestring;
    double number = *text >= '0' && *text <= '9' ? strtod(text, &end) : -1;
    if (!end)
        return false;
    end += *end == ' ';
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(end, units[i].name) != 0)
            continue;
        *ret_bytes = floor(number * units[i].bytes + 0.5);
        return *ret_bytes <= WHOLE_MAX;
    }
    return false;
}

bool ag_measure_bound(const char *text, ag_measure_fn measure, double *ret_bound)
{
    cJSON *json = NULL;

    if (!text)
        return false;
    if (live_json_parse(text, strlen(text), &json, NULL))
        json = cJSON_CreateString(text); // "10s"
    bool there = measure(json, ret_bound);
    cJSON_Delete(json);
    return there;
}
