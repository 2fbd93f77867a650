// SPDX-License-Identifier: Apache-2.0
// Time spans: each form, calendar steps, and periods that align.
#include "span.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define NOW_MS INT64_C(1711882800500) // 2024-03-31 11:00:00.500 UTC
#define DAY_MS INT64_C(86400000)

static void p_40_each_form_reads(void **state)
{
    static const struct {
        const char *text;
        int64_t begin_ms, end_ms;
        bool open;
    } rows[] = {
        { "last 10 minutes", NOW_MS - 600000, NOW_MS, true },
        { "LAST hour", NOW_MS - 3600000, NOW_MS, true },
        { "last 500 ms", NOW_MS - 500, NOW_MS, true },
        { "last 2 days", NOW_MS - 2 * DAY_MS, NOW_MS, true },
        { "last 1 week", NOW_MS - 7 * DAY_MS, NOW_MS, true },
        { "last month", INT64_C(1709204400500), NOW_MS, true }, // February 29th
        { "last 3 months", INT64_C(1704020400500), NOW_MS, true },
        { "last 4 months", INT64_C(1701342000500), NOW_MS, true },  // November 30th
        { "last 13 months", INT64_C(1677582000500), NOW_MS, true }, // 2023-02-28
        { "last 5 sec", NOW_MS - 5000, NOW_MS, true },
        { "last 2 min", NOW_MS - 120000, NOW_MS, true },
        { "last 36 hours", NOW_MS - 129600000, NOW_MS, true },
        { "last year", INT64_C(1680260400500), NOW_MS, true }, // 2023-03-31
        { "since ts 0", 0, NOW_MS, true },
        { "from ts 1000", 1000, NOW_MS, true },
        { "from ts 1000 to ts 2000", 1000, 2000, false },
        { "ts 1000 to ts 2000", 1000, 2000, false },
        { "2024-01-01 00:00 to 2024-01-02 12:30:15", INT64_C(1704067200000), INT64_C(1704198615000),
          false },
        { "until 2 hours ago", 0, NOW_MS - 7200000, false },
        { "until last 2 hours ago", 0, NOW_MS, true },
        { "since 2024-03-30 08:00", INT64_C(1711785600000), NOW_MS, true },
        { "since yesterday", NOW_MS - 39600500 - DAY_MS, NOW_MS, true },
        { "from today to now", NOW_MS - 39600500, NOW_MS, false },
        { "from 08:00 to 09:30:15", NOW_MS - 500 - 10800000, NOW_MS - 500 - 5385000, false },
        { "from 22:00 to 06:00", NOW_MS - 500 + 39600000, NOW_MS - 500 + 68400000, false },
        { "today", NOW_MS - 39600500, NOW_MS, true },
        { "yesterday", NOW_MS - 39600500 - DAY_MS, NOW_MS - 39600500, false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sim_span span;
        live_error error = { 0 };
        if (sim_span_parse(rows[i].text, NOW_MS, SIM_ZONE_UTC, &span, &error))
            fail_msg("%s", error.text);
        assert_true(span.has_history);
        assert_int_equal(span.begin_ms, rows[i].begin_ms);
        assert_int_equal(span.end_ms, rows[i].end_ms);
        assert_int_equal(span.open, rows[i].open);
    }
}

static void p_40_none_is_no_history(void **state)
{
    static const char *const rows[] = { NULL, "", "None" };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        sim_span span;
        assert_int_equal(sim_span_parse(rows[i], NOW_MS, SIM_ZONE_UTC, &span, NULL), LIVE_OK);
        assert_false(span.has_history);
        assert_true(span.open);
    }
}

static void p_40_meta_parameters_follow(void **state)
{
    static const char *const rows[] = { "since ts 0 #partial='5'", "since ts 0 #partial=5",
                                        "since ts 0#lazy='x' #partial='5' #storage=a",
                                        "last day #partial = 5" };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sim_span span;
        assert_int_equal(sim_span_parse(rows[i], NOW_MS, SIM_ZONE_UTC, &span, NULL), LIVE_OK);
        assert_int_equal(span.partial, 5);
    }
}

