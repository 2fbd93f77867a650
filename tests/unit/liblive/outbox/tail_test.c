// SPDX-License-Identifier: Apache-2.0
#include "outbox/tail.h"

#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"

static void it_holds_what_came_last_in_its_order(void **unused)
{
    lv_tail tail = { .length = 0 };
    char *large = calloc(1, LV_TAIL_BYTES - 3), text[16] = "";

    (void)unused;
    lv_tail_add(&tail, "ab\n", 3);
    lv_tail_add(&tail, "c\n", 2);
    lv_tail_add(&tail, "", 0);
    assert_int_equal(tail.length, 5);
    lv_tail_write(&tail, text);
    assert_string_equal(text, "ab\nc\n");
    lv_tail_add(&tail, large, LV_TAIL_BYTES - 3);
    assert_int_equal(tail.length, LV_TAIL_BYTES - 1); // without the first one
    lv_tail_clear(&tail);
    assert_int_equal(tail.length, 0);
    lv_tail_add(&tail, "d\n", 2);
    assert_int_equal(tail.length, 2);
    lv_tail_clear(&tail);
    free(large);
}

static void the_newest_is_kept_however_long_it_is(void **unused)
{
    lv_tail tail = { .length = 0 };
    char *large = calloc(2, LV_TAIL_BYTES);

    (void)unused;
    lv_tail_add(&tail, "ab\n", 3);
    lv_tail_add(&tail, large, (size_t)2 * LV_TAIL_BYTES);
    assert_int_equal(tail.length, 2 * LV_TAIL_BYTES);
    lv_tail_add(&tail, "c\n", 2);
    assert_int_equal(tail.length, 2);
    lv_tail_clear(&tail);
    free(large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_holds_what_came_last_in_its_order),
        cmocka_unit_test(the_newest_is_kept_however_long_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
