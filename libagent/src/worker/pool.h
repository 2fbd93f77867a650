// SPDX-License-Identifier: Apache-2.0
// A few threads that work beside the loop: a job is worked on by one of them, then is done on the loop.
#ifndef AG_POOL_H
#define AG_POOL_H

#include <live/loop.h>
#include <stdbool.h>

typedef struct ag_pool ag_pool;

// A part of what the job is about; belongs to its owner.
typedef struct ag_job {
    struct ag_job *next;
    void (*work)(struct ag_job *job); // on a thread
    void (*done)(struct ag_job *job); // on the loop; may submit the job again or free it
    bool worked;
} ag_job;

live_err ag_pool_new(live_loop *loop, ag_pool **ret_pool, live_error *error);

// Every job has been waited for by then.
void ag_pool_free(ag_pool *pool);

void ag_pool_submit(ag_pool *pool, ag_job *job);

// Whether no job waits, is worked on or is to be done.
bool ag_pool_is_idle(ag_pool *pool);

// Waits until no thread works on the job, or will; done() is not called any more.
void ag_pool_withdraw(ag_pool *pool, ag_job *job);

#endif
