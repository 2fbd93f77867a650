// SPDX-License-Identifier: Apache-2.0
#include "gap.h"

#include <live/json.h>
#include <stdio.h>
#include <string.h>

#include "cmocka_all.h"

enum { NOW_MS = 1000000 };

static const live_query_options follow = { .realtime = true };

static bool take(lv_gap *gap, const char *text)
{
    cJSON *row = NULL;

    assert_int_equal(live_json_parse(text, strlen(text), &row, NULL), LIVE_OK);
    bool taken = lv_gap_take(gap, row, NOW_MS);
    cJSON_Delete(row);
    return taken;
}

static const struct {
    const char *expression, *span, *provider;
    live_gap_policy policy;
    lv_mend due;
} cases[] = {
    { "__message", NULL, NULL, LIVE_GAP_AUTO, LV_MEND_FILL },
    { "x => a, b", "last 10 minutes", "pipes", LIVE_GAP_AUTO, LV_MEND_FILL },
    { "x => a", "since ts 5", NULL, LIVE_GAP_AUTO, LV_MEND_FILL },
    { "x => count() every minute", NULL, NULL, LIVE_GAP_AUTO, LV_MEND_REPORT },
    { "x => count() EVERY 10 sec", NULL, NULL, LIVE_GAP_AUTO, LV_MEND_REPORT },
    { "x => mean(v) over last hour", NULL, NULL, LIVE_GAP_AUTO, LV_MEND_REPORT },
    { "x => count() at the end", NULL, NULL, LIVE_GAP_AUTO, LV_MEND_REPORT },
    { "x message:\"once every day\"", NULL, NULL, LIVE_GAP_AUTO, LV_MEND_FILL },
    { "x m:'a \\' over b' => y", NULL, NULL, LIVE_GAP_AUTO, LV_MEND_FILL },
    { "x => everything, overpull, hand.over", NULL, NULL, LIVE_GAP_AUTO, LV_MEND_FILL },
    { "x message:\"never closed over", NULL, NULL, LIVE_GAP_AUTO, LV_MEND_FILL },
    { "x", "ts 1 to ts 2", NULL, LIVE_GAP_AUTO, LV_MEND_REPORT },
    { "x", "from ts 1 to ts 2", NULL, LIVE_GAP_AUTO, LV_MEND_REPORT },
    { "x", "since ts 0 #partial='1'", NULL, LIVE_GAP_AUTO, LV_MEND_REPORT },
    { "x", "yesterday", NULL, LIVE_GAP_AUTO, LV_MEND_REPORT },
    { "select 1", NULL, "sql", LIVE_GAP_AUTO, LV_MEND_REPORT },
    { "x => count() every minute", NULL, NULL, LIVE_GAP_FILL, LV_MEND_FILL },
    { "x", NULL, NULL, LIVE_GAP_RESTART, LV_MEND_REPORT },
    { "x", NULL, NULL, LIVE_GAP_REPORT, LV_MEND_REPORT },
};

static void what_cannot_be_filled_is_reported(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        live_query_options options = { .realtime = true,
                                       .span = cases[i].span,
                                       .provider = cases[i].provider,
                                       .gap = cases[i].policy };
        lv_gap gap;
        lv_gap_init(&gap, cases[i].expression, &options);
        assert_int_equal(lv_gap_mend(&gap), LV_MEND_AGAIN); // nothing can have been missed
        assert_true(take(&gap, "{\"timestamp\":10}"));
        assert_int_equal(lv_gap_mend(&gap), cases[i].due);
        lv_gap_clear(&gap);
    }
}

