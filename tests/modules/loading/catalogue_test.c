// SPDX-License-Identifier: Apache-2.0
// Modules found by name and described by a child, which is this program executed again.
#include <live/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "settings/binding.h"
#include "settings/finding.h"
#include "settings/interview.h"

#include <cmocka.h>

// The catalogue of a settings file with these members, its modules looked for among the samples.
static ag_catalogue *learn_file(const char *members, const agent_module *const *compiled_in)
{
    char path[] = "/tmp/catalogue_test.XXXXXX";
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "we");
    ag_settings *settings = NULL;
    ag_catalogue *catalogue = NULL;
    live_error error = { 0 };

    assert_non_null(file);
    fprintf(file, "{%s}", members);
    fclose(file);
    if (ag_settings_read(path, &settings, &error) ||
        ag_catalogue_new(settings, compiled_in, &catalogue, &error))
        fail_msg("%s", error.text);
    ag_settings_free(settings);
    unlink(path);
    return catalogue;
}

static ag_catalogue *learn(const char *modules, const agent_module *const *compiled_in)
{
    char members[256];

    snprintf(members, sizeof members, "\"enabled_modules\": %s", modules);
    return learn_file(members, compiled_in);
}

// What is wrong with the list of modules, in order.
static const cJSON *module_finding(const ag_catalogue *catalogue, int index)
{
    return cJSON_GetArrayItem(ag_catalogue_module_findings(catalogue), index);
}

static void assert_says(const cJSON *finding, ag_severity severity, const char *pointer,
                        const char *words)
{
    assert_non_null(finding);
    assert_int_equal(ag_finding_severity(finding), severity);
    assert_string_equal(ag_finding_pointer(finding), pointer);
    if (!strstr(ag_finding_text(finding), words))
        fail_msg("'%s' is not in '%s'", words, ag_finding_text(finding));
}

static void a_process_is_found_by_its_type(void **unused)
{
    ag_catalogue *catalogue = learn("[\"pumps\", \"valve\"]", NULL);
    const char *module = NULL, *path = NULL;

    (void)unused;
    assert_null(module_finding(catalogue, 0));
    assert_true(ag_catalogue_find(catalogue, "pump_strokes", &module, &path));
    assert_string_equal(module, "pumps");
    assert_non_null(strstr(path, "/pumps.so"));
    assert_true(ag_catalogue_find(catalogue, "valve", &module, &path));
    assert_false(ag_catalogue_find(catalogue, "chatterbot", &module, &path));
    ag_catalogue_free(catalogue);
}

static void python_paths_are_mapped_with_one_warning_each(void **unused)
{
    ag_catalogue *catalogue = learn("[\"modules.pumps\", \"live_agent.modules.valve\"]", NULL);
    const char *module = NULL, *path = NULL;

    (void)unused;
    assert_says(module_finding(catalogue, 0), AG_WARNING, "/enabled_modules/0",
                "module 'modules.pumps' is called 'pumps' here");
    assert_says(module_finding(catalogue, 1), AG_WARNING, "/enabled_modules/1",
                "module 'live_agent.modules.valve' is called 'valve' here");
    assert_null(module_finding(catalogue, 2));
    assert_true(ag_catalogue_find(catalogue, "pump_idle", &module, &path));
    assert_true(ag_catalogue_find(catalogue, "valve", &module, &path));
    ag_catalogue_free(catalogue);
}

static void a_module_that_crashes_at_load_costs_nobody_else(void **unused)
{
    ag_catalogue *catalogue = learn("[\"crash\", \"pumps\"]", NULL);
    const char *module = NULL, *path = NULL;

    (void)unused;
    assert_says(module_finding(catalogue, 0), AG_ERROR, "/enabled_modules/0", "module 'crash': ");
    assert_says(module_finding(catalogue, 0), AG_ERROR, "/enabled_modules/0", "signal 6 (Aborted)");
    assert_true(ag_catalogue_find(catalogue, "pump_strokes", &module, &path));
    ag_catalogue_free(catalogue);
}

