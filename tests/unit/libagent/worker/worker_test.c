// SPDX-License-Identifier: Apache-2.0
// The whole life of a worker, with this program's own module and this test in the place of its supervisor.
#include "worker/worker.h"

#include <agent/module.h>
#include <errno.h>
#include <fcntl.h>
#include <live/json.h>
#include <live/log.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "link/config.h"
#include "link/passing.h"

enum { PATIENCE_MS = 20000 };

// The module: what a process does is told on standard output, where nobody else writes.

struct config {
    int64_t every_ms;
};

static const agent_setting rows[] = {
    AGENT_DURATION(struct config, every_ms, "10ms", "Time between two turns."),
    { 0 },
};

static live_err tell(const char *what)
{
    return write(STDOUT_FILENO, what, strlen(what)) < 0 ? LIVE_E_SYSTEM : LIVE_OK;
}

static live_err start(agent_run *run, live_error *error)
{
    (void)run;
    (void)error;
    return tell("start;");
}

static live_err poll_once(agent_run *run, live_error *error)
{
    bool *polled = agent_state(run);

    (void)error;
    if (*polled)
        return LIVE_OK;
    *polled = true;
    return tell("poll;");
}

static void stop(agent_run *run)
{
    (void)run;
    tell("stop;");
}

static live_err refuse(agent_run *run, live_error *error)
{
    (void)run;
    return live_fail(error, LIVE_E_INVALID, "it is set up wrong");
}

static live_err fail_for_now(agent_run *run, live_error *error)
{
    (void)run;
    live_fail(error, LIVE_E_CONNECT, "nobody answers");
    error->retry = true;
    return error->code;
}

static live_err fail_for_good(agent_run *run, live_error *error)
{
    (void)run;
    return live_fail(error, LIVE_E_SYSTEM, "the device is gone");
}

static live_err fail_once(agent_run *run, live_error *error)
{
    int *turns = agent_state(run);

    if (++*turns == 1)
        return fail_for_now(run, error);
    return *turns == 2 ? tell("again;") : LIVE_OK;
}

static live_err count_files(agent_run *run, live_error *error)
{
    struct rlimit files;
    char text[32];

    (void)run;
    if (getrlimit(RLIMIT_NOFILE, &files))
        return live_fail_errno(error, errno, "getrlimit");
    snprintf(text, sizeof text, "%d files;", (int)files.rlim_cur);
    return tell(text);
}

#define ROW(name_, ...)                                                                            \
    {                                                                                              \
        .name = name_, .summary = "Is tested", .settings = rows,                                   \
        .config_size = sizeof(struct config), .state_size = sizeof(int), __VA_ARGS__               \
    }

static const agent_process processes[] = {
    ROW("plain", .start = start, .poll = poll_once, .stop = stop),
    ROW("refuses", .start = refuse, .stop = stop),
    ROW("not_yet", .start = fail_for_now),
    ROW("breaks", .poll = fail_for_good, .stop = stop),
    ROW("recovers", .poll = fail_once),
    ROW("limited", .start = count_files),
    { 0 },
};

AGENT_MODULE(.name = "own", .version = "1.0.0", .processes = processes);

static const agent_module *const modules[] = { &agent_module_v1, NULL };

// Its supervisor

typedef struct fixture {
    pid_t worker; // 0: it has ended
    int control, ready, told, said;
    char told_text[256], said_text[4096];
} fixture;

static void become_worker(int control, int config, int ready, int told, int said)
{
    // Above those that it is to get, so that none is in another's way.
    int from[] = { control, config, ready, told, said };
    int to[] = { AG_FD_CONTROL, AG_FD_CONFIG, AG_FD_READY, STDOUT_FILENO, STDERR_FILENO };

    for (size_t i = 0; i < sizeof from / sizeof *from; i++)
        from[i] = fcntl(from[i], F_DUPFD, 100);
    for (size_t i = 0; i < sizeof from / sizeof *from; i++)
        dup2(from[i], to[i]);
    for (int fd = AG_FD_COUNT; fd < 200; fd++)
        close(fd);
    setsid();
    _exit(ag_worker_main(modules));
}

static void run(fixture *f, const char *type, const char *settings)
{
    int control[2], ready[2], told[2], said[2], config = -1;
    char text[512];

    snprintf(text, sizeof text,
             "{\"module\": \"own\", \"name\": \"it\", \"type\": \"%s\", \"state\": \"/tmp\", "
             "\"level\": \"info\", \"settings\": {\"type\": \"%s\"%s}}",
             type, type, settings);
    cJSON *json = cJSON_Parse(text);
    assert_non_null(json);
    assert_int_equal(ag_config_write(json, &config, NULL), LIVE_OK);
    cJSON_Delete(json);
    assert_int_equal(ag_passing_pair(control, NULL), LIVE_OK);
    assert_true(pipe2(ready, O_CLOEXEC) == 0 && pipe2(told, O_CLOEXEC) == 0 &&
                pipe2(said, O_CLOEXEC) == 0);
    f->worker = fork();
    if (f->worker == 0)
        become_worker(control[1], config, ready[1], told[1], said[1]);
    assert_true(f->worker > 0);
    close(control[1]);
    close(ready[1]);
    close(told[1]);
    close(said[1]);
    close(config);
    f->control = control[0];
    f->ready = ready[0];
    f->told = told[0];
    f->said = said[0];
}

