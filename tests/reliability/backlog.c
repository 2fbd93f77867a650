// SPDX-License-Identifier: Apache-2.0
// A large backlog: it is opened in less than a second, after a kill too, and costs no memory to speak of.
//
//   backlog [MB]   at most a quarter of what is free is taken
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trial.h"

enum { TEXT = 4000, ARRAY = 50, BATCHES = 400 };

static double fill(double bytes)
{
    live_outbox_options options = LIVE_OUTBOX_OPTIONS_INIT;
    live_outbox *outbox = NULL;
    live_error error = { 0 };
    live_buf *array = live_buf_new();
    double written = 0, began = trial_now_s();

    options.max_bytes = INT64_MAX / 4;
    trial_must(!live_outbox_open(trial_path, &options, &outbox, &error), "open: %s", error.text);
    for (int i = 0; i < ARRAY; i++)
        live_buf_add_format(array, "%s{\"n\":%d,\"t\":\"%0*d\"}", i ? "," : "[", i, TEXT, 7);
    live_buf_add_text(array, "]");
    while (written < bytes) {
        live_err err =
            live_outbox_put_text(outbox, live_buf_data(array), live_buf_length(array), &error);
        trial_must(!err, "put: %s", error.text);
        written += (double)live_buf_length(array);
    }
    trial_must(!live_outbox_flush(outbox, 60000, &error), "flush: %s", error.text);
    trial_say("backlog", written / 1e6, "MB");
    trial_say("... put at", written / 1e6 / (trial_now_s() - began), "MB/s");
    live_buf_free(array);
    kill(getpid(), SIGKILL); // in a child: nothing is tidied up
    return 0;
}

static void open_and_send(const char *what)
{
    static unsigned char counts[ARRAY];
    live_outbox_options options = LIVE_OUTBOX_OPTIONS_INIT;
    live_outbox *outbox = NULL;
    live_outbox_stat stat;
    live_loop *loop = NULL;
    trial_link link = { .up = true, .counts = counts, .until = BATCHES * 60 };
    char line[100];

    trial_must(!live_loop_new(&loop, NULL), "no loop");
    options.backlog_rate = -1;
    options.max_bytes = INT64_MAX / 4;
    const long before = trial_dirty_kib();
    double began = trial_now_s();
    trial_must(!live_outbox_open(trial_path, &options, &outbox, NULL), "open");
    double took = trial_now_s() - began;
    live_outbox_stats(outbox, &stat);
    trial_attach(outbox, loop, &link);
    trial_must(!live_loop_run(loop, LIVE_FOREVER, NULL), "the loop");
    const double grown = (double)(trial_dirty_kib() - before) / 1024;
    snprintf(line, sizeof line, "opened %s", what);
    trial_say(line, took, "s");
    trial_say("... with events waiting", (double)stat.queued, "");
    trial_say("... memory taken, once 24,000 of them were sent", grown, "MiB");
    trial_must(took < 1, "a second");
    trial_must(grown < 16, "16 MiB");
    live_outbox_free(outbox);
    live_loop_free(loop);
}

int main(int argc, char **argv)
{
    double bytes = (argc > 1 ? strtod(argv[1], NULL) : 10000) * 1e6;
    struct statvfs disk;

    trial_begin();
    if (statvfs(trial_folder, &disk) == 0 &&
        bytes > (double)disk.f_bavail * (double)disk.f_frsize / 4)
        bytes = (double)disk.f_bavail * (double)disk.f_frsize / 4;
    pid_t child = fork();
    if (child == 0)
        fill(bytes);
    waitpid(child, NULL, 0);
    open_and_send("after a kill");
    open_and_send("after it was closed");
    trial_end();
    return 0;
}
