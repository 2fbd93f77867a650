// SPDX-License-Identifier: Apache-2.0
// Runs the loop of a peer on a thread of its own: for tests of calls that block.
#include "peer_thread.h"

#include <stdlib.h>

static void *run(void *user)
{
    peer_thread *thread = user;

    if (live_loop_run(thread->loop, LIVE_FOREVER, NULL))
        abort();
    return NULL;
}

void peer_thread_start(peer_thread *thread, live_loop *loop)
{
    thread->loop = loop;
    if (pthread_create(&thread->thread, NULL, run, thread))
        abort();
}

void peer_thread_stop(peer_thread *thread)
{
    live_loop_interrupt(thread->loop);
    pthread_join(thread->thread, NULL);
}
