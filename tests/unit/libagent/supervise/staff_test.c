// SPDX-License-Identifier: Apache-2.0
// A supervisor's staff and each member of it, with this program in the place of a worker: its type says what it does.
#include "supervise/staff.h"

#include <fcntl.h>
#include <live/json.h>
#include <live/log.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "link/config.h"
#include "staff_bench.h"
#include "worker/worker.h"

enum { SEEN = 64, GATEWAY_MS = 900 }; // a slow machine may need longer, and the workers then start

// The worker's part

static int work(void)
{
    struct pollfd control = { .fd = AG_FD_CONTROL, .events = POLLRDHUP };
    cJSON *config = NULL;

    if (ag_config_read(AG_FD_CONFIG, &config, NULL))
        return 1;
    const char *type = live_json_str(config, "type", "");
    if (strcmp(type, "refuse") == 0) {
        fputs("one\ntwo\nthree\nfour\nfive\nsix\n", stderr);
        cJSON_Delete(config);
        fputs("{\"level\":\"error\",\"event\":\"x.y\",\"text\":\"it is not to be\"}\n", stderr);
        return AG_EXIT_REFUSED;
    }
    if (write(AG_FD_READY, "", 1) != 1)
        return 1;
    close(AG_FD_READY);
    while (poll(&control, 1, -1) < 1 || !(control.revents & (POLLRDHUP | POLLHUP))) {
        char byte[512];
        if (read(AG_FD_CONTROL, byte, sizeof byte) < 0) // links come here; nobody takes them
            break;
    }
    cJSON_Delete(config);
    return 0;
}

// Ours

typedef struct fixture {
    staff_bench bench;
    char seen[SEEN][64]; // "NAME STATE", in the order in which it came about
    size_t seen_count;
    bool stopped, early; // a worker started before the gateway was up, which it waits a second for
    int64_t taken_ms;
    cJSON *changes;
} fixture;

static bool is_waited_for(const fixture *f)
{
    return live_loop_monotonic_ms(f->bench.loop) - f->taken_ms < GATEWAY_MS;
}

static void on_changed(ag_member *member, void *user)
{
    fixture *f = user;

    if (!ag_member_is_gateway(member) && ag_member_state(member) == AG_STARTING)
        f->early = f->early ||
                   (is_waited_for(f) && ag_member_state(ag_staff_at(f->bench.staff, 0)) != AG_UP);
    if (f->seen_count < SEEN)
        snprintf(f->seen[f->seen_count++], sizeof *f->seen, "%.40s %s", ag_member_name(member),
                 ag_unit_state_name(ag_member_state(member)));
    live_loop_stop(f->bench.loop);
}

static void on_stopped(void *user)
{
    fixture *f = user;

    f->stopped = true;
    live_loop_stop(f->bench.loop);
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    return staff_bench_open(
        &f->bench,
        (ag_staff_options){ .on_changed = on_changed, .on_stopped = on_stopped, .user = f });
}

static int tear_down(void **state)
{
    fixture *f = *state;
    int failed = staff_bench_close(&f->bench);

    cJSON_Delete(f->changes);
    free(f);
    return failed;
}

// One process of a plan; `tail` is more of what it is told.
static void add(cJSON *plan, const char *name, const char *type, const char *tail)
{
    cJSON *process = cJSON_AddObjectToObject(cJSON_GetObjectItem(plan, "processes"), name);
    cJSON *config = cJSON_AddObjectToObject(process, "config");
    cJSON *settings = cJSON_AddObjectToObject(config, "settings");

    cJSON_AddTrueToObject(process, "enabled");
    cJSON_AddStringToObject(process, "type", type);
    cJSON_AddStringToObject(config, "name", name);
    cJSON_AddStringToObject(config, "type", type);
    cJSON_AddStringToObject(settings, "tail", tail);
}

static void take(fixture *f, cJSON *plan)
{
    cJSON_Delete(f->changes);
    f->changes = cJSON_CreateObject();
    f->taken_ms = live_loop_monotonic_ms(f->bench.loop);
    assert_int_equal(ag_staff_take(f->bench.staff, plan, f->changes, NULL), LIVE_OK);
}

static void wait_for(fixture *f, const char *name, ag_unit_state state)
{
    const ag_member *member = ag_staff_find(f->bench.staff, name);

    assert_non_null(member);
    while (ag_member_state(member) != state)
        assert_int_equal(live_loop_run(f->bench.loop, STAFF_BENCH_PATIENCE_MS, NULL), LIVE_OK);
}

