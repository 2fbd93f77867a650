// SPDX-License-Identifier: Apache-2.0
// What is done on the storing thread while another one waits for it.
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sqlite3.h>
#include <time.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "outbox/outbox.h"
#include "outbox/store_inside.h"
#include "outbox_bench.h"

// A thread that waits, and is held up by a signal; and how often its job was begun.
typedef struct waiting {
    outbox_bench *bench;
    pthread_t thread;
    sem_t left; // it no longer waits
    int begun;
    bool was_left; // while the job was being done
    live_err err;
} waiting;

static int gate[2]; // holds the thread up

static void hold_up(int number)
{
    char byte;

    (void)number;
    if (read(gate[0], &byte, 1) != 1)
        _exit(1);
}

static bool is_left(waiting *waiting)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec++;
    return sem_timedwait(&waiting->left, &until) == 0;
}

static void refuse_writes(lv_store *store, bool refuse)
{
    assert_int_equal(sqlite3_exec(store->db, refuse ? "PRAGMA query_only=1" : "PRAGMA query_only=0",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
}

// The first time the disk refuses, and the one that waits learns it late: the job is being done again then.
static live_err change(lv_store *store, void *user, live_error *error)
{
    waiting *waiting = user;

    waiting->begun++;
    refuse_writes(store, false);
    live_err err = lv_store_change(store, error);
    if (waiting->begun == 1) {
        refuse_writes(store, true);
        pthread_kill(waiting->thread, SIGUSR1);
    } else if (waiting->begun == 2) {
        assert_int_equal(write(gate[1], "", 1), 1);
        waiting->was_left = is_left(waiting);
    }
    return err;
}

static void *wait_for_job(void *user)
{
    waiting *waiting = user;

    waiting->err = lv_outbox_do(waiting->bench->outbox, change, waiting, NULL);
    sem_post(&waiting->left);
    return NULL;
}

static void who_waits_for_a_job_stays_while_it_is_done(void **state)
{
    waiting waiting = { .bench = *state };
    const struct sigaction action = { .sa_handler = hold_up };

    assert_int_equal(pipe(gate), 0);
    assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
    sem_init(&waiting.left, 0, 0);
    outbox_start(waiting.bench);
    assert_int_equal(pthread_create(&waiting.thread, NULL, wait_for_job, &waiting), 0);
    pthread_join(waiting.thread, NULL);
    assert_int_equal(waiting.begun, 2);
    assert_false(waiting.was_left);
    assert_int_equal(waiting.err, LIVE_OK);
    sem_destroy(&waiting.left);
    close(gate[0]);
    close(gate[1]);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, outbox_bench_open, outbox_bench_close)
    const struct CMUnitTest tests[] = { CASE(who_waits_for_a_job_stays_while_it_is_done) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
