// SPDX-License-Identifier: Apache-2.0
// A month without a link, in simulated time: the store keeps its bound, what is dropped is reported exactly, and what waits
// is sent under its rate.
//
//   month [DAYS [EVERY-MS [MAX-MB]]]
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trial.h"

enum { TEXT = 250, RATE = 200000, STEP = 1000 };

static _Atomic int64_t now_ms = 1700000000000;

static int64_t tell_time(void *user)
{
    (void)user;
    return now_ms;
}

static void put(live_outbox *outbox, long number)
{
    char text[TEXT + 64];
    live_error error = { 0 };
    int length = snprintf(text, sizeof text, "{\"n\":%ld,\"t\":\"%0*d\"}", number, TEXT - 60, 7);

    live_err err = live_outbox_put_text(outbox, text, (size_t)length, &error);
    trial_must(!err, "put: %s", error.text);
}

static int64_t disk_of(live_outbox *outbox, const live_outbox_options *options)
{
    live_outbox_stat stat;

    trial_must(!live_outbox_flush(outbox, 20000, NULL), "flush");
    live_outbox_stats(outbox, &stat);
    trial_must(stat.disk_bytes <= options->max_bytes, "%lld bytes of at most %lld",
               (long long)stat.disk_bytes, (long long)options->max_bytes);
    return stat.disk_bytes;
}

static bool see_none(const live_outbox_dead *dead, void *user)
{
    (void)dead;
    (void)user;
    return false;
}

// The storing thread has seen what the loop told it: simulated time does not wait for it.
static void await_thread(live_outbox *outbox)
{
    trial_must(!live_outbox_dead_each(outbox, 0, see_none, NULL, NULL), "the storing thread");
}

static double drain(live_outbox *outbox, live_loop *loop, trial_link *link)
{
    live_outbox_stat stat;

    live_outbox_stats(outbox, &stat);
    link->up = true;
    link->until = (long)stat.queued;
    trial_attach(outbox, loop, link);
    int64_t began = live_loop_monotonic_ms(loop);
    trial_must(!live_loop_run(loop, LIVE_FOREVER, NULL), "the loop");
    double seconds = (double)(live_loop_monotonic_ms(loop) - began) / 1000;
    // The report of what was dropped comes last, by itself.
    link->until = 0;
    for (int i = 0; i < 2000 && (link->reported < (long)stat.dropped || stat.queued > 0); i++) {
        live_err err = live_loop_run(loop, 1, NULL);
        trial_must(!err || err == LIVE_E_TIMEOUT, "the loop");
        await_thread(outbox);
        live_outbox_stats(outbox, &stat);
    }
    live_outbox_detach(outbox);
    trial_must(stat.queued == 0, "%lld events are left", (long long)stat.queued);
    trial_must(link->reported == (long)stat.dropped, "%ld reported as dropped, %lld were",
               link->reported, (long long)stat.dropped);
    return seconds;
}

int main(int argc, char **argv)
{
    const double days = argc > 1 ? strtod(argv[1], NULL) : 30;
    const long every_ms = argc > 2 ? strtol(argv[2], NULL, 10) : 1000;
    const int64_t max_mb = argc > 3 ? strtol(argv[3], NULL, 10) : 256;
    const long events = (long)(days * 86400000 / (double)every_ms);
    live_outbox_options options = LIVE_OUTBOX_OPTIONS_INIT;
    live_outbox *outbox = NULL;
    live_outbox_stat stat;
    trial_link link = { .counts = calloc((size_t)events + 1, 1) };
    int64_t largest = 0;

    trial_begin();
    options.clock = tell_time;
    options.min_free_bytes = -1;
    options.max_bytes = max_mb * 1000 * 1000;
    options.backlog_rate = RATE;
    options.fresh_rate = RATE;
    options.sync_ms = 100;
    trial_must(!live_outbox_open(trial_path, &options, &outbox, NULL), "open");
    for (long n = 1; n <= events; n++) {
        put(outbox, n);
        now_ms += every_ms;
        if (n % STEP == 0) {
            int64_t disk = disk_of(outbox, &options);
            largest = disk > largest ? disk : largest;
        }
    }
    disk_of(outbox, &options);
    now_ms += 20000; // all of it is backlog
    live_outbox_stats(outbox, &stat);
    trial_say("days without a link", days, "");
    trial_say("events put", (double)events, "");
    trial_say("... that waited at the end", (double)stat.queued, "");
    trial_say("... dropped, oldest first", (double)stat.dropped, "");
    trial_say("largest store", (double)largest / 1e6, "MB");
    trial_say("its bound", (double)options.max_bytes / 1e6, "MB");
    live_loop *loop = NULL;
    trial_must(!live_loop_new_simulated(now_ms, &loop, NULL), "no loop");
    double seconds = drain(outbox, loop, &link), due = link.bytes / RATE;
    trial_say("backlog", link.bytes / 1e6, "MB");
    trial_say("... sent in simulated time of", seconds, "s");
    trial_say("... which is the time that its cap asks for, times", seconds / due, "");
    trial_must(seconds > due * 0.95 && seconds < due * 1.05, "the backlog's rate");
    long missing = 0;
    for (long n = 1; n <= events; n++)
        missing += link.counts[n] == 0;
    trial_must(missing == (long)stat.dropped, "%ld events did not come, %lld were dropped", missing,
               (long long)stat.dropped);
    live_outbox_free(outbox);
    live_loop_free(loop);
    free(link.counts);
    trial_end();
    return 0;
}
