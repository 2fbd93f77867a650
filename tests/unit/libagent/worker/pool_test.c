// SPDX-License-Identifier: Apache-2.0
// Threads beside the loop: work on them, done on it.
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>

#include "worker/pool.h"

#include <cmocka.h>

enum { JOBS = 200 };

typedef struct task {
    ag_job job; // first
    live_loop *loop;
    pthread_t worker, doer;
    int worked, done;
    int *left;
} task;

static void work(ag_job *job)
{
    task *task = (struct task *)job;

    task->worker = pthread_self();
    task->worked++;
}

static void done(ag_job *job)
{
    task *task = (struct task *)job;

    task->doer = pthread_self();
    task->done++;
    if (--*task->left == 0)
        live_loop_stop(task->loop);
}

static void every_job_is_worked_on_beside_the_loop_and_done_on_it(void **unused)
{
    live_loop *loop = NULL;
    ag_pool *pool = NULL;
    task tasks[JOBS];
    int left = JOBS;

    (void)unused;
    assert_int_equal(live_loop_new(&loop, NULL), LIVE_OK);
    assert_int_equal(ag_pool_new(loop, &pool, NULL), LIVE_OK);
    for (int i = 0; i < JOBS; i++) {
        tasks[i] = (task){ .job = { .work = work, .done = done }, .loop = loop, .left = &left };
        ag_pool_submit(pool, &tasks[i].job);
    }
    assert_int_equal(live_loop_run(loop, 10000, NULL), LIVE_OK);
    for (int i = 0; i < JOBS; i++) {
        assert_int_equal(tasks[i].worked, 1);
        assert_int_equal(tasks[i].done, 1);
        assert_true(pthread_equal(tasks[i].doer, pthread_self()));
        assert_false(pthread_equal(tasks[i].worker, pthread_self()));
    }
    ag_pool_free(pool);
    live_loop_free(loop);
}

// Jobs that hold their thread until the gate opens.

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static atomic_int at_the_gate;

static void work_at_the_gate(ag_job *job)
{
    atomic_fetch_add(&at_the_gate, 1);
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    work(job);
}

static void wait_for_four(void)
{
    while (atomic_load(&at_the_gate) < 4)
        poll(NULL, 0, 1);
}

static void a_job_that_is_withdrawn_is_never_done(void **unused)
{
    live_loop *loop = NULL;
    ag_pool *pool = NULL;
    task busy[4], waiting = { .job = { .work = work, .done = done } };
    int left = 4;

    (void)unused;
    assert_int_equal(live_loop_new(&loop, NULL), LIVE_OK);
    assert_int_equal(ag_pool_new(loop, &pool, NULL), LIVE_OK);
    pthread_mutex_lock(&gate);
    for (int i = 0; i < 4; i++) {
        busy[i] = (task){ .job = { .work = work_at_the_gate, .done = done },
                          .loop = loop,
                          .left = &left };
        ag_pool_submit(pool, &busy[i].job);
    }
    wait_for_four();
    ag_pool_submit(pool, &waiting.job);
    ag_pool_withdraw(pool, &waiting.job); // no thread has come to it
    pthread_mutex_unlock(&gate);
    ag_pool_withdraw(pool, &busy[0].job); // waits for its thread
    assert_int_equal(busy[0].worked, 1);
    left = 3;
    assert_int_equal(live_loop_run(loop, 10000, NULL), LIVE_OK);
    assert_int_equal(waiting.worked, 0);
    assert_int_equal(busy[0].done, 0);
    assert_int_equal(busy[3].done, 1);
    ag_pool_free(pool);
    live_loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_job_is_worked_on_beside_the_loop_and_done_on_it),
        cmocka_unit_test(a_job_that_is_withdrawn_is_never_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
