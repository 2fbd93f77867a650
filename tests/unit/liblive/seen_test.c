// SPDX-License-Identifier: Apache-2.0
#include "seen.h"

#include "cmocka_all.h"

static void what_was_remembered_is_a_repeat_as_often_as_it_came(void **state)
{
    lv_seen seen = { 0 };

    (void)state;
    assert_true(lv_seen_add(&seen, 5, 50));
    assert_true(lv_seen_add(&seen, 3, 30));
    assert_true(lv_seen_add(&seen, 5, 50));
    assert_false(lv_seen_is_repeat(&seen, 50)); // nothing is expected
    assert_int_equal(lv_seen_expect(&seen, 4, NULL), LIVE_OK);
    assert_false(lv_seen_is_repeat(&seen, 30)); // older than that
    assert_true(lv_seen_is_repeat(&seen, 50));
    assert_true(lv_seen_is_repeat(&seen, 50));
    assert_false(lv_seen_is_repeat(&seen, 50));
    assert_int_equal(lv_seen_expect(&seen, 3, NULL), LIVE_OK); // again, from the beginning
    assert_true(lv_seen_is_repeat(&seen, 30));
    assert_true(lv_seen_is_repeat(&seen, 50));
    lv_seen_expect_no_more(&seen);
    assert_false(lv_seen_is_repeat(&seen, 50));
    lv_seen_clear(&seen);
}

static void the_oldest_are_forgotten_in_whatever_order_they_came(void **state)
{
    lv_seen seen = { 0 };
    unsigned number = 1;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        number = number * 1103515245u + 12345u;
        assert_true(lv_seen_add(&seen, (number >> 8) % 100, (uint64_t)i));
    }
    lv_seen_forget(&seen, 40);
    assert_in_range(seen.floor_ms, 1, 40);
    assert_in_range(seen.count, 500, 700);
    for (size_t i = seen.first; i < seen.first + seen.count; i++)
        assert_true(seen.rows[i].time_ms >= (i > seen.first ? seen.rows[i - 1].time_ms : 40));
    lv_seen_forget(&seen, 100);
    assert_int_equal(seen.count, 0);
    assert_int_equal(seen.floor_ms, 100);
    lv_seen_clear(&seen);
}

static void there_is_a_limit(void **state)
{
    lv_seen seen = { 0 };

    (void)state;
    for (int i = 0; i < 200000; i++)
        assert_true(lv_seen_add(&seen, i, 1));
    assert_int_equal(seen.count, 65536);
    assert_int_equal(seen.floor_ms, 200000 - 65536);
    lv_seen_clear(&seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_remembered_is_a_repeat_as_often_as_it_came),
        cmocka_unit_test(the_oldest_are_forgotten_in_whatever_order_they_came),
        cmocka_unit_test(there_is_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