static void a_module_of_another_abi_is_named(void **unused)
{
    ag_catalogue *catalogue = learn("[\"other_abi\"]", NULL);

    (void)unused;
    assert_says(module_finding(catalogue, 0), AG_ERROR, "/enabled_modules/0",
                "was built for module ABI 2, this agent speaks 1: build it again");
    ag_catalogue_free(catalogue);
}

static void a_module_that_is_nowhere_is_named_with_where_it_was_looked_for(void **unused)
{
    ag_catalogue *catalogue = learn("[\"gone\"]", NULL);

    (void)unused;
    assert_says(module_finding(catalogue, 0), AG_ERROR, "/enabled_modules/0",
                "module 'gone' is neither in build/modules");
    assert_says(module_finding(catalogue, 0), AG_ERROR, "/enabled_modules/0",
                "'live add-module gone' makes one");
    ag_catalogue_free(catalogue);
}

static void every_module_is_listed_in_order_with_what_keeps_it_from_use(void **unused)
{
    ag_catalogue *catalogue = learn("[\"gone\", \"pumps\", \"crash\"]", NULL);
    cJSON *modules = ag_catalogue_modules(catalogue);
    const cJSON *gone = cJSON_GetArrayItem(modules, 0), *pumps = cJSON_GetArrayItem(modules, 1);
    const cJSON *crash = cJSON_GetArrayItem(modules, 2);

    (void)unused;
    assert_int_equal(cJSON_GetArraySize(modules), 3);
    assert_string_equal(live_json_str(gone, "name", ""), "gone");
    assert_string_equal(live_json_str(gone, "problem", ""),
                        ag_finding_text(module_finding(catalogue, 0)));
    assert_string_equal(live_json_str(pumps, "name", ""), "pumps");
    assert_true(cJSON_IsArray(live_json_get(pumps, "needs")));
    assert_null(live_json_get(pumps, "problem"));
    assert_string_equal(live_json_str(crash, "name", ""), "crash");
    assert_non_null(strstr(live_json_str(crash, "problem", ""), "signal 6"));
    cJSON_Delete(modules);
    ag_catalogue_free(catalogue);
}

typedef struct own_config {
    int64_t count;
} own_config;

static const agent_setting own_settings[] = {
    AGENT_INT(own_config, count, "1", "A number."),
    { 0 },
};

static const agent_process own_processes[] = {
    { .name = "pump_strokes", .settings = own_settings, .config_size = sizeof(own_config) },
    { 0 },
};
static const agent_module own = { .abi = AGENT_ABI,
                                  .size = sizeof own,
                                  .process_size = sizeof(agent_process),
                                  .setting_size = sizeof(agent_setting),
                                  .name = "pumps",
                                  .version = "0",
                                  .processes = own_processes };

static void a_compiled_in_module_comes_first(void **unused)
{
    const agent_module *const compiled_in[] = { &own, NULL };
    ag_catalogue *catalogue = learn("[\"pumps\"]", compiled_in);
    const char *module = NULL, *path = "unset";

    (void)unused;
    assert_true(ag_catalogue_find(catalogue, "pump_strokes", &module, &path));
    assert_null(path);
    ag_catalogue_free(catalogue);
}

static void expect_no_findings(const ag_catalogue *catalogue, const char *type, const char *process)
{
    cJSON *findings = ag_catalogue_findings(catalogue, type, process);

    assert_int_equal(cJSON_GetArraySize(findings), 0);
    cJSON_Delete(findings);
}

static void expect_finding(const cJSON *findings, int index, const char *pointer, const char *text)
{
    const cJSON *finding = cJSON_GetArrayItem(findings, index);

    assert_string_equal(live_json_str(finding, "pointer", ""), pointer);
    assert_string_equal(live_json_str(finding, "text", ""), text);
}

