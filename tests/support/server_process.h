// SPDX-License-Identifier: Apache-2.0
// A server in a process of its own, so that a test may talk to it over sockets one step after the other.
#ifndef SERVER_PROCESS_H
#define SERVER_PROCESS_H

#include <live/loop.h>
#include <stdbool.h>
#include <sys/types.h>

// What the process runs: `start` returns the port, 0 when it could not; `stop` frees what it made.
typedef struct server_hooks {
    int (*start)(live_loop *loop, void *user);
    void (*stop)(void *user);
} server_hooks;

typedef struct server_process {
    pid_t pid;
    int port;
    bool ending;
} server_process;

// In a child: closes the parent's sockets, which else would outlive the parent's end of them.
void server_leave_sockets(void);

bool server_start(server_process *process, const server_hooks *hooks, void *user);

// Asks it to end, once.
void server_end(server_process *process);

// Whether it ends well, which is waited for; a leak under a sanitizer is no good end.
bool server_stop(server_process *process);

#endif
