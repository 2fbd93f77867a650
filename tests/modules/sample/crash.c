// SPDX-License-Identifier: Apache-2.0
// A module that ends whoever loads it.
#include <agent/module.h>
#include <stdlib.h>

__attribute__((constructor)) static void crash(void)
{
    abort();
}

AGENT_MODULE(.name = "crash", .version = "1.0.0");