// Until another process is up in its place.
static void wait_for_another(fixture *f, const char *name, pid_t than)
{
    const ag_member *member = ag_staff_find(f->bench.staff, name);

    while (ag_member_state(member) != AG_UP || ag_member_pid(member) == than)
        assert_int_equal(live_loop_run(f->bench.loop, STAFF_BENCH_PATIENCE_MS, NULL), LIVE_OK);
}

// When something came about first; -1: never.
static int when(const fixture *f, const char *what)
{
    for (size_t i = 0; i < f->seen_count; i++)
        if (strcmp(f->seen[i], what) == 0)
            return (int)i;
    return -1;
}

static void start_two(fixture *f)
{
    cJSON *plan = staff_bench_plan();

    add(plan, "one", "steady", "a");
    add(plan, "two", "steady", "b");
    take(f, plan);
    wait_for(f, "one", AG_UP);
    wait_for(f, "two", AG_UP);
}

static void the_gateway_comes_first(void **state)
{
    fixture *f = *state;

    start_two(f);
    assert_string_equal(live_json_str(f->changes, "one", ""), "started");
    assert_string_equal(live_json_str(f->changes, "gateway", ""), "started");
    assert_true(when(f, "one starting") > 0 && when(f, "two starting") > 0);
    assert_false(f->early);
    assert_int_equal(ag_staff_count(f->bench.staff), 3);
    assert_true(ag_member_is_gateway(ag_staff_at(f->bench.staff, 0)));
}

static void and_goes_last(void **state)
{
    fixture *f = *state;

    start_two(f);
    ag_staff_stop(f->bench.staff);
    ag_staff_stop(f->bench.staff); // once is enough
    while (!f->stopped)
        assert_int_equal(live_loop_run(f->bench.loop, STAFF_BENCH_PATIENCE_MS, NULL), LIVE_OK);
    assert_true(when(f, "one down") < when(f, "gateway stopping"));
    assert_true(when(f, "two down") < when(f, "gateway stopping"));
    assert_true(when(f, "gateway down") > 0);
}

static void who_is_told_the_same_is_not_touched(void **state)
{
    fixture *f = *state;
    cJSON *plan = staff_bench_plan();

    start_two(f);
    pid_t one = ag_member_pid(ag_staff_find(f->bench.staff, "one"));
    pid_t two = ag_member_pid(ag_staff_find(f->bench.staff, "two"));
    add(plan, "two", "steady", "another"); // and in another order
    add(plan, "one", "steady", "a");
    take(f, plan);
    assert_int_equal(cJSON_GetArraySize(f->changes), 1);
    assert_string_equal(live_json_str(f->changes, "two", ""), "restarted");
    wait_for_another(f, "two", two);
    assert_int_equal(ag_member_pid(ag_staff_find(f->bench.staff, "one")), one);
    assert_true(ag_staff_has(f->bench.staff, one));
    assert_false(ag_staff_has(f->bench.staff, two));
}

static void who_is_removed_is_gone_once_it_has_ended(void **state)
{
    fixture *f = *state;
    cJSON *plan = staff_bench_plan();

    start_two(f);
    pid_t two = ag_member_pid(ag_staff_find(f->bench.staff, "two"));
    add(plan, "one", "steady", "a");
    take(f, plan);
    assert_string_equal(live_json_str(f->changes, "two", ""), "removed");
    assert_null(ag_staff_find(f->bench.staff, "two")); // for whoever asks, at once
    assert_true(ag_staff_has(f->bench.staff, two));    // but it is ours until it has ended
    while (ag_staff_count(f->bench.staff) > 2) {
        live_err err = live_loop_run(f->bench.loop, 100, NULL);
        assert_true(err == LIVE_OK || err == LIVE_E_TIMEOUT);
    }
    assert_false(ag_staff_has(f->bench.staff, two));
}

static void who_comes_back_while_it_leaves_starts_again(void **state)
{
    fixture *f = *state;
    cJSON *plan = staff_bench_plan();

    start_two(f);
    pid_t two = ag_member_pid(ag_staff_find(f->bench.staff, "two"));
    take(f, staff_bench_plan());
    add(plan, "two", "steady", "b");
    take(f, plan);
    assert_string_equal(live_json_str(f->changes, "two", ""), "started");
    wait_for_another(f, "two", two);
}

