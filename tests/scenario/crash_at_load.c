// SPDX-License-Identifier: Apache-2.0
// A module that crashes whoever loads it.
#include <agent/module.h>
#include <stdlib.h>

__attribute__((constructor)) static void crash(void)
{
    abort();
}

static const agent_process processes[] = { { .name = "never", .summary = "Never seen" }, { 0 } };

AGENT_MODULE(.name = "crash_at_load", .version = "1.0.0", .processes = processes);
