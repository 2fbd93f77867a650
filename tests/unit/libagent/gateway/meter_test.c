// SPDX-License-Identifier: Apache-2.0
#include "gateway/meter.h"

#include "cmocka_all.h"

static void a_steady_stream_has_its_rate(void **unused)
{
    ag_meter meter = { 0 };

    (void)unused;
    assert_float_equal(ag_meter_rate(&meter, 5000), 0, 0);
    for (int64_t ms = 100000; ms < 400000; ms += 20)
        ag_meter_add(&meter, ms);
    assert_float_equal(ag_meter_rate(&meter, 400000), 50, 0.5);
    assert_int_equal(meter.total, 15000);
    assert_int_equal(meter.last_ms, 399980);
}

static void a_young_one_is_not_thinned_out(void **unused)
{
    ag_meter meter = { 0 };

    (void)unused;
    for (int64_t ms = 100000; ms < 102000; ms += 100)
        ag_meter_add(&meter, ms);
    assert_float_equal(ag_meter_rate(&meter, 102000), 10, 0.1);
}

static void what_is_older_than_a_minute_is_forgotten(void **unused)
{
    ag_meter meter = { 0 };

    (void)unused;
    for (int64_t ms = 100000; ms < 110000; ms += 10)
        ag_meter_add(&meter, ms);
    assert_true(ag_meter_rate(&meter, 150000) > 10);
    assert_float_equal(ag_meter_rate(&meter, 171000), 0, 0);
    ag_meter_add(&meter, 171000); // in a slot that was used before
    assert_float_equal(ag_meter_rate(&meter, 171000), 1.0 / 56, 0.001);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_steady_stream_has_its_rate),
        cmocka_unit_test(a_young_one_is_not_thinned_out),
        cmocka_unit_test(what_is_older_than_a_minute_is_forgotten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
