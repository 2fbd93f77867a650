// SPDX-License-Identifier: Apache-2.0
// Every cell of the supervision table.
#include "supervise/unit.h"

#include <signal.h>
#include <string.h>

#include "cmocka_all.h"

// What the unit asked for, in letters: s(pawn), t(erm), k(ill), a(rm), d(isarm).
typedef struct asked {
    char log[32];
    int64_t after_ms;
    bool cannot_spawn;
} asked;

static void note(asked *asked, char what)
{
    asked->log[strlen(asked->log)] = what;
}

static bool spawn(void *user)
{
    note(user, 's');
    return !((asked *)user)->cannot_spawn;
}

static void send_signal(int number, void *user)
{
    note(user, number == SIGKILL ? 'k' : 't');
}

static void arm(int64_t after_ms, void *user)
{
    note(user, after_ms < 0 ? 'd' : 'a');
    ((asked *)user)->after_ms = after_ms;
}

static uint32_t no_spread(void *user)
{
    (void)user;
    return 0;
}

static const ag_unit_ops ops = {
    .spawn = spawn, .signal = send_signal, .arm = arm, .random = no_spread
};

static const struct {
    ag_unit_state state;
    ag_unit_event event;
    bool wanted;
    ag_unit_state then;
    const char *asked;
} cells[] = {
    { AG_DOWN, AG_EV_START, false, AG_STARTING, "sa" },
    { AG_DOWN, AG_EV_STOP, true, AG_DOWN, "d" },
    { AG_DOWN, AG_EV_READY, true, AG_DOWN, "" },
    { AG_DOWN, AG_EV_EXIT, true, AG_DOWN, "" },
    { AG_DOWN, AG_EV_TIMER, true, AG_STARTING, "sa" },
    { AG_DOWN, AG_EV_TIMER, false, AG_DOWN, "" },
    { AG_STARTING, AG_EV_START, true, AG_STARTING, "" },
    { AG_STARTING, AG_EV_STOP, true, AG_STOPPING, "ta" },
    { AG_STARTING, AG_EV_READY, true, AG_UP, "d" },
    { AG_STARTING, AG_EV_EXIT, true, AG_DOWN, "a" },
    { AG_STARTING, AG_EV_TIMER, true, AG_STARTING, "k" },
    { AG_DOWN, AG_EV_REFUSE, true, AG_DOWN, "" },
    { AG_STARTING, AG_EV_REFUSE, true, AG_FAILED, "d" },
    { AG_UP, AG_EV_REFUSE, true, AG_FAILED, "d" },
    { AG_DOWN, AG_EV_DONE, true, AG_DOWN, "" },
    { AG_STARTING, AG_EV_DONE, true, AG_DOWN, "a" },
    { AG_UP, AG_EV_DONE, true, AG_DOWN, "a" },
    { AG_STOPPING, AG_EV_DONE, false, AG_DOWN, "d" },
    { AG_STOPPING, AG_EV_DONE, true, AG_STARTING, "dsa" },
    { AG_FAILED, AG_EV_DONE, true, AG_FAILED, "" },
    { AG_STOPPING, AG_EV_REFUSE, false, AG_DOWN, "d" },
    { AG_STOPPING, AG_EV_REFUSE, true, AG_STARTING, "dsa" },
    { AG_FAILED, AG_EV_REFUSE, true, AG_FAILED, "" },
    { AG_UP, AG_EV_START, true, AG_UP, "" },
    { AG_UP, AG_EV_STOP, true, AG_STOPPING, "ta" },
    { AG_UP, AG_EV_READY, true, AG_UP, "" },
    { AG_UP, AG_EV_EXIT, true, AG_DOWN, "a" },
    { AG_UP, AG_EV_TIMER, true, AG_UP, "" },
    { AG_STOPPING, AG_EV_START, false, AG_STOPPING, "" },
    { AG_STOPPING, AG_EV_STOP, true, AG_STOPPING, "" },
    { AG_STOPPING, AG_EV_READY, false, AG_STOPPING, "" },
    { AG_STOPPING, AG_EV_EXIT, false, AG_DOWN, "d" },
    { AG_STOPPING, AG_EV_EXIT, true, AG_STARTING, "dsa" },
    { AG_STOPPING, AG_EV_TIMER, false, AG_STOPPING, "k" },
    { AG_FAILED, AG_EV_START, false, AG_STARTING, "sa" },
    { AG_FAILED, AG_EV_STOP, true, AG_DOWN, "d" },
    { AG_FAILED, AG_EV_READY, true, AG_FAILED, "" },
    { AG_FAILED, AG_EV_EXIT, true, AG_FAILED, "" },
    { AG_FAILED, AG_EV_TIMER, true, AG_FAILED, "" },
};

