// SPDX-License-Identifier: Apache-2.0
// Sessions that fail in every way there is, while two queries follow 1,000 rows a second: each row comes once or is
// reported, and nothing goes quiet.
//
//   faults [TIMES [AT-ONCE [KIND [COMMAND [WORD…]]]]]
//
// KIND is a part of a name. COMMAND starts another platform than the simulated one (tests/interop/rows.mjs); the words say of
// it: "polling" and "socket", what it speaks, "plain", that it has no acknowledged delivery.
#include <live/time.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault.h"
#include "trial.h"

enum { STEP_MS = 10, STEADY_MS = 60000, PLAY_MS = 20000, BEHIND_ROWS = 50 };
enum { AGAIN_ROWS = 15000 }; // up to 10 s before the last that came, and some arrive late
enum { ANSWER_MS = 5000 };   // so long a client waits for the answer to a query that it posts

// What is tried, on which platform.
typedef struct task {
    const char *kind, *command;
    int by;
    bool plain;
} task;

// What became of one kind on one transport.
typedef struct outcome {
    const fault *fault;
    bool polling, done;
    long times, rows, late, reported, ends;
    int64_t quiet_ms, fair_ms; // longest silence, by the clock and in fair time
    char failure[300];         // "": none
} outcome;

static fair_moment now(stage *stage)
{
    const pid_t pids[] = { getpid(), stage->feed.process.pid, stage->follower->pid };

    return fair_now(&stage->clock, pids);
}

static void note_most(int64_t *most, int64_t value)
{
    *most = value > *most ? value : *most;
}

// An answer that is overdue is the machine's fault where a process stood in line for half of what is waited for it.
static void note_end(stage *stage, int i, const fair_moment *moment)
{
    const followed *followed = &stage->follower->of[i];
    long ends = atomic_load(&followed->ends);
    int64_t waited_ms = fair_clock_ms(&stage->heard[i], moment) - fair_ms(&stage->heard[i], moment);
    bool excused = atomic_load(&followed->overdue) && waited_ms >= ANSWER_MS / 2;

    if (ends != stage->ends[i] && !excused && !*stage->end)
        snprintf(stage->end, sizeof stage->end, "%s", followed->why);
    stage->ends[i] = ends;
}

static void note_quiet(stage *stage)
{
    fair_moment moment = now(stage);

    for (int i = 0; i < FOLLOWER_QUERIES; i++) {
        long signs = atomic_load(&stage->follower->of[i].signs);
        note_most(&stage->quiet_ms[i], fair_clock_ms(&stage->heard[i], &moment));
        note_most(&stage->fair_ms[i], fair_ms(&stage->heard[i], &moment));
        note_end(stage, i, &moment);
        if (signs != stage->signs[i])
            stage->heard[i] = moment;
        stage->signs[i] = signs;
    }
}

static void step(stage *stage)
{
    live_err err = live_loop_run(stage->loop, STEP_MS, NULL);

    trial_must(!err || err == LIVE_E_TIMEOUT, "the loop");
    note_quiet(stage);
}

// By the clock, as what is done to them lasts.
static void run(stage *stage, int ms)
{
    int64_t until = live_time_monotonic_ms() + ms;

    while (live_time_monotonic_ms() < until)
        step(stage);
}

static bool is_within(stage *stage, const fair_moment *from, int bound_ms)
{
    fair_moment moment = now(stage);

    return fair_ms(from, &moment) <= bound_ms;
}

// The oldest of what the queries have come to.
static long reached(const follower *follower)
{
    long first = atomic_load(&follower->of[0].newest),
         second = atomic_load(&follower->of[1].newest);

    return first < second ? first : second;
}

static bool come_to(stage *stage, long row, int bound_ms)
{
    fair_moment from = now(stage);

    while (reached(stage->follower) < row && is_within(stage, &from, bound_ms))
        step(stage);
    return reached(stage->follower) >= row;
}

// The first failure is kept.
LIVE_FORMAT(2, 3) static void fail(outcome *outcome, const char *format, ...)
{
    va_list arguments;

    if (*outcome->failure)
        return;
    va_start(arguments, format);
    vsnprintf(outcome->failure, sizeof outcome->failure, format, arguments);
    va_end(arguments);
}

// The gaps that were reported last, as row numbers.
static const char *gaps_of(const follower *follower, const followed *followed)
{
    static char text[200];
    long gaps = atomic_load(&followed->gaps), i = gaps < 4 ? 0 : gaps - 4;

    text[0] = '\0';
    for (; i < gaps; i++) {
        const int64_t *gap = followed->gap[i % FOLLOWER_GAPS];
        size_t length = strlen(text);
        snprintf(text + length, sizeof text - length, " %ld-%ld",
                 (long)(gap[0] - follower->first_ms), (long)(gap[1] - follower->first_ms));
    }
    return text;
}

