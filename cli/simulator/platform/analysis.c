// SPDX-License-Identifier: Apache-2.0
// REST: auto-analysis, the statistics of one curve of an asset over a span.
#include <live/json.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rest.h"

enum { ROWS_A_READ = 256 };

// Running sums over the points (t, v); t in seconds since the first point.
typedef struct sums {
    size_t count;
    double min, max, v, vv, t, tt, tv;
    int64_t first_ms;
    double last_t, last_v, derivative_sum;
} sums;

static void add_point(sums *sums, int64_t time_ms, double v)
{
    if (sums->count == 0)
        *sums = (struct sums){ .min = v, .max = v, .first_ms = time_ms };
    double t = (double)(time_ms - sums->first_ms) / 1000;

    if (sums->count > 0 && t > sums->last_t)
        sums->derivative_sum += (v - sums->last_v) / (t - sums->last_t);
    sums->count++;
    sums->min = v < sums->min ? v : sums->min;
    sums->max = v > sums->max ? v : sums->max;
    sums->v += v;
    sums->vv += v * v;
    sums->t += t;
    sums->tt += t * t;
    sums->tv += t * v;
    sums->last_t = t;
    sums->last_v = v;
}

static double mean(const sums *s)
{
    return s->v / (double)s->count;
}

static cJSON *get_min(const sums *s)
{
    return cJSON_CreateNumber(s->min);
}

static cJSON *get_max(const sums *s)
{
    return cJSON_CreateNumber(s->max);
}

static cJSON *get_avg(const sums *s)
{
    return cJSON_CreateNumber(mean(s));
}

static cJSON *get_stdev(const sums *s)
{
    double variance = s->vv / (double)s->count - mean(s) * mean(s);
    return cJSON_CreateNumber(variance > 0 ? sqrt(variance) : 0);
}

// Least squares: v = intercept + slope * seconds.
static cJSON *get_linreg(const sums *s)
{
    double n = (double)s->count, spread = n * s->tt - s->t * s->t;
    double slope = spread > 0 ? (n * s->tv - s->t * s->v) / spread : 0;
    cJSON *line = cJSON_CreateObject();

    cJSON_AddNumberToObject(line, "slope", slope);
    cJSON_AddNumberToObject(line, "intercept", (s->v - slope * s->t) / n);
    return line;
}

static cJSON *get_derivatives(const sums *s)
{
    return cJSON_CreateNumber(s->count > 1 ? s->derivative_sum / (double)(s->count - 1) : 0);
}

static const struct {
    const char *name;
    cJSON *(*compute)(const sums *sums);
} fields[] = {
    { "min", get_min },     { "max", get_max },       { "avg", get_avg },
    { "stdev", get_stdev }, { "linreg", get_linreg }, { "derivatives", get_derivatives },
};

static void add_rows(const sim_rest *rest, const char *type, const char *channel,
                     sim_cursor *cursor, sums *sums)
{
    sim_row *rows[ROWS_A_READ];
    size_t count;

    while ((count = sim_store_read(rest->store, cursor, rows, ROWS_A_READ)) > 0) {
        for (size_t i = 0; i < count; i++) {
            const cJSON *value = live_json_get(rows[i]->json, "value");
            if (strcmp(sim_row_type(rows[i]), type) == 0 && cJSON_IsNumber(value) &&
                strcmp(live_json_str(rows[i]->json, "mnemonic", ""), channel) == 0)
                add_point(sums, rows[i]->time_ms, value->valuedouble);
            sim_row_unref(rows[i]);
        }
    }
}

// The event type of an asset given as "rig/19".
static const char *type_of(const sim_rest *rest, const char *asset_id)
{
    char type[32];
    const char *slash = strchr(asset_id, '/');
    size_t length = slash ? (size_t)(slash - asset_id) : 0;

    if (length == 0 || length >= sizeof type)
        return NULL;
    memcpy(type, asset_id, length);
    type[length] = '\0';
    cJSON *list = cJSON_GetObjectItemCaseSensitive(sim_world_get(rest->world, "assets"), type);
    return live_json_str(live_json_get(sim_world_find(list, slash + 1), "normalizer"), "event_type",
                         NULL);
}

static int analyse(const sim_rest *rest, const rest_request *request, cJSON **ret_body)
{
    const char *channel = rest_parameter(request, "channel", "");
    const char *type = type_of(rest, rest_parameter(request, "assetId", ""));
    sim_cursor cursor = { .begin_ms = strtoll(rest_parameter(request, "begin", "0"), NULL, 10),
                          .end_ms = strtoll(rest_parameter(request, "end", "0"), NULL, 10) };
    const cJSON *wanted;
    sums sums = { 0 };

    if (!type)
        return 404;
    if (!*channel || cursor.end_ms <= cursor.begin_ms)
        return 400;
    add_rows(rest, type, channel, &cursor, &sums);
    if (sums.count == 0) { // "no data"
        *ret_body = cJSON_CreateNull();
        return 200;
    }
    *ret_body = cJSON_CreateObject();
    cJSON_AddStringToObject(*ret_body, "channel", channel);
    cJSON_AddStringToObject(*ret_body, "qualifier", rest_parameter(request, "qualifier", channel));
    live_json_add_int(*ret_body, "begin", cursor.begin_ms);
    live_json_add_int(*ret_body, "end", cursor.end_ms);
    cJSON_AddNumberToObject(*ret_body, "count", (double)sums.count);
    cJSON_ArrayForEach (wanted, live_json_get(request->parameters, "computeFields")) {
        for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
            if (strcmp(fields[i].name, wanted->valuestring) == 0)
                cJSON_AddItemToObject(*ret_body, fields[i].name, fields[i].compute(&sums));
    }
    return 200;
}

const rest_route rest_analysis_routes[] = {
    { "GET", "/services/plugin-liverig-vis/auto-analysis/analyse", "ASSETS", analyse },
    { 0 },
};
