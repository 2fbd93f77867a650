// SPDX-License-Identifier: Apache-2.0
#include "settings/settings.h"

#include <live/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "settings/finding.h"

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

// The first thing that is wrong with a file that was read, as ":LINE:COLUMN: POINTER: TEXT".
static void first_finding(const ag_settings *settings, char out[400])
{
    const cJSON *finding = cJSON_GetArrayItem(ag_settings_findings(settings), 0);

    assert_non_null(finding);
    ag_place place = ag_settings_place(settings, finding);
    snprintf(out, 400, ":%d:%d: %s: %s", place.line, place.column, ag_finding_pointer(finding),
             ag_finding_text(finding));
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
} unreadable[] = {
    { "", ":1:1: the file is empty" },
    { "{\n  \"live\": {,}\n}", ":2:12: " },
    { "[]", ":1:1: the settings: an object is due" },
    { "{\"live\": {\"url\": \"http://\xFF\"}}", ":1:26: not UTF-8" },
    { "{\"live\": {\"port\": NaN}}", ":1:19: a value is due here" },
    { "{\"live\": {\"port\": -Infinity}}", ":1:20: a number needs digits" },
    { "{\"live\": {\"port\": 1e999}}", ":1:19: a number beyond the range of a double" },
    { "{\"live\": {\"url\": \"\\udc00\"}}", ":1:19: half of a surrogate pair" },
    { "{\"live\": {\"url\": \"\\u0000\"}}", ":1:19: a string holds no U+0000" },
};

static void what_is_no_object_of_json_is_named_by_line_and_column(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof unreadable / sizeof *unreadable; i++) {
        ag_settings *settings = NULL;
        live_error error = { 0 };
        assert_int_not_equal(read_text(unreadable[i].text, &settings, &error), LIVE_OK);
        assert_null(settings);
        assert_memory_equal(error.text, path, strlen(path));
        assert_memory_equal(error.text + strlen(path), unreadable[i].message,
                            strlen(unreadable[i].message));
    }
}

static const struct {
    const char *text, *finding;
} refused[] = {
    { "{\n \"enabled_modules\": {}\n}", ":2:21: /enabled_modules: a list of texts is due" },
    { "{\"enabled_modules\": [\"host\",\n7]}", ":1:21: /enabled_modules: a list of texts is due" },
    { "{\"enabled_modules\": [\"../x\"]}", ":1:21: /enabled_modules: '../x' does not fit: Names of "
                                           "the modules whose processes may run; no paths." },
    { "{\"processes\": []}", ":1:15: /processes: an object is due" },
    { "{\"processes\":\n {\"a\": 1}}", ":2:8: /processes/a: an object is due" },
    { "{\"processes\":\n {\"a\": {\"type\": \"x\"}, \"a\": {\"type\": \"x\"}}}",
      ":2:23: /processes/a: it is given twice" },
    { "{\"processes\": {\"gateway\": {\"type\": \"x\"}}}",
      ":1:16: /processes/gateway: a process of the agent's own is called so; give it another "
      "name" },
    { "{\"processes\": {\"metrics\": {\"type\": \"x\"}}, \"metrics\": {\"listen\": "
      "\"127.0.0.1:1\"}}",
      ":1:16: /processes/metrics: a process of the agent's own is called so; give it another "
      "name" },
    { "{\"processes\": {\"remote_log\": {\"type\": \"x\"}}, \"logging\": {\"log_to_live\": true}}",
      ":1:16: /processes/remote_log: a process of the agent's own is called so; give it another "
      "name" },
    { "{\"live\": 1}", ":1:10: /live: an object is due" },
    { "{\"live\": {\"url\": 1}}", ":1:18: /live/url: a text is due" },
    { "{\"live\": {\"url\": \"ftp://x\"}}",
      ":1:18: /live/url: 'ftp://x' does not fit: Address of the "
      "platform, such as https://live.example.com." },
    { "{\"live\": {\"port\": \"x\"}}", ":1:19: /live/port: a whole number is due" },
    { "{\"live\": {\"port\": 9007199254740993}}", ":1:19: /live/port: a whole number is due" },
    { "{\"live\": {\"port\": 0}}", ":1:19: /live/port: it is less than 1" },
    { "{\"live\": {\"verify_ssl\": 1}}", ":1:25: /live/verify_ssl: true, false or a text is due" },
    { "{\"live\": {\"tls\": {\"min_version\": \"1.1\"}}}",
      ":1:34: /live/tls/min_version: '1.1' is none of 1.2, 1.3" },
    { "{\"live\": {\"proxy\": \"p:1\"}}",
      ":1:20: /live/proxy/url: 'p:1' does not fit: Its address, http://HOST:PORT, also https, "
      "socks5 or "
      "socks5h (which looks up the platform's name itself); \"none\": no proxy. Without it the "
      "environment's https_proxy and "
      "no_proxy count." },
    { "{\"live\": {\"proxy\": {\"url\": \"http://u:s3cret@p:1\"}}}",
      ":1:28: /live/proxy/url: user and password do not stand in the address, but in "
      "'username' and 'password' of 'proxy'" },
    { "{\"live\": {\"proxy\": \"http://u:s3cret@p:1\"}}",
      ":1:20: /live/proxy: user and password do not stand in the address, but in "
      "'username' and 'password' of 'proxy'" },
    { "{\"live\": {\"usrname\": \"x\"}}",
      ":1:11: /live/usrname: no such setting; did you mean 'username'?" },
    { "{\"logging\": \"info\"}", ":1:13: /logging: an object is due" },
    { "{\"logging\": {\"level\": 1}}", ":1:23: /logging/level: a text is due" },
    { "{\"logging\": {\"level\": \"loud\"}}",
      ":1:23: /logging/level: 'loud' does not fit: The least severe "
      "level that is logged: error, warn, info or debug." },
    { "{\"logging\": {\"log_to_live\": 1}}", ":1:29: /logging/log_to_live: true or false is due" },
    { "{\"proceses\": {}}", ":1:2: /proceses: no such setting; did you mean 'processes'?" },
};

