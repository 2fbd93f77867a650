// SPDX-License-Identifier: Apache-2.0
// A process's control group, in a plain folder in the kernel's place: what is written where. tests/scenario/groups.sh has the
// kernel.
#include "supervise/group.h"

#include <errno.h>
#include <live/buf.h>
#include <live/file.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmocka_all.h"

static char folder[64];

// The kernel makes these; here the test does.
static void put(const char *file, const char *text)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", folder, file);
    assert_int_equal(live_file_write(path, text, strlen(text), 0600, NULL), LIVE_OK);
}

static void assert_file(const char *file, const char *want)
{
    char path[128], *text = NULL;

    snprintf(path, sizeof path, "%s/%s", folder, file);
    assert_int_equal(live_file_read(path, &text, NULL, NULL), LIVE_OK);
    assert_string_equal(text, want);
    live_free(text);
}

static int make_folder(void **unused)
{
    (void)unused;
    snprintf(folder, sizeof folder, "/tmp/group_test.XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int drop_folder(void **unused)
{
    char command[128];

    (void)unused;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static void a_file_of_a_group_is_written(void **unused)
{
    (void)unused;
    put("pids.max", "");
    assert_int_equal(ag_group_set(folder, "pids.max", "20"), 0);
    assert_file("pids.max", "20");
    assert_int_equal(ag_group_set(folder, "memory.max", "20"), ENOENT);
}

static void whoever_goes_in_says_so_itself(void **unused)
{
    (void)unused;
    put("cgroup.procs", "");
    assert_true(ag_group_enter(folder));
    assert_file("cgroup.procs", "0");
}

static void the_end_of_all_is_asked_of_the_kernel(void **unused)
{
    (void)unused;
    put("cgroup.procs", "12345678\n12345679\n");
    put("cgroup.kill", "");
    assert_int_equal(ag_group_kill_all(folder), 2);
    assert_file("cgroup.kill", "1");
}

// As before Linux 5.14: whoever is in it is ended by number.
static void without_that_each_is_ended_by_its_number(void **unused)
{
    char text[32], path[128];
    int status = 0;
    pid_t pid = fork();

    (void)unused;
    if (pid == 0) {
        alarm(60); // should the test end before
        pause();
        _exit(0);
    }
    snprintf(text, sizeof text, "%d\n", (int)pid);
    put("cgroup.procs", text);
    assert_int_equal(ag_group_kill_all(folder), 1);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    snprintf(path, sizeof path, "%s/cgroup.procs", folder);
    unlink(path);
    ag_group_remove(folder);
    assert_int_equal(access(folder, F_OK), -1);
    assert_int_equal(mkdir(folder, 0700), 0); // for whoever tidies up
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_of_a_group_is_written, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(whoever_goes_in_says_so_itself, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(the_end_of_all_is_asked_of_the_kernel, make_folder,
                                        drop_folder),
        cmocka_unit_test_setup_teardown(without_that_each_is_ended_by_its_number, make_folder,
                                        drop_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
