// SPDX-License-Identifier: Apache-2.0
// All that is wrong with a file, in the order of its lines, and what a worker is told of a process that is fine.
#include "settings/check.h"

#include <agent/agent.h>
#include <live/buf.h>
#include <live/file.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "own_module.h"

typedef struct fixture {
    char path[64];
    ag_settings *settings;
    ag_catalogue *catalogue;
    cJSON *findings;
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    snprintf(f->path, sizeof f->path, "/tmp/check_test.XXXXXX");
    int fd = mkstemp(f->path);
    close(fd);
    return fd < 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;

    ag_catalogue_free(f->catalogue);
    ag_settings_free(f->settings);
    cJSON_Delete(f->findings);
    unlink(f->path);
    free(f);
    return 0;
}

static void read_text(fixture *f, const char *text)
{
    assert_int_equal(ag_settings_of_text(f->path, strdup(text), strlen(text), &f->settings, NULL),
                     LIVE_OK);
    assert_int_equal(ag_catalogue_new(f->settings, own_modules, &f->catalogue, NULL), LIVE_OK);
    f->findings = ag_check_all(f->settings, f->catalogue);
}

// The findings as "LINE SEVERITY POINTER;…".
static void assert_found(const fixture *f, const char *want)
{
    char text[1024] = "";
    const cJSON *finding;

    cJSON_ArrayForEach (finding, f->findings) {
        size_t length = strlen(text);
        snprintf(text + length, sizeof text - length, "%d %s %s;",
                 (int)live_json_int(finding, "line", 0),
                 ag_severity_name(ag_finding_severity(finding)), ag_finding_pointer(finding));
    }
    assert_string_equal(text, want);
}

static void a_file_that_is_fine_has_no_findings(void **state)
{
    read_text(*state, "{\"enabled_modules\": [\"own\"], \"processes\": {\"a\": {\"type\": "
                      "\"steady\", \"enabled\": true}}}");
    assert_found(*state, "");
}

static void findings_of_all_kinds_come_in_the_order_of_the_lines(void **state)
{
    read_text(*state, "{ \"processes\": {\n"
                      "  \"b\": { \"type\": \"steady\", \"every\": \"often\" },\n"
                      "  \"a\": { \"type\": \"stead\",\n"
                      "           \"enabled\": 3 },\n"
                      "  \"c\": { \"type\": \"steady\", \"remark\": 1 } },\n"
                      "  \"logging\": { \"level\": \"loud\" },\n"
                      "  \"enabled_modules\": [\"own\", \"missing\"] }");
    assert_found(*state, "2 error /processes/b/every;3 error /processes/a/type;"
                         "4 error /processes/a/enabled;5 warning /processes/c/remark;"
                         "6 refused /logging/level;7 error /enabled_modules/1;");
}

static void a_type_that_is_nearly_one_is_suggested(void **state)
{
    fixture *f = *state;

    read_text(f, "{\"enabled_modules\": [\"own\"], \"processes\": {\"a\": {\"type\": \"stedy\"}}}");
    const cJSON *finding = cJSON_GetArrayItem(f->findings, 0);
    assert_string_equal(ag_finding_suggestion(finding), "steady");
    assert_string_equal(ag_finding_text(finding),
                        "no enabled module has a process 'stedy'; did you mean 'steady'?");
}

static void of_two_processes_of_one_name_the_one_in_force_is_checked(void **state)
{
    fixture *f = *state;

    read_text(f, "{\"enabled_modules\": [\"own\"], \"processes\": {\n"
                 "\"a\": {\"type\": \"steady\"},\n\"a\": {\"type\": \"none\"}}}");
    assert_true(ag_findings_have(f->findings, AG_ERROR));
}

static void what_is_found_is_what_a_worker_is_told(void **state)
{
    fixture *f = *state;

    read_text(f, "{\"enabled_modules\": [\"own\"], \"processes\": {\"a\": {\"type\": \"steady\"}, "
                 "\"b\": {\"type\": \"none\"}, \"c\": {}}}");
    const cJSON *all = ag_settings_processes(f->settings);
    cJSON *findings = cJSON_CreateArray();
    cJSON *found = ag_check_process(f->settings, f->catalogue, live_json_get(all, "a"), findings);
    assert_string_equal(live_json_str(found, "module", ""), "own");
    assert_null(live_json_get(found, "path")); // it is compiled in
    assert_int_equal(cJSON_GetArraySize(findings), 0);
    cJSON_Delete(found);
    assert_null(ag_check_process(f->settings, f->catalogue, live_json_get(all, "b"), findings));
    assert_null(ag_check_process(f->settings, f->catalogue, live_json_get(all, "c"), findings));
    assert_int_equal(cJSON_GetArraySize(findings), 2);
    cJSON_Delete(findings);
}

int main(int argc, char **argv)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_file_that_is_fine_has_no_findings),
        CASE(findings_of_all_kinds_come_in_the_order_of_the_lines),
        CASE(a_type_that_is_nearly_one_is_suggested),
        CASE(of_two_processes_of_one_name_the_one_in_force_is_checked),
        CASE(what_is_found_is_what_a_worker_is_told),
    };

    if (argc > 1)
        return agent_main(argc, argv, own_modules);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
