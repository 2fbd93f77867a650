// SPDX-License-Identifier: Apache-2.0
// The module on the bench: no platform, no process, no network, and a clock of its own.
#include <agent/testing.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

extern const agent_module agent_module_v1;

static void assert_fine(const agent_bench *bench)
{
    const live_error *error = agent_bench_error(bench);

    if (error)
        fail_msg("%s", error->text);
}

// The datasource, over a /proc of its own

static char proc[64];

static void put(const char *name, const char *text)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", proc, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int make_proc(void **unused)
{
    (void)unused;
    snprintf(proc, sizeof proc, "/tmp/mymodule_test.XXXXXX");
    if (!mkdtemp(proc))
        return -1;
    put("loadavg", "0.50 0.40 0.30 1/100 1234\n");
    put("meminfo", "MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    750 kB\n");
    return 0;
}

static int drop_proc(void **unused)
{
    char path[128];

    (void)unused;
    snprintf(path, sizeof path, "%s/loadavg", proc);
    unlink(path);
    snprintf(path, sizeof path, "%s/meminfo", proc);
    unlink(path);
    return rmdir(proc);
}

static agent_bench *start_load(void)
{
    char settings[128];

    snprintf(settings, sizeof settings, "{\"proc\": \"%s\", \"every\": \"2s\"}", proc);
    return agent_bench_new(&agent_module_v1, "mymodule_load", settings);
}

static void an_event_has_load_and_memory(void **unused)
{
    agent_bench *bench = start_load();

    (void)unused;
    agent_bench_poll(bench, 0);
    assert_fine(bench);
    const cJSON *event = agent_bench_event(bench, 0);
    assert_string_equal(live_json_str(event, "__type", ""), "mymodule");
    assert_true(fabs(live_json_real(event, "load", -1) - 0.5) < 1e-9);
    assert_true(fabs(live_json_real(event, "memory_percent", -1) - 25) < 1e-9);
    agent_bench_free(bench);
}

static void an_event_is_sent_at_each_interval(void **unused)
{
    agent_bench *bench = start_load();

    (void)unused;
    agent_bench_pass(bench, 9000);
    assert_fine(bench);
    assert_int_equal(agent_bench_event_count(bench), 4);
    agent_bench_free(bench);
}

static void a_figure_that_is_none_is_told(void **unused)
{
    (void)unused;
    put("loadavg", "no load\n");
    agent_bench *bench = start_load();
    agent_bench_poll(bench, 0);
    assert_non_null(agent_bench_error(bench));
    assert_non_null(strstr(agent_bench_error(bench)->text, "'no load"));
    agent_bench_free(bench);
}

// The monitor

#define OUTPUT                                                                                     \
    "\"output\": {\"author\": {\"id\": 2, \"name\": \"mymodule\"}, \"room\": {\"id\": \"r\"},"     \
    " \"message_event\": {\"event_type\": \"raw\", \"mnemonic\": \"MSG\"}}"

static agent_bench *start_alarm(void)
{
    return agent_bench_new(&agent_module_v1, "mymodule_alarm",
                           "{\"max\": 50, \"window\": \"30s\", " OUTPUT "}");
}

static void it_watches_the_average_over_the_window(void **unused)
{
    agent_bench *bench = start_alarm();

    (void)unused;
    assert_fine(bench);
    assert_string_equal(
        agent_bench_watched(bench),
        "mymodule => avg(memory_percent) as average every 5 seconds over last 30 seconds");
    agent_bench_free(bench);
}

static void it_says_once_that_a_figure_is_too_high_and_once_that_it_is_fine(void **unused)
{
    agent_bench *bench = start_alarm();

    (void)unused;
    agent_bench_row(bench, "{\"average\": 50}");
    assert_null(agent_bench_said(bench, 0));
    agent_bench_row(bench, "{\"average\": 60.25}");
    agent_bench_row(bench, "{\"average\": 61}");
    agent_bench_row(bench, "{\"average\": null}");
    agent_bench_row(bench, "{\"average\": 40}");
    assert_fine(bench);
    assert_string_equal(agent_bench_said(bench, 0),
                        "memory_percent is too high: 60.2 on average over"
                        " the last 30 s (limit 50)");
    assert_string_equal(agent_bench_said(bench, 1), "memory_percent is fine again: 40.0 on average"
                                                    " over the last 30 s (limit 50)");
    assert_null(agent_bench_said(bench, 2));
    agent_bench_free(bench);
}

static void it_marks_the_chart_too(void **unused)
{
    agent_bench *bench = start_alarm();
    bool marked = false;

    (void)unused;
    agent_bench_row(bench, "{\"average\": 60}");
    assert_fine(bench);
    for (size_t i = 0; i < agent_bench_event_count(bench); i++)
        marked |= strcmp(live_json_str(agent_bench_event(bench, i), "__type", ""), "raw") == 0;
    assert_true(marked);
    agent_bench_free(bench);
}

// The logic adapter

static const char rows[] = "[{\"events\": 60, \"load\": 0.421, \"top\": 1.5, \"memory\": 37.4}]";

static agent_bench *start_busy(void)
{
    return agent_bench_adapter(&agent_module_v1, "busy", "{}");
}

static void it_answers_for_the_span_that_it_is_asked_about(void **unused)
{
    agent_bench *bench = start_busy();

    (void)unused;
    agent_bench_rows(bench, "mymodule =>", rows);
    const char *answer = agent_bench_ask(bench, "how busy was it over the last 5 minutes?");
    assert_fine(bench);
    assert_string_equal(answer, "Over the last 300 s the load was 0.42 on average and 1.50 at most;"
                                " 37 % of the memory was in use (60 events).");
    assert_string_equal(agent_bench_asked_span(bench), "last 300 seconds");
    agent_bench_free(bench);
}

static void without_a_span_it_answers_for_a_minute(void **unused)
{
    agent_bench *bench = start_busy();

    (void)unused;
    agent_bench_rows(bench, "mymodule =>", rows);
    agent_bench_ask(bench, "how busy was it?");
    assert_fine(bench);
    assert_string_equal(agent_bench_asked_span(bench), "last 60 seconds");
    agent_bench_free(bench);
}

static void it_says_so_when_nothing_was_measured(void **unused)
{
    agent_bench *bench = start_busy();

    (void)unused;
    agent_bench_rows(bench, "mymodule =>", "[]");
    assert_non_null(strstr(agent_bench_ask(bench, "how busy was it?"), "Nothing was measured"));
    assert_fine(bench);
    agent_bench_free(bench);
}

static void it_asks_for_a_span_that_it_can_tell(void **unused)
{
    agent_bench *bench = start_busy();

    (void)unused;
    assert_non_null(strstr(agent_bench_ask(bench, "over the last 400 days?"), "to a day"));
    agent_bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_event_has_load_and_memory, make_proc, drop_proc),
        cmocka_unit_test_setup_teardown(an_event_is_sent_at_each_interval, make_proc, drop_proc),
        cmocka_unit_test_setup_teardown(a_figure_that_is_none_is_told, make_proc, drop_proc),
        cmocka_unit_test(it_watches_the_average_over_the_window),
        cmocka_unit_test(it_says_once_that_a_figure_is_too_high_and_once_that_it_is_fine),
        cmocka_unit_test(it_marks_the_chart_too),
        cmocka_unit_test(it_answers_for_the_span_that_it_is_asked_about),
        cmocka_unit_test(without_a_span_it_answers_for_a_minute),
        cmocka_unit_test(it_says_so_when_nothing_was_measured),
        cmocka_unit_test(it_asks_for_a_span_that_it_can_tell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