static void a_fill_drops_what_was_delivered_and_nothing_else(void **state)
{
    lv_gap gap;

    (void)state;
    lv_gap_init(&gap, "x", &follow);
    assert_true(take(&gap, "{\"timestamp\":1.0,\"n\":1}"));
    assert_true(take(&gap, "{\"timestamp\":2E0,\"n\":1,\"m\":[1,2]}"));
    assert_true(take(&gap, "{\"timestamp\":2,\"n\":2}"));
    assert_true(take(&gap, "{\"timestamp\":2,\"n\":2}")); // twice, and twice it may come again
    assert_true(take(&gap, "{\"timestamp\":1,\"n\":3}")); // one that came late
    assert_int_equal(lv_gap_begin_fill(&gap, false, NULL), LIVE_OK);
    assert_int_equal(lv_gap_since(&gap), 2);
    assert_true(gap.filling);
    assert_false(take(&gap, "{\"timestamp\":1,\"n\":1}")); // was not asked for
    assert_false(take(&gap, "{\"n\":2,\"timestamp\":2.0}"));
    assert_false(take(&gap, "{\"n\":1.0,\"m\":[1,2],\"timestamp\":2}"));
    assert_true(take(&gap, "{\"timestamp\":2,\"n\":1,\"m\":[2,1]}"));
    assert_true(take(&gap, "{\"timestamp\":2,\"n\":\"2\"}"));
    assert_false(take(&gap, "{\"timestamp\":2,\"n\":2}"));
    assert_true(take(&gap, "{\"timestamp\":2,\"n\":2}")); // a third one
    assert_true(take(&gap, "{\"timestamp\":3,\"n\":2}"));
    lv_gap_end_fill(&gap, 100);
    assert_false(gap.filling);
    assert_true(take(&gap, "{\"timestamp\":3,\"n\":2}"));
    assert_int_equal(lv_gap_since(&gap), 3);
    lv_gap_clear(&gap);
}

static void a_fill_that_is_interrupted_goes_on_where_it_was(void **state)
{
    lv_gap gap;

    (void)state;
    lv_gap_init(&gap, "x", &follow);
    assert_true(take(&gap, "{\"timestamp\":5,\"n\":1}"));
    assert_int_equal(lv_gap_begin_fill(&gap, false, NULL), LIVE_OK);
    assert_false(take(&gap, "{\"timestamp\":5,\"n\":1}"));
    assert_true(take(&gap, "{\"timestamp\":5,\"n\":2}"));
    assert_int_equal(lv_gap_begin_fill(&gap, false, NULL), LIVE_OK);
    assert_false(take(&gap, "{\"timestamp\":5,\"n\":1}"));
    assert_false(take(&gap, "{\"timestamp\":5,\"n\":2}"));
    assert_true(take(&gap, "{\"timestamp\":6,\"n\":1}"));
    lv_gap_clear(&gap);
}

static void without_times_rows_cannot_be_told_apart(void **state)
{
    lv_gap gap;

    (void)state;
    lv_gap_init(&gap, "x", &follow);
    assert_true(take(&gap, "{\"n\":1}"));
    assert_int_equal(lv_gap_mend(&gap), LV_MEND_REPORT);
    lv_gap_clear(&gap);
}

static void before_the_first_row_the_start_of_real_time_counts(void **state)
{
    lv_gap gap;

    (void)state;
    lv_gap_init(&gap, "x", &follow);
    lv_gap_end_fill(&gap, 1234);
    assert_int_equal(lv_gap_mend(&gap), LV_MEND_FILL);
    assert_int_equal(lv_gap_since(&gap), 1234);
    lv_gap_clear(&gap);
}

static void too_many_rows_at_one_time_are_not_kept(void **state)
{
    lv_gap gap;
    char text[64];

    (void)state;
    lv_gap_init(&gap, "x", &follow);
    for (int i = 0; i < 70000; i++) {
        snprintf(text, sizeof text, "{\"timestamp\":7,\"n\":%d}", i);
        assert_true(take(&gap, text));
    }
    assert_int_equal(lv_gap_mend(&gap), LV_MEND_REPORT);
    lv_gap_clear(&gap);
}

static bool take_at(lv_gap *gap, int time, int n)
{
    char text[64];

    snprintf(text, sizeof text, "{\"timestamp\":%d,\"n\":%d}", time, n);
    return take(gap, text);
}

static void a_fill_asks_for_what_reached_the_platform_late(void **state)
{
    lv_gap gap;

    (void)state;
    lv_gap_init(&gap, "x", &follow);
    lv_gap_end_fill(&gap, 100000);
    assert_true(take_at(&gap, 101000, 1));
    assert_int_equal(lv_gap_fill_from(&gap), 100000); // not what came before the query began
    for (int time = 102000; time <= 150000; time += 1000)
        assert_true(take_at(&gap, time, 1));
    assert_int_equal(lv_gap_since(&gap), 150000);
    assert_int_equal(lv_gap_fill_from(&gap), 140000);
    assert_true(gap.seen.count <= 12);
    assert_int_equal(lv_gap_begin_fill(&gap, false, NULL), LIVE_OK);
    assert_false(take_at(&gap, 139999, 2));
    assert_false(take_at(&gap, 140000, 1));
    assert_true(take_at(&gap, 140500, 1)); // came while nobody listened
    assert_false(take_at(&gap, 150000, 1));
    assert_int_equal(lv_gap_begin_fill(&gap, false, NULL), LIVE_OK);
    assert_false(take_at(&gap, 140500, 1));
    lv_gap_clear(&gap);
}