static void wrong_settings_are_found_by_the_child(void **unused)
{
    ag_catalogue *catalogue =
        learn_file("\"enabled_modules\": [\"pumps\"], \"processes\": {"
                   "\"good\": {\"type\": \"pump_strokes\", \"count\": 1},"
                   "\"bad/one\": {\"type\": \"pump_strokes\", \"count\": \"x\", \"rigs\": 1},"
                   "\"other\": {\"type\": \"valve\", \"step\": \"x\"}}",
                   NULL);
    cJSON *findings = ag_catalogue_findings(catalogue, "pump_strokes", "bad/one");

    (void)unused;
    assert_int_equal(cJSON_GetArraySize(findings), 2);
    expect_finding(findings, 0, "/processes/bad~1one/count", "a whole number is due");
    expect_finding(findings, 1, "/processes/bad~1one/rigs", "a list of texts is due");
    cJSON_Delete(findings);
    expect_no_findings(catalogue, "pump_strokes", "good");
    expect_no_findings(catalogue, "valve", "other");
    ag_catalogue_free(catalogue);
}

static void wrong_settings_of_a_compiled_in_module_are_found_too(void **unused)
{
    const agent_module *const compiled_in[] = { &own, NULL };
    ag_catalogue *catalogue = learn_file("\"enabled_modules\": [\"pumps\"], \"processes\": {"
                                         "\"p\": {\"type\": \"pump_strokes\", \"cont\": 1}}",
                                         compiled_in);
    cJSON *findings = ag_catalogue_findings(catalogue, "pump_strokes", "p");

    (void)unused;
    assert_int_equal(cJSON_GetArraySize(findings), 1);
    expect_finding(findings, 0, "/processes/p/cont", "no such setting; did you mean 'count'?");
    cJSON_Delete(findings);
    ag_catalogue_free(catalogue);
}

static void modules_that_clash_are_named(void **unused)
{
    agent_module mine = own;
    mine.name = "mine";
    const agent_module *const compiled_in[] = { &mine, NULL };
    ag_catalogue *twice = learn("[\"gauge\", \"gauge\"]", NULL);
    ag_catalogue *same = learn("[\"mine\", \"pumps\"]", compiled_in);

    (void)unused;
    assert_says(module_finding(twice, 0), AG_WARNING, "/enabled_modules/1",
                "module 'gauge' is named twice");
    assert_says(
        module_finding(same, 0), AG_WARNING, "/enabled_modules/1",
        "modules 'mine' and 'pumps' both have a process 'pump_strokes': the later one counts");
    ag_catalogue_free(twice);
    ag_catalogue_free(same);
}

// Adapters

static cJSON *bind(const ag_catalogue *catalogue, const char *process, cJSON **ret_findings)
{
    cJSON *settings = cJSON_CreateObject(), *config = cJSON_CreateObject(),
          *read = cJSON_Parse(process);

    assert_non_null(read);
    cJSON_AddItemToObject(settings, "bot", read);
    *ret_findings = cJSON_CreateArray();
    ag_binding_add(catalogue, read, config, *ret_findings);
    cJSON_Delete(settings);
    return config;
}

static const char *bound(const cJSON *config, int index)
{
    return live_json_str(cJSON_GetArrayItem(live_json_get(config, "adapters"), index), "name", "");
}

static void a_bot_gets_the_adapters_that_it_names_in_their_order(void **unused)
{
    ag_catalogue *catalogue = learn("[\"gauge\"]", NULL);
    cJSON *findings;

    (void)unused;
    assert_true(ag_catalogue_is_bot(catalogue, "gauge_bot"));
    assert_false(ag_catalogue_is_bot(catalogue, "gauge_alarm"));
    cJSON *config =
        bind(catalogue,
             "{\"logic_adapters\": [\"gauge.echo\", {\"name\": \"gauge.level\", \"minutes\": 3}]}",
             &findings);
    assert_int_equal(cJSON_GetArraySize(findings), 0);
    assert_string_equal(bound(config, 0), "gauge.echo");
    assert_string_equal(bound(config, 1), "gauge.level");
    cJSON_Delete(config);
    cJSON_Delete(findings);
    ag_catalogue_free(catalogue);
}

