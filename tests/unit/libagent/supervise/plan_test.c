// SPDX-License-Identifier: Apache-2.0
// What a settings text asks an agent for.
#include "supervise/plan.h"

#include <agent/agent.h>
#include <live/file.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "own_module.h"
#include "settings/finding.h"

static char folder[64], path[128];

static int make_folder(void **unused)
{
    (void)unused;
    snprintf(folder, sizeof folder, "/tmp/plan_test.XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/settings.json", folder);
    return (int)live_file_write(path, "{ what is in the file", 21, 0600, NULL);
}

static int drop_folder(void **unused)
{
    (void)unused;
    unlink(path);
    return rmdir(folder);
}

// `list`: the processes; `rest`: more members, each after a comma.
static cJSON *plan(const char *list, const char *rest)
{
    char text[1024];

    snprintf(text, sizeof text, "{\"enabled_modules\": [\"own\"],\n \"processes\": {%s}%s}", list,
             rest);
    return ag_plan_of_text(path, strdup(text), strlen(text), own_modules);
}

static const cJSON *process_of(const cJSON *plan, const char *name)
{
    return live_json_get(live_json_get(plan, "processes"), name);
}

static void what_a_worker_is_told_is_planned(void **unused)
{
    cJSON *own = plan("\"a\": {\"type\": \"steady\", \"enabled\": true, \"every\": \"2s\"}", "");
    const cJSON *process = process_of(own, "a"), *config = live_json_get(process, "config");

    (void)unused;
    assert_string_equal(live_json_str(own, "directory", ""), folder);
    assert_string_equal(live_json_str(own, "level", ""), "info");
    assert_true(live_json_bool(process, "enabled", false));
    assert_string_equal(live_json_str(config, "module", ""), "own");
    assert_string_equal(live_json_str(config, "name", ""), "a");
    assert_string_equal(live_json_str(live_json_get(config, "settings"), "every", ""), "2s");
    assert_int_equal(cJSON_GetArraySize(live_json_get(own, "findings")), 0);
    cJSON_Delete(own);
}

static void what_is_wrong_costs_the_process_and_has_its_place(void **unused)
{
    cJSON *own = plan("\"a\": {\"type\": \"steady\", \"enabled\": true, \"every\": \"often\"},\n"
                      "\"b\": {\"type\": \"steady\"}",
                      "");
    char text[256], want[256];

    (void)unused;
    assert_null(live_json_get(process_of(own, "a"), "config"));
    assert_non_null(live_json_get(process_of(own, "b"), "config"));
    const cJSON *fault = ag_plan_fault(own, "a");
    assert_non_null(fault);
    assert_null(ag_plan_fault(own, "b"));
    ag_plan_say(fault, text, sizeof text);
    snprintf(want, sizeof want, "%s:2:66: a: every: a duration", path);
    assert_memory_equal(text, want, strlen(want));
    cJSON_Delete(own);
}

static void an_enabled_that_is_no_boolean_is_told_and_fails(void **unused)
{
    cJSON *own = plan("\"a\": {\"type\": \"steady\", \"enabled\": \"yes\"}", "");

    (void)unused;
    assert_true(live_json_bool(process_of(own, "a"), "enabled", false));
    assert_non_null(ag_plan_fault(own, "a"));
    cJSON_Delete(own);
}

static void a_secret_is_not_in_what_is_shown(void **unused)
{
    cJSON *own = plan("", ", \"live\": {\"url\": \"http://h\", \"username\": \"u\", "
                          "\"password\": \"s3cret\"}");
    char *text = NULL;

    (void)unused;
    assert_int_equal(live_json_print(live_json_get(own, "settings"), &text, NULL), LIVE_OK);
    assert_null(strstr(text, "s3cret"));
    live_free(text);
    assert_string_equal(live_json_str(live_json_get(own, "live"), "password", ""), "s3cret");
    cJSON_Delete(own);
}

static void a_log_for_the_platform_is_a_process_more(void **unused)
{
    cJSON *own = plan("", ", \"logging\": {\"log_to_live\": true, \"file\": \"x/own.log\"}");
    const cJSON *log = live_json_get(own, "log");
    char want[256];

    (void)unused;
    assert_true(live_json_bool(process_of(own, "remote_log"), "enabled", false));
    assert_true(live_json_bool(log, "to_live", false));
    snprintf(want, sizeof want, "%s/x/own.log", folder);
    assert_string_equal(live_json_str(log, "file", ""), want);
    cJSON_Delete(own);
    own = plan("", "");
    assert_null(process_of(own, "remote_log"));
    assert_string_equal(live_json_str(live_json_get(own, "log"), "file", "?"), "");
    cJSON_Delete(own);
}

static void what_is_wrong_with_the_whole_plans_nobody(void **unused)
{
    cJSON *own =
        plan("\"a\": {\"type\": \"steady\", \"enabled\": true}", ", \"logging\": {\"level\": 3}");

    (void)unused;
    assert_true(ag_findings_have(live_json_get(own, "findings"), AG_REFUSED));
    assert_null(process_of(own, "a"));
    cJSON_Delete(own);
}

static void what_is_no_json_is_an_error_with_its_place(void **unused)
{
    char want[256];
    cJSON *own = ag_plan_of_text(path, strdup("{ oops"), 6, own_modules);

    (void)unused;
    snprintf(want, sizeof want, "%s:1:3: ", path);
    assert_memory_equal(live_json_str(own, "error", ""), want, strlen(want));
    cJSON_Delete(own);
    own = ag_plan_of_text(path, NULL, 0, own_modules); // the file itself
    assert_memory_equal(live_json_str(own, "error", ""), want, strlen(want));
    cJSON_Delete(own);
    unlink(path);
    own = ag_plan_of_text(path, NULL, 0, own_modules);
    assert_non_null(strstr(live_json_str(own, "error", ""), "No such file"));
    cJSON_Delete(own);
}

int main(int argc, char **argv)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, make_folder, drop_folder)
    const struct CMUnitTest tests[] = {
        CASE(what_a_worker_is_told_is_planned),
        CASE(what_is_wrong_costs_the_process_and_has_its_place),
        CASE(an_enabled_that_is_no_boolean_is_told_and_fails),
        CASE(a_secret_is_not_in_what_is_shown),
        CASE(a_log_for_the_platform_is_a_process_more),
        CASE(what_is_wrong_with_the_whole_plans_nobody),
        CASE(what_is_no_json_is_an_error_with_its_place),
    };

    if (argc > 1)
        return agent_main(argc, argv, own_modules);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
