// SPDX-License-Identifier: Apache-2.0
// A backlog waits and the platform refuses connections; once it accepts one, a new event is there within 250 ms.
//
//   fresh [BACKLOG [TIMES]]
#include <stdio.h>
#include <stdlib.h>

#include "sink.h"
#include "trial.h"

static long number; // of the newest event

static void put(live_outbox *outbox)
{
    char text[320];
    int length = snprintf(text, sizeof text, "{\"n\":%ld,\"t\":\"%0270d\"}", ++number, 7);

    trial_must(!live_outbox_put_text(outbox, text, (size_t)length, NULL), "put");
}

static void turn(live_loop *loop, int64_t ms)
{
    live_err err = live_loop_run(loop, ms, NULL);

    trial_must(!err || err == LIVE_E_TIMEOUT, "the loop");
}

// From the first connection after an outage to the newest event.
static double measure(live_outbox *outbox, live_loop *loop, sink *sink)
{
    sink->state->mode = SINK_REFUSES;
    for (int i = 0; i < 40; i++)
        turn(loop, 50);
    put(outbox);
    const long before = sink->state->connections;
    sink->state->mode = SINK_TAKES;
    while (sink->state->connections == before)
        turn(loop, 1);
    double began = trial_now_s();
    while (sink->state->seen[number] == 0)
        turn(loop, 1);
    return trial_now_s() - began;
}

int main(int argc, char **argv)
{
    const long backlog = argc > 1 ? strtol(argv[1], NULL, 10) : 1000000;
    const long times = argc > 2 ? strtol(argv[2], NULL, 10) : 20;
    live_outbox_options options = LIVE_OUTBOX_OPTIONS_INIT;
    live_client_options rest = { .username = "u", .password = "p", .rest_input = "/in/" };
    live_outbox *outbox = NULL;
    live_client *client = NULL;
    live_loop *loop = NULL;
    double slowest = 0;
    sink sink;
    char url[64];

    trial_begin();
    sink_start(&sink);
    sink.state->mode = SINK_REFUSES;
    snprintf(url, sizeof url, "http://127.0.0.1:%d", sink.rest_port);
    rest.url = url;
    options.min_free_bytes = -1;
    trial_must(!live_outbox_open(trial_path, &options, &outbox, NULL), "open");
    while (number < backlog)
        put(outbox);
    live_outbox_free(outbox);
    trial_must(!live_loop_new(&loop, NULL) && !live_client_new(loop, &rest, &client, NULL) &&
                   !live_outbox_open(trial_path, &options, &outbox, NULL) &&
                   !live_outbox_attach(outbox, client, NULL),
               "no outbox");
    for (long i = 0; i < times; i++) {
        double took = measure(outbox, loop, &sink);
        slowest = took > slowest ? took : slowest;
    }
    live_outbox_stat stat;
    live_outbox_stats(outbox, &stat);
    trial_say("outages, after each a new event", (double)times, "");
    trial_say("events of backlog that still wait at the end", (double)stat.queued, "");
    trial_say("slowest, from the first connection to the new event", slowest * 1000, "ms");
    trial_must(slowest < 0.25, "250 ms");
    live_outbox_free(outbox);
    live_client_free(client);
    live_loop_free(loop);
    sink_stop(&sink);
    trial_end();
    return 0;
}