static void each_cell_does_what_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        asked asked = { .log = "" };
        ag_unit unit = { .state = cells[i].state, .wanted = cells[i].wanted };
        ag_unit_event_happened(&unit, cells[i].event, 1000, &ops, &asked);
        assert_string_equal(ag_unit_state_name(unit.state), ag_unit_state_name(cells[i].then));
        assert_string_equal(asked.log, cells[i].asked);
    }
}

static const struct {
    ag_restart restart;
    ag_unit_state state;
    ag_unit_event event;
    ag_unit_state then;
    bool wanted;
} policies[] = {
    { AG_RESTART_ALWAYS, AG_UP, AG_EV_DONE, AG_DOWN, true },
    { AG_RESTART_ALWAYS, AG_UP, AG_EV_EXIT, AG_DOWN, true },
    { AG_RESTART_ALWAYS, AG_UP, AG_EV_REFUSE, AG_FAILED, true },
    { AG_RESTART_ON_FAILURE, AG_UP, AG_EV_DONE, AG_DOWN, false },
    { AG_RESTART_ON_FAILURE, AG_UP, AG_EV_EXIT, AG_DOWN, true },
    { AG_RESTART_ON_FAILURE, AG_STARTING, AG_EV_DONE, AG_DOWN, false },
    { AG_RESTART_NEVER, AG_UP, AG_EV_DONE, AG_DOWN, false },
    { AG_RESTART_NEVER, AG_UP, AG_EV_EXIT, AG_FAILED, true },
    { AG_RESTART_NEVER, AG_STARTING, AG_EV_EXIT, AG_FAILED, true },
};

static void the_policy_says_who_is_started_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        asked asked = { .log = "" };
        ag_unit unit = { .state = policies[i].state,
                         .wanted = true,
                         .restart = policies[i].restart };
        ag_unit_event_happened(&unit, policies[i].event, 1000, &ops, &asked);
        assert_string_equal(ag_unit_state_name(unit.state), ag_unit_state_name(policies[i].then));
        assert_int_equal(unit.wanted, policies[i].wanted);
        bool again = policies[i].then == AG_DOWN && policies[i].wanted;
        assert_string_equal(asked.log, again ? "a" : "d");
    }
}

static void what_never_starts_again_starts_when_it_is_told_to(void **state)
{
    asked asked = { .log = "" };
    ag_unit unit = { .state = AG_UP, .wanted = true, .restart = AG_RESTART_NEVER };

    (void)state;
    ag_unit_event_happened(&unit, AG_EV_EXIT, 1000, &ops, &asked);
    ag_unit_event_happened(&unit, AG_EV_START, 2000, &ops, &asked);
    assert_int_equal(unit.state, AG_STARTING);
}

static void waits_double_and_the_tenth_death_in_a_row_is_the_last(void **state)
{
    static const int64_t waits[] = { 0, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000 };
    asked asked = { .log = "" };
    ag_unit unit = { .state = AG_DOWN };

    (void)state;
    ag_unit_event_happened(&unit, AG_EV_START, 0, &ops, &asked);
    for (size_t i = 0; i < 10; i++) {
        ag_unit_event_happened(&unit, AG_EV_EXIT, 100, &ops, &asked);
        assert_int_equal(asked.after_ms, waits[i]);
        memset(&asked, 0, sizeof asked);
        ag_unit_event_happened(&unit, AG_EV_TIMER, 100, &ops, &asked);
        memset(&asked, 0, sizeof asked);
    }
    ag_unit_event_happened(&unit, AG_EV_EXIT, 100, &ops, &asked);
    assert_int_equal(unit.state, AG_FAILED);
    assert_string_equal(asked.log, "d");
}

static void a_minute_up_starts_the_count_afresh(void **state)
{
    asked asked = { .log = "" };
    ag_unit unit = { .state = AG_UP, .wanted = true, .deaths = 5, .started_ms = 0 };

    (void)state;
    ag_unit_event_happened(&unit, AG_EV_EXIT, 60000, &ops, &asked);
    assert_int_equal(asked.after_ms, 0);
    assert_int_equal(unit.deaths, 1);
}

static void what_cannot_be_started_counts_as_a_death(void **state)
{
    asked asked = { .log = "", .cannot_spawn = true };
    ag_unit unit = { .state = AG_DOWN };

    (void)state;
    ag_unit_event_happened(&unit, AG_EV_START, 0, &ops, &asked);
    assert_int_equal(unit.state, AG_DOWN);
    assert_int_equal(unit.deaths, 1);
    assert_string_equal(asked.log, "sa");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_cell_does_what_the_table_says),
        cmocka_unit_test(the_policy_says_who_is_started_again),
        cmocka_unit_test(what_never_starts_again_starts_when_it_is_told_to),
        cmocka_unit_test(waits_double_and_the_tenth_death_in_a_row_is_the_last),
        cmocka_unit_test(a_minute_up_starts_the_count_afresh),
        cmocka_unit_test(what_cannot_be_started_counts_as_a_death),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
