// SPDX-License-Identifier: Apache-2.0
// Modules as shared objects: loaded, refused, described, filled with settings, run.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "module_bench.h"
#include "settings/describe.h"
#include "worker/module.h"

#include <cmocka.h>

static const agent_module *load(const char *name)
{
    const agent_module *module = NULL;
    live_error error = { 0 };
    char path[512];

    snprintf(path, sizeof path, "%s/%s.so", SAMPLE_MODULES, name);
    if (ag_module_load(path, &module, &error))
        fail_msg("%s", error.text);
    return module;
}

static void refuse(const char *name, const char *due)
{
    const agent_module *module = NULL;
    live_error error = { 0 };
    char path[512];

    snprintf(path, sizeof path, "%s/%s.so", SAMPLE_MODULES, name);
    assert_int_equal(ag_module_load(path, &module, &error), LIVE_E_UNSUPPORTED);
    assert_null(module);
    if (!strstr(error.text, due))
        fail_msg("'%s' does not say '%s'", error.text, due);
}

static agent_bench *run(const char *module, const char *type, const char *settings)
{
    agent_bench *bench = agent_bench_new(load(module), type, settings);

    if (agent_bench_error(bench))
        fail_msg("%s", agent_bench_error(bench)->text);
    return bench;
}

static void a_module_in_c_is_loaded_and_run(void **unused)
{
    agent_bench *bench = run("pumps", "pump_strokes",
                             "{\"factor\": 2, \"pumps\": [{\"name\": \"P1\"}, "
                             "{\"name\": \"P2\", \"litres\": 4}]}");

    (void)unused;
    agent_bench_poll(bench, 0);
    agent_bench_poll(bench, 2000);
    assert_string_equal(live_json_str(bench_event(bench), "__type", ""), "pumps");
    assert_int_equal(live_json_int(bench_event(bench), "polls", 0), 2);
    assert_int_equal(bench_figure(bench, "P1"), 3);
    assert_int_equal(bench_figure(bench, "P2"), 8);
    agent_bench_free(bench);
}

static void a_module_in_cpp_is_loaded_and_run(void **unused)
{
    agent_bench *bench = run("valve", "valve", "{\"names\": [\"upper\"]}");

    (void)unused;
    agent_bench_poll(bench, 0);
    agent_bench_poll(bench, 500);
    assert_string_equal(live_json_str(bench_event(bench), "name", ""), "upper");
    assert_int_equal(bench_figure(bench, "opening"), 25);
    agent_bench_free(bench);
}

static void a_process_without_settings_takes_none(void **unused)
{
    agent_process process;

    (void)unused;
    assert_true(ag_module_process(load("pumps"), "pump_idle", &process));
    assert_null(process.settings);
    assert_false(ag_module_process(load("pumps"), "pump", &process));
}

static void a_module_of_another_abi_is_refused(void **unused)
{
    (void)unused;
    refuse("other_abi", "was built for module ABI 2, this agent speaks 1: build it again");
}

static void what_is_no_module_is_refused(void **unused)
{
    (void)unused;
    refuse("noise", "is no module: it exports no agent_module_v1");
    refuse("nowhere", "nowhere.so");
}

static void a_module_whose_rows_are_of_no_size_is_refused(void **unused)
{
    agent_module module = *load("pumps");
    live_error error = { 0 };

    (void)unused;
    assert_int_equal(ag_module_check(&module, "x.so", &error), LIVE_OK);
    module.process_size = 0;
    assert_int_equal(ag_module_check(&module, "x.so", &error), LIVE_E_UNSUPPORTED);
    module = *load("pumps");
    module.name = NULL;
    assert_int_equal(ag_module_check(&module, "x.so", &error), LIVE_E_UNSUPPORTED);
}

// As a later agent would see today's module: with rows shorter than its own, or longer.
static void a_module_may_not_take_a_name_of_the_hosts(void **unused)
{
    static const agent_setting rows[] = { AGENT_UNUSED("restart", "What the host reads."), { 0 } };
    static const agent_process processes[] = { { .name = "again", .settings = rows }, { 0 } };
    agent_module module = { .abi = AGENT_ABI,
                            .size = sizeof module,
                            .process_size = sizeof(agent_process),
                            .setting_size = sizeof(agent_setting),
                            .name = "x",
                            .version = "1",
                            .processes = processes };
    live_error error = { 0 };

    (void)unused;
    assert_int_equal(ag_module_check(&module, "x.so", &error), LIVE_E_UNSUPPORTED);
    assert_string_equal(error.text, "x.so: process 'again' has a setting 'restart', which every "
                                    "process has: name it otherwise");
}

