// SPDX-License-Identifier: Apache-2.0
#include "platform_process.h"

#include <sys/mman.h>

#include "platform/simulator.h"

// Of both processes: the test's learns from it which port the other one has.
typedef struct shared {
    simulator *simulator;
    int tcp_port;
} shared;

static int start(live_loop *loop, void *user)
{
    static const simulator_options options = { .share = LIVE_SHARE };
    shared *shared = user;

    if (simulator_new(loop, &options, &shared->simulator, NULL))
        return 0;
    shared->tcp_port = simulator_tcp_port(shared->simulator);
    return simulator_port(shared->simulator);
}

static void stop(void *user)
{
    shared *shared = user;

    simulator_free(shared->simulator);
}

bool platform_start(platform_process *platform)
{
    static const server_hooks hooks = { .start = start, .stop = stop };
    shared *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (shared == MAP_FAILED)
        return false;
    bool started = server_start(&platform->process, &hooks, shared);
    platform->tcp_port = shared->tcp_port;
    munmap(shared, sizeof *shared);
    return started;
}

bool platform_stop(platform_process *platform)
{
    return server_stop(&platform->process);
}
