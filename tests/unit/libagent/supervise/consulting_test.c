// SPDX-License-Identifier: Apache-2.0
// Questions that callers of a control socket have for the gateway, which is the agent's own.
#include "supervise/consulting.h"

#include <live/json.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "staff_bench.h"

typedef struct fixture {
    staff_bench bench;
    ag_control *control;
    ag_consulting consulting;
    const char *next; // what the next request asks
    int requests, caller;
    char heard[4096];
} fixture;

static void on_changed(ag_member *member, void *user)
{
    (void)member;
    live_loop_stop(((fixture *)user)->bench.loop);
}

static void on_stopped(void *user)
{
    live_loop_stop(((fixture *)user)->bench.loop);
}

static void on_request(ag_ticket ticket, const ag_request *request, void *user)
{
    fixture *f = user;

    (void)request;
    f->requests++;
    ag_consulting_add(&f->consulting, ticket, f->next);
}

static int call(const fixture *f)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s/" AG_CONTROL_NAME, f->bench.folder);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static int set_up_with(void **state, int64_t limit_ms)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    if (staff_bench_open(
            &f->bench,
            (ag_staff_options){ .on_changed = on_changed, .on_stopped = on_stopped, .user = f }))
        return -1;
    live_err err = ag_control_new(f->bench.loop, f->bench.folder, on_request, f, &f->control, NULL);
    if (!err)
        err = ag_consulting_init(&f->consulting, f->bench.loop, f->control, f->bench.staff,
                                 limit_ms, NULL);
    f->caller = call(f);
    return (int)err;
}

static int set_up(void **state)
{
    return set_up_with(state, STAFF_BENCH_PATIENCE_MS);
}

static int set_up_impatient(void **state)
{
    return set_up_with(state, 1);
}

static int tear_down(void **state)
{
    fixture *f = *state;

    close(f->caller);
    ag_consulting_clear(&f->consulting);
    ag_control_free(f->control);
    int failed = staff_bench_close(&f->bench);
    free(f);
    return failed;
}

static void wait_for_gateway(fixture *f, pid_t other_than)
{
    const ag_member *gateway = ag_staff_at(f->bench.staff, 0);

    while (ag_member_state(gateway) != AG_UP || ag_member_pid(gateway) == other_than)
        assert_int_equal(live_loop_run(f->bench.loop, STAFF_BENCH_PATIENCE_MS, NULL), LIVE_OK);
}

static void start_gateway(fixture *f)
{
    cJSON *changes = cJSON_CreateObject();

    assert_int_equal(ag_staff_take(f->bench.staff, staff_bench_plan(), changes, NULL), LIVE_OK);
    cJSON_Delete(changes);
    wait_for_gateway(f, 0);
}

// Has the caller ask, and waits until the question is in line.
static void ask(fixture *f, const char *question)
{
    char line[64];
    int before = f->requests;
    int length =
        snprintf(line, sizeof line, "{\"v\": 1, \"do\": \"status\", \"id\": %d}\n", before + 1);

    f->next = question;
    assert_int_equal(send(f->caller, line, (size_t)length, MSG_NOSIGNAL), length);
    while (f->requests == before)
        assert_int_equal(live_loop_run(f->bench.loop, 0, NULL), LIVE_OK);
}

// The next answer, which is that to the request `id`; what it must contain.
static void hear(fixture *f, int id, const char *what)
{
    char want[32], *end;

    while (!(end = strchr(f->heard, '\n'))) {
        size_t length = strlen(f->heard);
        ssize_t got = read(f->caller, f->heard + length, sizeof f->heard - 1 - length);
        assert_true(got != 0);
        if (got < 0)
            assert_true(live_loop_run(f->bench.loop, 10, NULL) != LIVE_E_SYSTEM);
    }
    *end = '\0';
    snprintf(want, sizeof want, "\"id\":%d,", id);
    if (!strstr(f->heard, want) || !strstr(f->heard, what))
        fail_msg("no answer to %d with %s: %s", id, what, f->heard);
    memmove(f->heard, end + 1, strlen(end + 1) + 1);
}

static void signal_gateway(const fixture *f, int number)
{
    assert_int_equal(kill(ag_member_pid(ag_staff_at(f->bench.staff, 0)), number), 0);
}

