// SPDX-License-Identifier: Apache-2.0
// The disk is full from the Nth change on, for every N: puts fail with a reason, what was accepted is there, and all goes on
// once there is room again.
//
//   full [STEP]
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk.h"
#include "trial.h"

enum { BEFORE = 400, AFTER = 100, NUMBERS = BEFORE + AFTER + 1 };

static unsigned char counts[NUMBERS], accepted[NUMBERS];

static bool put(live_outbox *outbox, long number, live_error *error)
{
    char text[1200];
    int length = snprintf(text, sizeof text, "{\"n\":%ld,\"t\":\"%01000d\"}", number, 7);

    accepted[number] = !live_outbox_put_text(outbox, text, (size_t)length, error);
    trial_must(accepted[number] || *error->text, "event %ld is refused without a reason", number);
    return accepted[number];
}

static live_err open_outbox(live_outbox **ret_outbox, live_error *error)
{
    live_outbox_options options = LIVE_OUTBOX_OPTIONS_INIT;

    options.min_free_bytes = -1;
    options.sync_ms = 10;
    return live_outbox_open(trial_path, &options, ret_outbox, error);
}

// As much as goes in while the disk fills. False: it could not even be opened.
static void write_until_full(live_outbox **outbox, long *refused)
{
    live_error error = { 0 };

    if (open_outbox(outbox, &error)) {
        trial_must(*error.text, "it is not opened, without a reason");
        *outbox = NULL;
        return;
    }
    for (long n = 1; n <= BEFORE; n++) {
        *refused += !put(*outbox, n, &error);
        if (n % 100 == 0 && live_outbox_flush(*outbox, 5000, &error))
            trial_must(*error.text, "it is not synced, without a reason");
    }
}

static void check(long at)
{
    live_error error = { 0 };
    live_outbox *outbox = NULL;

    trial_must(!open_outbox(&outbox, &error), "change %ld: opening again: %s", at, error.text);
    live_outbox_free(outbox);
    trial_read_store(counts, NUMBERS);
    for (long n = 1; n < NUMBERS; n++)
        trial_must(counts[n] == accepted[n],
                   "change %ld: event %ld, accepted %d, is there %d times", at, n, accepted[n],
                   counts[n]);
}

// How many changes there were.
static long try_at(long at, long *refused)
{
    live_outbox *outbox = NULL;
    live_error error = { 0 };

    trial_empty();
    memset(accepted, 0, sizeof accepted);
    disk_fill_at(trial_folder, at);
    write_until_full(&outbox, refused);
    long changes = disk_heal();
    if (!outbox)
        trial_must(!open_outbox(&outbox, &error), "change %ld: %s", at, error.text);
    for (long n = BEFORE + 1; n < NUMBERS; n++)
        trial_must(put(outbox, n, &error), "change %ld: with room again: %s", at, error.text);
    while (live_outbox_flush(outbox, 5000, &error)) // it finds out by itself within a moment
        trial_must(error.retry, "change %ld: syncing: %s", at, error.text);
    live_outbox_free(outbox);
    check(at);
    return changes;
}

int main(int argc, char **argv)
{
    const long step = argc > 1 ? strtol(argv[1], NULL, 10) : 25;
    long tried = 0, refused = 0;

    trial_begin();
    for (long at = 1;; at += step) {
        tried++;
        if (try_at(at, &refused) < at)
            break;
    }
    trial_say("fillings of the disk, each at another change", (double)tried, "");
    trial_say("... events refused with a reason, none of them there later", (double)refused, "");
    trial_end();
    return 0;
}
