// SPDX-License-Identifier: Apache-2.0
#include "core/settings.h"

#include <live/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char path[64];

static live_err read_bytes(const char *text, size_t length, ag_settings **ret_settings,
                           live_error *error)
{
    snprintf(path, sizeof path, "/tmp/settings_test.XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, length), (ssize_t)length);
    close(fd);
    live_err err = ag_settings_read(path, ret_settings, error);
    unlink(path);
    return err;
}

static live_err read_text(const char *text, ag_settings **ret_settings, live_error *error)
{
    return read_bytes(text, strlen(text), ret_settings, error);
}

// The message without the path it begins with.
static const char *message(const live_error *error)
{
    size_t length = strlen(path);

    assert_memory_equal(error->text, path, length);
    return error->text + length;
}

static void a_whole_file_is_read(void **unused)
{
    ag_settings *settings = NULL;
    live_error error = { 0 };

    (void)unused;
    assert_int_equal(
        read_text("{\"enabled_modules\": [\"host\"],\n"
                  " \"processes\": {\"here\": {\"type\": \"host\", \"enabled\": true}},\n"
                  " \"live\": {\"url\": \"http://x\", \"password\": {\"env\": \"P\"}},\n"
                  " \"logging\": {\"level\": \"Warning\", \"log_to_live\": false}}",
                  &settings, &error),
        LIVE_OK);
    assert_int_equal(ag_settings_level(settings), LIVE_LOG_WARN);
    assert_string_equal(ag_settings_directory(settings), "/tmp");
    assert_int_equal(cJSON_GetArraySize(ag_settings_modules(settings)), 1);
    assert_non_null(live_json_get(ag_settings_processes(settings), "here"));
    assert_string_equal(live_json_str(ag_settings_live(settings), "url", ""), "http://x");
    ag_settings_free(settings);
}

static void an_empty_object_is_an_agent_that_does_nothing(void **unused)
{
    ag_settings *settings = NULL;

    (void)unused;
    assert_int_equal(read_text("{}", &settings, NULL), LIVE_OK);
    assert_int_equal(ag_settings_level(settings), LIVE_LOG_INFO);
    assert_null(ag_settings_live(settings));
    ag_settings_free(settings);
}

static const struct {
    const char *text, *message;
} refused[] = {
    { "", ":1:1: the file is empty" },
    { "{\n  \"live\": {,}\n}", ":2:12: " },
    { "[]", ":1:1: the settings: an object is due" },
    { "{\n \"enabled_modules\": {}\n}", ":2:21: enabled_modules: a list of module names is due" },
    { "{\"enabled_modules\": [\"host\",\n7]}",
      ":2:1: enabled_modules/1: the name of a module is due" },
    { "{\"enabled_modules\": [\"../x\"]}",
      ":1:22: enabled_modules/0: the name of a module is due" },
    { "{\"processes\": []}", ":1:15: processes: an object is due" },
    { "{\"processes\":\n {\"a\": 1}}", ":2:8: processes/a: an object is due" },
    { "{\"live\": 1}", ":1:10: live: an object is due" },
    { "{\"live\": {\"url\": 1}}", ":1:18: live/url: a text is due" },
    { "{\"live\": {\"port\": \"x\"}}", ":1:19: live/port: a number is due" },
    { "{\"logging\": \"info\"}", ":1:13: logging: an object is due" },
    { "{\"logging\": {\"level\": 1}}", ":1:23: logging/level: error, warn, info or debug is due" },
    { "{\"logging\": {\"log_to_live\": 1}}", ":1:29: logging/log_to_live: true or false is due" },
};

static void what_is_refused_is_named_by_line_and_column(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        ag_settings *settings = NULL;
        live_error error = { 0 };
        assert_int_not_equal(read_text(refused[i].text, &settings, &error), LIVE_OK);
        assert_null(settings);
        if (strncmp(message(&error), refused[i].message, strlen(refused[i].message)) != 0)
            fail_msg("'%s', not '%s'", message(&error), refused[i].message);
    }
}

