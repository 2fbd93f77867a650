// SPDX-License-Identifier: Apache-2.0
// The power is cut at every write of the store: the last one torn, or what was not synced lost in part. The store opens,
// holds what was synced and not sent before, and goes on. Then bytes are flipped.
//
//   power [EVENTS [POSITIONS [FLIPS]]]
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platter.h"
#include "trial.h"

enum { PARTS = 4, TEXT = 1200, MAX_EVENTS = 100000 };

static unsigned char counts[MAX_EVENTS + 16];
static long put_count; // events put in all

static void put(live_outbox *outbox, long number)
{
    static char text[TEXT + 64];
    live_error error = { 0 };
    int length = snprintf(text, sizeof text, "{\"n\":%ld,\"t\":\"", number);

    memset(text + length, 'a' + (int)(number % 26), TEXT);
    memcpy(text + length + TEXT, "\"}", 3);
    live_err err = live_outbox_put_text(outbox, text, (size_t)length + TEXT + 2, &error);
    trial_must(!err, "put: %s", error.text);
}

// A writer, a sender and syncs, recorded. A mark says what was synced, and what was sent, by then.
static void run_writer(long events, disk_log *ret_log)
{
    live_outbox_options options = LIVE_OUTBOX_OPTIONS_INIT;
    live_outbox *outbox = NULL;
    live_loop *loop = NULL;
    trial_link link = { .up = true, .counts = counts };

    options.min_free_bytes = -1;
    options.sync_ms = 20;
    disk_record(trial_folder);
    trial_must(!live_loop_new(&loop, NULL) &&
                   !live_outbox_open(trial_path, &options, &outbox, NULL),
               "no outbox");
    for (long n = 1; n <= events; n++) {
        put(outbox, n);
        if (n == events / 2) // from here on what is sent leaves
            trial_attach(outbox, loop, &link);
        if (n % 97 == 0) {
            live_err err = live_loop_run(loop, 1, NULL);
            trial_must(!err || err == LIVE_E_TIMEOUT, "the loop");
        }
        if (trial_random(200) == 0) {
            trial_must(!live_outbox_flush(outbox, 10000, NULL), "flush");
            disk_mark(n, link.taken);
        }
    }
    live_outbox_free(outbox);
    live_loop_free(loop);
    disk_stop(ret_log);
    put_count = events;
}

// Looking

static live_outbox_stat open_and_go_on(const char *when, long at)
{
    live_outbox_options options = LIVE_OUTBOX_OPTIONS_INIT;
    live_outbox *outbox = NULL;
    live_outbox_stat stat;
    live_error error = { 0 };

    options.min_free_bytes = -1;
    alarm(60); // it never hangs
    live_err err = live_outbox_open(trial_path, &options, &outbox, &error);
    trial_must(!err, "%s %ld: open: %s", when, at, error.text);
    live_outbox_stats(outbox, &stat);
    put(outbox, MAX_EVENTS);
    err = live_outbox_flush(outbox, 20000, &error);
    trial_must(!err, "%s %ld: flush: %s", when, at, error.text);
    live_outbox_free(outbox);
    alarm(0);
    return stat;
}

static void check(const char *when, long at, long synced, long sent)
{
    open_and_go_on(when, at);
    trial_read_store(counts, sizeof counts);
    trial_must(counts[MAX_EVENTS] == 1, "%s %ld: it does not go on", when, at);
    for (long n = sent + 1; n <= synced; n++)
        trial_must(counts[n] == 1, "%s %ld: event %ld is there %d times, synced %ld, sent %ld",
                   when, at, n, counts[n], synced, sent);
    for (long n = 1; n <= put_count; n++)
        trial_must(counts[n] <= 1, "%s %ld: event %ld is there twice", when, at, n);
}

typedef struct known {
    long synced, sent;
} known;

static void note_mark(const disk_op *op, known *known)
{
    if (op->what == DISK_MARK)
        known->synced = (long)op->at;
}

// Who was sent may be gone as soon as the platform took it: the next mark after the cut says who that may be.
static long sent_by(const disk_log *log, size_t at)
{
    for (; at < log->count; at++)
        if (log->ops[at].what == DISK_MARK)
            return log->ops[at].other;
    return put_count;
}

static size_t torn_length(const disk_op *op)
{
    return op->what == DISK_WRITE ? op->length * (1 + trial_random(3)) / 4 : 0;
}

// Several processes look, each at its part of the positions.

typedef struct finding {
    long looks, damaged;
    double slowest;
} finding;

// `step`: between two positions.
typedef void (*look_fn)(const disk_log *log, size_t step, size_t part, finding *ret_finding);

