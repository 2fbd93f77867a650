// SPDX-License-Identifier: Apache-2.0
// What keeps a second agent away, files of ours, and leaving the terminal.
#include "supervise/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <live/buf.h>
#include <live/file.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmocka_all.h"

static char folder[64], path[128];

static int make_folder(void **unused)
{
    (void)unused;
    snprintf(folder, sizeof folder, "/tmp/daemon_test.XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/file", folder);
    return 0;
}

static int drop_folder(void **unused)
{
    char command[128];

    (void)unused;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static void a_folder_has_one_agent(void **unused)
{
    int first = -1, second = -1;
    live_error error = { 0 };

    (void)unused;
    assert_int_equal(ag_daemon_lock(folder, "", &first, NULL), LIVE_OK);
    assert_int_equal(ag_daemon_lock(folder, "", &second, &error), LIVE_E_LIMIT);
    assert_non_null(strstr(error.text, "an agent runs there already"));
    assert_true(fcntl(first, F_GETFD) & FD_CLOEXEC); // no child holds it
    close(first);
    assert_int_equal(ag_daemon_lock(folder, "", &second, NULL), LIVE_OK);
    close(second);
    assert_int_equal(ag_daemon_lock(path, "", &second, NULL), LIVE_E_SYSTEM);
}

static void what_is_not_ours_is_not_written_to(void **unused)
{
    char other[160];
    int fd = -1;
    live_error error = { 0 };

    (void)unused;
    snprintf(other, sizeof other, "%s/other", folder);
    assert_int_equal(live_file_write(other, "x", 1, 0600, NULL), LIVE_OK);
    assert_int_equal(symlink(other, path), 0);
    assert_int_equal(ag_daemon_open(path, O_WRONLY, &fd, &error), LIVE_E_INVALID);
    assert_non_null(strstr(error.text, "it is a symbolic link"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(link(other, path), 0);
    assert_int_equal(ag_daemon_open(path, O_WRONLY, &fd, &error), LIVE_E_INVALID);
    assert_non_null(strstr(error.text, "has a second name"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(ag_daemon_open(path, O_RDWR, &fd, &error), LIVE_E_INVALID);
    assert_non_null(strstr(error.text, "it is no plain file"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(ag_daemon_open(path, O_WRONLY, &fd, NULL), LIVE_OK);
    close(fd);
}

static void a_number_is_held_as_long_as_its_process(void **unused)
{
    int fd = -1, other = -1;
    live_error error = { 0 };

    (void)unused;
    assert_int_equal(live_file_write(path, "1\n", 2, 0640, NULL), LIVE_OK); // of a killed one
    assert_int_equal(ag_daemon_write_pid(path, &fd, NULL), LIVE_OK);
    assert_int_equal(ag_daemon_read_pid(path), getpid());
    assert_int_equal(ag_daemon_write_pid(path, &other, &error), LIVE_E_LIMIT);
    char want[64];
    snprintf(want, sizeof want, "the agent with pid %d holds it", (int)getpid());
    assert_non_null(strstr(error.text, want));
    ag_daemon_remove_pid(path, fd);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(ag_daemon_read_pid(path), 0);
}

static void a_number_that_somebody_replaced_is_not_removed(void **unused)
{
    int fd = -1;

    (void)unused;
    assert_int_equal(ag_daemon_write_pid(path, &fd, NULL), LIVE_OK);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(live_file_write(path, "7\n", 2, 0640, NULL), LIVE_OK);
    ag_daemon_remove_pid(path, fd);
    assert_int_equal(ag_daemon_read_pid(path), 7);
}

static void a_full_disk_has_no_room_for_a_number(void **unused)
{
    int fd = -1;
    live_error error = { 0 };

    (void)unused;
    assert_int_equal(ag_daemon_write_pid("/dev/full", &fd, &error), LIVE_E_SYSTEM);
    assert_true(error.sys == ENOSPC || error.sys == EINVAL);
    assert_int_equal(fd, -1);
}

// What the process that was started shows, and how it ends. `tell` is the other one's part.
static int outcome(void (*tell)(int *teller), char *out, size_t size)
{
    int ends[2], status = -1;
    size_t length = 0;
    ssize_t got;

    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        int teller = -1;
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        if (ends[1] > STDERR_FILENO)
            close(ends[1]);
        if (ag_daemon_detach(&teller, NULL))
            _exit(99);
        tell(&teller);
        _exit(0);
    }
    close(ends[1]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    while (length + 1 < size && (got = read(ends[0], out + length, size - 1 - length)) > 0)
        length += (size_t)got;
    out[length] = '\0';
    close(ends[0]);
    return WEXITSTATUS(status);
}

static void tell_well(int *teller)
{
    char here[16];

    // Whatever becomes of it: it is nobody's session but its own, and holds no folder.
    if (getsid(0) != getpid() || !getcwd(here, sizeof here) || strcmp(here, "/") != 0)
        ag_daemon_tell(teller, 1, "it is not on its own");
    ag_daemon_tell(teller, 0, "healthy");
    ag_daemon_tell(teller, 1, "and only once");
}

static void tell_ill(int *teller)
{
    ag_daemon_tell(teller, 2, "the settings are wrong");
}

static void die(int *teller)
{
    (void)teller;
    _exit(0);
}

static void who_started_it_hears_how_it_went(void **unused)
{
    char text[256];

    (void)unused;
    assert_int_equal(outcome(tell_well, text, sizeof text), 0);
    assert_string_equal(text, "healthy\n");
    assert_int_equal(outcome(tell_ill, text, sizeof text), 2);
    assert_string_equal(text, "live: the settings are wrong\n");
    assert_int_equal(outcome(die, text, sizeof text), 1);
    assert_string_equal(text, "live: the agent ended before it said how it is\n");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, make_folder, drop_folder)
    const struct CMUnitTest tests[] = {
        CASE(a_folder_has_one_agent),
        CASE(what_is_not_ours_is_not_written_to),
        CASE(a_number_is_held_as_long_as_its_process),
        CASE(a_number_that_somebody_replaced_is_not_removed),
        CASE(a_full_disk_has_no_room_for_a_number),
        CASE(who_started_it_hears_how_it_went),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
