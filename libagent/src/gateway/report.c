// SPDX-License-Identifier: Apache-2.0
// What the gateway tells of itself when it is asked.
#include "gateway/report.h"

#include <live/json.h>

void ag_reach_note(ag_reach *reach, bool failing, int64_t now_ms)
{
    if (!reach->tried || reach->failing != failing)
        reach->since_ms = now_ms;
    reach->tried = true;
    reach->failing = failing;
}

static cJSON *report_platform(const ag_reach *reach, const live_outbox_stat *stat)
{
    cJSON *platform = cJSON_CreateObject();

    cJSON_AddBoolToObject(platform, "configured", reach->configured);
    if (!reach->tried) {
        cJSON_AddNullToObject(platform, "reachable");
        return platform;
    }
    cJSON_AddBoolToObject(platform, "reachable", !reach->failing);
    live_json_add_int(platform, "since_ms", reach->since_ms);
    if (reach->failing && *stat->condition)
        cJSON_AddStringToObject(platform, "error", stat->condition);
    return platform;
}

// The one place that knows what keeps the events.
static cJSON *report_queue(const live_outbox_stat *stat, int64_t now_ms)
{
    const struct {
        const char *name;
        int64_t value;
    } counts[] = {
        { "events", stat->queued },         { "bytes", stat->bytes },
        { "disk_bytes", stat->disk_bytes }, { "max_disk_bytes", stat->max_disk_bytes },
        { "accepted", stat->accepted },     { "delivered", stat->sent },
        { "dropped", stat->dropped },       { "dead_letters", stat->dead },
        { "damaged", stat->damaged },       { "retried", stat->retried },
        { "backoff_ms", stat->backoff_ms },
    };
    cJSON *queue = cJSON_CreateObject();

    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        live_json_add_int(queue, counts[i].name, counts[i].value);
    if (stat->days_left >= 0)
        cJSON_AddNumberToObject(queue, "days_left", stat->days_left);
    if (stat->queued > 0)
        live_json_add_int(queue, "oldest_ms", now_ms - stat->oldest_age_ms);
    return queue;
}

cJSON *ag_report_make(const ag_reach *reach, live_outbox *outbox, const ag_peers *peers,
                      int64_t now_ms)
{
    cJSON *report = cJSON_CreateObject();
    live_outbox_stat stat = { 0 };

    if (outbox)
        live_outbox_stats(outbox, &stat);
    cJSON_AddItemToObject(report, "platform", report_platform(reach, &stat));
    cJSON_AddItemToObject(report, "queue",
                          outbox ? report_queue(&stat, now_ms) : cJSON_CreateNull());
    cJSON_AddItemToObject(report, "processes", ag_peers_report(peers));
    return report;
}