static finding look_in_parts(look_fn look, const disk_log *log, size_t step)
{
    const size_t bytes = PARTS * sizeof(finding);
    finding *found = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    finding sum = { 0 };
    pid_t pids[PARTS];
    int status;

    for (size_t part = 0; part < PARTS; part++) {
        pids[part] = fork();
        if (pids[part] != 0)
            continue;
        trial_begin_part((unsigned)part);
        look(log, step, part, &found[part]);
        trial_end();
        _exit(EXIT_SUCCESS);
    }
    for (size_t part = 0; part < PARTS; part++) {
        trial_must(waitpid(pids[part], &status, 0) > 0 && status == 0, "part %zu", part);
        sum.looks += found[part].looks;
        sum.damaged += found[part].damaged;
        sum.slowest = found[part].slowest > sum.slowest ? found[part].slowest : sum.slowest;
    }
    munmap(found, bytes);
    return sum;
}

static bool is_position(size_t at, size_t step, size_t part)
{
    return at % step == 0 && at / step % PARTS == part;
}

// Everything before the cut is there, and a part of the last write.
static void cut_in_order(const disk_log *log, size_t step, size_t part, finding *ret_finding)
{
    platter *platter = platter_new();
    known known = { 0 };

    for (size_t i = 0; i < log->count; i++) {
        const disk_op *op = &log->ops[i];
        if (is_position(i, step, part)) {
            const size_t torn = torn_length(op);
            if (torn > 0)
                platter_do(platter, op, torn);
            platter_write(platter);
            check("prefix", (long)i, known.synced, sent_by(log, i));
            ret_finding->looks++;
        }
        platter_do(platter, op, op->length);
        note_mark(op, &known);
    }
    platter_free(platter);
}

// Of what was not synced some writes are there and others are not.
static void cut_in_disorder(const disk_log *log, size_t step, size_t part, finding *ret_finding)
{
    platter *platter = platter_new();
    known known = { 0 };

    for (size_t i = 0; i < log->count; i++) {
        if (is_position(i, step, part)) {
            platter_lose(platter);
            platter_write(platter);
            check("disorder", (long)i, known.synced, sent_by(log, i));
            ret_finding->looks++;
        }
        platter_try(platter, &log->ops[i]);
        note_mark(&log->ops[i], &known);
    }
    platter_free(platter);
}

// Flipped bytes, in a quarter of the recording: a store for each step.
static void flip_bytes(const disk_log *log, size_t step, size_t part, finding *ret_finding)
{
    const size_t quarter = log->count / 4;
    platter *platter = platter_new();

    for (size_t i = quarter; i < 2 * quarter; i++) {
        if (!is_position(i, step, part))
            continue;
        platter_wipe(platter);
        for (size_t k = 0; k < i; k++)
            platter_do(platter, &log->ops[k], log->ops[k].length);
        platter_flip(platter, 8);
        platter_write(platter);
        const double began = trial_now_s();
        const live_outbox_stat stat = open_and_go_on("flip", (long)i);
        const double took = trial_now_s() - began;
        ret_finding->looks++;
        ret_finding->damaged += stat.damaged > 0;
        ret_finding->slowest = took > ret_finding->slowest ? took : ret_finding->slowest;
        open_and_go_on("flip, again", (long)i);
    }
    platter_free(platter);
}

static size_t step_for(size_t length, size_t looks)
{
    if (looks == 0)
        return SIZE_MAX;
    return length > looks ? length / looks : 1;
}

int main(int argc, char **argv)
{
    const long events = argc > 1 ? strtol(argv[1], NULL, 10) : 6000;
    const size_t positions = argc > 2 ? strtoul(argv[2], NULL, 10) : 100;
    const size_t flips = argc > 3 ? strtoul(argv[3], NULL, 10) : 50;
    disk_log log;

    // The cuts are simulated: nothing has to reach a real disk.
    if (access("/dev/shm", W_OK) == 0)
        setenv("LIVE_TRIAL_FOLDER", "/dev/shm", 0);
    trial_begin();
    run_writer(events, &log);
    const size_t step = step_for(log.count, positions);
    trial_say("writes, syncs and marks recorded", (double)log.count, "");
    trial_say("power cuts, in order, the last write torn",
              (double)look_in_parts(cut_in_order, &log, step).looks, "");
    trial_say("power cuts, what was not synced lost in part",
              (double)look_in_parts(cut_in_disorder, &log, step).looks, "");
    const finding flipped = look_in_parts(flip_bytes, &log, step_for(log.count / 4, flips));
    trial_say("stores with flipped bytes, opened, written and opened again", (double)flipped.looks,
              "");
    trial_say("... in which events were lost, and counted", (double)flipped.damaged, "");
    trial_say("... the slowest", flipped.slowest, "s");
    disk_log_free(&log);
    trial_end();
    return 0;
}
