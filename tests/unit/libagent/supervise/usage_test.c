// SPDX-License-Identifier: Apache-2.0
#include "supervise/usage.h"

#include <unistd.h>

#include "cmocka_all.h"

#define REST                                                                                       \
    " S 1 7 7 0 -1 4194560 2 0 0 0 150 50 0 0 20 0 1 0 12345 1000000 33 18446744073709551615 1 1"

static void the_name_of_a_program_may_hold_anything(void **unused)
{
    ag_usage usage = { 0 };

    (void)unused;
    assert_true(ag_usage_parse("42 (a) S 9 9) b"
                               ")" REST,
                               100, 4096, &usage));
    assert_int_equal(usage.cpu_ms, 2000);
    assert_int_equal(usage.memory_bytes, 33 * 4096);
    assert_false(ag_usage_parse("42 a S 1 2", 100, 4096, &usage));
    assert_false(ag_usage_parse("42 (a) S 1 2", 100, 4096, &usage));
}

static void a_process_that_is_gone_has_none(void **unused)
{
    ag_usage usage = { 0 };

    (void)unused;
    assert_true(ag_usage_read(getpid(), &usage));
    assert_true(usage.memory_bytes > 0);
    assert_false(ag_usage_read(0x7fffffff, &usage));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_name_of_a_program_may_hold_anything),
        cmocka_unit_test(a_process_that_is_gone_has_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
