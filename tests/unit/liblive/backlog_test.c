// SPDX-License-Identifier: Apache-2.0
#include "backlog.h"

#include "cmocka_all.h"

static void messages_wait_in_order_and_their_memory_is_counted(void **state)
{
    lv_backlog backlog = { 0 };

    (void)state;
    assert_null(lv_backlog_first(&backlog));
    for (int i = 0; i < 3; i++)
        assert_true(lv_backlog_add(&backlog, cJSON_CreateNumber(i)));
    assert_true(backlog.bytes >= 3 * sizeof(cJSON));
    lv_backlog_drop_first(&backlog);
    assert_int_equal(lv_backlog_first(&backlog)->valueint, 1);
    assert_true(lv_backlog_add(&backlog, cJSON_CreateNumber(3)));
    lv_backlog_drop_first(&backlog);
    lv_backlog_drop_first(&backlog);
    assert_int_equal(lv_backlog_first(&backlog)->valueint, 3);
    lv_backlog_clear(&backlog);
    assert_null(lv_backlog_first(&backlog));
    assert_int_equal(backlog.bytes, 0);
}

static void there_is_a_limit(void **state)
{
    lv_backlog backlog = { 0 };
    int count = 0;

    (void)state;
    while (!lv_backlog_is_full(&backlog) && count < 100000) {
        cJSON *message = cJSON_CreateObject();
        cJSON_AddStringToObject(message, "text", "some 40 bytes of text that are counted, too");
        assert_true(lv_backlog_add(&backlog, message));
        count++;
    }
    assert_in_range(count, 10000, LV_BACKLOG_BYTES / (2 * sizeof(cJSON) + 40));
    lv_backlog_clear(&backlog);
}

static void a_program_has_a_slice_of_the_time(void **state)
{
    lv_backlog backlog = { 0 };

    (void)state;
    lv_backlog_begin(&backlog, 1000, false);
    assert_false(lv_backlog_is_over(&backlog, 1009));
    assert_true(lv_backlog_is_over(&backlog, 1010));
    lv_backlog_end(&backlog, 1006);
    lv_backlog_begin(&backlog, 1010, false); // the same window
    assert_true(lv_backlog_is_over(&backlog, 1014));
    lv_backlog_end(&backlog, 1014);
    lv_backlog_begin(&backlog, 1020, false); // the next one
    assert_false(lv_backlog_is_over(&backlog, 1029));
    lv_backlog_end(&backlog, 1029);
    lv_backlog_begin(&backlog, 1030, true);
    assert_false(lv_backlog_is_over(&backlog, 1039));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_wait_in_order_and_their_memory_is_counted),
        cmocka_unit_test(there_is_a_limit),
        cmocka_unit_test(a_program_has_a_slice_of_the_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
