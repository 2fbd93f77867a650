// SPDX-License-Identifier: Apache-2.0
// Where a supervisor sits.
#include "supervise/office.h"

#include <errno.h>
#include <fcntl.h>
#include <live/buf.h>
#include <live/file.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "supervise/daemon.h"

static char folder[64], settings[128];

static int make_folder(void **unused)
{
    (void)unused;
    snprintf(folder, sizeof folder, "/tmp/office_test.XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(settings, sizeof settings, "%s/settings.json", folder);
    unsetenv("DDA_LOG_FILE");
    unsetenv("DDA_PID_FILE");
    return (int)live_file_write(settings, "{}", 2, 0640, NULL);
}

static int drop_folder(void **unused)
{
    char command[128];

    (void)unused;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static void it_has_its_folders_its_number_and_is_alone_there(void **unused)
{
    const ag_office_options options = { .settings = settings };
    ag_office office, other;
    live_error error = { 0 };
    char want[256];

    (void)unused;
    assert_int_equal(ag_office_open(&office, &options, NULL), LIVE_OK);
    assert_string_equal(office.settings, settings);
    assert_string_equal(office.directory, folder);
    snprintf(want, sizeof want, "%s/.live/run", folder);
    assert_string_equal(office.run, want);
    snprintf(want, sizeof want, "%s/.live/run/pid", folder);
    assert_string_equal(office.pid_path, want);
    assert_int_equal(ag_daemon_read_pid(want), getpid());
    assert_string_equal(office.log, ""); // in the foreground it is standard error
    assert_int_equal(ag_office_open(&other, &options, &error), LIVE_E_LIMIT);
    snprintf(want, sizeof want, "%s: the agent with pid %d runs there already", folder,
             (int)getpid());
    assert_string_equal(error.text, want);
    ag_office_close(&other);
    assert_int_equal(access(office.pid_path, F_OK), 0);
    ag_office_close(&office);
    assert_int_equal(access(office.pid_path, F_OK), -1);
    assert_int_equal(ag_office_open(&other, &options, NULL), LIVE_OK);
    ag_office_close(&other);
}

// Ends at once: a number that nobody has.
static pid_t dead_number(void)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    return pid;
}

// As a child does that is not there yet when its supervisor is killed.
static void the_lock_of_one_that_was_killed_is_waited_for(void **unused)
{
    const ag_office_options options = { .settings = settings };
    ag_office office;
    char number[32], path[128];
    int ready[2], lock = -1;

    (void)unused;
    snprintf(path, sizeof path, "%s/.live", folder);
    assert_int_equal(mkdir(path, 0700) | mkdir(strcat(path, "/run"), 0700), 0);
    snprintf(number, sizeof number, "%d", (int)dead_number());
    assert_int_equal(live_file_write(strcat(path, "/pid"), number, strlen(number), 0600, NULL),
                     LIVE_OK);
    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    pid_t child = fork();
    if (child == 0) {
        live_err err = ag_daemon_lock(folder, "", &lock, NULL);
        close(ready[1]);
        poll(NULL, 0, 100);
        _exit((int)err);
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], number, 1), 0);
    close(ready[0]);
    assert_int_equal(ag_office_open(&office, &options, NULL), LIVE_OK);
    ag_office_close(&office);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

static void a_path_that_is_given_is_as_seen_from_here(void **unused)
{
    const ag_office_options options = { .settings = "settings.json" };
    ag_office office;
    char want[256], before[256];

    (void)unused;
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(folder), 0);
    setenv("DDA_PID_FILE", "own.pid", 1);
    assert_int_equal(ag_office_open(&office, &options, NULL), LIVE_OK);
    snprintf(want, sizeof want, "%s/own.pid", folder);
    assert_string_equal(office.pid_path, want);
    assert_string_equal(office.settings, settings);
    assert_int_equal(ag_daemon_read_pid(want), getpid());
    ag_office_close(&office);
    assert_int_equal(chdir(before), 0);
}

static void settings_that_are_not_there_have_no_office(void **unused)
{
    const ag_office_options options = { .settings = "/nowhere/settings.json" };
    ag_office office;
    live_error error = { 0 };

    (void)unused;
    assert_int_equal(ag_office_open(&office, &options, &error), LIVE_E_SYSTEM);
    assert_int_equal(error.sys, ENOENT);
    assert_string_equal(office.settings, ""); // which is how its exit code is known
    ag_office_close(&office);
}

static void a_pid_file_that_was_asked_for_is_due_ours_is_not(void **unused)
{
    const ag_office_options options = { .settings = settings };
    ag_office office;
    char path[256];

    (void)unused;
    setenv("DDA_PID_FILE", "/nowhere/own.pid", 1);
    assert_int_equal(ag_office_open(&office, &options, NULL), LIVE_E_SYSTEM);
    ag_office_close(&office);
    unsetenv("DDA_PID_FILE");
    snprintf(path, sizeof path, "%s/.live/run/pid", folder);
    assert_int_equal(mkdir(path, 0700), 0); // nothing can be written there
    assert_int_equal(ag_office_open(&office, &options, NULL), LIVE_OK);
    assert_int_equal(office.pid_fd, -1);
    ag_office_close(&office);
}

static void a_folder_that_cannot_be_made_is_said(void **unused)
{
    const ag_office_options options = { .settings = settings };
    ag_office office;
    live_error error = { 0 };
    char path[256];

    (void)unused;
    snprintf(path, sizeof path, "%s/.live", folder);
    assert_int_equal(live_file_write(path, "", 0, 0600, NULL), LIVE_OK); // a file in its place
    assert_int_equal(ag_office_open(&office, &options, &error), LIVE_E_SYSTEM);
    assert_non_null(strstr(error.text, "/.live"));
    ag_office_close(&office);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, make_folder, drop_folder)
    const struct CMUnitTest tests[] = {
        CASE(it_has_its_folders_its_number_and_is_alone_there),
        CASE(the_lock_of_one_that_was_killed_is_waited_for),
        CASE(a_path_that_is_given_is_as_seen_from_here),
        CASE(settings_that_are_not_there_have_no_office),
        CASE(a_pid_file_that_was_asked_for_is_due_ours_is_not),
        CASE(a_folder_that_cannot_be_made_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
