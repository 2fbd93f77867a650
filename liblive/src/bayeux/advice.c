// SPDX-License-Identifier: Apache-2.0
// How the server wants the client to go on.
#include "bayeux/advice.h"

#include <live/json.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_MS = 60000, LONGEST_MS = 24 * 3600 * 1000 };

static const struct {
    const char *word;
    lv_reconnect reconnect;
} words[] = { { "retry", LV_RECONNECT_RETRY },
              { "handshake", LV_RECONNECT_HANDSHAKE },
              { "none", LV_RECONNECT_NONE } };

void lv_advice_init(lv_advice *advice)
{
    *advice = (lv_advice){ .timeout_ms = TIMEOUT_MS };
}

static lv_reconnect read_reconnect(const cJSON *value)
{
    for (size_t i = 0; cJSON_IsString(value) && i < sizeof words / sizeof *words; i++)
        if (strcmp(value->valuestring, words[i].word) == 0)
            return words[i].reconnect;
    return LV_RECONNECT_UNKNOWN;
}

// Some servers send numbers as text.
static bool read_number(const cJSON *value, double *number)
{
    char *end = NULL;

    if (cJSON_IsNumber(value)) {
        *number = value->valuedouble;
        return true;
    }
    if (!cJSON_IsString(value))
        return false;
    *number = strtod(value->valuestring, &end);
    return end != value->valuestring && !*end && !isnan(*number);
}

static void read_ms(const cJSON *json, const char *name, int64_t *ms)
{
    double number;

    if (read_number(live_json_get(json, name), &number))
        *ms = number > LONGEST_MS ? LONGEST_MS : number < 0 ? -1 : (int64_t)number;
}

static void read_section(lv_advice *advice, const cJSON *json)
{
    const cJSON *reconnect = live_json_get(json, "reconnect");

    if (reconnect)
        advice->reconnect = read_reconnect(reconnect);
    read_ms(json, "interval", &advice->interval_ms);
    read_ms(json, "timeout", &advice->timeout_ms);
    advice->multiple_clients = live_json_bool(json, "multiple-clients", advice->multiple_clients);
}

void lv_advice_read(lv_advice *advice, const cJSON *json, const char *transport)
{
    if (!cJSON_IsObject(json))
        return;
    lv_advice_init(advice);
    read_section(advice, json);
    read_section(advice, live_json_get(json, transport));
}

int64_t lv_advice_interval(const lv_advice *advice)
{
    return advice->interval_ms > 0 ? advice->interval_ms : 0;
}

int64_t lv_advice_timeout(const lv_advice *advice)
{
    return advice->timeout_ms > 0 ? advice->timeout_ms : 0;
}
