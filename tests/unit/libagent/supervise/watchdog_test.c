// SPDX-License-Identifier: Apache-2.0
// A call that does not come back, in a process of its own.
#include "supervise/watchdog.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmocka_all.h"

typedef struct end {
    int status;
    char text[256]; // what it said
} end;

static end run(void (*act)(void))
{
    int pipe_ends[2];
    end end = { .status = -1 };

    assert_int_equal(pipe(pipe_ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct rlimit no_core = { 0, 0 };
        setrlimit(RLIMIT_CORE, &no_core);
        dup2(pipe_ends[1], STDERR_FILENO);
        close(pipe_ends[1]);
        if (ag_watchdog_start(NULL))
            _exit(99);
        act();
        _exit(0);
    }
    close(pipe_ends[1]);
    for (ssize_t got, length = 0;
         (got = read(pipe_ends[0], end.text + length, sizeof end.text - 1 - (size_t)length)) > 0;)
        length += got;
    close(pipe_ends[0]);
    assert_int_equal(waitpid(pid, &end.status, 0), pid);
    return end;
}

static void hang(void)
{
    ag_watchdog_enter("poll()", 50);
    for (;;)
        pause();
}

static void hang_with_all_signals_blocked(void)
{
    sigset_t all;

    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    hang();
}

static void come_back_often(void)
{
    for (int i = 0; i < 1000; i++) {
        ag_watchdog_enter("row()", 2000);
        ag_watchdog_leave();
    }
    poll(NULL, 0, 100);
}

static void hang_within(void)
{
    ag_watchdog_enter("a callback", 50);
    ag_watchdog_enter("row()", 50);
    ag_watchdog_leave();
    ag_watchdog_enter("poll()", 60000);
    for (;;)
        pause();
}

static void take_long_without_a_limit(void)
{
    ag_watchdog_enter("start()", 0);
    poll(NULL, 0, 100);
    ag_watchdog_leave();
}

static void what_hangs_is_ended_and_named(void **state)
{
    end end = run(hang);

    (void)state;
    assert_true(WIFSIGNALED(end.status));
    assert_int_equal(WTERMSIG(end.status), SIGABRT);
    assert_string_equal(end.text, "watchdog: poll() has not come back for 50 ms\n");
}

static void the_inmost_call_is_named_and_has_the_time_of_the_outmost(void **state)
{
    end end = run(hang_within);

    (void)state;
    assert_true(WIFSIGNALED(end.status));
    assert_string_equal(end.text, "watchdog: poll() has not come back for 50 ms\n");
}

static void who_blocks_signals_is_killed_by_the_kernel(void **state)
{
    end end = run(hang_with_all_signals_blocked);

    (void)state;
    assert_true(WIFSIGNALED(end.status));
    assert_int_equal(WTERMSIG(end.status), SIGKILL);
}

static void what_comes_back_is_left_in_peace(void **state)
{
    end often = run(come_back_often), unlimited = run(take_long_without_a_limit);

    (void)state;
    assert_int_equal(often.status, 0);
    assert_int_equal(unlimited.status, 0);
    assert_string_equal(often.text, "");
}

static void an_abort_of_the_modules_own_stays_one(void **state)
{
    end end = run(abort);

    (void)state;
    assert_true(WIFSIGNALED(end.status));
    assert_int_equal(WTERMSIG(end.status), SIGABRT);
    assert_string_equal(end.text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_hangs_is_ended_and_named),
        cmocka_unit_test(the_inmost_call_is_named_and_has_the_time_of_the_outmost),
        cmocka_unit_test(who_blocks_signals_is_killed_by_the_kernel),
        cmocka_unit_test(what_comes_back_is_left_in_peace),
        cmocka_unit_test(an_abort_of_the_modules_own_stays_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
