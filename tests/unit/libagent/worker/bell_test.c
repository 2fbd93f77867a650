// SPDX-License-Identifier: Apache-2.0
#include "worker/bell.h"

#include <pthread.h>
#include <stdlib.h>

#include "cmocka_all.h"

typedef struct fixture {
    live_loop *loop;
    ag_bell bell;
    int rung;
    bool clears;
} fixture;

static void on_rung(void *user)
{
    fixture *f = user;

    f->rung++;
    if (f->clears)
        ag_bell_clear(&f->bell);
    live_loop_stop(f->loop);
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    live_err err = live_loop_new(&f->loop, NULL);

    *state = f;
    return (int)(err ? err : ag_bell_init(&f->bell, f->loop, on_rung, f, NULL));
}

static int tear_down(void **state)
{
    fixture *f = *state;

    ag_bell_clear(&f->bell);
    live_loop_free(f->loop);
    free(f);
    return 0;
}

static void *ring(void *bell)
{
    ag_bell_ring(bell);
    return NULL;
}

static void another_thread_wakes_the_loop(void **state)
{
    fixture *f = *state;
    pthread_t thread;

    assert_int_equal(pthread_create(&thread, NULL, ring, &f->bell), 0);
    assert_int_equal(live_loop_run(f->loop, 20000, NULL), LIVE_OK);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(f->rung, 1);
}

static void rings_before_it_is_heard_are_one(void **state)
{
    fixture *f = *state;

    for (int i = 0; i < 3; i++)
        ag_bell_ring(&f->bell);
    assert_int_equal(f->rung, 0); // from the loop only
    assert_int_equal(live_loop_run(f->loop, 20000, NULL), LIVE_OK);
    assert_int_equal(live_loop_run(f->loop, 0, NULL), LIVE_OK);
    assert_int_equal(f->rung, 1);
    ag_bell_ring(&f->bell);
    assert_int_equal(live_loop_run(f->loop, 20000, NULL), LIVE_OK);
    assert_int_equal(f->rung, 2);
}

static void it_may_be_cleared_when_it_is_heard(void **state)
{
    fixture *f = *state;

    f->clears = true;
    ag_bell_ring(&f->bell);
    assert_int_equal(live_loop_run(f->loop, 20000, NULL), LIVE_OK);
    assert_int_equal(f->rung, 1);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(another_thread_wakes_the_loop),
        CASE(rings_before_it_is_heard_are_one),
        CASE(it_may_be_cleared_when_it_is_heard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
