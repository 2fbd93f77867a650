// SPDX-License-Identifier: Apache-2.0
// What a process has started is found, wherever it went.
#include "supervise/tree.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmocka_all.h"

static void say(int fd)
{
    if (write(fd, "", 1) != 1)
        _exit(2);
}

static void hear(int fd)
{
    char byte;

    assert_int_equal(read(fd, &byte, 1), 1);
}

// Starts a child with a session of its own, waits for it, and ends with 0 when a signal ended it.
static void be_parent(int ready)
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        setsid();
        say(ready);
        pause();
        _exit(0);
    }
    waitpid(child, &status, 0);
    _exit(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM ? 0 : 1);
}

static void a_signal_reaches_those_with_a_session_of_their_own(void **state)
{
    int ready[2], status;

    (void)state;
    assert_int_equal(pipe(ready), 0);
    pid_t parent = fork();
    if (parent == 0) {
        setsid();
        be_parent(ready[1]);
    }
    hear(ready[0]);
    ag_tree_signal(parent, SIGTERM);
    assert_int_equal(waitpid(parent, &status, 0), parent);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    close(ready[0]);
    close(ready[1]);
}

static void children_of_children_are_ended_and_reaped_too(void **state)
{
    int ready[2];

    (void)state;
    assert_int_equal(pipe(ready), 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    for (int i = 0; i < 3; i++)
        if (fork() == 0)
            be_parent(ready[1]);
    for (int i = 0; i < 3; i++)
        hear(ready[0]);
    ag_tree_end(NULL, NULL);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    close(ready[0]);
    close(ready[1]);
}

static bool is(pid_t pid, void *user)
{
    return pid == *(const pid_t *)user;
}

static void who_is_spared_lives(void **state)
{
    pid_t spared = fork();

    (void)state;
    if (spared == 0) {
        pause();
        _exit(0);
    }
    ag_tree_end(is, &spared);
    assert_int_equal(waitpid(spared, NULL, WNOHANG), 0);
    kill(spared, SIGKILL);
    assert_int_equal(waitpid(spared, NULL, 0), spared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signal_reaches_those_with_a_session_of_their_own),
        cmocka_unit_test(children_of_children_are_ended_and_reaped_too),
        cmocka_unit_test(who_is_spared_lives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