static void each_question_has_its_own_answer_in_its_turn(void **state)
{
    fixture *f = *state;

    start_gateway(f);
    ask(f, AG_PASS_REPORT);
    ask(f, AG_PASS_OUTBOX "show 0 0");
    ask(f, AG_PASS_OUTBOX "purge 0 0");
    hear(f, 1, "\"platform\":");
    hear(f, 2, "\"dead_letters\":[]");
    hear(f, 3, "\"count\":0");
    assert_int_equal(f->consulting.count, 0);
}

static void what_the_gateway_refuses_is_told_as_it_says_it(void **state)
{
    fixture *f = *state;

    start_gateway(f);
    ask(f, AG_PASS_OUTBOX "show");
    hear(f, 1, "\"ok\":false,\"code\":\"LIVE_E_SYSTEM\",\"error\":\"'show' is no question\"");
}

static void a_gateway_that_dies_with_a_question_costs_that_one(void **state)
{
    fixture *f = *state;

    start_gateway(f);
    pid_t gateway = ag_member_pid(ag_staff_at(f->bench.staff, 0));
    signal_gateway(f, SIGSTOP);
    ask(f, AG_PASS_REPORT);
    signal_gateway(f, SIGKILL);
    hear(f, 1, "\"code\":\"LIVE_E_TIMEOUT\",\"error\":\"the gateway does not answer\"");
    wait_for_gateway(f, gateway);
    ask(f, AG_PASS_REPORT);
    hear(f, 2, "\"platform\":");
}

static void who_still_waits_at_the_end_is_told_why_it_is_over(void **state)
{
    fixture *f = *state;
    live_error why = { 0 };

    start_gateway(f);
    signal_gateway(f, SIGSTOP);
    ask(f, AG_PASS_REPORT);
    ask(f, AG_PASS_OUTBOX "show 0 0");
    live_fail(&why, LIVE_E_CLOSED, "the agent is stopping");
    ag_consulting_end(&f->consulting, &why);
    hear(f, 1, "\"code\":\"LIVE_E_CLOSED\",\"error\":\"the agent is stopping\"");
    hear(f, 2, "\"error\":\"the agent is stopping\"");
}

static void the_answer_to_who_was_told_so_is_nobody_elses(void **state)
{
    fixture *f = *state;
    live_error why = { 0 };

    start_gateway(f);
    signal_gateway(f, SIGSTOP);
    ask(f, AG_PASS_REPORT);
    live_fail(&why, LIVE_E_CLOSED, "it is over");
    ag_consulting_end(&f->consulting, &why);
    ask(f, AG_PASS_OUTBOX "show 0 0");
    signal_gateway(f, SIGCONT);
    hear(f, 1, "\"error\":\"it is over\"");
    hear(f, 2, "\"dead_letters\":[]");
}

static void who_has_left_is_not_waited_for(void **state)
{
    fixture *f = *state;

    start_gateway(f);
    signal_gateway(f, SIGSTOP);
    ask(f, AG_PASS_REPORT);
    close(f->caller);
    f->caller = call(f);
    ask(f, AG_PASS_OUTBOX "show 0 0");
    signal_gateway(f, SIGCONT);
    hear(f, 2, "\"dead_letters\":[]");
}

// Each is told so after its own time, and what the gateway says later is nobody's.
static void a_gateway_that_is_silent_is_not_waited_for(void **state)
{
    fixture *f = *state;

    start_gateway(f);
    signal_gateway(f, SIGSTOP);
    ask(f, AG_PASS_REPORT);
    ask(f, AG_PASS_OUTBOX "show 0 0");
    hear(f, 1, "\"code\":\"LIVE_E_TIMEOUT\",\"error\":\"the gateway does not answer\"");
    hear(f, 2, "\"error\":\"the gateway does not answer\"");
    signal_gateway(f, SIGCONT);
    assert_int_equal(f->consulting.count, 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(each_question_has_its_own_answer_in_its_turn),
        CASE(what_the_gateway_refuses_is_told_as_it_says_it),
        CASE(a_gateway_that_dies_with_a_question_costs_that_one),
        CASE(who_still_waits_at_the_end_is_told_why_it_is_over),
        CASE(the_answer_to_who_was_told_so_is_nobody_elses),
        CASE(who_has_left_is_not_waited_for),
        cmocka_unit_test_setup_teardown(a_gateway_that_is_silent_is_not_waited_for,
                                        set_up_impatient, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