static void a_bot_that_names_none_gets_all_of_the_enabled_modules(void **unused)
{
    ag_catalogue *catalogue = learn("[\"gauge\"]", NULL);
    cJSON *findings, *config = bind(catalogue, "{}", &findings);

    (void)unused;
    assert_string_equal(bound(config, 0), "gauge.level");
    assert_string_equal(bound(config, 1), "gauge.echo");
    assert_string_equal(bound(config, 2), "");
    cJSON_Delete(config);
    cJSON_Delete(findings);
    ag_catalogue_free(catalogue);
}

static void adapters_of_the_python_agent_are_renamed_or_left_out_with_a_warning(void **unused)
{
    ag_catalogue *catalogue = learn("[\"gauge\"]", NULL);
    cJSON *findings,
        *config = bind(catalogue,
                       "{\"logic_adapters\": [\"modules.gauge.logic_adapters.any.EchoAdapter\","
                       "\"live_agent.modules.chatbot.logic_adapters.internal."
                       "AdapterReloaderAdapter\", \"gauge.none\"]}",
                       &findings);

    (void)unused;
    assert_string_equal(bound(config, 0), "gauge.echo");
    assert_string_equal(bound(config, 1), "");
    assert_true(ag_finding_severity(cJSON_GetArrayItem(findings, 0)) == AG_WARNING);
    assert_true(ag_finding_severity(cJSON_GetArrayItem(findings, 1)) == AG_WARNING);
    assert_true(ag_finding_severity(cJSON_GetArrayItem(findings, 2)) == AG_ERROR);
    expect_finding(findings, 2, "/processes/bot/logic_adapters/2",
                   "no enabled module has the adapter 'gauge.none'");
    cJSON_Delete(config);
    cJSON_Delete(findings);
    ag_catalogue_free(catalogue);
}

static void an_adapters_options_are_checked_by_its_own_module(void **unused)
{
    ag_catalogue *catalogue =
        learn_file("\"enabled_modules\": [\"gauge\", \"pumps\"], \"processes\": {\"b\": {"
                   "\"type\": \"gauge_bot\", \"logic_adapters\": [\"gauge.echo\","
                   "{\"name\": \"gauge.level\", \"minutes\": \"x\"}, 7]}}",
                   NULL);
    cJSON *findings = ag_catalogue_findings(catalogue, "gauge_bot", "b");

    (void)unused;
    assert_int_equal(cJSON_GetArraySize(findings), 2);
    expect_finding(findings, 0, "/processes/b/logic_adapters",
                   "a list of adapters: names, or objects with a \"name\" is due");
    expect_finding(findings, 1, "/processes/b/logic_adapters/1/minutes", "a whole number is due");
    cJSON_Delete(findings);
    ag_catalogue_free(catalogue);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_process_is_found_by_its_type),
        cmocka_unit_test(python_paths_are_mapped_with_one_warning_each),
        cmocka_unit_test(a_module_that_crashes_at_load_costs_nobody_else),
        cmocka_unit_test(a_module_of_another_abi_is_named),
        cmocka_unit_test(a_module_that_is_nowhere_is_named_with_where_it_was_looked_for),
        cmocka_unit_test(every_module_is_listed_in_order_with_what_keeps_it_from_use),
        cmocka_unit_test(a_compiled_in_module_comes_first),
        cmocka_unit_test(wrong_settings_are_found_by_the_child),
        cmocka_unit_test(wrong_settings_of_a_compiled_in_module_are_found_too),
        cmocka_unit_test(modules_that_clash_are_named),
        cmocka_unit_test(a_bot_gets_the_adapters_that_it_names_in_their_order),
        cmocka_unit_test(a_bot_that_names_none_gets_all_of_the_enabled_modules),
        cmocka_unit_test(adapters_of_the_python_agent_are_renamed_or_left_out_with_a_warning),
        cmocka_unit_test(an_adapters_options_are_checked_by_its_own_module),
    };

    if (argc == 3 && strcmp(argv[1], "--describe") == 0)
        return ag_interview_answer(argv[2]);
    setenv("LIVE_MODULE_PATH", SAMPLE_MODULES, 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