static void history_is_repeated_as_far_as_it_was_told(void **state)
{
    static const live_query_options spans[] = {
        { .realtime = true, .span = "last 5 sec" },
        { .realtime = true, .span = "last 5 sec", .reducer = "@latest" },
        { .realtime = true, .span = "last 5 sec", .no_preload = true },
    };
    static const int from[] = { 97000, 101000, 101000 };

    (void)state;
    for (int i = 0; i < 3; i++) {
        lv_gap gap;
        lv_gap_init(&gap, "x", &spans[i]);
        assert_true(take_at(&gap, 97000, 1));
        assert_int_equal(lv_gap_fill_from(&gap), 97000);
        lv_gap_end_fill(&gap, 101000);
        assert_true(take_at(&gap, 102000, 1));
        assert_int_equal(lv_gap_fill_from(&gap), from[i]);
        lv_gap_clear(&gap);
    }
}

static void what_was_asked_for_hides_no_row_that_is_older(void **state)
{
    lv_gap gap;

    (void)state;
    lv_gap_init(&gap, "x", &follow);
    lv_gap_end_fill(&gap, 100000);
    assert_true(take_at(&gap, 101000, 1));
    assert_int_equal(lv_gap_begin_fill(&gap, true, NULL), LIVE_OK);
    assert_true(take_at(&gap, 99000, 1)); // late, of the present, and ahead of the history
    assert_false(take_at(&gap, 101000, 1));
    lv_gap_clear(&gap);
}

static void a_row_of_the_future_hides_nothing(void **state)
{
    lv_gap gap;

    (void)state;
    lv_gap_init(&gap, "x", &follow);
    lv_gap_end_fill(&gap, NOW_MS - 50000);
    assert_true(take_at(&gap, NOW_MS + 500000, 1));
    assert_int_equal(lv_gap_since(&gap), NOW_MS);
    assert_int_equal(lv_gap_begin_fill(&gap, false, NULL), LIVE_OK);
    assert_true(take_at(&gap, NOW_MS - 5, 1));
    assert_false(take_at(&gap, NOW_MS + 500000, 1));
    assert_int_equal(lv_gap_mend(&gap), LV_MEND_FILL);
    lv_gap_clear(&gap);
}

static void of_very_many_rows_the_newest_are_remembered(void **state)
{
    lv_gap gap;

    (void)state;
    lv_gap_init(&gap, "x", &follow);
    lv_gap_end_fill(&gap, 100000);
    for (int i = 0; i < 100000; i++)
        assert_true(take_at(&gap, 100000 + i / 20, i));
    assert_int_equal(lv_gap_mend(&gap), LV_MEND_FILL);
    assert_in_range(lv_gap_fill_from(&gap), 104999 - 65536 / 20, 105000 - 65536 / 20 + 1);
    assert_int_equal(lv_gap_begin_fill(&gap, false, NULL), LIVE_OK);
    for (int i = 0; i < 100000; i++)
        assert_false(take_at(&gap, 100000 + i / 20, i));
    lv_gap_clear(&gap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_filled_is_reported),
        cmocka_unit_test(a_fill_drops_what_was_delivered_and_nothing_else),
        cmocka_unit_test(a_fill_that_is_interrupted_goes_on_where_it_was),
        cmocka_unit_test(without_times_rows_cannot_be_told_apart),
        cmocka_unit_test(before_the_first_row_the_start_of_real_time_counts),
        cmocka_unit_test(too_many_rows_at_one_time_are_not_kept),
        cmocka_unit_test(a_fill_asks_for_what_reached_the_platform_late),
        cmocka_unit_test(history_is_repeated_as_far_as_it_was_told),
        cmocka_unit_test(what_was_asked_for_hides_no_row_that_is_older),
        cmocka_unit_test(a_row_of_the_future_hides_nothing),
        cmocka_unit_test(of_very_many_rows_the_newest_are_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
