// SPDX-License-Identifier: Apache-2.0
// What the host reads of every process.
#include "settings/host.h"

#include <live/json.h>
#include <string.h>

#include "cmocka_all.h"
#include "settings/finding.h"

static cJSON *parse(const char *text)
{
    cJSON *json = NULL;

    assert_int_equal(live_json_parse(text, strlen(text), &json, NULL), LIVE_OK);
    return json;
}

static void without_a_word_it_always_comes_back_and_has_a_minute(void **state)
{
    cJSON *process = parse("{\"type\": \"x\", \"anything\": 1}");
    ag_limits limits = ag_host_limits(process);

    (void)state;
    assert_int_equal(ag_host_restart(process), AG_RESTART_ALWAYS);
    assert_int_equal(ag_host_watchdog_ms(process), 60000);
    assert_int_equal(limits.memory_bytes, 0);
    assert_int_equal(limits.cpu_ms, 0);
    assert_int_equal(limits.files, 0);
    assert_int_equal(limits.tasks, 0);
    assert_float_equal(limits.cores, 0, 0);
    cJSON_Delete(process);
}

static void what_is_given_is_read(void **state)
{
    cJSON *process =
        parse("{\"type\": \"x\", \"restart\": \"on-failure\", \"watchdog\": 0,"
              "\"limits\": {\"memory\": \"200 MB\", \"cpu\": \"1h\", \"files\": 64, \"tasks\": 20, "
              "\"cores\": 0.5}}");
    ag_limits limits = ag_host_limits(process);

    (void)state;
    assert_int_equal(ag_host_restart(process), AG_RESTART_ON_FAILURE);
    assert_int_equal(ag_host_watchdog_ms(process), 0);
    assert_int_equal(limits.memory_bytes, 200000000);
    assert_int_equal(limits.cpu_ms, 3600000);
    assert_int_equal(limits.files, 64);
    assert_int_equal(limits.tasks, 20);
    assert_float_equal(limits.cores, 0.5, 0);
    cJSON_Delete(process);
}

static void a_child_that_is_no_process_always_comes_back(void **state)
{
    (void)state;
    assert_int_equal(ag_host_restart(NULL), AG_RESTART_ALWAYS);
    assert_int_equal(ag_host_watchdog_ms(NULL), 0);
}

static const struct {
    const char *json, *pointer, *text;
} wrong[] = {
    { "{}", "/p/type", "this setting must be given" },
    { "{\"type\": 1}", "/p/type", "a text is due" },
    { "{\"type\": \"x\", \"enabled\": \"yes\"}", "/p/enabled", "true or false is due" },
    { "{\"type\": \"x\", \"restart\": \"sometimes\"}", "/p/restart",
      "'sometimes' is none of always, on-failure, never" },
    { "{\"type\": \"x\", \"watchdog\": \"soon\"}", "/p/watchdog",
      "a duration such as \"10s\", \"500ms\" or a number of seconds is due" },
    { "{\"type\": \"x\", \"limits\": {\"memory\": \"much\"}}", "/p/limits/memory",
      "a size such as \"10 MB\", \"512 KiB\" or a number of bytes is due" },
    { "{\"type\": \"x\", \"limits\": {\"fils\": 3}}", "/p/limits/fils",
      "no such setting; did you mean 'files'?" },
    { "{\"type\": \"x\", \"limits\": {\"files\": -1}}", "/p/limits/files", "it is less than 0" },
    { "{\"type\": \"x\", \"output\": {\"author\": {\"id\": \"x\"}}}", "/p/output/author/id",
      "a whole number is due" },
    { "{\"type\": \"x\", \"output\": {\"rooms\": 1}}", "/p/output/rooms",
      "no such setting; did you mean 'room'?" },
};

static void what_is_wrong_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        cJSON *process = parse(wrong[i].json), *findings = cJSON_CreateArray();
        assert_int_equal(ag_host_check(process, "/p", findings, NULL), LIVE_OK);
        assert_int_equal(cJSON_GetArraySize(findings), 1);
        assert_string_equal(ag_finding_pointer(findings->child), wrong[i].pointer);
        assert_string_equal(ag_finding_text(findings->child), wrong[i].text);
        cJSON_Delete(findings);
        cJSON_Delete(process);
    }
}

static void keys_of_modules_are_none_of_the_hosts_business(void **state)
{
    cJSON *process = parse("{\"type\": \"x\", \"limit\": 3, \"restarts\": 1}"),
          *findings = cJSON_CreateArray();

    (void)state;
    assert_int_equal(ag_host_check(process, "/p", findings, NULL), LIVE_OK);
    assert_int_equal(cJSON_GetArraySize(findings), 0);
    assert_true(ag_host_has("watchdog"));
    assert_false(ag_host_has("every"));
    cJSON_Delete(findings);
    cJSON_Delete(process);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_word_it_always_comes_back_and_has_a_minute),
        cmocka_unit_test(what_is_given_is_read),
        cmocka_unit_test(a_child_that_is_no_process_always_comes_back),
        cmocka_unit_test(what_is_wrong_is_found),
        cmocka_unit_test(keys_of_modules_are_none_of_the_hosts_business),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
