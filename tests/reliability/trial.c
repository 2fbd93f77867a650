// SPDX-License-Identifier: Apache-2.0
#include "trial.h"

#include <dirent.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "outbox/sender.h"

char trial_folder[PATH_MAX], trial_path[PATH_MAX + 16];
static unsigned random_state;

void trial_begin(void)
{
    char name[PATH_MAX];
    const char *top = getenv("LIVE_TRIAL_FOLDER"), *seed = getenv("LIVE_TRIAL_SEED");

    random_state = seed ? (unsigned)strtoul(seed, NULL, 10) : 1;
    snprintf(name, sizeof name, "%s/live-trial-XXXXXX", top ? top : "/tmp");
    trial_must(mkdtemp(name) && realpath(name, trial_folder), "no folder");
    snprintf(trial_path, sizeof trial_path, "%s/outbox.db", trial_folder);
}

void trial_begin_part(unsigned number)
{
    trial_begin();
    random_state += (number + 1) * 7919;
}

void trial_empty(void)
{
    char name[PATH_MAX + 300];
    DIR *folder = opendir(trial_folder);

    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        snprintf(name, sizeof name, "%s/%s", trial_folder, entry->d_name);
        unlink(name);
    }
    if (folder)
        closedir(folder);
}

void trial_end(void)
{
    trial_empty();
    rmdir(trial_folder);
}

void trial_say(const char *what, double value, const char *unit)
{
    printf("%-60s %14.2f %s\n", what, value, unit);
    fflush(stdout);
}

void trial_must(bool holds, const char *format, ...)
{
    va_list arguments;

    if (holds)
        return;
    va_start(arguments, format);
    fputs("does not hold: ", stderr);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, " (left in %s)\n", trial_folder);
    va_end(arguments);
    exit(EXIT_FAILURE);
}

double trial_now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

long trial_dirty_kib(void)
{
    char line[256];
    long sum = 0;
    FILE *file = fopen("/proc/self/smaps_rollup", "r");

    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "Private_Dirty:", 14) == 0)
            sum = strtol(line + 14, NULL, 10);
    if (file)
        fclose(file);
    return sum;
}

int trial_descriptors(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");

    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count;
}

unsigned trial_random(unsigned below)
{
    random_state = random_state * 1103515245u + 12345u;
    return (random_state >> 8) % below;
}

// A link without a network

struct lv_trip {
    trial_link *link;
    live_timer *timer;
    lv_carried_fn fn;
    void *user;
};

static void on_arrival(live_timer *timer, void *user)
{
    lv_trip trip = *(lv_trip *)user;
    live_error error = { 0 };

    live_timer_free(timer);
    free(user);
    if (!trip.link->up)
        live_fail(&error, LIVE_E_CONNECT, "no link");
    trip.fn(error.code ? &error : NULL, 0, trip.user);
    if (trip.link->until && trip.link->taken >= trip.link->until)
        live_loop_stop(trip.link->loop);
}

static void note(trial_link *link, const char *text, size_t length)
{
    const char *end = text + length;

    link->bytes += (double)length;
    for (const char *at = text; (at = memmem(at, (size_t)(end - at), "\"n\":", 4));) {
        long number = strtol(at += 4, NULL, 10);
        link->taken++;
        if (link->counts[number] < 255)
            link->counts[number]++;
    }
    for (const char *at = text; (at = memmem(at, (size_t)(end - at), "\"dropped\":", 10));)
        link->reported += strtol(at += 10, NULL, 10);
}

static live_err send_batch(lv_carrier *carrier, const char *text, size_t length, lv_carried_fn fn,
                           void *user, lv_trip **ret_trip, live_error *error)
{
    trial_link *link = (trial_link *)carrier;
    lv_trip *trip = calloc(1, sizeof *trip);

    *trip = (lv_trip){ .link = link, .fn = fn, .user = user };
    if (link->up)
        note(link, text, length);
    *ret_trip = trip;
    return live_timer_new(link->loop, 0, 0, on_arrival, trip, &trip->timer, error);
}

static void cancel(lv_trip *trip)
{
    if (trip)
        live_timer_free(trip->timer);
    free(trip);
}

static void leave(lv_carrier *carrier)
{
    (void)carrier;
}

void trial_attach(live_outbox *outbox, live_loop *loop, trial_link *link)
{
    lv_sender *sender = NULL;

    link->loop = loop;
    link->carrier = (lv_carrier){ .send = send_batch, .cancel = cancel, .free = leave };
    trial_must(!lv_sender_need(outbox, loop, &sender, NULL), "no sender");
    lv_sender_start(sender, &link->carrier);
}

long trial_read_store(unsigned char *counts, long numbers)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *rows = NULL;
    long count = 0;

    memset(counts, 0, (size_t)numbers);
    trial_must(sqlite3_open(trial_path, &db) == SQLITE_OK &&
                   sqlite3_prepare_v2(db, "SELECT text FROM event", -1, &rows, NULL) == SQLITE_OK,
               "the store: %s", sqlite3_errmsg(db));
    while (sqlite3_step(rows) == SQLITE_ROW) {
        const char *text = sqlite3_column_blob(rows, 0);
        const char *at = memmem(text, (size_t)sqlite3_column_bytes(rows, 0), "\"n\":", 4);
        long number = at ? strtol(at + 4, NULL, 10) : -1;
        count++;
        if (number >= 0 && number < numbers)
            counts[number]++;
    }
    sqlite3_finalize(rows);
    sqlite3_close(db);
    return count;
}
