// SPDX-License-Identifier: Apache-2.0
// How many events a second there were in the last minute.
#include "gateway/meter.h"

void ag_meter_add(ag_meter *meter, int64_t now_ms)
{
    int64_t turn = now_ms / AG_METER_SLOT_MS;
    int index = (int)(turn % AG_METER_SLOTS);

    if (meter->turn[index] != turn)
        meter->slot[index] = 0;
    meter->turn[index] = turn;
    meter->slot[index]++;
    if (meter->total++ == 0)
        meter->first_ms = now_ms;
    meter->last_ms = now_ms;
}

double ag_meter_rate(const ag_meter *meter, int64_t now_ms)
{
    int64_t turn = now_ms / AG_METER_SLOT_MS, sum = 0;
    // The slots that are whole, and the part of this one that has passed.
    int64_t span = (int64_t)(AG_METER_SLOTS - 1) * AG_METER_SLOT_MS + now_ms % AG_METER_SLOT_MS;

    if (meter->total == 0)
        return 0;
    for (int i = 0; i < AG_METER_SLOTS; i++)
        if (meter->turn[i] > turn - AG_METER_SLOTS)
            sum += meter->slot[i];
    span = now_ms - meter->first_ms < span ? now_ms - meter->first_ms : span;
    span = span < 1000 ? 1000 : span;
    return (double)sum * 1000 / (double)span;
}