// Whether each row came, or was reported. What travels on two connections may come in any order.
static bool all_came(stage *stage, long from, long to, int bound_ms)
{
    fair_moment begin = now(stage);
    long row[FOLLOWER_QUERIES] = { from, from };

    for (;;) {
        bool all = true;
        for (int i = 0; i < FOLLOWER_QUERIES; i++) {
            while (row[i] < to &&
                   follower_accounts(stage->follower, &stage->follower->of[i], row[i]))
                row[i]++;
            all = all && row[i] == to;
        }
        if (all || !is_within(stage, &begin, bound_ms))
            return all;
        step(stage);
    }
}

// No row came twice, also later on.
static void check_all(const stage *stage, outcome *outcome)
{
    for (int i = 0; i < FOLLOWER_QUERIES; i++) {
        const followed *followed = &stage->follower->of[i];
        for (long row = 0; row <= atomic_load(&followed->newest); row++)
            if (followed->counts[row] > 1)
                fail(outcome, "row %ld came %d times", row, followed->counts[row]);
    }
}

// Each row from `from` to `to`: once, or reported.
static void count_rows(const stage *stage, outcome *outcome, long from, long to)
{
    for (int i = 0; i < FOLLOWER_QUERIES; i++) {
        const followed *followed = &stage->follower->of[i];
        for (long row = from; row < to; row++) {
            if (followed->counts[row])
                outcome->rows++;
            else if (follower_accounts(stage->follower, followed, row))
                outcome->reported++;
            else
                fail(outcome, "row %ld is missing for query %d; reported:%s", row, i + 1,
                     gaps_of(stage->follower, followed));
        }
    }
}

// What has to be made up for is as much as the failure has lasted.
static void judge_quiet(const stage *stage, outcome *outcome)
{
    const fault *fault = outcome->fault;
    int64_t other_ms = fault->other_ms ? fault->other_ms * stage->lasted_ms / fault->lasts_ms : 0;

    for (int i = 0; i < FOLLOWER_QUERIES; i++) {
        note_most(&outcome->quiet_ms, stage->quiet_ms[i]);
        note_most(&outcome->fair_ms, stage->fair_ms[i]);
        if (i > 0 && fault->other_ms && stage->fair_ms[i] > other_ms)
            fail(outcome, "the other query was quiet for %ld ms", (long)stage->fair_ms[i]);
    }
}

// What a client waits longer that was kept away for so long: 1 s more with each attempt, and up to a fifth of that.
static int grown_ms(int64_t away_ms)
{
    int wait_ms = 0;

    for (; away_ms >= wait_ms + 1000; away_ms -= wait_ms)
        wait_ms += 1000;
    return wait_ms + wait_ms / 5;
}

// Returns by how much the limit is greater because it lasted longer than it should: on a busy machine a process that is to be
// started, or ended, may take its time.
static int inject(stage *stage, const fault *fault, outcome *outcome)
{
    fair_moment begin = now(stage);
    fault_begin(fault, stage);
    fair_moment begun = now(stage);
    while (middle_is_playing(stage->middle) && is_within(stage, &begun, PLAY_MS))
        step(stage);
    fair_moment played = now(stage);
    if (middle_is_playing(stage->middle))
        fail(outcome, "it did not take place the %dth time", stage->round + 1);
    run(stage, fault->lasts_ms);
    if (fault->end)
        fault->end(stage);
    fair_moment end = now(stage);
    stage->lasted_ms = fair_clock_ms(&played, &end);
    return grown_ms(fair_clock_ms(&begin, &begun) + stage->lasted_ms - fault->lasts_ms);
}

// Whether both queries follow what comes from now on.
static bool is_steady(stage *stage, const fault *fault)
{
    if (fault->fresh && stage->round > 0) {
        follower_kill(stage->follower);
        follower_start(stage->follower);
    }
    return come_to(stage, feed_newest(&stage->feed) + BEHIND_ROWS, STEADY_MS);
}

// Returns up to which row all is accounted for; -1: it failed.
static long try_once(stage *stage, const fault *fault, outcome *outcome, long from)
{
    if (!is_steady(stage, fault)) {
        fail(outcome, "it does not follow before the %dth time", stage->round + 1);
        return -1;
    }
    memset(stage->quiet_ms, 0, sizeof stage->quiet_ms);
    memset(stage->fair_ms, 0, sizeof stage->fair_ms);
    if (from < 0)
        from = reached(stage->follower);
    stage->feed.oldest = from > AGAIN_ROWS ? from - AGAIN_ROWS : 0;
    run(stage, (int)trial_random(100));
    const int bound_ms = fault->bound_ms + inject(stage, fault, outcome);
    long to = feed_newest(&stage->feed) + BEHIND_ROWS;
    if (!come_to(stage, to, bound_ms))
        fail(outcome, "it went quiet: at row %ld, not %ld", reached(stage->follower), to);
    judge_quiet(stage, outcome);
    (void)all_came(stage, from, to, FEED_LATE_MS + bound_ms); // or it is said which did not
    count_rows(stage, outcome, from, to);
    outcome->times++;
    return *outcome->failure ? -1 : to;
}

