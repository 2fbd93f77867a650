// SPDX-License-Identifier: Apache-2.0
// The settings of an agent's outbox.
#include "settings/outbox.h"

#include <live/json.h>
#include <string.h>

static const char *const on_full[] = { "drop-oldest", "refuse", NULL };

const agent_setting ag_outbox_rows[] = {
    AGENT_DURATION(ag_outbox, sync_ms, "500ms",
                   "How soon what was accepted survives a power cut too; 0: before it is accepted.",
                   .most = "1m"),
    AGENT_SIZE(ag_outbox, max_size_bytes, "0",
               "Room for it on the disk, at least 4 MB; 0: half of what is free at the start."),
    AGENT_DURATION(ag_outbox, max_age_ms, "30d",
                   "Events that have waited for longer are dropped, dead letters too.",
                   .least = "1m"),
    AGENT_SIZE(ag_outbox, min_free_bytes, "200 MB",
               "It grows no further while less than this is free on the disk; 0: it does."),
    AGENT_CHOICE(ag_outbox, on_full, "drop-oldest", on_full,
                 "What happens when it is full: drop-oldest drops the oldest events; refuse lets "
                 "the processes wait with new ones."),
    AGENT_BOOL(ag_outbox, idempotent, "false",
               "Whether events say that their uid makes them one (\"__overwrite\"), so that what "
               "comes twice is there once."),
    AGENT_BOOL(ag_outbox, gzip, "false", "Whether what is sent to the REST input is compressed."),
    AGENT_SIZE(ag_outbox, fresh_rate_bytes, "0", "Bytes a second of new events; 0: without limit."),
    AGENT_SIZE(ag_outbox, backlog_rate_bytes, "1 MiB",
               "Bytes a second of events that have waited; 0: without limit."),
    AGENT_INT(ag_outbox, batch_count, "500", "Events that are sent together, at most.",
              .least = "1", .most = "100000"),
    AGENT_SIZE(ag_outbox, batch_size_bytes, "256 KiB",
               "Bytes that are sent together, at most; a larger event is sent alone.",
               .least = "1 KiB", .most = "16 MiB"),
    AGENT_DURATION(ag_outbox, retry_cap_ms, "15s",
                   "The longest wait between attempts while the platform takes nothing.",
                   .least = "500ms", .most = "1h"),
    { 0 },
};

cJSON *ag_outbox_config(const cJSON *json)
{
    static const ag_table table = { .rows = ag_outbox_rows, .stride = sizeof *ag_outbox_rows };
    cJSON *told = cJSON_CreateObject();
    ag_config *config = NULL;

    if (ag_config_new(table, sizeof(ag_outbox), json, "", &config, NULL))
        return told;
    const ag_outbox *own = ag_config_data(config);
    const struct {
        const char *name;
        int64_t value;
    } numbers[] = {
        { "sync_ms", own->sync_ms },
        { "max_size_bytes", own->max_size_bytes },
        { "max_age_ms", own->max_age_ms },
        { "min_free_bytes", own->min_free_bytes },
        { "fresh_rate_bytes", own->fresh_rate_bytes },
        { "backlog_rate_bytes", own->backlog_rate_bytes },
        { "batch_count", own->batch_count },
        { "batch_size_bytes", own->batch_size_bytes },
        { "retry_cap_ms", own->retry_cap_ms },
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        live_json_add_int(told, numbers[i].name, numbers[i].value);
    cJSON_AddBoolToObject(told, "refuse", strcmp(own->on_full, "refuse") == 0);
    cJSON_AddBoolToObject(told, "idempotent", own->idempotent);
    cJSON_AddBoolToObject(told, "gzip", own->gzip);
    ag_config_free(config);
    return told;
}
