// SPDX-License-Identifier: Apache-2.0
// The child that plans, with this program in its place: the name of the settings says how it goes.
#include "supervise/planner.h"

#include <errno.h>
#include <live/json.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cmocka_all.h"

// The child's part

static int plan(const char *path)
{
    if (strcmp(path, "crash") == 0)
        raise(SIGKILL);
    if (strcmp(path, "fail") == 0)
        return 3;
    if (strcmp(path, "hang") == 0)
        pause();
    if (strcmp(path, "rubbish") == 0)
        puts("no plan at all");
    else
        printf("{\"path\": \"%s\", \"processes\": {}}\n", path);
    return 0;
}

static int plan_draft(const char *path)
{
    char text[64] = "";

    if (!fgets(text, sizeof text, stdin))
        return 3;
    printf("{\"path\": \"%s\", \"text\": \"%s\"}\n", path, text);
    return 0;
}

// Ours

typedef struct fixture {
    live_loop *loop;
    ag_planner *planner;
    cJSON *plan;
    live_error why;
    int calls;
} fixture;

static void on_planned(cJSON *plan, const live_error *why, void *user)
{
    fixture *f = user;

    f->calls++;
    f->plan = plan;
    if (why)
        f->why = *why;
    live_loop_stop(f->loop);
    ag_planner_free(f->planner); // as whoever asked does
    f->planner = NULL;
}

static void run(fixture *f, const ag_draft *draft)
{
    assert_int_equal(ag_planner_start(f->loop, draft, on_planned, f, &f->planner, NULL), LIVE_OK);
    assert_true(ag_planner_pid(f->planner) > 0);
    assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, NULL), LIVE_OK);
    assert_int_equal(f->calls, 1);
    assert_null(f->planner);
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    return (int)live_loop_new(&f->loop, NULL);
}

static int set_up_simulated(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    return (int)live_loop_new_simulated(0, &f->loop, NULL);
}

static int tear_down(void **state)
{
    fixture *f = *state;

    ag_planner_free(f->planner);
    cJSON_Delete(f->plan);
    live_loop_free(f->loop);
    free(f);
    return 0;
}

static void a_child_makes_the_plan(void **state)
{
    fixture *f = *state;
    const ag_draft draft = { .path = "fine" };

    run(f, &draft);
    assert_string_equal(live_json_str(f->plan, "path", ""), "fine");
}

static void a_text_is_planned_in_the_place_of_the_file(void **state)
{
    fixture *f = *state;
    const ag_draft draft = { .path = "fine",
                             .text = "what may become of it, and no more",
                             .length = strlen("what may become of it") };

    run(f, &draft);
    assert_string_equal(live_json_str(f->plan, "path", ""), "fine");
    assert_string_equal(live_json_str(f->plan, "text", ""), "what may become of it");
}

static void how_a_child_ends_is_why_there_is_no_plan(void **state)
{
    static const struct {
        const char *path, *why;
    } rows[] = { { "crash", "reading the settings ended with signal 9 (Killed)" },
                 { "fail", "reading the settings ended with exit code 3" },
                 { "rubbish", "reading the settings: 1:" } };
    fixture *f = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const ag_draft draft = { .path = rows[i].path };
        f->calls = 0;
        run(f, &draft);
        assert_null(f->plan);
        assert_memory_equal(f->why.text, rows[i].why, strlen(rows[i].why));
    }
}

static void one_that_hangs_is_not_waited_for_for_ever(void **state)
{
    fixture *f = *state;
    const ag_draft draft = { .path = "hang" };

    run(f, &draft);
    assert_int_equal(f->why.code, LIVE_E_TIMEOUT);
    assert_string_equal(f->why.text, "reading the settings took longer than 120 s");
}

static void one_that_is_given_up_is_ended(void **state)
{
    fixture *f = *state;
    const ag_draft draft = { .path = "hang" };

    assert_int_equal(ag_planner_start(f->loop, &draft, on_planned, f, &f->planner, NULL), LIVE_OK);
    pid_t pid = ag_planner_pid(f->planner);
    ag_planner_free(f->planner);
    f->planner = NULL;
    for (int i = 0; i < 1000 && kill(pid, 0) == 0; i++)
        assert_int_equal(live_loop_run(f->loop, 10, NULL), LIVE_E_TIMEOUT);
    assert_int_equal(kill(pid, 0), -1);
    assert_int_equal(f->calls, 0);
}

static void without_a_descriptor_left_there_is_none(void **state)
{
    fixture *f = *state;
    const ag_draft draft = { .path = "fine" };
    struct rlimit files, none;
    live_error error = { 0 };

    assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
    none = (struct rlimit){ .rlim_cur = 3, .rlim_max = files.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    live_err err = ag_planner_start(f->loop, &draft, on_planned, f, &f->planner, &error);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
    assert_int_equal(err, LIVE_E_SYSTEM);
    assert_int_equal(error.sys, EMFILE);
    assert_null(f->planner);
    assert_int_equal(ag_planner_pid(f->planner), 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_child_makes_the_plan, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_text_is_planned_in_the_place_of_the_file, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(how_a_child_ends_is_why_there_is_no_plan, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(one_that_hangs_is_not_waited_for_for_ever, set_up_simulated,
                                        tear_down),
        cmocka_unit_test_setup_teardown(one_that_is_given_up_is_ended, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_a_descriptor_left_there_is_none, set_up, tear_down),
    };

    if (argc == 3 && strcmp(argv[1], "--plan") == 0)
        return plan(argv[2]);
    if (argc == 3 && strcmp(argv[1], "--plan-draft") == 0)
        return plan_draft(argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
