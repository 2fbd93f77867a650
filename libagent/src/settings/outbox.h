// SPDX-License-Identifier: Apache-2.0
// The settings of an agent's outbox.
#ifndef AG_OUTBOX_H
#define AG_OUTBOX_H

#include <cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "settings/setting.h"

// As in the file, where 0 has the meaning that its row gives it.
typedef struct ag_outbox {
    int64_t sync_ms, max_size_bytes, max_age_ms, min_free_bytes;
    const char *on_full;
    bool idempotent, gzip;
    int64_t fresh_rate_bytes, backlog_rate_bytes; // a second
    int64_t batch_count, batch_size_bytes;
    int64_t retry_cap_ms;
} ag_outbox;

extern const agent_setting ag_outbox_rows[];

// What the gateway is told: the members by their names, every default filled in; `on_full` is "refuse", a bool. `json`
// NULL: the defaults. Empty when the settings are wrong: who checked them has said so. Yours.
cJSON *ag_outbox_config(const cJSON *json);

#endif
