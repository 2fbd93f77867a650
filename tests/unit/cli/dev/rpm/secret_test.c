// SPDX-License-Identifier: Apache-2.0
#include "rpm/secret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmocka_all.h"

static char root[64], settings[80], payload[80];

static void write_file(const char *name, const char *text)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", root, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int set_up(void **unused)
{
    char deep[96];

    (void)unused;
    unsetenv("RIG_PASSWORD");
    snprintf(root, sizeof root, "/tmp/secret_test.XXXXXX");
    if (!mkdtemp(root))
        return -1;
    snprintf(settings, sizeof settings, "%s/settings.json", root);
    snprintf(payload, sizeof payload, "%s/payload", root);
    snprintf(deep, sizeof deep, "%s/deep", payload);
    return mkdir(payload, 0700) || mkdir(deep, 0700);
}

static int tear_down(void **unused)
{
    char command[128];

    (void)unused;
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    return system(command);
}

static void references_and_empty_texts_are_no_secrets(void **unused)
{
    live_error error = { 0 };

    (void)unused;
    write_file(
        "settings.json",
        "{\"live\": {\"password\": {\"file\": \"secrets/x\"}}, \"token_kind\": \"a\","
        " \"a\": [{\"api_token\": null}, {\"secret\": \"\"}, {\"secret\": {\"env\": \"X\"}}]}");
    assert_int_equal(secret_check_settings(settings, &error), LIVE_OK);
}

static void a_secret_in_the_clear_is_refused_with_its_place(void **unused)
{
    static const struct {
        const char *text, *place;
    } rows[] = {
        { "{\"live\":\n {\"password\": \"hunter22\"}}", "settings.json:2:15: live/password: " },
        { "{\"a/b\": [1,\n {\"apiToken\": \"x\"}]}", ":2:15: a~1b/1/apiToken: " },
        { "{\"client_secret\": \"x\"}", ":1:19: client_secret: " },
    };
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        live_error error = { 0 };
        write_file("settings.json", rows[i].text);
        assert_int_equal(secret_check_settings(settings, &error), LIVE_E_INVALID);
        assert_non_null(strstr(error.text, rows[i].place));
        assert_null(strstr(error.text, "hunter22"));
    }
}

static void settings_that_are_no_json_are_refused_with_their_place(void **unused)
{
    live_error error = { 0 };

    (void)unused;
    assert_int_equal(secret_check_settings(settings, &error), LIVE_E_SYSTEM);
    write_file("settings.json", "{\n oops}");
    assert_int_equal(secret_check_settings(settings, &error), LIVE_E_PARSE);
    assert_non_null(strstr(error.text, "settings.json:2:2: "));
}

static live_err scan(live_error *error)
{
    return secret_scan(settings, root, payload, error);
}

static void a_secret_of_a_file_is_found_in_the_payload(void **unused)
{
    live_error error = { 0 };

    (void)unused;
    write_file("settings.json", "{\"live\": {\"password\": {\"file\": \"key\"}}}");
    write_file("key", "s3cret-canary\nnot this\n");
    write_file("payload/deep/README", "say not this aloud");
    assert_int_equal(scan(&error), LIVE_OK);
    write_file("payload/deep/README", "say s3cret-canary aloud");
    assert_int_equal(scan(&error), LIVE_E_INVALID);
    assert_non_null(strstr(error.text, "the secret of 'live/password', in "));
    assert_non_null(strstr(error.text, "deep/README"));
    assert_null(strstr(error.text, "canary"));
}

static void a_secret_of_the_environment_is_found_in_the_payload(void **unused)
{
    live_error error = { 0 };

    (void)unused;
    setenv("RIG_PASSWORD", "s3cret-canary", 1);
    write_file("settings.json",
               "{\"processes\": {\"a\": {\"token\": {\"env\": \"RIG_PASSWORD\"}}}}");
    write_file("payload/file", "s3cret-canary");
    assert_int_equal(scan(&error), LIVE_E_INVALID);
    assert_non_null(strstr(error.text, "processes/a/token"));
}

static void what_says_nothing_is_not_looked_for(void **unused)
{
    live_error error = { 0 };

    (void)unused;
    write_file("payload/file", "live-agent secret");
    write_file("settings.json",
               "{\"live\": {\"username\": \"live-agent\", \"password\": {\"file\": \"key\"}}}");
    assert_int_equal(scan(&error), LIVE_OK); // it is not on this machine
    write_file("key", "live-agent\n");
    assert_int_equal(scan(&error), LIVE_OK); // the user name
    write_file("key", "secret\n");
    assert_int_equal(scan(&error), LIVE_OK); // short
    write_file("key", "");
    assert_int_equal(scan(&error), LIVE_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(references_and_empty_texts_are_no_secrets),
        CASE(a_secret_in_the_clear_is_refused_with_its_place),
        CASE(settings_that_are_no_json_are_refused_with_their_place),
        CASE(a_secret_of_a_file_is_found_in_the_payload),
        CASE(a_secret_of_the_environment_is_found_in_the_payload),
        CASE(what_says_nothing_is_not_looked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
