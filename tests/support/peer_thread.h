// SPDX-License-Identifier: Apache-2.0
// Runs the loop of a peer on a thread of its own: for tests of calls that block.
#ifndef PEER_THREAD_H
#define PEER_THREAD_H

#include <live/loop.h>
#include <pthread.h>

typedef struct peer_thread {
    live_loop *loop;
    pthread_t thread;
} peer_thread;

// What belongs to the loop is the thread's until peer_thread_stop().
void peer_thread_start(peer_thread *thread, live_loop *loop);
void peer_thread_stop(peer_thread *thread);

#endif
