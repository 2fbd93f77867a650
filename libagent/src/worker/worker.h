// SPDX-License-Identifier: Apache-2.0
// A worker: one process of one module, in a system process of its own.
#ifndef AG_WORKER_H
#define AG_WORKER_H

#include <agent/module.h>

// The descriptors that a child gets beside 0 to 2.
enum {
    AG_FD_CONTROL = 3, // where the supervisor passes sockets; its end is the supervisor's end
    AG_FD_CONFIG = 4,  // JSON: what this child is
    AG_FD_READY = 5,   // a byte is written when it has started
    AG_FD_COUNT,
};

// A worker's exit code when trying again cannot help (EX_CONFIG of sysexits.h).
enum { AG_EXIT_REFUSED = 78 };

// The whole life of a worker; the exit code.
int ag_worker_main(const agent_module *const *modules);

#endif