static void close_stage(stage *stage, outcome *outcome)
{
    check_all(stage, outcome);
    for (int i = 0; i < FOLLOWER_QUERIES; i++) {
        const followed *followed = &stage->follower->of[i];
        outcome->late += atomic_load(&followed->late);
        outcome->ends += atomic_load(&followed->ends);
    }
    if (*stage->end && !outcome->fault->ends)
        fail(outcome, "it ended: %s", stage->end);
    follower_kill(stage->follower);
    feed_kill(&stage->feed);
    follower_free(stage->follower);
    middle_free(stage->middle);
    live_loop_free(stage->loop);
    fair_close(&stage->clock);
}

static void try_fault(outcome *outcome, int times, const char *command)
{
    const fault *fault = outcome->fault;
    stage stage = { .polling = outcome->polling,
                    .feed = { .first_ms = live_time_ms(), .command = command } };
    long from = -1;

    trial_must(!live_loop_new(&stage.loop, NULL), "a loop");
    stage.middle = middle_new(stage.loop);
    stage.follower = follower_new();
    stage.follower->first_ms = stage.feed.first_ms;
    stage.follower->polling = stage.polling;
    snprintf(stage.follower->url, sizeof stage.follower->url, "http://there.test:%d",
             middle_port(stage.middle));
    feed_start(&stage.feed);
    middle_to(stage.middle, stage.feed.process.port);
    follower_start(stage.follower);
    stage.heard[0] = stage.heard[1] = now(&stage);
    for (; stage.round < times; stage.round++) {
        from = try_once(&stage, fault, outcome, from);
        if (from < 0)
            break;
    }
    close_stage(&stage, outcome);
    outcome->done = true;
}

// Each kind in a process of its own, so many at once.

static void try_all(outcome *outcomes, size_t count, int times, int at_once, const char *command)
{
    int running = 0;

    for (size_t i = 0; i < count; i++) {
        if (running == at_once) {
            wait(NULL);
            running--;
        }
        pid_t child = fork();
        trial_must(child >= 0, "fork");
        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            try_fault(&outcomes[i], times, command);
            _exit(0);
        }
        running++;
    }
    while (wait(NULL) > 0)
        continue;
}

static size_t plan(outcome *outcomes, const task *task)
{
    size_t count = 0;

    for (size_t i = 0; i < fault_count; i++) {
        const fault *fault = &faults[i];
        bool wanted = strstr(fault->name, task->kind) && !(fault->acks && task->plain) &&
                      !(fault->own && task->command);
        for (int by = BY_POLLING; wanted && by <= BY_WEBSOCKET; by++)
            if (fault->by & by & task->by)
                outcomes[count++] = (outcome){ .fault = fault, .polling = by == BY_POLLING };
    }
    return count;
}

static bool print(const outcome *outcomes, size_t count)
{
    bool good = true;

    printf("%-42s %-10s %5s %9s %8s %8s %6s %8s %8s\n", "kind", "transport", "times", "rows",
           "late", "reported", "ended", "quiet ms", "fair ms");
    for (size_t i = 0; i < count; i++) {
        const outcome *outcome = &outcomes[i];
        printf("%-42s %-10s %5ld %9ld %8ld %8ld %6ld %8ld %8ld\n", outcome->fault->name,
               outcome->polling ? "polling" : "WebSocket", outcome->times, outcome->rows,
               outcome->late, outcome->reported, outcome->ends, (long)outcome->quiet_ms,
               (long)outcome->fair_ms);
        if (*outcome->failure || !outcome->done)
            printf("  FAILED: %s\n", *outcome->failure ? outcome->failure : "it broke down");
        good = good && outcome->done && !*outcome->failure;
    }
    return good;
}

static task read_task(int argc, char **argv)
{
    task task = { .kind = argc > 3 ? argv[3] : "", .command = argc > 4 ? argv[4] : NULL };

    for (int i = 5; i < argc; i++) {
        task.by |= strcmp(argv[i], "polling") == 0 ? BY_POLLING : 0;
        task.by |= strcmp(argv[i], "socket") == 0 ? BY_WEBSOCKET : 0;
        task.plain = task.plain || strcmp(argv[i], "plain") == 0;
    }
    task.by = task.by ? task.by : BY_BOTH;
    return task;
}

int main(int argc, char **argv)
{
    const int times = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 50;
    const int at_once = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 8;
    const task task = read_task(argc, argv);
    outcome *outcomes = mmap(NULL, 2 * fault_count * sizeof *outcomes, PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    trial_begin();
    trial_must(outcomes != MAP_FAILED, "memory");
    size_t count = plan(outcomes, &task);
    try_all(outcomes, count, times, at_once, task.command);
    bool good = print(outcomes, count);
    trial_end();
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