static void assert_first(const char *text, const char *want, bool is_refused)
{
    ag_settings *settings = NULL;
    char found[400];

    assert_int_equal(read_text(text, &settings, NULL), LIVE_OK);
    first_finding(settings, found);
    assert_string_equal(found, want);
    assert_int_equal(ag_findings_have(ag_settings_findings(settings), AG_REFUSED), is_refused);
    ag_settings_free(settings);
}

static void what_refuses_a_file_is_named_by_line_and_column(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_first(refused[i].text, refused[i].finding, true);
}

static void assert_fine(const char *text)
{
    ag_settings *settings = NULL;

    assert_int_equal(read_text(text, &settings, NULL), LIVE_OK);
    assert_int_equal(cJSON_GetArraySize(ag_settings_findings(settings)), 0);
    ag_settings_free(settings);
}

// Not where the agent has no process of that name, as long as nobody asks for it.
static void a_name_that_the_agent_does_not_use_is_anybodys(void **unused)
{
    (void)unused;
    assert_fine(
        "{\"processes\": {\"metrics\": {\"type\": \"x\"}, \"remote_log\": {\"type\": \"x\"}}}");
}

// The gateway and the outbox tell processes apart by names of so many bytes.
static void a_name_is_neither_empty_nor_longer_than_two_hundred_bytes(void **unused)
{
    char text[512];

    (void)unused;
    assert_first("{\"processes\": {\"\": {\"type\": \"x\"}}}",
                 ":1:16: /processes/: the name of a process has 1 to 200 bytes", true);
    snprintf(text, sizeof text, "{\"processes\": {\"%0200d\": {\"type\": \"x\"}}}", 7);
    assert_fine(text);
    snprintf(text, sizeof text, "{\"processes\": {\"%0201d\": {\"type\": \"x\"}}}", 7);
    char finding[512];
    snprintf(finding, sizeof finding,
             ":1:16: /processes/%0201d: the name of a process has 1 to 200 bytes", 7);
    assert_first(text, finding, true);
}

static void what_is_wrong_with_a_process_refuses_nothing(void **unused)
{
    (void)unused;
    assert_first("{\"processes\": {\"a\": {\"type\": \"x\", \"enabled\": 1}}}",
                 ":1:46: /processes/a/enabled: true or false is due", false);
    assert_first("{\"processes\": {\"a\": {}}}",
                 ":1:21: /processes/a/type: this setting must be given", false);
}

