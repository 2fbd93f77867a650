// SPDX-License-Identifier: Apache-2.0
// The life of one supervised process: a cell of the table for each thing that can happen in each state.
#include "supervise/unit.h"

#include <math.h>
#include <signal.h>
#include <stddef.h>

enum {
    READY_MS = 35000,     // how long a start may take: longer than its watchdog lets it
    GRACE_MS = 10000,     // from SIGTERM to SIGKILL
    STEADY_MS = 60000,    // who ran for so long starts afresh
    FIRST_WAIT_MS = 1000, // before the second restart in a row; doubles
    LONGEST_WAIT_MS = 60000,
    MAX_DEATHS = 10, // in a row, then it is left alone
};

typedef struct turn {
    ag_unit *unit;
    int64_t now_ms;
    const ag_unit_ops *ops;
    void *user;
} turn;

typedef void (*action)(const turn *turn);

static void leave_alone(const turn *turn)
{
    turn->unit->state = AG_FAILED;
    turn->ops->arm(-1, turn->user);
}

static void forget(const turn *turn)
{
    turn->unit->wanted = false;
    turn->unit->state = AG_DOWN;
    turn->ops->arm(-1, turn->user);
}

// A first death is answered at once, later ones after a wait that doubles and is up to a fifth shorter.
static int64_t wait_after(int deaths, double random)
{
    double wait = deaths > 1 ? ldexp(FIRST_WAIT_MS, deaths - 2) : 0;

    return (int64_t)(fmin(wait, LONGEST_WAIT_MS) * (1 - random / 5));
}

static void start_again(const turn *turn)
{
    ag_unit *unit = turn->unit;

    if (turn->now_ms - unit->started_ms >= STEADY_MS)
        unit->deaths = 0;
    if (++unit->deaths > MAX_DEATHS) {
        leave_alone(turn);
        return;
    }
    unit->state = AG_DOWN;
    unit->restarts++;
    turn->ops->arm(wait_after(unit->deaths, turn->ops->random(turn->user) / (double)UINT32_MAX),
                   turn->user);
}

static void retry(const turn *turn)
{
    if (turn->unit->restart == AG_RESTART_NEVER)
        leave_alone(turn);
    else
        start_again(turn);
}

static void spawn(const turn *turn)
{
    turn->unit->wanted = true;
    turn->unit->state = AG_STARTING;
    turn->unit->started_ms = turn->now_ms;
    if (turn->ops->spawn(turn->user))
        turn->ops->arm(READY_MS, turn->user);
    else
        retry(turn);
}

static void finish(const turn *turn)
{
    if (turn->unit->restart == AG_RESTART_ALWAYS)
        start_again(turn);
    else
        forget(turn);
}

static void start_afresh(const turn *turn)
{
    turn->unit->deaths = 0;
    spawn(turn);
}

static void spawn_if_wanted(const turn *turn)
{
    if (turn->unit->wanted)
        spawn(turn);
}

static void ready(const turn *turn)
{
    turn->unit->state = AG_UP;
    turn->ops->arm(-1, turn->user);
}

static void terminate(const turn *turn)
{
    turn->unit->wanted = false;
    turn->unit->state = AG_STOPPING;
    turn->ops->signal(SIGTERM, turn->user);
    turn->ops->arm(GRACE_MS, turn->user);
}

static void kill_now(const turn *turn)
{
    turn->ops->signal(SIGKILL, turn->user);
}

static void want(const turn *turn)
{
    turn->unit->wanted = true;
}

static void do_not_want(const turn *turn)
{
    turn->unit->wanted = false;
}

static void gone(const turn *turn)
{
    turn->unit->state = AG_DOWN;
    turn->ops->arm(-1, turn->user);
    spawn_if_wanted(turn);
}

static const action table[AG_STATES][AG_EVENTS] = {
    [AG_DOWN] = { [AG_EV_START] = start_afresh,
                  [AG_EV_STOP] = forget,
                  [AG_EV_TIMER] = spawn_if_wanted },
    [AG_STARTING] = { [AG_EV_READY] = ready,
                      [AG_EV_EXIT] = retry,
                      [AG_EV_DONE] = finish,
                      [AG_EV_REFUSE] = leave_alone,
                      [AG_EV_STOP] = terminate,
                      [AG_EV_TIMER] = kill_now },
    [AG_UP] = { [AG_EV_EXIT] = retry,
                [AG_EV_DONE] = finish,
                [AG_EV_REFUSE] = leave_alone,
                [AG_EV_STOP] = terminate },
    [AG_STOPPING] = { [AG_EV_EXIT] = gone,
                      [AG_EV_DONE] = gone,
                      [AG_EV_REFUSE] = gone,
                      [AG_EV_TIMER] = kill_now,
                      [AG_EV_START] = want,
                      [AG_EV_STOP] = do_not_want },
    [AG_FAILED] = { [AG_EV_START] = start_afresh, [AG_EV_STOP] = forget },
};

void ag_unit_event_happened(ag_unit *unit, ag_unit_event event, int64_t now_ms,
                            const ag_unit_ops *ops, void *user)
{
    turn turn = { .unit = unit, .now_ms = now_ms, .ops = ops, .user = user };

    if (table[unit->state][event])
        table[unit->state][event](&turn);
}

const char *ag_unit_state_name(ag_unit_state state)
{
    static const char *const names[] = { "down", "starting", "up", "stopping", "failed" };

    return names[state];
}
