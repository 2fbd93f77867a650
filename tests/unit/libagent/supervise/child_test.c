// SPDX-License-Identifier: Apache-2.0
// A supervised child, with the shell in the place of a worker.
#include "supervise/child.h"

#include <fcntl.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cmocka_all.h"

enum { KILLS = 60, PARCELS = 2000 };

typedef struct fixture {
    live_loop *loop;
    ag_child *child;
    cJSON *config;
    int starts;
    ag_unit_state wanted; // the loop is stopped when it comes about
} fixture;

static void on_started(ag_child *child, void *user)
{
    fixture *f = user;

    (void)child;
    f->starts++;
    live_loop_stop(f->loop);
}

static void on_changed(ag_child *child, void *user)
{
    fixture *f = user;

    if (ag_child_state(child) == f->wanted)
        live_loop_stop(f->loop);
}

static void start(fixture *f, const char *const *argv, const char *config)
{
    static const char *const env[] = { "PATH=/usr/bin:/bin", NULL };

    cJSON_Delete(f->config);
    f->config = cJSON_Parse(config);
    ag_child_options options = { .name = "child",
                                 .file = argv[0],
                                 .argv = argv,
                                 .env = env,
                                 .directory = "/",
                                 .config = f->config,
                                 .on_started = on_started,
                                 .on_changed = on_changed,
                                 .user = f };

    f->starts = 0;
    f->wanted = AG_STATES;
    assert_int_equal(ag_child_new(f->loop, &options, &f->child, NULL), LIVE_OK);
    ag_child_start(f->child);
    assert_int_equal(f->starts, 1);
}

static void run_until(fixture *f, ag_unit_state state)
{
    f->wanted = state;
    while (ag_child_state(f->child) != state)
        assert_int_equal(live_loop_run(f->loop, 10000, NULL), LIVE_OK);
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    return (int)live_loop_new(&f->loop, NULL);
}

static int tear_down(void **state)
{
    fixture *f = *state;

    ag_child_free(f->child);
    cJSON_Delete(f->config);
    live_loop_free(f->loop);
    free(f);
    return 0;
}

static int compare(const void *a, const void *b)
{
    return (*(const int64_t *)a > *(const int64_t *)b) -
           (*(const int64_t *)a < *(const int64_t *)b);
}

static int64_t now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void who_dies_for_the_first_time_is_back_at_once(void **state)
{
    static const char *const argv[] = { "sleep", "1000", NULL };
    fixture *f = *state;
    int64_t took_us[KILLS];

    for (int i = 0; i < KILLS; i++) {
        start(f, argv, "{}");
        pid_t before = ag_child_pid(f->child);
        took_us[i] = -now_us();
        kill(before, SIGKILL);
        while (f->starts < 2)
            assert_int_equal(live_loop_run(f->loop, 10000, NULL), LIVE_OK);
        took_us[i] += now_us();
        assert_int_not_equal(ag_child_pid(f->child), before);
        ag_child_free(f->child);
        f->child = NULL;
    }
    qsort(took_us, KILLS, sizeof *took_us, compare);
    print_message("from kill to respawn: p50 %.2f ms, p99 %.2f ms\n",
                  (double)took_us[KILLS / 2] / 1e3, (double)took_us[KILLS * 99 / 100] / 1e3);
}

static void what_never_comes_back_has_failed(void **state)
{
    static const char *const argv[] = { "false", NULL };
    fixture *f = *state;

    start(f, argv, "{\"settings\": {\"type\": \"x\", \"restart\": \"never\"}}");
    run_until(f, AG_FAILED);
    assert_int_equal(f->starts, 1);
}

static void who_is_done_stays_down_where_only_failures_count(void **state)
{
    static const char *const argv[] = { "true", NULL };
    fixture *f = *state;

    start(f, argv, "{\"settings\": {\"type\": \"x\", \"restart\": \"on-failure\"}}");
    run_until(f, AG_DOWN);
    assert_int_equal(f->starts, 1);
}