static void p_40_mistakes_are_refused(void **state)
{
    static const char *const rows[] = {
        "last",
        "last 5",
        "last x minutes",
        "last 5 minutes more",
        "since",
        "since ts",
        "since ts 12x",
        "ts 1 to",
        "2024-13-01 00:00 to 2024-01-02 00:00",
        "2024-01-01",
        "until 5 minutes",
        "tomorrow",
        "last 5 minutes #",
        "from 25:00 to 26:00",
        "from 8 to 9",
        "last 5 minutes #partial='x'",
        "last 99999999999999 years",
        "since ts 99999999999999999999",
        "#partial=1",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sim_span span;
        live_error error = { 0 };
        if (sim_span_parse(rows[i], NOW_MS, SIM_ZONE_UTC, &span, &error) != LIVE_E_PARSE)
            fail_msg("accepted: %s", rows[i]);
        assert_non_null(strstr(error.text, "is not a time span"));
    }
}

static void open_spans_move(void **state)
{
    sim_span span;

    (void)state;
    assert_int_equal(sim_span_parse("last hour", NOW_MS, SIM_ZONE_UTC, &span, NULL), LIVE_OK);
    sim_span_move(&span, NOW_MS + 60000, SIM_ZONE_UTC);
    assert_int_equal(span.begin_ms, NOW_MS + 60000 - 3600000);
    assert_int_equal(sim_span_parse("since ts 5", NOW_MS, SIM_ZONE_UTC, &span, NULL), LIVE_OK);
    sim_span_move(&span, NOW_MS + 60000, SIM_ZONE_UTC);
    assert_int_equal(span.begin_ms, 5);
    assert_int_equal(span.end_ms, NOW_MS + 60000);
}

static void periods_align_to_the_calendar(void **state)
{
    static const struct {
        double count;
        const char *unit;
        int64_t next_ms;
    } rows[] = {
        { 1, "second", NOW_MS + 500 },
        { 30, "seconds", NOW_MS + 29500 },
        { 1, "min", NOW_MS + 59500 },
        { 1, "hour", NOW_MS + 3599500 },
        { 1, "day", INT64_C(1711929600000) },
        { 1, "week", INT64_C(1711929600000) },  // 2024-04-01 is a Monday
        { 1, "month", INT64_C(1711929600000) }, // and the first
        { 6, "months", INT64_C(1719792000000) },
        { 1, "year", INT64_C(1735689600000) },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sim_period period;
        assert_true(sim_period_of(rows[i].count, rows[i].unit, &period));
        assert_int_equal(sim_period_next(period, NOW_MS, SIM_ZONE_UTC), rows[i].next_ms);
        int64_t again_ms = sim_period_next(period, rows[i].next_ms, SIM_ZONE_UTC);
        assert_true(again_ms > rows[i].next_ms);
    }
}

static void a_local_zone_shifts_the_calendar(void **state)
{
    sim_span span;
    sim_period period;

    (void)state;
    setenv("TZ", "XST-05:30", 1);
    tzset();
    assert_int_equal(sim_span_parse("today", NOW_MS, SIM_ZONE_LOCAL, &span, NULL), LIVE_OK);
    assert_int_equal(span.begin_ms, INT64_C(1711823400000)); // 2024-03-30 18:30 UTC
    assert_true(sim_period_of(1, "hour", &period));
    assert_int_equal(sim_period_next(period, NOW_MS, SIM_ZONE_LOCAL), NOW_MS - 500 + 1800000);
    unsetenv("TZ");
    tzset();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(p_40_each_form_reads),
        cmocka_unit_test(p_40_none_is_no_history),
        cmocka_unit_test(p_40_meta_parameters_follow),
        cmocka_unit_test(p_40_mistakes_are_refused),
        cmocka_unit_test(open_spans_move),
        cmocka_unit_test(periods_align_to_the_calendar),
        cmocka_unit_test(a_local_zone_shifts_the_calendar),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