static void who_cannot_run_says_what_is_wrong_with_it(void **state)
{
    fixture *f = *state;
    cJSON *plan = staff_bench_plan(), *finding = cJSON_CreateObject();
    live_error error = { 0 };
    char reason[200];

    start_two(f);
    add(plan, "one", "steady", "a");
    cJSON_AddTrueToObject(cJSON_AddObjectToObject(cJSON_GetObjectItem(plan, "processes"), "sick"),
                          "enabled");
    cJSON_AddStringToObject(finding, "severity", "error");
    cJSON_AddStringToObject(finding, "process", "sick");
    cJSON_AddStringToObject(finding, "pointer", "/processes/sick/type");
    cJSON_AddStringToObject(finding, "place", "s.json:3:4");
    cJSON_AddStringToObject(finding, "text", "there is none");
    cJSON_AddItemToArray(cJSON_GetObjectItem(plan, "findings"), finding);
    take(f, plan);
    ag_member *sick = ag_staff_find(f->bench.staff, "sick");
    assert_non_null(sick);
    assert_null(ag_member_child(sick));
    ag_member_reason(sick, reason, sizeof reason);
    assert_string_equal(reason, "s.json:3:4: sick: type: there is none");
    assert_int_equal(ag_member_start(sick, &error), LIVE_E_INVALID);
    assert_string_equal(error.text, reason);
}

static void the_last_words_of_who_ended_are_kept(void **state)
{
    fixture *f = *state;
    cJSON *plan = staff_bench_plan();
    char reason[200];

    add(plan, "bad", "refuse", "");
    take(f, plan);
    wait_for(f, "bad", AG_FAILED);
    const ag_member *bad = ag_staff_find(f->bench.staff, "bad");
    ag_member_reason(bad, reason, sizeof reason);
    assert_string_equal(reason, "ended with exit code 78: it is not to be");
    assert_int_equal(cJSON_GetArraySize(ag_member_last_lines(bad)), 5);
    assert_string_equal(cJSON_GetArrayItem(ag_member_last_lines(bad), 0)->valuestring, "three");
}

static void what_was_stopped_by_hand_stays_so_until_its_settings_change(void **state)
{
    fixture *f = *state;
    cJSON *same = staff_bench_plan(), *other = staff_bench_plan();

    start_two(f);
    ag_member *one = ag_staff_find(f->bench.staff, "one");
    ag_member_stop(one);
    wait_for(f, "one", AG_DOWN);
    assert_true(ag_member_is_stopped(one));
    add(same, "one", "steady", "a");
    add(same, "two", "steady", "b");
    take(f, same);
    assert_int_equal(ag_member_state(one), AG_DOWN);
    assert_int_equal(ag_member_start(one, NULL), LIVE_OK);
    wait_for(f, "one", AG_UP);
    assert_false(ag_member_is_stopped(one));
    pid_t before = ag_member_pid(one);
    assert_int_equal(ag_member_restart(one, NULL), LIVE_OK);
    wait_for_another(f, "one", before);
    ag_member_stop(one);
    wait_for(f, "one", AG_DOWN);
    cJSON_AddFalseToObject(cJSON_AddObjectToObject(cJSON_GetObjectItem(other, "processes"), "one"),
                           "enabled");
    take(f, other); // disabled …
    other = staff_bench_plan();
    add(other, "one", "steady", "a");
    take(f, other); // … and enabled
    wait_for(f, "one", AG_UP);
    assert_false(ag_member_is_stopped(one));
}

static void who_dies_comes_back_and_its_neighbour_does_not_notice(void **state)
{
    fixture *f = *state;

    start_two(f);
    pid_t one = ag_member_pid(ag_staff_find(f->bench.staff, "one"));
    pid_t two = ag_member_pid(ag_staff_find(f->bench.staff, "two"));
    assert_int_equal(kill(one, SIGKILL), 0);
    wait_for_another(f, "one", one);
    assert_int_equal(ag_member_pid(ag_staff_find(f->bench.staff, "two")), two);
}

int main(int argc, char **argv)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(the_gateway_comes_first),
        CASE(and_goes_last),
        CASE(who_is_told_the_same_is_not_touched),
        CASE(who_is_removed_is_gone_once_it_has_ended),
        CASE(who_comes_back_while_it_leaves_starts_again),
        CASE(who_cannot_run_says_what_is_wrong_with_it),
        CASE(the_last_words_of_who_ended_are_kept),
        CASE(what_was_stopped_by_hand_stays_so_until_its_settings_change),
        CASE(who_dies_comes_back_and_its_neighbour_does_not_notice),
    };

    if (argc == 2 && strcmp(argv[1], "--worker") == 0)
        return work();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
