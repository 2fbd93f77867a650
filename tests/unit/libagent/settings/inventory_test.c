// SPDX-License-Identifier: Apache-2.0
// What a settings file uses, as it is printed.
#include "settings/inventory.h"

#include <agent/agent.h>
#include <live/buf.h>
#include <live/file.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmocka_all.h"

static const live_need needs[] = { { .kind = LIVE_NEED_PLUGIN, .name = "plugin-queries" }, { 0 } };

static const agent_process processes[] = {
    { .name = "steady", .summary = "Is there" },
    { 0 },
};

AGENT_MODULE(.name = "own", .version = "1.0.0", .needs = needs, .processes = processes);

static const agent_module *const modules[] = { &agent_module_v1, NULL };

static char folder[64], path[96];

static int make_folder(void **unused)
{
    (void)unused;
    snprintf(folder, sizeof folder, "/tmp/inventory_test.XXXXXX");
    snprintf(path, sizeof path, "%s/settings.json", mkdtemp(folder) ? folder : "");
    return 0;
}

static int drop_folder(void **unused)
{
    (void)unused;
    unlink(path);
    return rmdir(folder);
}

// What is printed of a file of that text (NULL: there is none); yours.
static cJSON *take_stock(const char *text, int code)
{
    char out[128];
    cJSON *json = NULL;

    if (text)
        assert_int_equal(live_file_write(path, text, strlen(text), 0600, NULL), LIVE_OK);
    snprintf(out, sizeof out, "%s/out", folder);
    fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    assert_non_null(freopen(out, "w", stdout));
    int got = ag_inventory_print(path, modules);
    fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    assert_int_equal(got, code);
    assert_int_equal(live_file_read_json(out, &json, NULL), LIVE_OK);
    unlink(out);
    return json;
}

static void modules_and_processes_are_listed_with_what_they_need(void **unused)
{
    cJSON *json = take_stock("{\"enabled_modules\": [\"own\", \"missing\"], \"processes\": {\n"
                             "\"a\": {\"type\": \"steady\", \"enabled\": true},\n"
                             "\"b\": {\"type\": \"none\"}}}",
                             0);
    const cJSON *list = live_json_get(json, "modules");
    const cJSON *own = cJSON_GetArrayItem(list, 0), *missing = cJSON_GetArrayItem(list, 1);
    const cJSON *a = cJSON_GetArrayItem(live_json_get(json, "processes"), 0);
    const cJSON *b = cJSON_GetArrayItem(live_json_get(json, "processes"), 1);

    (void)unused;
    assert_string_equal(live_json_str(own, "name", ""), "own");
    assert_string_equal(
        live_json_str(cJSON_GetArrayItem(live_json_get(own, "needs"), 0), "name", ""),
        "plugin-queries");
    assert_null(live_json_str(own, "problem", NULL));
    assert_non_null(live_json_str(missing, "problem", NULL));
    assert_true(live_json_bool(a, "enabled", false));
    assert_string_equal(cJSON_GetStringValue(cJSON_GetArrayItem(live_json_get(a, "modules"), 0)),
                        "own");
    assert_int_equal(cJSON_GetArraySize(live_json_get(a, "problems")), 0);
    assert_int_equal(cJSON_GetArraySize(live_json_get(b, "modules")), 0);
    assert_string_equal(cJSON_GetStringValue(cJSON_GetArrayItem(live_json_get(b, "problems"), 0)),
                        "/processes/b/type: no enabled module has a process 'none'");
    cJSON_Delete(json);
}

static void of_two_processes_of_one_name_one_is_listed(void **unused)
{
    cJSON *json = take_stock("{\"enabled_modules\": [\"own\"], \"processes\": {"
                             "\"a\": {\"type\": \"steady\"}, \"a\": {\"type\": \"steady\"}}}",
                             2);

    (void)unused;
    assert_non_null(live_json_str(json, "error", NULL)); // the file is refused for it
    cJSON_Delete(json);
}

static void a_file_that_is_refused_is_an_error_with_its_place(void **unused)
{
    static const struct {
        const char *text, *why;
    } rows[] = { { "{ oops", ":1:3: " },
                 { "{\"logging\":\n {\"level\": 3}}", ":2:12: /logging/level: " } };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cJSON *json = take_stock(rows[i].text, 2);
        assert_non_null(strstr(live_json_str(json, "error", ""), rows[i].why));
        cJSON_Delete(json);
    }
    unlink(path);
    cJSON *json = take_stock(NULL, 2);
    assert_non_null(strstr(live_json_str(json, "error", ""), "No such file"));
    cJSON_Delete(json);
}

int main(int argc, char **argv)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, make_folder, drop_folder)
    const struct CMUnitTest tests[] = {
        CASE(modules_and_processes_are_listed_with_what_they_need),
        CASE(of_two_processes_of_one_name_one_is_listed),
        CASE(a_file_that_is_refused_is_an_error_with_its_place),
    };

    if (argc > 1)
        return agent_main(argc, argv, modules);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
