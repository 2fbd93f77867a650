// SPDX-License-Identifier: Apache-2.0
#include "supervise/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmocka_all.h"

static const char *const variables[] = { "STATE_DIRECTORY", "RUNTIME_DIRECTORY", "LOGS_DIRECTORY" };

static char work[64];

static int set_up(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        unsetenv(variables[i]);
    snprintf(work, sizeof work, "/tmp/folder_test.XXXXXX");
    return mkdtemp(work) ? 0 : -1;
}

static int tear_down(void **unused)
{
    char command[128];

    (void)unused;
    snprintf(command, sizeof command, "rm -rf '%s'", work);
    return system(command);
}

static void expect(ag_folder folder, const char *relative)
{
    char path[AG_FOLDER_BYTES], due[128];
    live_error error = { 0 };
    struct stat stat_of;

    assert_int_equal(ag_folder_make(folder, work, path, &error), LIVE_OK);
    snprintf(due, sizeof due, "%s/%s", work, relative);
    assert_string_equal(path, due);
    assert_int_equal(stat(path, &stat_of), 0);
    bool shared = folder == AG_FOLDER_RUN || folder == AG_FOLDER_LOG;
    assert_int_equal(stat_of.st_mode & 07777, shared ? 0750 : 0700);
}

// `tail` follows the path of the work folder.
static void set(const char *variable, const char *tail)
{
    char value[160];

    snprintf(value, sizeof value, "%s%s", work, tail);
    setenv(variable, value, 1);
}

static void all_lie_below_the_settings_in_a_project(void **unused)
{
    (void)unused;
    expect(AG_FOLDER_STATE, ".live/state");
    expect(AG_FOLDER_OUTBOX, ".live/outbox");
    expect(AG_FOLDER_RUN, ".live/run");
    expect(AG_FOLDER_LOG, ".live/log");
}

static void a_service_keeps_them_where_systemd_says(void **unused)
{
    (void)unused;
    set("STATE_DIRECTORY", "");
    set("RUNTIME_DIRECTORY", "/runtime");
    set("LOGS_DIRECTORY", "/logs");
    expect(AG_FOLDER_STATE, "state");
    expect(AG_FOLDER_OUTBOX, "outbox");
    expect(AG_FOLDER_RUN, "runtime");
    expect(AG_FOLDER_LOG, "logs");
}

static void the_first_of_several_is_taken(void **unused)
{
    (void)unused;
    set("STATE_DIRECTORY", ":/other");
    expect(AG_FOLDER_STATE, "state");
}

static void a_value_that_is_no_path_is_not_taken(void **unused)
{
    (void)unused;
    setenv("STATE_DIRECTORY", "", 1);
    expect(AG_FOLDER_STATE, ".live/state");
}

static void a_folder_that_cannot_be_made_is_named(void **unused)
{
    char path[AG_FOLDER_BYTES];
    live_error error = { 0 };

    (void)unused;
    setenv("STATE_DIRECTORY", "/no/such", 1);
    assert_int_equal(ag_folder_make(AG_FOLDER_STATE, work, path, &error), LIVE_E_SYSTEM);
    assert_non_null(strstr(error.text, "/no/such/state: No such file"));
}

static void a_path_that_is_too_long_is_refused(void **unused)
{
    char path[AG_FOLDER_BYTES], *deep = malloc(AG_FOLDER_BYTES + 1);
    live_error error = { 0 };

    (void)unused;
    memset(deep, '/', AG_FOLDER_BYTES);
    deep[AG_FOLDER_BYTES] = '\0';
    setenv("STATE_DIRECTORY", deep, 1);
    assert_int_equal(ag_folder_make(AG_FOLDER_STATE, work, path, &error), LIVE_E_LIMIT);
    unsetenv("STATE_DIRECTORY");
    assert_int_equal(ag_folder_make(AG_FOLDER_STATE, deep, path, &error), LIVE_E_LIMIT);
    free(deep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(all_lie_below_the_settings_in_a_project),
        CASE(a_service_keeps_them_where_systemd_says),
        CASE(the_first_of_several_is_taken),
        CASE(a_value_that_is_no_path_is_not_taken),
        CASE(a_folder_that_cannot_be_made_is_named),
        CASE(a_path_that_is_too_long_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