static void an_unknown_level_is_refused(void **unused)
{
    ag_settings *settings = NULL;
    live_error error = { 0 };

    (void)unused;
    assert_int_equal(read_text("{\"logging\": {\"level\": \"loud\"}}", &settings, &error),
                     LIVE_E_INVALID);
    assert_non_null(strstr(error.text, "loud"));
}

static void a_file_that_is_absent_is_named(void **unused)
{
    ag_settings *settings = NULL;
    live_error error = { 0 };

    (void)unused;
    assert_int_not_equal(ag_settings_read("/nowhere/settings.json", &settings, &error), LIVE_OK);
    assert_non_null(strstr(error.text, "/nowhere/settings.json"));
    assert_non_null(strstr(error.text, "No such file"));
}

static void a_hundred_thousand_levels_are_refused(void **unused)
{
    enum { LEVELS = 100000 };
    char *text = test_malloc(LEVELS);
    ag_settings *settings = NULL;
    live_error error = { 0 };

    (void)unused;
    memset(text, '[', LEVELS);
    assert_int_equal(read_bytes(text, LEVELS, &settings, &error), LIVE_E_LIMIT);
    assert_true(strchr(error.text, '\n') == NULL);
    test_free(text);
}

static void python_names_are_mapped(void **unused)
{
    const char *given = "host";

    (void)unused;
    assert_string_equal(ag_settings_module_name("live_agent.modules.chatbot"), "chatbot");
    assert_string_equal(ag_settings_module_name("modules.mud_pumps"), "mud_pumps");
    assert_ptr_equal(ag_settings_module_name(given), given);
}

static void a_value_is_found_in_its_file(void **unused)
{
    ag_settings *settings = NULL;
    char place[128], due[128];

    (void)unused;
    assert_int_equal(read_text("{\"processes\":\n  {\"a\": {\"every\": 3}}}", &settings, NULL),
                     LIVE_OK);
    ag_settings_place(settings, "/processes/a/every", place, sizeof place);
    snprintf(due, sizeof due, "%s:2:19", path);
    assert_string_equal(place, due);
    ag_settings_free(settings);
}

static void what_is_missing_stands_where_it_is_missing_from(void **unused)
{
    ag_settings *settings = NULL;
    char place[128], due[128];

    (void)unused;
    assert_int_equal(read_text("{\"processes\":\n  {\"a\": {\"pumps\": [{}]}}}", &settings, NULL),
                     LIVE_OK);
    ag_settings_place(settings, "/processes/a/pumps/0/name/x", place, sizeof place);
    snprintf(due, sizeof due, "%s:2:20", path);
    assert_string_equal(place, due);
    ag_settings_place(settings, "/nothing", place, sizeof place);
    snprintf(due, sizeof due, "%s:1:1", path);
    assert_string_equal(place, due);
    ag_settings_free(settings);
}

static void a_process_may_have_any_name(void **unused)
{
    ag_settings *settings = NULL;
    char pointer[64], shortest[16], place[128], due[128];

    (void)unused;
    ag_settings_pointer("well A/B~1", pointer, sizeof pointer);
    assert_string_equal(pointer, "/processes/well A~1B~01");
    ag_settings_pointer("aaa///", shortest, sizeof shortest);
    assert_string_equal(shortest, "/processes/aaa");
    assert_int_equal(read_text("{\"processes\":\n{\"well A/B~1\": {}}}", &settings, NULL), LIVE_OK);
    ag_settings_place(settings, pointer, place, sizeof place);
    snprintf(due, sizeof due, "%s:2:16", path);
    assert_string_equal(place, due);
    ag_settings_free(settings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_file_is_read),
        cmocka_unit_test(an_empty_object_is_an_agent_that_does_nothing),
        cmocka_unit_test(what_is_refused_is_named_by_line_and_column),
        cmocka_unit_test(an_unknown_level_is_refused),
        cmocka_unit_test(a_file_that_is_absent_is_named),
        cmocka_unit_test(a_hundred_thousand_levels_are_refused),
        cmocka_unit_test(python_names_are_mapped),
        cmocka_unit_test(a_value_is_found_in_its_file),
        cmocka_unit_test(what_is_missing_stands_where_it_is_missing_from),
        cmocka_unit_test(a_process_may_have_any_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
