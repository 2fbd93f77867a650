// SPDX-License-Identifier: Apache-2.0
// A series stays in order whatever is inserted and dropped, wherever.
#include "series.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static sim_row *make(int64_t time_ms, uint64_t number)
{
    sim_row *row = sim_row_new(cJSON_CreateObject(), time_ms);

    row->number = number;
    return row;
}

static void assert_ordered(const sim_series *series)
{
    for (size_t i = 1; i < series->count; i++) {
        const sim_row *a = sim_series_at(series, i - 1), *b = sim_series_at(series, i);
        assert_true(a->time_ms < b->time_ms || (a->time_ms == b->time_ms && a->number < b->number));
    }
}

static void rows_stay_in_order_of_time_and_number(void **state)
{
    sim_series series = { 0 };
    uint64_t mix = 1;

    (void)state;
    for (uint64_t number = 1; number <= 500; number++) {
        mix = mix * UINT64_C(6364136223846793005) + 1;
        sim_series_insert(&series, make((int64_t)(mix >> 60), number));
    }
    assert_int_equal(series.count, 500);
    assert_ordered(&series);
    for (size_t i = 0; i < 250; i++)
        assert_true(sim_series_remove(&series, sim_series_at(&series, (i * 7) % series.count)));
    assert_int_equal(series.count, 250);
    assert_ordered(&series);
    sim_series_clear(&series);
    assert_int_equal(series.count, 0);
}

static void dropping_at_the_front_does_not_grow_it(void **state)
{
    sim_series series = { 0 };

    (void)state;
    for (uint64_t number = 1; number <= 10000; number++) {
        sim_series_insert(&series, make((int64_t)number, number));
        if (series.count > 100)
            assert_true(sim_series_remove(&series, sim_series_at(&series, 0)));
    }
    assert_int_equal(sim_series_at(&series, 0)->number, 9901);
    assert_true(series.capacity <= 1024);
    sim_series_clear(&series);
}

static void find_gives_the_first_that_is_not_before(void **state)
{
    static const struct {
        int64_t time_ms;
        uint64_t number;
        size_t index;
    } rows[] = { { 0, 0, 0 },  { 10, 0, 0 }, { 10, 1, 0 }, { 10, 2, 1 },
                 { 10, 3, 2 }, { 11, 0, 2 }, { 20, 3, 2 }, { 20, 4, 3 } };
    sim_series series = { 0 };

    (void)state;
    sim_series_insert(&series, make(20, 3));
    sim_series_insert(&series, make(10, 1));
    sim_series_insert(&series, make(10, 2));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(sim_series_find(&series, rows[i].time_ms, rows[i].number), rows[i].index);
    sim_series_clear(&series);
}

static void what_is_not_there_is_not_removed(void **state)
{
    sim_series series = { 0 };
    sim_row *stranger = make(10, 1);

    (void)state;
    assert_false(sim_series_remove(&series, stranger));
    sim_series_insert(&series, make(10, 1));
    assert_false(sim_series_remove(&series, stranger));
    sim_row_unref(stranger);
    sim_series_clear(&series);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_stay_in_order_of_time_and_number),
        cmocka_unit_test(dropping_at_the_front_does_not_grow_it),
        cmocka_unit_test(find_gives_the_first_that_is_not_before),
        cmocka_unit_test(what_is_not_there_is_not_removed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
