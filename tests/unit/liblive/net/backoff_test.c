// SPDX-License-Identifier: Apache-2.0
// Waits that grow.
#include "net/backoff.h"

#include "cmocka_all.h"

static void waits_double_up_to_the_cap(void **state)
{
    static const int64_t waits[] = { 200, 400, 800, 1000, 1000 };
    lv_backoff backoff = { .first_ms = 200, .cap_ms = 1000 };

    (void)state;
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++)
        assert_int_equal(lv_backoff_next(&backoff, 0), waits[i]);
}

static void each_is_shortened_by_at_most_a_fifth(void **state)
{
    lv_backoff backoff = { .first_ms = 1000, .cap_ms = 1000 };

    (void)state;
    assert_int_equal(lv_backoff_next(&backoff, UINT32_MAX), 800);
    assert_int_equal(lv_backoff_next(&backoff, UINT32_MAX / 2), 901);
    for (int i = 0; i < 100; i++) {
        int64_t wait = lv_backoff_wait(&backoff);
        assert_true(wait >= 800 && wait <= 1000);
    }
}

static void a_success_begins_anew(void **state)
{
    lv_backoff backoff = { .first_ms = 200, .cap_ms = 1000 };

    (void)state;
    for (int i = 0; i < 3; i++)
        lv_backoff_next(&backoff, 0);
    lv_backoff_reset(&backoff);
    assert_int_equal(lv_backoff_next(&backoff, 0), 200);
}

static void a_cap_below_the_first_wait_holds(void **state)
{
    lv_backoff backoff = { .first_ms = 5000, .cap_ms = 300 };

    (void)state;
    assert_int_equal(lv_backoff_next(&backoff, 0), 300);
    assert_int_equal(lv_backoff_next(&backoff, 0), 300);
}

static void the_longest_cap_there_is_does_not_overflow(void **state)
{
    lv_backoff backoff = { .first_ms = 1, .cap_ms = INT64_MAX };

    (void)state;
    for (int i = 0; i < 200; i++)
        assert_true(lv_backoff_next(&backoff, 0) > 0);
    assert_int_equal(lv_backoff_next(&backoff, 0), INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_double_up_to_the_cap),
        cmocka_unit_test(each_is_shortened_by_at_most_a_fifth),
        cmocka_unit_test(a_success_begins_anew),
        cmocka_unit_test(a_cap_below_the_first_wait_holds),
        cmocka_unit_test(the_longest_cap_there_is_does_not_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
