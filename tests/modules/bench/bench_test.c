// SPDX-License-Identifier: Apache-2.0
// The bench that modules are tested on, with a module that has a monitor and adapters.
#include <agent/testing.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

extern const agent_module agent_module_gauge_static;

#define OUTPUT                                                                                     \
    "\"output\": {\"author\": {\"id\": 7, \"name\": \"Gauge\"}, \"room\": {\"id\": \"r1\"},"       \
    "\"message_event\": {\"event_type\": \"raw_rig\", \"mnemonic\": \"MSG\"}}"

static agent_bench *alarm_with(const char *settings)
{
    agent_bench *bench = agent_bench_new(&agent_module_gauge_static, "gauge_alarm", settings);

    if (agent_bench_error(bench))
        fail_msg("%s", agent_bench_error(bench)->text);
    return bench;
}

// Monitors

static void a_monitor_says_so_as_a_marker_and_in_the_room(void **unused)
{
    agent_bench *bench = alarm_with("{" OUTPUT "}");

    (void)unused;
    agent_bench_row(bench, "{\"level\": 9}");
    agent_bench_row(bench, "{\"level\": 12}");
    assert_null(agent_bench_error(bench));
    assert_int_equal(agent_bench_event_count(bench), 2);
    const cJSON *marker = agent_bench_event(bench, 0), *message = agent_bench_event(bench, 1);
    assert_string_equal(live_json_str(marker, "__type", ""), "raw_rig");
    assert_string_equal(live_json_str(live_json_get(marker, "MSG"), "value", ""),
                        "the level is 12");
    assert_int_equal(live_json_int(marker, "liverig__index__timestamp", 0), 1700000000000);
    assert_string_equal(live_json_str(live_json_get(message, "room"), "id", ""), "r1");
    assert_int_equal(live_json_int(live_json_get(message, "author"), "id", 0), 7);
    assert_string_equal(agent_bench_said(bench, 0), "the level is 12");
    assert_null(agent_bench_said(bench, 1));
    agent_bench_free(bench);
}

static void its_query_and_span_are_there_to_look_at(void **unused)
{
    agent_bench *bench = alarm_with("{}");

    (void)unused;
    assert_string_equal(agent_bench_watched(bench), "gauge => level");
    assert_string_equal(agent_bench_watched_span(bench), "last minute");
    agent_bench_free(bench);
}

static void curves_are_watched_by_quoted_names(void **unused)
{
    agent_bench *bench = alarm_with(
        "{\"event_type\": \"rig 1\", \"mnemonics\": {\"p\": \"SPP\", \"q\": \"Bit's\"}}");

    (void)unused;
    assert_string_equal(agent_bench_watched(bench),
                        "'rig 1' mnemonic!:('SPP'|'Bit\\'s') .flags:nocount => "
                        "lastv(value:object):if(\\mnemonic:'SPP') as {SPP}, "
                        "lastv(uom:object):if(\\mnemonic:'SPP') as {SPP_uom}, "
                        "lastv(value:object):if(\\mnemonic:'Bit\\'s') as {Bit's}, "
                        "lastv(uom:object):if(\\mnemonic:'Bit\\'s') as {Bit's_uom}"
                        " over last second every second => @filter({SPP} != null)");
    agent_bench_free(bench);
}

static void curves_without_a_mnemonic_are_refused(void **unused)
{
    agent_bench *bench =
        agent_bench_new(&agent_module_gauge_static, "gauge_alarm", "{\"event_type\": \"rig\"}");

    (void)unused;
    assert_int_equal(agent_bench_error(bench)->code, LIVE_E_INVALID);
    agent_bench_free(bench);
}

static void saying_without_a_place_is_an_error_that_names_it(void **unused)
{
    agent_bench *bench = alarm_with("{}");

    (void)unused;
    agent_bench_row(bench, "{\"level\": 12}");
    assert_non_null(strstr(agent_bench_error(bench)->text, "output lacks the id of a room"));
    agent_bench_free(bench);
}

static void the_first_failure_stays_until_it_is_cleared(void **unused)
{
    agent_bench *bench = alarm_with("{" OUTPUT "}");

    (void)unused;
    agent_bench_row(bench, "{\"level\": 13}");
    agent_bench_row(bench, "{\"level\": 12}");
    assert_string_equal(agent_bench_error(bench)->text, "13 is no level");
    assert_int_equal(agent_bench_event_count(bench), 0);
    agent_bench_clear_error(bench);
    agent_bench_row(bench, "{\"level\": 12}");
    assert_int_equal(agent_bench_event_count(bench), 2);
    agent_bench_free(bench);
}

