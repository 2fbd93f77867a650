// SPDX-License-Identifier: Apache-2.0
// Thousands of connections that end in every way there is: no descriptor and no byte is left behind, and no event is.
//
//   reconnect [COUNT]
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#include "sink.h"
#include "trial.h"

static const sink_mode modes[] = { SINK_RESETS, SINK_LOSES, SINK_REFUSES, SINK_TAKES };

static long number; // of the newest event

static void put(live_outbox *outbox)
{
    char text[64];
    int length = snprintf(text, sizeof text, "{\"n\":%ld}", ++number);

    trial_must(!live_outbox_put_text(outbox, text, (size_t)length, NULL), "put");
}

static void turn(live_loop *loop)
{
    live_err err = live_loop_run(loop, 2, NULL);

    trial_must(!err || err == LIVE_E_TIMEOUT, "the loop");
}

// So many more attempts, each on a connection of its own.
static void reconnect(live_outbox *outbox, live_loop *loop, sink *sink, int64_t count)
{
    live_outbox_stat stat;
    int64_t first;

    live_outbox_stats(outbox, &stat);
    first = stat.retried;
    for (int64_t i = 0; stat.retried < first + count; i++) {
        sink->state->mode = modes[i / 50 % 4];
        put(outbox);
        turn(loop);
        live_outbox_stats(outbox, &stat);
    }
    sink->state->mode = SINK_TAKES;
    while (stat.queued > 0) {
        turn(loop);
        live_outbox_stats(outbox, &stat);
    }
}

// The store keeps a MiB of its pages, and has them all after that; how many a few events touch is chance.
static void fill_cache(live_outbox *outbox, sink *sink)
{
    enum { EVENTS = 20000 };

    sink->state->mode = SINK_REFUSES;
    for (int i = 0; i < EVENTS; i++)
        put(outbox);
}

int main(int argc, char **argv)
{
    const int64_t count = argc > 1 ? strtol(argv[1], NULL, 10) : 10000;
    live_outbox_options options = LIVE_OUTBOX_OPTIONS_INIT;
    live_client_options rest = { .username = "u", .password = "p", .rest_input = "/in/" };
    live_outbox *outbox = NULL;
    live_client *client = NULL;
    live_loop *loop = NULL;
    sink sink;
    char url[64];

    trial_begin();
    sink_start(&sink);
    snprintf(url, sizeof url, "http://127.0.0.1:%d", sink.rest_port);
    rest.url = url;
    options.retry_cap_ms = 1;
    options.min_free_bytes = -1;
    trial_must(!live_loop_new(&loop, NULL) && !live_client_new(loop, &rest, &client, NULL) &&
                   !live_outbox_open(trial_path, &options, &outbox, NULL) &&
                   !live_outbox_attach(outbox, client, NULL),
               "no outbox");
    fill_cache(outbox, &sink);
    reconnect(outbox, loop, &sink, count / 10); // everything has its size after that
    const int descriptors = trial_descriptors();
    const size_t bytes = mallinfo2().uordblks;
    const long before = sink.state->connections;
    reconnect(outbox, loop, &sink, count);
    const double more = (double)mallinfo2().uordblks - (double)bytes;
    trial_say("attempts that failed", (double)count, "");
    trial_say("... and connections that the platform saw",
              (double)(sink.state->connections - before), "");
    trial_say("descriptors more than before", trial_descriptors() - descriptors, "");
    trial_say("bytes allocated more than before", more, "");
    trial_must(trial_descriptors() <= descriptors + 1, "descriptors"); // a connection that is kept
    trial_must(more < 64 * 1024, "memory");
    trial_must(sink_missing(&sink, 1, number) == 0, "events are missing");
    live_outbox_free(outbox);
    live_client_free(client);
    live_loop_free(loop);
    sink_stop(&sink);
    trial_end();
    return 0;
}
