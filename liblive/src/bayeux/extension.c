// SPDX-License-Identifier: Apache-2.0
// The extensions of a conversation: acknowledged delivery, and the server's clock.
#include "bayeux/extension.h"

#include <live/json.h>

#define LATEST_MS ((int64_t)1 << 50) // no clock shows more

enum {
    ROUNDING_MS = 2, // of both clocks, and of the halves
    DRIFT_MS = 100   // of two clocks, while ten answers come
};

static int64_t average(const int64_t *values, int64_t samples)
{
    int64_t sum = 0, count = samples < LV_TIME_SAMPLES ? samples : LV_TIME_SAMPLES;

    for (int64_t i = 0; i < count; i++)
        sum += values[i];
    return count ? sum / count : 0;
}

static void add_clock(const lv_extensions *ext, cJSON *to, int64_t now_ms)
{
    if (!ext->timesync)
        return;
    cJSON *clock = cJSON_AddObjectToObject(to, "timesync");
    cJSON_AddNumberToObject(clock, "tc", (double)now_ms);
    cJSON_AddNumberToObject(clock, "l", (double)average(ext->lags, ext->samples));
    cJSON_AddNumberToObject(clock, "o", (double)average(ext->offsets, ext->samples));
}

void lv_extensions_ask(const lv_extensions *ext, cJSON *message, int64_t now_ms)
{
    if (!ext->ack_wanted && !ext->timesync)
        return;
    cJSON *to = cJSON_AddObjectToObject(message, "ext");
    if (ext->ack_wanted)
        cJSON_AddBoolToObject(to, "ack", true);
    add_clock(ext, to, now_ms);
}

void lv_extensions_confirm(const lv_extensions *ext, cJSON *message, int64_t now_ms)
{
    if (!ext->ack && !ext->timesync)
        return;
    cJSON *to = cJSON_AddObjectToObject(message, "ext");
    if (ext->ack)
        cJSON_AddNumberToObject(to, "ack", (double)ext->batch);
    add_clock(ext, to, now_ms);
}

bool lv_extensions_offset(const lv_extensions *ext, int64_t *ret_ms)
{
    if (ext->samples == 0)
        return false;
    *ret_ms = average(ext->offsets, ext->samples);
    return true;
}

// The way there and the way back may have taken any part of what both took: so far the truth is from what is computed.
int64_t lv_extensions_doubt(const lv_extensions *ext)
{
    return average(ext->lags, ext->samples) + ROUNDING_MS;
}

// One of the clocks was set, or ours slept: what was measured before says nothing any more.
static bool has_jumped(const lv_extensions *ext, int64_t offset, int64_t lag)
{
    int64_t before = 0;

    if (!lv_extensions_offset(ext, &before))
        return false;
    int64_t apart = offset > before ? offset - before : before - offset;
    return apart > lag + lv_extensions_doubt(ext) + DRIFT_MS;
}

// A server whose clock we know well enough leaves its answer out.
static void read_clock(lv_extensions *ext, const cJSON *reply, int64_t now_ms)
{
    const cJSON *clock = live_json_get(live_json_get(reply, "ext"), "timesync");
    int64_t sent = live_json_int(clock, "tc", -1), theirs = live_json_int(clock, "ts", -1);
    int64_t spent = live_json_int(clock, "p", 0);

    if (!ext->timesync || sent < 0 || sent > now_ms || theirs < 0 || theirs > LATEST_MS)
        return;
    if (spent < 0 || spent > now_ms - sent)
        return;
    int64_t lag = (now_ms - sent - spent) / 2, offset = theirs - sent - lag;
    if (has_jumped(ext, offset, lag))
        ext->samples = 0;
    ext->lags[ext->samples % LV_TIME_SAMPLES] = lag;
    ext->offsets[ext->samples % LV_TIME_SAMPLES] = offset;
    ext->samples++;
}

void lv_extensions_begin(lv_extensions *ext, const cJSON *reply, int64_t now_ms)
{
    const cJSON *ack = live_json_get(live_json_get(reply, "ext"), "ack");

    ext->ack = ext->ack_wanted && (cJSON_IsTrue(ack) || live_json_bool(ack, "enabled", false));
    ext->batch = live_json_int(ack, "batch", 0);
    read_clock(ext, reply, now_ms);
}

void lv_extensions_read(lv_extensions *ext, const cJSON *reply, int64_t now_ms)
{
    if (ext->ack)
        ext->batch = live_json_int(live_json_get(reply, "ext"), "ack", ext->batch);
    read_clock(ext, reply, now_ms);
}