static void rows_are_walked_by_the_modules_own_stride(void **unused)
{
    struct {
        agent_process known;
        void *added;
    } longer[3] = { { .known = { .name = "first" } }, { .known = { .name = "second" } } };
    agent_module module = { .abi = AGENT_ABI,
                            .size = sizeof module,
                            .process_size = sizeof longer[0],
                            .setting_size = sizeof(agent_setting),
                            .name = "m",
                            .version = "1",
                            .processes = &longer[0].known };
    agent_process process;

    (void)unused;
    longer[0].added = &process;
    longer[1].added = &process;
    assert_true(ag_module_process(&module, "second", &process));
    assert_false(ag_module_process(&module, "third", &process));
}

static void shorter_rows_end_in_zeros(void **unused)
{
    struct {
        const char *name, *summary;
    } shorter[] = { { "first", "1" }, { "second", "2" }, { NULL, NULL } };
    agent_module module = { .abi = AGENT_ABI,
                            .size = sizeof module,
                            .process_size = sizeof shorter[0],
                            .setting_size = sizeof(agent_setting),
                            .name = "m",
                            .version = "1",
                            .processes = (const agent_process *)(const void *)shorter };
    agent_process process;

    (void)unused;
    assert_true(ag_module_process(&module, "second", &process));
    assert_string_equal(process.summary, "2");
    assert_null(process.settings);
    assert_null(process.poll);
}

static const cJSON *named(const cJSON *list, const char *name)
{
    const cJSON *item;

    cJSON_ArrayForEach (item, list) {
        if (strcmp(live_json_str(item, "name", ""), name) == 0)
            return item;
    }
    return NULL;
}

static void a_description_has_every_setting(void **unused)
{
    cJSON *description = ag_module_describe(load("pumps"));
    const cJSON *process = named(live_json_get(description, "processes"), "pump_strokes");
    const cJSON *settings = live_json_get(process, "settings");

    (void)unused;
    assert_string_equal(live_json_str(description, "name", ""), "pumps");
    assert_string_equal(live_json_str(description, "version", ""), "2.1.0");
    assert_string_equal(live_json_str(process, "summary", ""), "Counts strokes");
    assert_int_equal(cJSON_GetArraySize(settings), 8);
    assert_string_equal(live_json_str(named(settings, "every"), "type", ""), "duration");
    assert_string_equal(live_json_str(named(settings, "every"), "default", ""), "2s");
    assert_null(named(settings, "every_ms"));
    const cJSON *members = live_json_get(named(settings, "pumps"), "members");
    assert_null(live_json_get(named(members, "name"), "default"));
    assert_string_equal(live_json_str(named(members, "litres"), "doc", ""), "Litres a stroke.");
    cJSON_Delete(description);
}

static void the_host_module_is_where_the_build_puts_it(void **unused)
{
    const agent_module *module = NULL;
    live_error error = { 0 };

    (void)unused;
    if (ag_module_load(HOST_MODULE, &module, &error))
        fail_msg("%s", error.text);
    assert_string_equal(module->name, "host");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_module_in_c_is_loaded_and_run),
        cmocka_unit_test(a_module_in_cpp_is_loaded_and_run),
        cmocka_unit_test(a_process_without_settings_takes_none),
        cmocka_unit_test(a_module_of_another_abi_is_refused),
        cmocka_unit_test(what_is_no_module_is_refused),
        cmocka_unit_test(a_module_whose_rows_are_of_no_size_is_refused),
        cmocka_unit_test(a_module_may_not_take_a_name_of_the_hosts),
        cmocka_unit_test(rows_are_walked_by_the_modules_own_stride),
        cmocka_unit_test(shorter_rows_end_in_zeros),
        cmocka_unit_test(a_description_has_every_setting),
        cmocka_unit_test(the_host_module_is_where_the_build_puts_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
