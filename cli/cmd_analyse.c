// SPDX-License-Identifier: Apache-2.0
// live analyse: has the platform analyse a curve of an asset.
#include <live/buf.h>
#include <live/json.h>
#include <live/resource.h>
#include <live/time.h>
#include <stdio.h>

#include "command.h"
#include "commands.h"
#include "listing.h"
#include "session.h"

static struct {
    const char *settings, *asset, *curve;
    int64_t last_ms;
} args = { .settings = "settings.json", .last_ms = 600000 };

static const struct argp_option options[] = {
    { "settings", 's', "FILE", 0, "names the platform (default: settings.json)", 0 },
    { "last", 'l', "T", 0, "how far back, up to now (ms, s, m, h, d; default: 10m)", 0 },
    { 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    switch (key) {
    case 's': args.settings = value; return 0;
    case 'l': args.last_ms = command_duration(state, "--last", value); return 0;
    case ARGP_KEY_ARG:
        if (args.curve)
            return command_no_argument(key, value, state);
        if (args.asset)
            args.curve = value;
        else
            args.asset = value;
        return 0;
    case ARGP_KEY_END:
        if (!args.curve)
            command_usage(state, "of what? give an asset, such as rig/1, and a curve");
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

const struct argp analyse_argp = {
    .options = options,
    .parser = parse,
    .args_doc = "TYPE/ID CURVE",
    .doc = "Has the platform analyse a curve of an asset, and prints the result as a JSON object.\v"
           "It has the statistics that the platform makes: min, max, avg, stdev and others. As an "
           "annotation: live analyse rig/1 SPP | live annotate. Without any data of that time the "
           "exit code is 1."
};

static live_err analyse(live_client *client, live_error *error)
{
    char type[LISTING_TYPE_BYTES];
    live_analysis what = LIVE_ANALYSIS_INIT;
    cJSON *result = NULL;

    what.asset_type = type;
    what.channel = args.curve;
    what.end_ms = live_time_ms();
    what.begin_ms = what.end_ms - args.last_ms;
    live_err err = listing_asset(args.asset, type, &what.asset_id, error);
    if (!err)
        err = live_analyse(client, &what, &result, error);
    if (!err && !result->child)
        err = live_fail(error, LIVE_E_NOTFOUND, "%s has no data of '%s' of that time", args.asset,
                        args.curve);
    if (!err)
        err = live_json_write(result, stdout, error);
    cJSON_Delete(result);
    return err;
}

int analyse_run(void)
{
    live_error error = { 0 };
    session session = { 0 };

    if (session_open(args.settings, &session, &error)) {
        command_failed(&error);
        return EXIT_USAGE;
    }
    live_err err = analyse(session.client, &error);
    session_close(&session);
    return err ? command_failed(&error) : EXIT_DONE;
}
