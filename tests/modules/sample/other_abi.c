// SPDX-License-Identifier: Apache-2.0
// A module of an agent that is yet to come: only the head of its descriptor can be read.
#include <live/api.h>
#include <stdint.h>

typedef struct later_module {
    uint32_t abi, size;
    uint64_t rest[12];
} later_module;

LIVE_API extern const later_module agent_module_v1;
const later_module agent_module_v1 = { .abi = 2, .size = sizeof(later_module) };
