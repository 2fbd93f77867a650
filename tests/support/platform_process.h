// SPDX-License-Identifier: Apache-2.0
// The simulated platform with its default world, without data of its own, in a process of its own.
#ifndef PLATFORM_PROCESS_H
#define PLATFORM_PROCESS_H

#include "server_process.h"

typedef struct platform_process {
    server_process process;
    int tcp_port;
} platform_process;

bool platform_start(platform_process *platform);

// Whether it ends well.
bool platform_stop(platform_process *platform);

#endif
