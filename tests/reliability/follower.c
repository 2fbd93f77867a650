// SPDX-License-Identifier: Apache-2.0
#include "follower.h"

#include <live/live.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "feed.h"
#include "resolver.h"
#include "server_process.h"
#include "trial.h"

enum { LOOK_MS = 10, AGAIN_MS = 100, MOST_COUNT = 255 };

static follower *self; // of the child

// The clock of the child; libraries' calls come here too.
__attribute__((visibility("default"))) int clock_gettime(clockid_t clock, struct timespec *now)
{
    int result = (int)syscall(SYS_clock_gettime, clock, now);

    if (self && clock == CLOCK_REALTIME)
        now->tv_sec += (time_t)(atomic_load(&self->shift_ms) / 1000);
    return result;
}

// The child

typedef struct listener {
    followed *book;
    live_client *client;
    live_query *query;
    live_timer *again;
    live_gap_policy policy;
    bool over; // an end was told, and no row since
} listener;

static void note_gap(followed *book, int64_t begin_ms, int64_t end_ms)
{
    long count = atomic_load(&book->gaps);

    book->gap[count % FOLLOWER_GAPS][0] = begin_ms;
    book->gap[count % FOLLOWER_GAPS][1] = end_ms;
    atomic_store(&book->gaps, count + 1);
}

// A query has begun behind an end, which has reported what came between.
static void note_begin(listener *own, long newest, long moment)
{
    if (newest >= 0)
        note_gap(own->book, self->first_ms + newest, self->first_ms + moment - 1);
    atomic_store(&own->book->first, moment);
    own->over = false;
}

static live_flow on_row(live_query *query, const cJSON *row, void *user)
{
    listener *own = user;
    followed *book = own->book;
    long n = (long)live_json_int(row, "n", -1), newest = atomic_load(&book->newest);

    if (n < 0 || n >= FOLLOWER_ROWS)
        return LIVE_CONTINUE;
    if (own->over)
        note_begin(own, newest, feed_arrival(n));
    if (book->counts[n] < MOST_COUNT)
        book->counts[n]++;
    atomic_fetch_add(&book->rows, 1);
    if (live_query_is_late(query))
        atomic_fetch_add(&book->late, 1);
    if (n > newest)
        atomic_store(&book->newest, n);
    atomic_fetch_add(&book->signs, 1);
    if (own->policy == LIVE_GAP_AUTO && atomic_load(&self->row_us))
        usleep((useconds_t)atomic_load(&self->row_us));
    return LIVE_CONTINUE;
}

static void on_gap(live_query *query, const live_gap *gap, void *user)
{
    listener *own = user;

    (void)query;
    note_gap(own->book, gap->begin_ms, gap->end_ms);
    atomic_fetch_add(&own->book->signs, 1);
}

static void on_end(live_query *query, const live_error *why, void *user)
{
    listener *own = user;

    (void)query;
    snprintf(own->book->why, sizeof own->book->why, "%s", why ? why->text : "it simply ended");
    atomic_store(&own->book->overdue, why && why->code == LIVE_E_TIMEOUT);
    atomic_fetch_add(&own->book->ends, 1);
    own->over = true;
    atomic_fetch_add(&own->book->signs, 1);
    live_timer_set(own->again, AGAIN_MS, 0);
}

static void start_query(live_timer *timer, void *user)
{
    listener *own = user;
    live_query_options options = LIVE_QUERY_OPTIONS_INIT;

    (void)timer;
    live_query_free(own->query);
    own->query = NULL;
    options.realtime = true;
    options.gap = own->policy;
    options.on_gap = on_gap;
    if (live_query_start(own->client, "row", &options, on_row, on_end, own, &own->query, NULL))
        live_timer_set(own->again, AGAIN_MS, 0);
}

static listener listeners[FOLLOWER_QUERIES] = { { .policy = LIVE_GAP_AUTO },
                                                { .policy = LIVE_GAP_REPORT } };

// It was to be started.
static void on_further_end(live_query *query, const live_error *why, void *user)
{
    (void)query;
    (void)why;
    (void)user;
    atomic_fetch_add(&self->more, 1);
}

// A query that is only started, and freed with the next one.
static void start_further(live_client *client)
{
    static live_query *further;
    live_query_options options = LIVE_QUERY_OPTIONS_INIT;

    live_query_free(further);
    further = NULL;
    options.realtime = true;
    trial_must(
        !live_query_start(client, "nothing", &options, NULL, on_further_end, NULL, &further, NULL),
        "a further query");
}

// What the trial wants.
static void on_look(live_timer *timer, void *user)
{
    static int started;

    (void)timer;
    resolver_forget(atomic_load(&self->deaf));
    if (listeners[0].query && atomic_load(&self->paused))
        live_query_pause(listeners[0].query);
    else if (listeners[0].query)
        live_query_resume(listeners[0].query);
    for (; started < atomic_load(&self->more); started++)
        start_further(user);
}

static void follow(void)
{
    live_client_options options = {
        .url = self->url, .username = "admin", .password = "admin", .polling_only = self->polling
    };
    live_loop *loop = NULL;
    live_client *client = NULL;
    live_timer *look = NULL;

    resolver_forget(atomic_load(&self->deaf));
    trial_must(!live_loop_new(&loop, NULL) && !live_client_new(loop, &options, &client, NULL) &&
                   !live_timer_new(loop, LOOK_MS, LOOK_MS, on_look, client, &look, NULL),
               "a client");
    for (int i = 0; i < FOLLOWER_QUERIES; i++) {
        listener *own = &listeners[i];
        own->book = &self->of[i];
        own->client = client;
        own->over = true;
        trial_must(!live_timer_new(loop, 0, 0, start_query, own, &own->again, NULL), "a timer");
    }
    trial_must(!live_loop_run(loop, LIVE_FOREVER, NULL), "the loop");
}

// The trial's side

follower *follower_new(void)
{
    follower *made =
        mmap(NULL, sizeof *made, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    trial_must(made != MAP_FAILED, "memory");
    for (int i = 0; i < FOLLOWER_QUERIES; i++)
        atomic_store(&made->of[i].newest, -1);
    return made;
}

void follower_start(follower *follower)
{
    fflush(NULL);
    pid_t pid = fork();
    trial_must(pid >= 0, "fork");
    if (pid > 0) {
        follower->pid = pid;
        return;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    server_leave_sockets();
    self = follower;
    follow();
    _exit(0);
}

void follower_kill(follower *follower)
{
    kill(follower->pid, SIGKILL);
    waitpid(follower->pid, NULL, 0);
}

void follower_free(follower *follower)
{
    munmap(follower, sizeof *follower);
}

bool follower_accounts(const follower *follower, const followed *followed, long row)
{
    int64_t time_ms = follower->first_ms + feed_arrival(row);
    long gaps = atomic_load(&followed->gaps), kept = gaps < FOLLOWER_GAPS ? gaps : FOLLOWER_GAPS;

    long first = atomic_load(&followed->first);

    // What reaches the platform late and is older than the query is none of it: it may come, and need not.
    if (followed->counts[row] || (row < first && feed_arrival(row) >= first))
        return true;
    for (long i = 0; i < kept; i++)
        if (time_ms >= followed->gap[i][0] && time_ms <= followed->gap[i][1])
            return true;
    return false;
}
