// SPDX-License-Identifier: Apache-2.0
// The whole life of a worker, with this program's own module and this test in the place of its supervisor.
#include "worker/worker.h"

#include <agent/module.h>
#include <errno.h>
#include <live/json.h>
#include <live/log.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "child_bench.h"
#include "cmocka_all.h"

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

// Its life

static int become_worker(const void *unused)
{
    (void)unused;
    return ag_worker_main(modules);
}

static void run(child_bench *child, const char *type, const char *settings)
{
    char text[512];

    snprintf(text, sizeof text,
             "{\"module\": \"own\", \"name\": \"it\", \"type\": \"%s\", \"state\": \"/tmp\", "
             "\"level\": \"info\", \"settings\": {\"type\": \"%s\"%s}}",
             type, type, settings);
    cJSON *config = cJSON_Parse(text);
    assert_non_null(config);
    child_bench_start(child, config, become_worker, NULL);
    cJSON_Delete(config);
}

static int set_up(void **state)
{
    static const child_bench none = CHILD_BENCH_INIT;
    child_bench *child = malloc(sizeof *child);

    *state = child;
    *child = none;
    return 0;
}

static int tear_down(void **state)
{
    child_bench_clear(*state);
    free(*state);
    return 0;
}

static void it_starts_says_so_takes_turns_and_stops(void **state)
{
    child_bench *child = *state;

    run(child, "plain", "");
    assert_true(child_bench_is_ready(child));
    child_bench_wait_told(child, "start;poll;");
    assert_int_equal(child_bench_stop(child), 0);
    assert_string_equal(child->told_text, "start;poll;stop;");
}

static void it_ends_with_its_supervisor_and_takes_its_group_along(void **state)
{
    child_bench *child = *state;

    run(child, "plain", "");
    assert_true(child_bench_is_ready(child));
    child_bench_wait_told(child, "poll;");
    close(child->control);
    child->control = -1;
    assert_int_equal(child_bench_end(child), -1); // by its own signal to all of its group
    assert_non_null(strstr(child->told_text, "stop;"));
}

static void what_trying_again_cannot_help_is_told_by_the_exit_code(void **state)
{
    child_bench *child = *state;

    run(child, "refuses", "");
    assert_false(child_bench_is_ready(child));
    assert_int_equal(child_bench_end(child), AG_EXIT_REFUSED);
    assert_non_null(strstr(child->said_text, "start: it is set up wrong"));
}

static void what_may_pass_is_a_failure_like_others(void **state)
{
    child_bench *child = *state;

    run(child, "not_yet", "");
    assert_false(child_bench_is_ready(child));
    assert_int_equal(child_bench_end(child), EXIT_FAILURE);
    assert_non_null(strstr(child->said_text, "start: nobody answers"));
}

static void a_turn_that_fails_for_good_ends_it(void **state)
{
    child_bench *child = *state;

    run(child, "breaks", "");
    assert_true(child_bench_is_ready(child));
    assert_int_equal(child_bench_end(child), EXIT_FAILURE);
    assert_non_null(strstr(child->said_text, "poll: the device is gone"));
    assert_string_equal(child->told_text, "stop;");
}

static void a_turn_that_may_be_tried_again_is(void **state)
{
    child_bench *child = *state;

    run(child, "recovers", "");
    assert_true(child_bench_is_ready(child));
    child_bench_wait_told(child, "again;");
    assert_int_equal(child_bench_stop(child), 0);
    assert_non_null(strstr(child->said_text, "nobody answers"));
}

static void its_limits_are_set_before_the_module_runs(void **state)
{
    child_bench *child = *state;

    run(child, "limited", ", \"limits\": {\"files\": 50}");
    assert_true(child_bench_is_ready(child));
    child_bench_wait_told(child, "50 files;");
    assert_int_equal(child_bench_stop(child), 0);
}

static void what_the_module_does_not_have_is_refused(void **state)
{
    child_bench *child = *state;

    run(child, "nothing", "");
    assert_false(child_bench_is_ready(child));
    assert_int_equal(child_bench_end(child), AG_EXIT_REFUSED);
    assert_non_null(strstr(child->said_text, "nothing"));
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
