// SPDX-License-Identifier: Apache-2.0
// live query: runs a query and prints its rows, one JSON object a line.
#include <inttypes.h>
#include <live/buf.h>
#include <live/json.h>
#include <live/query.h>
#include <live/time.h>
#include <signal.h>
#include <stdio.h>

#include "command.h"
#include "commands.h"
#include "following.h"
#include "session.h"

enum { OPT_PROVIDER = OPT_FIRST, OPT_REDUCER, OPT_NO_PRELOAD };

static struct {
    const char *settings, *expression;
    live_query_options query;
    int64_t count, timeout_ms;
} args = { .settings = "settings.json", .query = LIVE_QUERY_OPTIONS_INIT };

typedef struct output {
    live_loop *loop;
    int64_t rows;
    bool ended, timed_out;
    live_error why; // code LIVE_OK: it simply ended
} output;

static const struct argp_option options[] = {
    { "settings", 's', "FILE", 0, "names the platform (default: settings.json)", 0 },
    { "span", 'S', "SPAN", 0, "the history to read, such as 'last 10 minutes'", 0 },
    { "follow", 'f', NULL, 0, "go on with what arrives after history", 0 },
    { "count", 'n', "N", 0, "end after N rows", 0 },
    { "timeout", 't', "T", 0, "end after this time (ms, s, m, h): failed when rows were still due",
      0 },
    { "provider", OPT_PROVIDER, "NAME", 0, "language of the query (default: pipes)", 0 },
    { "reducer", OPT_REDUCER, "STAGE", 0, "a stage for the history part, such as @latest", 0 },
    { "no-preload", OPT_NO_PRELOAD, NULL, 0, "do not read history first", 0 },
    { 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    switch (key) {
    case 's': args.settings = value; return 0;
    case 'S': args.query.span = value; return 0;
    case 'f': args.query.realtime = true; return 0;
    case 'n': args.count = command_count(state, "--count", value); return 0;
    case 't': args.timeout_ms = command_duration(state, "--timeout", value); return 0;
    case OPT_PROVIDER: args.query.provider = value; return 0;
    case OPT_REDUCER: args.query.reducer = value; return 0;
    case OPT_NO_PRELOAD: args.query.no_preload = true; return 0;
    case ARGP_KEY_END:
        if (!args.expression)
            command_usage(state, "which query? give an expression");
        return 0;
    case ARGP_KEY_ARG:
        if (args.expression)
            return command_no_argument(key, value, state);
        args.expression = value;
        return 0;
    default: return command_no_argument(key, value, state);
    }
}

const struct argp query_argp = {
    .options = options,
    .parser = parse,
    .args_doc = "EXPRESSION",
    .doc = "Runs a query and prints its rows, one JSON object a line.\v"
           "Ends when the query does, after --count rows, after --timeout, or on SIGINT."
};

static live_flow print_row(live_query *query, const cJSON *row, void *user)
{
    output *output = user;

    (void)query;
    live_err err = live_json_write(row, stdout, &output->why);
    output->rows++;
    return err || output->rows == args.count ? LIVE_STOP : LIVE_CONTINUE;
}

static void end_query(live_query *query, const live_error *why, void *user)
{
    output *output = user;

    (void)query;
    if (why)
        output->why = *why;
    if (why && why->line)
        live_error_context(&output->why, why->code, "query:%d:%d", why->line, why->column);
    output->ended = true;
    live_loop_stop(output->loop);
}

static void interrupt(live_signal *signal, int number, void *user)
{
    output *output = user;

    (void)signal;
    (void)number;
    output->ended = true;
    live_loop_stop(output->loop);
}

static void time_out(live_timer *timer, void *user)
{
    output *output = user;

    (void)timer;
    output->timed_out = true;
    live_loop_stop(output->loop);
}

static void look(live_timer *timer, void *user)
{
    output *output = user;

    (void)timer;
    if (command_is_read())
        return;
    output->ended = true;
    live_loop_stop(output->loop);
}

static live_err follow(live_client *client, output *output, live_error *error)
{
    live_timer *timer = NULL, *looking = NULL;
    live_signal *on_int = NULL, *on_term = NULL;
    live_query *query = NULL;

    following_tell(&args.query);
    live_err err = live_query_start(client, args.expression, &args.query, print_row, end_query,
                                    output, &query, error);
    if (!err)
        err = live_signal_new(output->loop, SIGINT, interrupt, output, &on_int, error);
    if (!err)
        err = live_signal_new(output->loop, SIGTERM, interrupt, output, &on_term, error);
    if (!err && args.timeout_ms)
        err = live_timer_new(output->loop, args.timeout_ms, 0, time_out, output, &timer, error);
    if (!err)
        err = live_timer_new(output->loop, COMMAND_LOOK_MS, COMMAND_LOOK_MS, look, output, &looking,
                             error);
    if (!err)
        err = live_loop_run(output->loop, LIVE_FOREVER, error);

    live_query_free(query);
    live_timer_free(timer);
    live_timer_free(looking);
    live_signal_free(on_int);
    live_signal_free(on_term);
    return err;
}

static int verdict(const output *output)
{
    if (output->why.code)
        return command_failed(&output->why);
    if (!output->timed_out || (args.query.realtime && !args.count))
        return EXIT_DONE;

    fprintf(stderr, "live: the time limit of %" PRId64 " ms passed after %" PRId64 " row%s",
            args.timeout_ms, output->rows, output->rows == 1 ? "" : "s");
    if (args.count)
        fprintf(stderr, " of %" PRId64, args.count);
    fputc('\n', stderr);
    return EXIT_FAILED;
}

int query_run(void)
{
    live_error error = { 0 };
    session session = { 0 };

    if (session_open(args.settings, &session, &error)) {
        command_failed(&error);
        return EXIT_USAGE;
    }
    output output = { .loop = session.loop };
    live_err err = follow(session.client, &output, &error);

    session_close(&session);
    return err ? command_failed(&error) : verdict(&output);
}
