// SPDX-License-Identifier: Apache-2.0
// A writer at 5,000 events a second is killed at random moments while the platform fails in every way: every event that
// was accepted arrives, and what arrives twice is of a batch that was under way.
//
//   kill [KILLS [OUTAGES]]
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sink.h"
#include "trial.h"

enum { RATE = 5000, WINDOW = 2 * 500 }; // events in flight: a batch a lane

// What the processes tell each other; it survives them.
typedef struct shared {
    _Atomic long next;   // number of the next event to be put
    _Atomic int stops;   // the writer is to put nothing more
    _Atomic long queued; // as the writer sees it
    unsigned char accepted[SINK_NUMBERS];
} shared;

static shared *shared_state;

static live_outbox *open_outbox(live_loop *loop, const char *url, live_client **ret_client)
{
    live_outbox_options options = LIVE_OUTBOX_OPTIONS_INIT;
    live_client_options rest = { .url = url,
                                 .username = "u",
                                 .password = "p",
                                 .rest_input = "/in/",
                                 .request_timeout_ms = 300 };
    live_outbox *outbox = NULL;
    live_error error = { 0 };

    options.min_free_bytes = -1;
    options.retry_cap_ms = 50;
    options.backlog_rate = -1;
    live_err err = live_client_new(loop, &rest, ret_client, &error);
    if (!err)
        err = live_outbox_open(trial_path, &options, &outbox, &error);
    if (!err)
        err = live_outbox_attach(outbox, *ret_client, &error);
    trial_must(!err, "open: %s", error.text);
    return outbox;
}

static void put_next(live_outbox *outbox)
{
    char text[320];
    long number = shared_state->next;
    int length = snprintf(text, sizeof text, "{\"n\":%ld,\"t\":\"%0270d\"}", number, 7);

    if (number >= SINK_NUMBERS)
        return;
    shared_state->next = number + 1;
    live_err err = live_outbox_put_text(outbox, text, (size_t)length, NULL);
    if (!err)
        shared_state->accepted[number] = 1;
}

// Puts at the rate and delivers, until it is killed; or until all is delivered once it is to stop.
static void write_and_send(const char *url)
{
    live_loop *loop = NULL;
    live_client *client = NULL;
    live_outbox_stat stat = { .queued = 1 };

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    trial_must(!live_loop_new(&loop, NULL), "no loop");
    live_outbox *outbox = open_outbox(loop, url, &client);
    double due = trial_now_s();
    while (!shared_state->stops || stat.queued > 0) {
        for (; !shared_state->stops && trial_now_s() > due; due += 1.0 / RATE)
            put_next(outbox);
        live_err err = live_loop_run(loop, 1, NULL);
        trial_must(!err || err == LIVE_E_TIMEOUT, "the loop");
        live_outbox_stats(outbox, &stat);
        shared_state->queued = (long)stat.queued;
    }
    live_outbox_free(outbox);
    live_client_free(client);
    live_loop_free(loop);
}

static pid_t start_writer(const char *url)
{
    pid_t child = fork();

    if (child == 0) {
        write_and_send(url);
        _exit(0);
    }
    trial_must(child > 0, "fork");
    return child;
}

static void pause_ms(unsigned ms)
{
    const struct timespec time = { ms / 1000, ms % 1000 * 1000000L };

    nanosleep(&time, NULL);
}

// Each outage begins at one kill and is over at a later one.
static void torment(sink *sink, const char *url, long kills, long outages)
{
    static const sink_mode modes[] = { SINK_REFUSES, SINK_IS_SILENT, SINK_ANSWERS_500,
                                       SINK_RESETS,  SINK_LOSES,     SINK_ANSWERS_401 };
    long begun = 0;

    for (long i = 0; i < kills; i++) {
        pid_t writer = start_writer(url);
        bool fails = begun < (i + 1) * outages / kills;
        sink->state->mode = fails ? (int)modes[begun % 6] : SINK_TAKES;
        begun += fails;
        pause_ms(5 + trial_random(120));
        kill(writer, SIGKILL);
        waitpid(writer, NULL, 0);
    }
    sink->state->mode = SINK_TAKES;
    shared_state->stops = 1;
    int status = 1;
    waitpid(start_writer(url), &status, 0);
    trial_must(status == 0, "the last writer ended with %d", status);
    trial_say("kills", (double)kills, "");
    trial_say("outages of the platform, of six kinds", (double)begun, "");
}

int main(int argc, char **argv)
{
    const long kills = argc > 1 ? strtol(argv[1], NULL, 10) : 1000;
    const long outages = argc > 2 ? strtol(argv[2], NULL, 10) : 200;
    long accepted = 0, missing = 0;
    sink sink;
    char url[64];

    trial_begin();
    shared_state =
        mmap(NULL, sizeof *shared_state, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    trial_must(shared_state != MAP_FAILED, "memory");
    sink_start(&sink);
    snprintf(url, sizeof url, "http://127.0.0.1:%d", sink.rest_port);
    torment(&sink, url, kills, outages);
    for (long n = 0; n < shared_state->next; n++) {
        accepted += shared_state->accepted[n];
        missing += shared_state->accepted[n] && sink.state->seen[n] == 0;
    }
    const long twice = sink_duplicates(&sink, 0, shared_state->next - 1);
    trial_say("events accepted", (double)accepted, "");
    trial_say("... that are missing", (double)missing, "");
    trial_say("events that came again", (double)twice, "");
    trial_say("... with another uid", (double)sink.state->strangers, "");
    trial_say("... at most, by kills and answers that were lost",
              (double)(WINDOW * (kills + sink.state->lost)), "");
    trial_must(missing == 0 && accepted > 0, "nothing is missing");
    trial_must(sink.state->strangers == 0, "one uid an event");
    trial_must(twice <= WINDOW * (kills + sink.state->lost), "a window a kill");
    sink_stop(&sink);
    trial_end();
    return 0;
}