static void a_password_that_others_can_read_is_a_warning(void **unused)
{
    static const char text[] = "{\"live\": {\"password\": \"x\"}}";
    ag_settings *settings = NULL;
    char name[] = "/tmp/settings_test.XXXXXX";
    int fd = mkstemp(name);

    (void)unused;
    assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
    assert_int_equal(ag_settings_read(name, &settings, NULL), LIVE_OK);
    assert_int_equal(cJSON_GetArraySize(ag_settings_findings(settings)), 0);
    ag_settings_free(settings);
    assert_int_equal(fchmod(fd, 0644), 0);
    assert_int_equal(ag_settings_read(name, &settings, NULL), LIVE_OK);
    const cJSON *finding = cJSON_GetArrayItem(ag_settings_findings(settings), 0);
    assert_string_equal(ag_finding_pointer(finding), "/live/password");
    assert_int_equal(ag_finding_severity(finding), AG_WARNING);
    ag_settings_free(settings);
    close(fd);
    unlink(name);
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

static void assert_place(const ag_settings *settings, const char *pointer, const char *due)
{
    cJSON *findings = cJSON_CreateArray();
    char found[32];

    ag_finding_add(findings, AG_ERROR, pointer, NULL, "x");
    ag_place place = ag_settings_place(settings, cJSON_GetArrayItem(findings, 0));
    snprintf(found, sizeof found, ":%d:%d", place.line, place.column);
    assert_string_equal(found, due);
    assert_string_equal(place.path, path);
    cJSON_Delete(findings);
}

static void a_value_is_found_in_its_file(void **unused)
{
    ag_settings *settings = NULL;

    (void)unused;
    assert_int_equal(read_text("{\"processes\":\n  {\"a\": {\"every\": 3}}}", &settings, NULL),
                     LIVE_OK);
    assert_place(settings, "/processes/a/every", ":2:19");
    ag_settings_free(settings);
}

static void what_is_missing_stands_where_it_is_missing_from(void **unused)
{
    ag_settings *settings = NULL;

    (void)unused;
    assert_int_equal(read_text("{\"processes\":\n  {\"a\": {\"pumps\": [{}]}}}", &settings, NULL),
                     LIVE_OK);
    assert_place(settings, "/processes/a/pumps/0/name/x", ":2:20");
    assert_place(settings, "/nothing", ":1:1");
    ag_settings_free(settings);
}

static void a_process_may_have_any_name(void **unused)
{
    ag_settings *settings = NULL;
    char pointer[64], shortest[16];

    (void)unused;
    ag_settings_pointer("well A/B~1", pointer, sizeof pointer);
    assert_string_equal(pointer, "/processes/well A~1B~01");
    ag_settings_pointer("aaa///", shortest, sizeof shortest);
    assert_string_equal(shortest, "/processes/aaa");
    assert_int_equal(read_text("{\"processes\":\n{\"well A/B~1\": {}}}", &settings, NULL), LIVE_OK);
    assert_place(settings, pointer, ":2:16");
    ag_settings_free(settings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_file_is_read),
        cmocka_unit_test(an_empty_object_is_an_agent_that_does_nothing),
        cmocka_unit_test(what_is_no_object_of_json_is_named_by_line_and_column),
        cmocka_unit_test(what_refuses_a_file_is_named_by_line_and_column),
        cmocka_unit_test(a_name_that_the_agent_does_not_use_is_anybodys),
        cmocka_unit_test(a_name_is_neither_empty_nor_longer_than_two_hundred_bytes),
        cmocka_unit_test(what_is_wrong_with_a_process_refuses_nothing),
        cmocka_unit_test(a_password_that_others_can_read_is_a_warning),
        cmocka_unit_test(a_file_that_is_absent_is_named),
        cmocka_unit_test(a_hundred_thousand_levels_are_refused),
        cmocka_unit_test(a_value_is_found_in_its_file),
        cmocka_unit_test(what_is_missing_stands_where_it_is_missing_from),
        cmocka_unit_test(a_process_may_have_any_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
