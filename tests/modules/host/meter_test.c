// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "meter.h"

#include <cmocka.h>

// One sample of one device; the counters that are not named are 0.
static bool sample(meters *all, int64_t now_ms, const char *name, const uint64_t values[2],
                   uint64_t ret_deltas[METER_VALUES])
{
    uint64_t counters[METER_VALUES] = { values[0], values[1] };

    meters_begin(all, now_ms);
    bool known = meters_advance(all, name, counters, ret_deltas);
    meters_end(all);
    return known;
}

static void a_device_that_is_new_has_nothing_to_compare_with(void **unused)
{
    meters all = { 0 };
    uint64_t deltas[METER_VALUES];

    (void)unused;
    assert_false(sample(&all, 1000, "sda", (uint64_t[]){ 5, 7 }, deltas));
    assert_true(sample(&all, 2000, "sda", (uint64_t[]){ 6, 9 }, deltas));
    assert_int_equal(deltas[0], 1);
    assert_int_equal(deltas[1], 2);
    meters_clear(&all);
}

static void the_time_between_samples_is_known_from_the_second_on(void **unused)
{
    meters all = { 0 };
    uint64_t deltas[METER_VALUES];

    (void)unused;
    sample(&all, 0, "sda", (uint64_t[]){ 0, 0 }, deltas);
    assert_true(all.seconds < 0.0001);
    sample(&all, 2500, "sda", (uint64_t[]){ 0, 0 }, deltas);
    assert_true(all.seconds > 2.4999 && all.seconds < 2.5001);
    meters_clear(&all);
}

typedef struct change {
    const char *what;
    uint64_t before[2], now[2];
    bool known;
    uint64_t deltas[2];
} change;

static const change changes[] = {
    { "nothing moves", { 5, 5 }, { 5, 5 }, true, { 0, 0 } },
    { "beyond 32 bits without a wrap", { UINT32_MAX, 0 }, { 4294967300, 0 }, true, { 5, 0 } },
    { "a wrap at 32 bits", { 4294967290, 10 }, { 4, 20 }, true, { 10, 10 } },
    { "a wrap at 32 bits to zero", { UINT32_MAX, 10 }, { 0, 10 }, true, { 1, 0 } },
    { "a wrap at 64 bits", { UINT64_MAX - 4, 10 }, { 5, 20 }, true, { 10, 10 } },
    { "a small counter begins anew", { 1000, 10 }, { 3, 10 }, false, { 0, 0 } },
    { "a counter beyond 32 bits begins anew", { 5000000000, 10 }, { 3, 10 }, false, { 0, 0 } },
    { "two that fall are another device", { 4000000000, 3000000000 }, { 9, 7 }, false, { 0, 0 } },
    { "one wraps, one began anew", { 4000000000, 2000 }, { 9, 7 }, false, { 0, 0 } },
};

static void wraps_go_on_and_resets_begin_anew(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        const change *change = &changes[i];
        meters all = { 0 };
        uint64_t deltas[METER_VALUES];

        sample(&all, 0, "x", change->before, deltas);
        bool known = sample(&all, 1000, "x", change->now, deltas);
        if (known != change->known ||
            (known && memcmp(deltas, change->deltas, sizeof change->deltas) != 0))
            fail_msg("%s", change->what);
        meters_clear(&all);
    }
}

static void a_reset_costs_one_sample_only(void **unused)
{
    meters all = { 0 };
    uint64_t deltas[METER_VALUES];

    (void)unused;
    sample(&all, 0, "x", (uint64_t[]){ 100, 100 }, deltas);
    assert_false(sample(&all, 1000, "x", (uint64_t[]){ 1, 1 }, deltas));
    assert_true(sample(&all, 2000, "x", (uint64_t[]){ 4, 1 }, deltas));
    assert_int_equal(deltas[0], 3);
    meters_clear(&all);
}

static void idle_times_may_step_back(void **unused)
{
    meters all = { .steps_back = true };
    uint64_t deltas[METER_VALUES];

    (void)unused;
    sample(&all, 0, "cpu", (uint64_t[]){ 100, 50 }, deltas);
    assert_true(sample(&all, 1000, "cpu", (uint64_t[]){ 110, 49 }, deltas));
    assert_int_equal(deltas[0], 10);
    assert_int_equal(deltas[1], 0);
    meters_clear(&all);
}

static void a_device_that_was_away_is_new(void **unused)
{
    meters all = { 0 };
    uint64_t deltas[METER_VALUES];

    (void)unused;
    sample(&all, 0, "usb", (uint64_t[]){ 5, 5 }, deltas);
    sample(&all, 1000, "sda", (uint64_t[]){ 1, 1 }, deltas);
    assert_int_equal(all.count, 1);
    assert_false(sample(&all, 2000, "usb", (uint64_t[]){ 9, 9 }, deltas));
    meters_clear(&all);
}

static void many_devices_are_told_apart(void **unused)
{
    meters all = { 0 };
    uint64_t values[METER_VALUES] = { 0 }, deltas[METER_VALUES];
    char name[16];

    (void)unused;
    for (uint64_t round = 1; round <= 2; round++) {
        meters_begin(&all, (int64_t)round * 1000);
        for (uint64_t i = 0; i < 300; i++) {
            snprintf(name, sizeof name, "cpu%d", (int)i);
            values[0] = round * i;
            bool known = meters_advance(&all, name, values, deltas);
            assert_int_equal(known, round == 2);
            if (known)
                assert_int_equal(deltas[0], i);
        }
        meters_end(&all);
    }
    assert_int_equal(all.count, 300);
    meters_clear(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_that_is_new_has_nothing_to_compare_with),
        cmocka_unit_test(the_time_between_samples_is_known_from_the_second_on),
        cmocka_unit_test(wraps_go_on_and_resets_begin_anew),
        cmocka_unit_test(a_reset_costs_one_sample_only),
        cmocka_unit_test(idle_times_may_step_back),
        cmocka_unit_test(a_device_that_was_away_is_new),
        cmocka_unit_test(many_devices_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