static void settings_are_checked_as_in_an_agent(void **unused)
{
    agent_bench *bench =
        agent_bench_new(&agent_module_gauge_static, "gauge_alarm", "{\"limit\": \"x\"}");
    agent_bench *broken = agent_bench_new(&agent_module_gauge_static, "gauge_alarm", "{");
    agent_bench *absent = agent_bench_new(&agent_module_gauge_static, "none", "{}");

    (void)unused;
    assert_string_equal(agent_bench_error(bench)->text, "/limit: a number is due");
    assert_int_equal(agent_bench_error(broken)->code, LIVE_E_PARSE);
    assert_int_equal(agent_bench_error(absent)->code, LIVE_E_NOTFOUND);
    agent_bench_free(bench);
    agent_bench_free(broken);
    agent_bench_free(absent);
}

// Adapters

static void an_adapter_answers_from_scripted_rows(void **unused)
{
    agent_bench *bench =
        agent_bench_adapter(&agent_module_gauge_static, "level", "{\"minutes\": 3}");

    (void)unused;
    agent_bench_rows(bench, "max(level)", "[{\"level\": 42}]");
    assert_string_equal(agent_bench_ask(bench, "how high?"), "at most 42");
    assert_string_equal(agent_bench_asked(bench), "gauge => max(level) as level at the end");
    assert_string_equal(agent_bench_asked_span(bench), "last 3 minutes");
    assert_null(agent_bench_error(bench));
    agent_bench_free(bench);
}

static void a_failure_of_the_platform_reaches_the_test(void **unused)
{
    agent_bench *bench = agent_bench_adapter(&agent_module_gauge_static, "level", "{}");

    (void)unused;
    assert_string_equal(agent_bench_ask(bench, "rest"), "");
    assert_int_equal(agent_bench_error(bench)->code, LIVE_E_NOTFOUND);
    agent_bench_free(bench);
}

static void a_room_remembers(void **unused)
{
    agent_bench *bench = agent_bench_adapter(&agent_module_gauge_static, "echo", "{}");

    (void)unused;
    assert_string_equal(agent_bench_ask(bench, "one"), "nothing");
    assert_string_equal(agent_bench_ask(bench, "two"), "one");
    assert_string_equal(agent_bench_remembered(bench, "said")->valuestring, "two");
    assert_string_equal(live_json_str(agent_bench_saved(bench, "room room"), "said", ""), "two");
    agent_bench_remember(bench, "said", "\"three\"");
    assert_string_equal(agent_bench_ask(bench, "four"), "three");
    agent_bench_free(bench);
}

static void a_score_is_kept_within_0_and_1(void **unused)
{
    agent_bench *echo = agent_bench_adapter(&agent_module_gauge_static, "echo", "{}");
    agent_bench *level = agent_bench_adapter(&agent_module_gauge_static, "level", "{}");

    (void)unused;
    assert_float_equal(agent_bench_score(echo, "echo x"), 1, 0);
    assert_float_equal(agent_bench_score(echo, "x"), 0, 0);
    assert_true(agent_bench_score(level, "x") < 0);
    agent_bench_free(echo);
    agent_bench_free(level);
}

static void a_reply_ends_at_64_kib(void **unused)
{
    agent_bench *bench = agent_bench_adapter(&agent_module_gauge_static, "echo", "{}");

    (void)unused;
    assert_int_equal(strlen(agent_bench_ask(bench, "flood")), 64 * 1024);
    assert_null(agent_bench_error(bench));
    agent_bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_monitor_says_so_as_a_marker_and_in_the_room),
        cmocka_unit_test(its_query_and_span_are_there_to_look_at),
        cmocka_unit_test(curves_are_watched_by_quoted_names),
        cmocka_unit_test(curves_without_a_mnemonic_are_refused),
        cmocka_unit_test(saying_without_a_place_is_an_error_that_names_it),
        cmocka_unit_test(the_first_failure_stays_until_it_is_cleared),
        cmocka_unit_test(settings_are_checked_as_in_an_agent),
        cmocka_unit_test(an_adapter_answers_from_scripted_rows),
        cmocka_unit_test(a_failure_of_the_platform_reaches_the_test),
        cmocka_unit_test(a_room_remembers),
        cmocka_unit_test(a_score_is_kept_within_0_and_1),
        cmocka_unit_test(a_reply_ends_at_64_kib),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
