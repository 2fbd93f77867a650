// SPDX-License-Identifier: Apache-2.0
// What the settings say of the outbox.
#include "gateway/options.h"

#include <live/json.h>

// In the settings 0 is none; in the options it is the default, and none is negative.
static void read_limit(const cJSON *config, const char *name, int64_t *option)
{
    *option = live_json_int(config, name, *option);
    if (live_json_get(config, name) && *option == 0)
        *option = -1;
}

static void read_count(const cJSON *config, const char *name, size_t *option)
{
    *option = (size_t)live_json_int(config, name, (int64_t)*option);
}

void ag_options_read(const cJSON *config, live_outbox_options *options)
{
    options->sync_ms = live_json_int(config, "sync_ms", options->sync_ms);
    options->max_bytes = live_json_int(config, "max_size_bytes", options->max_bytes);
    options->max_age_ms = live_json_int(config, "max_age_ms", options->max_age_ms);
    read_limit(config, "min_free_bytes", &options->min_free_bytes);
    if (live_json_bool(config, "refuse", false))
        options->on_full = LIVE_OUTBOX_REFUSE;
    options->idempotent = live_json_bool(config, "idempotent", options->idempotent);
    options->gzip = live_json_bool(config, "gzip", options->gzip);
    options->fresh_rate = live_json_int(config, "fresh_rate_bytes", options->fresh_rate);
    read_limit(config, "backlog_rate_bytes", &options->backlog_rate);
    read_count(config, "batch_count", &options->batch_count);
    read_count(config, "batch_size_bytes", &options->batch_bytes);
    options->retry_cap_ms = live_json_int(config, "retry_cap_ms", options->retry_cap_ms);
}
