// SPDX-License-Identifier: Apache-2.0
// What the host itself reads of every process's settings, beside what its module reads.
#ifndef AG_HOST_H
#define AG_HOST_H

#include "supervise/limits.h"
#include "supervise/unit.h"
#include "worker/output.h"

typedef struct ag_host_settings {
    const char *type;
    bool enabled;
    ag_output_settings output;
    const char *restart;
    int64_t watchdog_ms; // 0: none
    ag_limits limits;
} ag_host_settings;

// The rows; no module may have settings of these names.
extern const ag_table ag_host_table;

// Whether a key of a process's settings is the host's.
bool ag_host_has(const char *key);

// Looks at the settings of a process as ag_config_check() does.
live_err ag_host_check(const cJSON *process, const char *pointer, cJSON *findings,
                       live_error *error);

// What is wrong stands as it is without it: who checked the settings has said so.
ag_restart ag_host_restart(const cJSON *process);
int64_t ag_host_watchdog_ms(const cJSON *process);
ag_limits ag_host_limits(const cJSON *process);

#endif
