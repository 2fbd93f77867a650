// SPDX-License-Identifier: Apache-2.0
// The power is cut at every write of the store: the last one torn, or what was not synced lost in part. The store opens,
// holds what was synced and not sent before, and goes on. Then bytes are flipped.
//
//   power [EVENTS [POSITIONS [FLIPS]]]
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "disk.h"
#include "trial.h"

enum { FILES = 8, TEXT = 1200, MAX_EVENTS = 100000 };

// A file as it would be found.
typedef struct image {
    char name[64];
    bool there;
    char *bytes;
    size_t length, room;
} image;

static image files[FILES];
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

// Images

static image *find(const char *name)
{
    for (int i = 0; i < FILES; i++) {
        if (!files[i].name[0])
            snprintf(files[i].name, sizeof files[i].name, "%s", name);
        if (strcmp(files[i].name, name) == 0)
            return &files[i];
    }
    trial_must(false, "too many files: %s", name);
    return NULL;
}

static void set_length(image *image, size_t length)
{
    if (length > image->room) {
        image->room = length * 2;
        image->bytes = realloc(image->bytes, image->room);
    }
    if (length > image->length)
        memset(image->bytes + image->length, 0, length - image->length);
    image->length = length;
}

static void apply(const disk_op *op, size_t length)
{
    if (op->what == DISK_MARK || op->what == DISK_SYNC)
        return;
    image *image = find(op->file);
    image->there = op->what != DISK_REMOVE;
    if (op->what == DISK_TRUNCATE || op->what == DISK_REMOVE)
        set_length(image, op->what == DISK_REMOVE ? 0 : (size_t)op->at);
    if (op->what != DISK_WRITE)
        return;
    if ((size_t)op->at + length > image->length)
        set_length(image, (size_t)op->at + length);
    memcpy(image->bytes + op->at, op->bytes, length);
}

static void forget_images(void)
{
    for (int i = 0; i < FILES; i++) {
        files[i].there = false;
        files[i].length = 0;
    }
}

static void write_images(void)
{
    char name[512];

    trial_empty();
    for (int i = 0; i < FILES; i++) {
        if (!files[i].there)
            continue;
        snprintf(name, sizeof name, "%.400s/%s", trial_folder, files[i].name);
        int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        trial_must(fd >= 0 &&
                       pwrite(fd, files[i].bytes, files[i].length, 0) == (ssize_t)files[i].length,
                   "an image");
        close(fd);
    }
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

// Everything before the cut is there, and a part of the last write.
static long cut_in_order(const disk_log *log, size_t step)
{
    known known = { 0 };
    long cuts = 0;

    forget_images();
    for (size_t i = 0; i < log->count; i++) {
        if (i % step == 0) {
            size_t torn = torn_length(&log->ops[i]);
            if (torn > 0)
                apply(&log->ops[i], torn);
            write_images();
            check("prefix", (long)i, known.synced, sent_by(log, i));
            cuts++;
        }
        apply(&log->ops[i], log->ops[i].length);
        note_mark(&log->ops[i], &known);
    }
    return cuts;
}

// Whether a later sync of its file, before the cut, made this one last.
static bool is_synced(const disk_log *log, size_t at, size_t cut)
{
    for (size_t i = at + 1; i < cut; i++)
        if (log->ops[i].what == DISK_SYNC && strcmp(log->ops[i].file, log->ops[at].file) == 0)
            return true;
    return false;
}

// Of what was not synced some writes are there and others are not.
static long cut_in_disorder(const disk_log *log, size_t step)
{
    long cuts = 0;

    for (size_t cut = 1; cut < log->count; cut += step) {
        known known = { 0 };
        forget_images();
        for (size_t i = 0; i < cut; i++) {
            const disk_op *op = &log->ops[i];
            note_mark(op, &known);
            if (op->what != DISK_WRITE || is_synced(log, i, cut) || trial_random(2))
                apply(op, op->length);
        }
        write_images();
        check("disorder", (long)cut, known.synced, sent_by(log, cut));
        cuts++;
    }
    return cuts;
}

// Flipped bytes

static void flip_bytes(const disk_log *log, long flips)
{
    double slowest = 0;
    long damaged = 0;

    for (long i = 0; i < flips; i++) {
        size_t cut = log->count / 4 + trial_random((unsigned)(log->count / 4));
        forget_images();
        for (size_t k = 0; k < cut; k++)
            apply(&log->ops[k], log->ops[k].length);
        for (unsigned k = 1 + trial_random(8); k > 0; k--) {
            image *image = &files[trial_random(FILES)];
            if (image->there && image->length > 0)
                image->bytes[trial_random((unsigned)image->length)] ^=
                    (char)(1 + trial_random(255));
        }
        write_images();
        double began = trial_now_s();
        live_outbox_stat stat = open_and_go_on("flip", i);
        double took = trial_now_s() - began;
        slowest = took > slowest ? took : slowest;
        damaged += stat.damaged > 0;
        open_and_go_on("flip, again", i);
    }
    trial_say("stores with flipped bytes, opened, written and opened again", (double)flips, "");
    trial_say("... in which events were lost, and counted", (double)damaged, "");
    trial_say("... the slowest", slowest, "s");
}

int main(int argc, char **argv)
{
    const long events = argc > 1 ? strtol(argv[1], NULL, 10) : 6000;
    const size_t positions = argc > 2 ? strtoul(argv[2], NULL, 10) : 100;
    const long flips = argc > 3 ? strtol(argv[3], NULL, 10) : 50;
    disk_log log;

    trial_begin();
    run_writer(events, &log);
    size_t step = log.count > positions ? log.count / positions : 1;
    trial_say("writes, syncs and marks recorded", (double)log.count, "");
    trial_say("power cuts, in order, the last write torn", (double)cut_in_order(&log, step), "");
    trial_say("power cuts, what was not synced lost in part", (double)cut_in_disorder(&log, step),
              "");
    flip_bytes(&log, flips);
    disk_log_free(&log);
    for (int i = 0; i < FILES; i++)
        free(files[i].bytes);
    trial_end();
    return 0;
}
