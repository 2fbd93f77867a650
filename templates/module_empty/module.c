// SPDX-License-Identifier: Apache-2.0
// The module mymodule: what it offers, by name.
#include <agent/module.h>

static const agent_process processes[] = {
    { 0 },
};

static const agent_adapter adapters[] = {
    { 0 },
};

AGENT_MODULE(.name = "mymodule", .version = "0.1.0", .processes = processes, .adapters = adapters);
