// SPDX-License-Identifier: Apache-2.0
// A few threads that work beside the loop.
#include "worker/pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "worker/bell.h"

enum { THREADS = 4 };

typedef struct jobs {
    ag_job *first, **last;
} jobs;

struct ag_pool {
    pthread_mutex_t mutex;
    pthread_cond_t submitted, worked;
    pthread_t threads[THREADS];
    int thread_count;
    bool ending;
    jobs waiting, finished;
    size_t under_way; // submitted and not done
    ag_bell bell;     // something has finished
};

static void push(jobs *jobs, ag_job *job)
{
    job->next = NULL;
    *jobs->last = job;
    jobs->last = &job->next;
}

static ag_job *pop(jobs *jobs)
{
    ag_job *job = jobs->first;

    if (job)
        jobs->first = job->next;
    if (!jobs->first)
        jobs->last = &jobs->first;
    return job;
}

static bool take_out(jobs *jobs, const ag_job *job)
{
    for (ag_job **at = &jobs->first; *at; at = &(*at)->next) {
        if (*at != job)
            continue;
        *at = job->next;
        if (!*at)
            jobs->last = at;
        return true;
    }
    return false;
}

static void *work(void *user)
{
    ag_pool *pool = user;

    pthread_mutex_lock(&pool->mutex);
    while (!pool->ending) {
        ag_job *job = pop(&pool->waiting);
        if (!job) {
            pthread_cond_wait(&pool->submitted, &pool->mutex);
            continue;
        }
        pthread_mutex_unlock(&pool->mutex);
        job->work(job);
        pthread_mutex_lock(&pool->mutex);
        job->worked = true;
        push(&pool->finished, job);
        pthread_cond_broadcast(&pool->worked);
        ag_bell_ring(&pool->bell);
    }
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

static void on_bell(void *user)
{
    ag_pool *pool = user;

    pthread_mutex_lock(&pool->mutex);
    ag_job *job = pop(&pool->finished);
    pool->under_way -= job != NULL;
    if (pool->finished.first)
        ag_bell_ring(&pool->bell); // one a turn: done() may free anything
    pthread_mutex_unlock(&pool->mutex);
    if (job)
        job->done(job);
}

// The threads leave signals to the loop's.
static live_err start_threads(ag_pool *pool, live_error *error)
{
    sigset_t all, before;
    int failed = 0;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (!failed && pool->thread_count < THREADS) {
        failed = pthread_create(&pool->threads[pool->thread_count], NULL, work, pool);
        pool->thread_count += !failed;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return pool->thread_count > 0 ? LIVE_OK : live_fail_errno(error, failed, "a thread");
}

live_err ag_pool_new(live_loop *loop, ag_pool **ret_pool, live_error *error)
{
    ag_pool *pool = calloc(1, sizeof *pool);
    if (!pool)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->submitted, NULL);
    pthread_cond_init(&pool->worked, NULL);
    pool->waiting.last = &pool->waiting.first;
    pool->finished.last = &pool->finished.first;
    live_err err = ag_bell_init(&pool->bell, loop, on_bell, pool, error);
    if (!err)
        err = start_threads(pool, error);
    if (err) {
        ag_pool_free(pool);
        return err;
    }
    *ret_pool = pool;
    return LIVE_OK;
}

void ag_pool_free(ag_pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->mutex);
    pool->ending = true;
    pthread_cond_broadcast(&pool->submitted);
    pthread_mutex_unlock(&pool->mutex);
    for (int i = 0; i < pool->thread_count; i++)
        pthread_join(pool->threads[i], NULL);
    ag_bell_clear(&pool->bell);
    pthread_cond_destroy(&pool->worked);
    pthread_cond_destroy(&pool->submitted);
    pthread_mutex_destroy(&pool->mutex);
    free(pool);
}

void ag_pool_submit(ag_pool *pool, ag_job *job)
{
    pthread_mutex_lock(&pool->mutex);
    job->worked = false;
    pool->under_way++;
    push(&pool->waiting, job);
    pthread_cond_signal(&pool->submitted);
    pthread_mutex_unlock(&pool->mutex);
}

void ag_pool_withdraw(ag_pool *pool, ag_job *job)
{
    pthread_mutex_lock(&pool->mutex);
    if (!take_out(&pool->waiting, job)) {
        while (!job->worked)
            pthread_cond_wait(&pool->worked, &pool->mutex);
        take_out(&pool->finished, job);
    }
    pool->under_way--;
    pthread_mutex_unlock(&pool->mutex);
}

bool ag_pool_is_idle(ag_pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    bool idle = pool->under_way == 0;
    pthread_mutex_unlock(&pool->mutex);
    return idle;
}