static bool is_ready(const fixture *f)
{
    struct pollfd ready = { .fd = f->ready, .events = POLLIN };
    char byte;

    assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
    return read(f->ready, &byte, 1) == 1;
}

static void read_all(int fd, char *out, size_t size)
{
    size_t length = strlen(out);
    ssize_t got;

    while (length + 1 < size && (got = read(fd, out + length, size - 1 - length)) > 0)
        length += (size_t)got;
    out[length] = '\0';
}

static void wait_told(fixture *f, const char *what)
{
    while (!strstr(f->told_text, what)) {
        struct pollfd ready = { .fd = f->told, .events = POLLIN };
        size_t length = strlen(f->told_text);
        assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
        ssize_t got = read(f->told, f->told_text + length, sizeof f->told_text - 1 - length);
        assert_true(got > 0);
    }
}

// The exit code; -1: a signal ended it.
static int end_of(fixture *f)
{
    int status = -1;

    read_all(f->told, f->told_text, sizeof f->told_text);
    read_all(f->said, f->said_text, sizeof f->said_text);
    assert_int_equal(waitpid(f->worker, &status, 0), f->worker);
    f->worker = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    f->control = f->ready = f->told = f->said = -1;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    const int fds[] = { f->control, f->ready, f->told, f->said };

    if (f->worker > 0) {
        kill(f->worker, SIGKILL);
        waitpid(f->worker, NULL, 0);
    }
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    free(f);
    return 0;
}

static void it_starts_says_so_takes_turns_and_stops(void **state)
{
    fixture *f = *state;

    run(f, "plain", "");
    assert_true(is_ready(f));
    wait_told(f, "start;poll;");
    assert_int_equal(kill(f->worker, SIGTERM), 0);
    assert_int_equal(end_of(f), 0);
    assert_string_equal(f->told_text, "start;poll;stop;");
}

static void it_ends_with_its_supervisor_and_takes_its_group_along(void **state)
{
    fixture *f = *state;

    run(f, "plain", "");
    assert_true(is_ready(f));
    wait_told(f, "poll;");
    close(f->control);
    f->control = -1;
    assert_int_equal(end_of(f), -1); // by its own signal to all of its group
    assert_non_null(strstr(f->told_text, "stop;"));
}

static void what_trying_again_cannot_help_is_told_by_the_exit_code(void **state)
{
    fixture *f = *state;

    run(f, "refuses", "");
    assert_false(is_ready(f));
    assert_int_equal(end_of(f), AG_EXIT_REFUSED);
    assert_non_null(strstr(f->said_text, "start: it is set up wrong"));
}

static void what_may_pass_is_a_failure_like_others(void **state)
{
    fixture *f = *state;

    run(f, "not_yet", "");
    assert_false(is_ready(f));
    assert_int_equal(end_of(f), EXIT_FAILURE);
    assert_non_null(strstr(f->said_text, "start: nobody answers"));
}

static void a_turn_that_fails_for_good_ends_it(void **state)
{
    fixture *f = *state;

    run(f, "breaks", "");
    assert_true(is_ready(f));
    assert_int_equal(end_of(f), EXIT_FAILURE);
    assert_non_null(strstr(f->said_text, "poll: the device is gone"));
    assert_string_equal(f->told_text, "stop;");
}

static void a_turn_that_may_be_tried_again_is(void **state)
{
    fixture *f = *state;

    run(f, "recovers", "");
    assert_true(is_ready(f));
    wait_told(f, "again;");
    assert_int_equal(kill(f->worker, SIGTERM), 0);
    assert_int_equal(end_of(f), 0);
    assert_non_null(strstr(f->said_text, "nobody answers"));
}

static void its_limits_are_set_before_the_module_runs(void **state)
{
    fixture *f = *state;

    run(f, "limited", ", \"limits\": {\"files\": 50}");
    assert_true(is_ready(f));
    wait_told(f, "50 files;");
    assert_int_equal(kill(f->worker, SIGTERM), 0);
    assert_int_equal(end_of(f), 0);
}

static void what_the_module_does_not_have_is_refused(void **state)
{
    fixture *f = *state;

    run(f, "nothing", "");
    assert_false(is_ready(f));
    assert_int_equal(end_of(f), AG_EXIT_REFUSED);
    assert_non_null(strstr(f->said_text, "nothing"));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(it_starts_says_so_takes_turns_and_stops),
        CASE(it_ends_with_its_supervisor_and_takes_its_group_along),
        CASE(what_trying_again_cannot_help_is_told_by_the_exit_code),
        CASE(what_may_pass_is_a_failure_like_others),
        CASE(a_turn_that_fails_for_good_ends_it),
        CASE(a_turn_that_may_be_tried_again_is),
        CASE(its_limits_are_set_before_the_module_runs),
        CASE(what_the_module_does_not_have_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
