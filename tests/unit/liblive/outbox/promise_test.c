// SPDX-License-Identifier: Apache-2.0
// What the outbox promises of threads, syncs, bounds and rates.
#include <live/time.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "cmocka_all.h"
#include "outbox/outbox.h"
#include "outbox_bench.h"

enum { THREADS = 4, EACH = 500, APART = 100000 };

typedef struct writer {
    pthread_t thread;
    outbox_bench *bench;
    long first;
    bool failed;
} writer;

static void *write_all(void *user)
{
    writer *writer = user;
    char text[64];

    for (long n = writer->first; n < writer->first + EACH; n++) {
        int length = snprintf(text, sizeof text, "{\"n\":%ld}", n);
        writer->failed |=
            live_outbox_put_text(writer->bench->outbox, text, (size_t)length, NULL) != LIVE_OK;
    }
    return NULL;
}

static void any_thread_may_put_and_keeps_its_order(void **state)
{
    outbox_bench *bench = *state;
    long last[THREADS] = { 0 };
    writer writers[THREADS];

    outbox_start(bench);
    outbox_deliver(bench);
    for (int i = 0; i < THREADS; i++) {
        writers[i] = (writer){ .bench = bench, .first = (long)i * APART + 1 };
        assert_int_equal(pthread_create(&writers[i].thread, NULL, write_all, &writers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(writers[i].thread, NULL);
        assert_false(writers[i].failed);
    }
    outbox_drain(bench);
    assert_int_equal(bench->taken, THREADS * EACH);
    for (size_t i = 0; i < bench->taken; i++) {
        long *before = &last[bench->numbers[i] / APART], number = bench->numbers[i] % APART;
        assert_int_equal(number, *before + 1);
        *before = number;
    }
}

static void what_is_accepted_is_synced_by_itself_in_time(void **state)
{
    outbox_bench *bench = *state;
    const int64_t began = live_time_monotonic_ms();

    bench->options.sync_ms = 100;
    outbox_start(bench);
    outbox_put(bench, 1);
    pthread_mutex_lock(&bench->outbox->mutex);
    while (bench->outbox->synced < 1) // the storing thread says so by itself
        pthread_cond_wait(&bench->outbox->moved, &bench->outbox->mutex);
    pthread_mutex_unlock(&bench->outbox->mutex);
    assert_in_range(live_time_monotonic_ms() - began, 50, 10000);
}

static void what_nobody_said_has_its_default(void **state)
{
    outbox_bench *bench = *state;
    const live_outbox_options defaults = LIVE_OUTBOX_OPTIONS_INIT;
    struct statvfs disk;

    bench->options = defaults;
    outbox_start(bench);
    assert_int_equal(statvfs(bench->folder, &disk), 0);
    const int64_t half = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize / 2;
    assert_in_range(outbox_stat(bench).max_disk_bytes, half - half / 4, half + half / 4);
    const live_outbox_options *own = &bench->outbox->options;
    assert_int_equal(own->sync_ms, 500);
    assert_int_equal(own->max_age_ms, INT64_C(30) * 24 * 3600 * 1000);
    assert_int_equal(own->min_free_bytes, 200 * 1000 * 1000);
    assert_int_equal(own->backlog_rate, 1024 * 1024);
    assert_int_equal(own->fresh_rate, 0);
    assert_int_equal(own->retry_cap_ms, 15000);
}

static void below_the_least_free_space_nothing_more_is_taken(void **state)
{
    outbox_bench *bench = *state;
    char text[1100];
    int length = snprintf(text, sizeof text, "{\"n\":1,\"t\":\"%01000d\"}", 1);
    long accepted = 0;

    bench->options.min_free_bytes = INT64_MAX; // others have filled the disk
    outbox_start(bench);
    while (!live_outbox_put_text(bench->outbox, text, (size_t)length, &bench->error))
        if (++accepted > 100000)
            fail_msg("%ld events were accepted", accepted);
    assert_int_equal(bench->error.code, LIVE_E_LIMIT);
    assert_true(bench->error.retry);
    assert_non_null(strstr(outbox_stat(bench).trouble, "are free"));
    assert_int_equal(outbox_stat(bench).dropped, 0); // that would help nobody
    assert_int_equal(outbox_stat(bench).queued, accepted);
    bench->options.min_free_bytes = -1;
    outbox_restart(bench);
    assert_string_equal(outbox_stat(bench).trouble, "");
    outbox_put(bench, 2);
}

static void new_events_have_a_rate_too(void **state)
{
    outbox_bench *bench = *state;

    bench->options.fresh_rate = 20000;
    outbox_start(bench);
    for (long n = 1; n <= 1000; n++) // 53 bytes each
        outbox_put(bench, n);
    const int64_t began = live_time_monotonic_ms();
    outbox_deliver(bench);
    outbox_drain(bench);
    assert_true(live_time_monotonic_ms() - began > 1000); // 53 kB, 20 of them at once
}

static void an_outbox_is_at_one_loop(void **state)
{
    outbox_bench *bench = *state;
    live_loop *other = NULL;
    live_outbox_wait *wait = NULL;

    outbox_start(bench);
    outbox_deliver(bench);
    assert_int_equal(live_loop_new(&other, NULL), LIVE_OK);
    assert_int_equal(live_outbox_when_synced(bench->outbox, other, NULL, NULL, &wait, NULL),
                     LIVE_E_INVALID);
    live_loop_free(other);
}

// Just before that time, at it, and a millisecond after it, too: -1 ms is no LIVE_FOREVER.
static void what_was_put_is_stored_at_its_time_however_late_that_is_noticed(void **state)
{
    live_outbox outbox = { .gather_until_ms = 1000 };

    (void)state;
    assert_int_equal(lv_outbox_spare_ms(&outbox, 990), LIVE_FOREVER);
    outbox.halves[0].length = 100;
    for (int64_t late = -10; late <= 10; late++)
        assert_int_equal(lv_outbox_spare_ms(&outbox, 1000 + late), late < 0 ? -late : 0);
    outbox.unsynced_since_ms = 999;
    outbox.options.sync_ms = 1;
    for (int64_t late = -10; late <= 10; late++)
        assert_int_equal(lv_outbox_spare_ms(&outbox, 1000 + late), late < 0 ? -late : 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, outbox_bench_open, outbox_bench_close)
    const struct CMUnitTest tests[] = {
        CASE(any_thread_may_put_and_keeps_its_order),
        CASE(what_is_accepted_is_synced_by_itself_in_time),
        CASE(what_nobody_said_has_its_default),
        CASE(below_the_least_free_space_nothing_more_is_taken),
        CASE(new_events_have_a_rate_too),
        CASE(an_outbox_is_at_one_loop),
        cmocka_unit_test(what_was_put_is_stored_at_its_time_however_late_that_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
