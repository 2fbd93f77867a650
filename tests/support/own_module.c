// SPDX-License-Identifier: Apache-2.0
// A module for the tests of an agent.
#include "own_module.h"

#include <stddef.h>

struct config {
    int64_t every_ms;
};

static const agent_setting rows[] = {
    AGENT_DURATION(struct config, every_ms, "1h", "Time between two turns."),
    { 0 },
};

static const agent_process processes[] = {
    { .name = "steady",
      .summary = "Is there",
      .settings = rows,
      .config_size = sizeof(struct config) },
    { 0 },
};

AGENT_MODULE(.name = "own", .version = "1.0.0", .processes = processes);

const agent_module *const own_modules[] = { &agent_module_v1, NULL };
