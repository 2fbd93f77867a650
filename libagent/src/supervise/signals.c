// SPDX-License-Identifier: Apache-2.0
// What a supervisor does when it is signalled.
#include "supervise/signals.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "supervise/daemon.h"
#include "supervise/notify.h"
#include "supervise/successor.h"
#include "supervise/supervisor.h"
#include "supervise/tree.h"

static void on_stop_signal(live_signal *signal, int number, void *user)
{
    char why[64];

    (void)signal;
    snprintf(why, sizeof why, "signal %d (%s)", number, strsignal(number));
    ag_supervisor_stop(user, why);
}

static void on_hang_up(live_signal *signal, int number, void *user)
{
    ag_supervisor *supervisor = user;

    if (ag_daemon_has_terminal())
        on_stop_signal(signal, number, user);
    else if (!supervisor->stopping)
        ag_reading_ask(supervisor, NULL);
}

static void on_reopen(live_signal *signal, int number, void *user)
{
    (void)signal;
    (void)number;
    ag_journal_reopen(((ag_supervisor *)user)->journal);
}

// The service manager's watchdog is fed by this loop alone, so that it means this loop.
static void feed_watchdog(live_timer *timer, void *user)
{
    (void)timer;
    (void)user;
    ag_notify("WATCHDOG=1");
}

// Strays: what a worker started and left behind becomes a child of the supervisor, which is its end.

static bool is_ours(pid_t pid, void *user)
{
    const ag_supervisor *supervisor = user;

    return ag_staff_has(supervisor->staff, pid) ||
           ag_planner_pid(supervisor->reading.planner) == pid ||
           ag_planner_pid(supervisor->amending.planner) == pid;
}

static void end_strays(live_signal *signal, int number, void *user)
{
    (void)signal;
    (void)number;
    ag_tree_end(is_ours, user);
}

static const struct {
    int number;
    live_signal_fn fn;
} rows[] = { { SIGINT, on_stop_signal },
             { SIGTERM, on_stop_signal },
             { SIGHUP, on_hang_up },
             { SIGUSR1, on_reopen },
             { SIGCHLD, end_strays } };

static_assert(sizeof rows / sizeof *rows == AG_SIGNALS, "a row for each");

live_err ag_signals_listen(ag_signals *signals, ag_supervisor *supervisor, live_error *error)
{
    int64_t every_ms = ag_notify_every_ms();
    live_err err = LIVE_OK;

    *signals = (ag_signals){ .feed = NULL };
    if (every_ms > 0)
        err = live_timer_new(supervisor->loop, every_ms, every_ms, feed_watchdog, NULL,
                             &signals->feed, error);
    for (size_t i = 0; !err && i < AG_SIGNALS; i++)
        err = live_signal_new(supervisor->loop, rows[i].number, rows[i].fn, supervisor,
                              &signals->items[i], error);
    if (!err)
        ag_successor_listen();
    return err;
}

void ag_signals_clear(ag_signals *signals)
{
    for (size_t i = 0; i < AG_SIGNALS; i++)
        live_signal_free(signals->items[i]);
    live_timer_free(signals->feed);
}
