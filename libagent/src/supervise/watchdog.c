// SPDX-License-Identifier: Apache-2.0
// A kernel timer around each call of a module's function.
#include "supervise/watchdog.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "supervise/tree.h"

enum {
    DEEPEST = 4,
    LAST_WORDS_MS = 1000
}; // from the signal that can be caught to the one that cannot

static struct {
    timer_t tell, end;
    const char *functions[DEEPEST]; // of the calls that have not come back, the inmost last
    volatile sig_atomic_t depth;
    volatile int64_t limit_ms;
    volatile sig_atomic_t orphaned;
} watchdog;

static void set(timer_t timer, int64_t ms)
{
    const struct itimerspec when = { .it_value = { .tv_sec = ms / 1000,
                                                   .tv_nsec = ms % 1000 * 1000000 } };
    timer_settime(timer, 0, &when, NULL);
}

static void arm(int64_t limit_ms)
{
    set(watchdog.tell, limit_ms);
    set(watchdog.end, limit_ms > 0 ? limit_ms + LAST_WORDS_MS : 0);
}

// Signal handlers: nothing but what is safe there

static void say(const char *text)
{
    ssize_t ignored = write(STDERR_FILENO, text, strlen(text));
    (void)ignored;
}

static void say_number(int64_t number)
{
    char digits[24], *at = digits + sizeof digits - 1;

    *at = '\0';
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    say(at);
}

static void explain(void)
{
    int64_t ms = watchdog.limit_ms;

    say("watchdog: ");
    say(watchdog.depth > 0 ? watchdog.functions[watchdog.depth - 1] : "the worker");
    say(" has not come back for ");
    say_number(ms % 1000 ? ms : ms / 1000);
    say(ms % 1000 ? " ms\n" : " s\n");
}

// The timer's signal is SIGABRT, so that a core shows where the call hangs; any other abort goes its way.
static void on_abort(int number, siginfo_t *info, void *context)
{
    (void)context;
    if (info->si_code == SI_TIMER) {
        explain();
        if (watchdog.orphaned)
            ag_tree_end(NULL, NULL); // nobody else will
    }
    signal(number, SIG_DFL);
    raise(number);
}

// The supervisor is gone. The loop sees it too, unless a function keeps it.
static void on_orphaned(int number)
{
    int before = errno;

    (void)number;
    watchdog.orphaned = 1;
    watchdog.limit_ms = AG_ORPHAN_MS;
    arm(AG_ORPHAN_MS);
    errno = before;
}

// Life

static live_err make_timer(int number, timer_t *ret_timer, live_error *error)
{
    struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = number };

    return timer_create(CLOCK_MONOTONIC, &event, ret_timer)
               ? live_fail_errno(error, errno, "the watchdog's timer")
               : LIVE_OK;
}

live_err ag_watchdog_start(live_error *error)
{
    struct sigaction abort_action = { .sa_sigaction = on_abort, .sa_flags = SA_SIGINFO };
    struct sigaction orphan_action = { .sa_handler = on_orphaned, .sa_flags = SA_RESTART };
    live_err err = make_timer(SIGABRT, &watchdog.tell, error);

    if (!err)
        err = make_timer(SIGKILL, &watchdog.end, error);
    if (err)
        return err;
    sigaction(SIGABRT, &abort_action, NULL);
    sigaction(SIGHUP, &orphan_action, NULL);
    // Adopts what its module's children leave behind, and is told when its own parent dies.
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) || prctl(PR_SET_PDEATHSIG, SIGHUP))
        return live_fail_errno(error, errno, "prctl");
    return LIVE_OK;
}

void ag_watchdog_enter(const char *function, int64_t limit_ms)
{
    assert(watchdog.depth < DEEPEST);
    watchdog.functions[watchdog.depth] = function;
    if (++watchdog.depth > 1)
        return;
    watchdog.limit_ms = limit_ms;
    if (limit_ms > 0)
        arm(limit_ms);
}

void ag_watchdog_end(const char *function, int64_t limit_ms)
{
    watchdog.functions[0] = function;
    watchdog.depth = 1;
    watchdog.limit_ms = limit_ms;
    explain();
    signal(SIGABRT, SIG_DFL);
    abort();
}

void ag_watchdog_leave(void)
{
    if (--watchdog.depth == 0 && watchdog.limit_ms > 0)
        arm(0);
}
