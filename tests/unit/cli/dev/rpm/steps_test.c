// SPDX-License-Identifier: Apache-2.0
#include "rpm/steps.h"

#include <fcntl.h>
#include <live/buf.h>
#include <live/file.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmocka_all.h"

static char log[64];
static steps *running;

static int set_up(void **unused)
{
    (void)unused;
    snprintf(log, sizeof log, "/tmp/steps_test.XXXXXX");
    int fd = mkstemp(log);
    return fd < 0 || close(fd) || steps_new(&running, NULL);
}

static int tear_down(void **unused)
{
    (void)unused;
    steps_free(running);
    return unlink(log);
}

static live_err run(const char *script, live_error *error)
{
    const char *const argv[] = { "sh", "-c", script, NULL };
    return steps_run(running, argv, "/", log, error);
}

static void expect_log(const char *due)
{
    live_error error = { 0 };
    char *text = NULL;

    assert_int_equal(live_file_read(log, &text, NULL, &error), LIVE_OK);
    assert_string_equal(text, due);
    live_free(text);
}

static void what_it_prints_is_in_the_log(void **unused)
{
    live_error error = { 0 };

    (void)unused;
    assert_int_equal(run("pwd; echo wrong >&2", &error), LIVE_OK);
    expect_log("/\nwrong\n");
}

static void its_failure_is_told(void **unused)
{
    live_error error = { 0 };

    (void)unused;
    assert_int_equal(run("exit 3", &error), LIVE_E_UNSUPPORTED);
    assert_string_equal(error.text, "it ended with exit code 3");
    assert_int_equal(run("kill -9 $$", &error), LIVE_E_UNSUPPORTED);
    assert_non_null(strstr(error.text, "signal 9"));
}

static void a_program_that_is_not_there_is_named(void **unused)
{
    const char *const argv[] = { "no-such-program", NULL };
    live_error error = { 0 };

    (void)unused;
    assert_int_equal(steps_run(running, argv, "/", log, &error), LIVE_E_NOTFOUND);
    assert_non_null(strstr(error.text, "no-such-program"));
}

static void a_signal_ends_it_with_all_that_it_started(void **unused)
{
    struct pollfd pipe = { .events = POLLIN };
    live_error error = { 0 };
    char fifo[80], script[200];

    (void)unused;
    snprintf(fifo, sizeof fifo, "%s.fifo", log);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    pipe.fd = open(fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    // The grandchild would hold the pipe open for an hour.
    snprintf(script, sizeof script, "exec 3>%s; sleep 3600 & kill -TERM %d; wait", fifo,
             (int)getpid());
    assert_int_equal(run(script, &error), LIVE_E_CLOSED);
    assert_non_null(strstr(error.text, "signal 15"));
    assert_int_equal(poll(&pipe, 1, 10000), 1);
    assert_true(pipe.revents & POLLHUP);
    close(pipe.fd);
    unlink(fifo);
}

static void a_signal_between_two_steps_ends_the_next(void **unused)
{
    live_error error = { 0 };

    (void)unused;
    assert_int_equal(run("true", &error), LIVE_OK);
    raise(SIGINT);
    assert_int_equal(run("sleep 3600", &error), LIVE_E_CLOSED);
    assert_non_null(strstr(error.text, "signal 2"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(what_it_prints_is_in_the_log),
        CASE(its_failure_is_told),
        CASE(a_program_that_is_not_there_is_named),
        CASE(a_signal_ends_it_with_all_that_it_started),
        CASE(a_signal_between_two_steps_ends_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