static void more_is_passed_than_there_is_room_for(void **state)
{
    char folder[] = "/tmp/child_test_XXXXXX", fifo[64], out[64], script[256], name[32];
    fixture *f = *state;
    struct stat file;

    assert_non_null(mkdtemp(folder));
    snprintf(fifo, sizeof fifo, "%s/fifo", folder);
    snprintf(out, sizeof out, "%s/out", folder);
    // Reads nothing until it is told to; then the names, until its supervisor is gone.
    snprintf(script, sizeof script, "read go <%s; head -c %d <&3 >%s", fifo, PARCELS * 6, out);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    const char *const argv[] = { "sh", "-c", script, NULL };

    start(f, argv, "{\"settings\": {\"type\": \"x\", \"restart\": \"on-failure\"}}");
    for (int i = 0; i < PARCELS; i++) {
        snprintf(name, sizeof name, "n%04d", i);
        assert_true(ag_child_pass(f->child, name, i % 3 == 0 ? -1 : STDIN_FILENO));
    }
    int go = open(fifo, O_WRONLY);
    assert_int_equal(write(go, "go\n", 3), 3);
    close(go);
    run_until(f, AG_DOWN);
    assert_int_equal(stat(out, &file), 0);
    assert_int_equal(file.st_size, PARCELS * 6);
    unlink(out);
    unlink(fifo);
    rmdir(folder);
}

static void nothing_is_passed_to_who_is_not_there(void **state)
{
    static const char *const argv[] = { "false", NULL };
    fixture *f = *state;

    start(f, argv, "{\"settings\": {\"type\": \"x\", \"restart\": \"never\"}}");
    run_until(f, AG_FAILED);
    assert_false(ag_child_pass(f->child, "name", STDIN_FILENO));
}

static int set_up_simulated(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    return (int)live_loop_new_simulated(0, &f->loop, NULL);
}

// As where the machine has no process, or no descriptor, to spare: it is tried again, less and less often.
static void what_cannot_be_started_is_tried_again_and_given_up_in_the_end(void **state)
{
    static const char *const argv[] = { "/nowhere/at/all", NULL }, *const env[] = { NULL };
    fixture *f = *state;

    f->config = cJSON_Parse("{}");
    ag_child_options options = { .name = "child",
                                 .file = argv[0],
                                 .argv = argv,
                                 .env = env,
                                 .directory = "/",
                                 .config = f->config,
                                 .on_started = on_started,
                                 .on_changed = on_changed,
                                 .user = f };
    f->wanted = AG_FAILED;
    assert_int_equal(ag_child_new(f->loop, &options, &f->child, NULL), LIVE_OK);
    ag_child_start(f->child);
    assert_int_equal(ag_child_state(f->child), AG_DOWN);
    assert_true(ag_child_unit(f->child)->wanted);
    assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, NULL), LIVE_OK);
    assert_int_equal(ag_child_state(f->child), AG_FAILED);
    assert_int_equal(f->starts, 0);
    assert_int_equal(ag_child_unit(f->child)->restarts, 10);
    assert_string_equal(ag_child_reason(f->child), "/nowhere/at/all: no such program");
    assert_int_equal(ag_child_pid(f->child), 0);
}

static void without_a_descriptor_left_it_waits_for_one(void **state)
{
    static const char *const argv[] = { "sleep", "1000", NULL };
    fixture *f = *state;
    struct rlimit files, none;

    start(f, argv, "{}");
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
    none = (struct rlimit){ .rlim_cur = 3, .rlim_max = files.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    kill(ag_child_pid(f->child), SIGKILL);
    while (ag_child_unit(f->child)->deaths < 2)
        assert_int_not_equal(live_loop_run(f->loop, 100, NULL), LIVE_E_SYSTEM);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
    assert_non_null(strstr(ag_child_reason(f->child), "Too many open files"));
    while (f->starts < 2)
        assert_int_equal(live_loop_run(f->loop, 10000, NULL), LIVE_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_dies_for_the_first_time_is_back_at_once, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_never_comes_back_has_failed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_is_done_stays_down_where_only_failures_count, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(more_is_passed_than_there_is_room_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_passed_to_who_is_not_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            what_cannot_be_started_is_tried_again_and_given_up_in_the_end, set_up_simulated,
            tear_down),
        cmocka_unit_test_setup_teardown(without_a_descriptor_left_it_waits_for_one, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
