// SPDX-License-Identifier: Apache-2.0
// What the gateway tells of itself when it is asked.
#include "gateway/report.h"

#include <live/buf.h>
#include <live/json.h>
#include <stdio.h>

void ag_reach_note(ag_reach *reach, bool failing, int64_t now_ms)
{
    if (!reach->tried || reach->failing != failing)
        reach->since_ms = now_ms;
    reach->tried = true;
    reach->failing = failing;
}

void ag_reach_block(ag_reach *reach, const char *obstacle, int64_t now_ms)
{
    ag_reach_note(reach, true, now_ms);
    snprintf(reach->obstacle, sizeof reach->obstacle, "%s", obstacle);
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
    const char *why = *reach->obstacle ? reach->obstacle : stat->condition;
    if (reach->failing && *why)
        cJSON_AddStringToObject(platform, "error", why);
    return platform;
}

// By the outbox's own names; one that is not open has nothing but its trouble.
static cJSON *report_outbox(const live_outbox_stat *stat, const char *closed)
{
    live_buf *text = closed ? NULL : live_buf_new();
    cJSON *outbox = NULL;

    if (closed) {
        outbox = cJSON_CreateObject();
        cJSON_AddStringToObject(outbox, "trouble", closed);
        return outbox;
    }
    live_buf_add_outbox_json(text, stat);
    if (live_json_parse(live_buf_data(text), live_buf_length(text), &outbox, NULL))
        outbox = cJSON_CreateNull();
    live_buf_free(text);
    return outbox;
}

cJSON *ag_report_make(const ag_reach *reach, live_outbox *outbox, const char *closed,
                      const ag_peers *peers)
{
    cJSON *report = cJSON_CreateObject();
    live_outbox_stat stat = { 0 };

    if (outbox)
        live_outbox_stats(outbox, &stat);
    cJSON_AddItemToObject(report, "platform", report_platform(reach, &stat));
    cJSON_AddItemToObject(report, "outbox", report_outbox(&stat, outbox ? NULL : closed));
    cJSON_AddItemToObject(report, "processes", ag_peers_report(peers));
    return report;
}
