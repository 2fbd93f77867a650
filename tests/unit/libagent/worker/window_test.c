// SPDX-License-Identifier: Apache-2.0
// A window of rows by index.
#include <agent/curve.h>
#include <live/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *const roles[] = { "pressure", "rate" }, *const names[] = { "SPP", "FLW" };
static const agent_map mnemonics = { .count = 2, .keys = roles, .values = names };

static agent_window *make(double duration)
{
    agent_window *window = NULL;

    assert_int_equal(agent_window_new(&mnemonics, "timestamp", duration, &window, NULL), LIVE_OK);
    return window;
}

static agent_window_result add_text(agent_window *window, const char *text)
{
    agent_window_result result = AGENT_WINDOW_INCOMPLETE;
    cJSON *row = cJSON_Parse(text);

    assert_non_null(row);
    assert_int_equal(agent_window_add(window, row, &result, NULL), LIVE_OK);
    cJSON_Delete(row);
    return result;
}

static agent_window_result add(agent_window *window, double index)
{
    char text[100];

    snprintf(text, sizeof text, "{\"timestamp\": %g, \"SPP\": 1, \"FLW\": 2}", index);
    return add_text(window, text);
}

static double at(const agent_window *window, size_t index)
{
    return live_json_real(agent_window_at(window, index), "timestamp", -1);
}

static void rows_older_than_the_duration_leave_it(void **unused)
{
    agent_window *window = make(10);

    (void)unused;
    for (int i = 0; i <= 15; i++)
        assert_int_equal(add(window, i), AGENT_WINDOW_ADDED);
    assert_int_equal(agent_window_count(window), 10); // 6 to 15: 5 is exactly the duration away
    assert_float_equal(at(window, 0), 6, 0);
    assert_float_equal(at(window, 9), 15, 0);
    assert_null(agent_window_at(window, 10));
    agent_window_free(window);
}

static void a_gap_longer_than_the_duration_leaves_the_newest_alone(void **unused)
{
    agent_window *window = make(10);

    (void)unused;
    add(window, 1);
    add(window, 2);
    assert_int_equal(add(window, 100), AGENT_WINDOW_ADDED);
    assert_int_equal(agent_window_count(window), 1);
    assert_float_equal(at(window, 0), 100, 0);
    agent_window_free(window);
}

static void an_index_that_begins_anew_empties_it(void **unused)
{
    agent_window *window = make(10);

    (void)unused;
    add(window, 95);
    add(window, 100);
    assert_int_equal(add(window, 3), AGENT_WINDOW_RESET);
    assert_int_equal(agent_window_count(window), 1);
    assert_float_equal(at(window, 0), 3, 0);
    agent_window_free(window);
}

static void a_row_that_comes_late_takes_its_place(void **unused)
{
    agent_window *window = make(10);

    (void)unused;
    add(window, 95);
    add(window, 100);
    assert_int_equal(add(window, 97), AGENT_WINDOW_OUTDATED);
    assert_float_equal(at(window, 1), 97, 0);
    assert_float_equal(at(window, 2), 100, 0);
    agent_window_free(window);
}

static void a_row_without_all_curves_does_not_count(void **unused)
{
    agent_window *window = make(10);

    (void)unused;
    assert_int_equal(add_text(window, "{\"timestamp\": 1, \"SPP\": 1}"), AGENT_WINDOW_INCOMPLETE);
    assert_int_equal(add_text(window, "{\"timestamp\": 2, \"SPP\": 1, \"FLW\": null}"),
                     AGENT_WINDOW_INCOMPLETE);
    assert_int_equal(add_text(window, "{\"SPP\": 1, \"FLW\": 2}"), AGENT_WINDOW_INCOMPLETE);
    assert_int_equal(agent_window_count(window), 0);
    agent_window_free(window);
}

static void a_missing_curve_is_told_once(void **unused)
{
    agent_window *window = make(10);

    (void)unused;
    add_text(window, "{\"timestamp\": 1, \"SPP\": 1}");
    assert_string_equal(agent_window_missing(window), "FLW");
    assert_null(agent_window_missing(window));
    add_text(window, "{\"timestamp\": 2, \"SPP\": 1}");
    assert_null(agent_window_missing(window));
    agent_window_free(window);
}

static void a_hundred_thousand_rows_stay_within_the_window(void **unused)
{
    agent_window *window = make(50);

    (void)unused;
    for (int i = 0; i < 100000; i++)
        add(window, i);
    assert_int_equal(agent_window_count(window), 50);
    agent_window_free(window);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_older_than_the_duration_leave_it),
        cmocka_unit_test(a_gap_longer_than_the_duration_leaves_the_newest_alone),
        cmocka_unit_test(an_index_that_begins_anew_empties_it),
        cmocka_unit_test(a_row_that_comes_late_takes_its_place),
        cmocka_unit_test(a_row_without_all_curves_does_not_count),
        cmocka_unit_test(a_missing_curve_is_told_once),
        cmocka_unit_test(a_hundred_thousand_rows_stay_within_the_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
