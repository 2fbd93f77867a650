// SPDX-License-Identifier: Apache-2.0
// The settings of the endpoint that Prometheus asks.
#ifndef AG_METRICS_H
#define AG_METRICS_H

#include <cJSON.h>
#include <stdbool.h>

#include "settings/setting.h"

#define AG_METRICS_PROGRAM "live-metrics"
#define AG_METRICS         "metrics" // the process that it is

// As in the file.
typedef struct ag_metrics {
    const char *listen; // "": nobody can ask
    bool allow_remote;
    agent_strings hosts;
} ag_metrics;

extern const agent_setting ag_metrics_rows[];

// What the rows cannot say: whether others may reach it. `json` is that of "metrics", or NULL.
void ag_metrics_check(const cJSON *json, cJSON *findings);

// What the process is told: "type", "listen", "hosts". NULL: none is asked for, or the settings are wrong. Yours.
cJSON *ag_metrics_config(const cJSON *json);

#endif
