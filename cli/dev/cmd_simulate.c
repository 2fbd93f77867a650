// SPDX-License-Identifier: Apache-2.0
// live simulate: a platform on this machine.
#include <live/log.h>
#include <live/loop.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "commands.h"
#include "libexec.h"
#include "platform/simulator.h"

enum {
    OPT_TCP_PORT = OPT_FIRST,
    OPT_AUTH,
    OPT_WORLD,
    OPT_LOAD,
    OPT_TIMEOUT,
    OPT_DATA,
    OPT_PROFILE
};

static simulator_options args = { .port = 8080, .tcp_port = 17042, .data = true };

static const char *profile_path; // NULL: as we believe
static sim_profile profile;

static const struct argp_option options[] = {
    { "port", 'p', "N", 0, "port of REST, CometD and the page (default: 8080; 0: any)", 0 },
    { "tcp-port", OPT_TCP_PORT, "N", 0, "port of the TCP input (default: 17042; 0: any)", 0 },
    { "cometd-auth", OPT_AUTH, "required|optional", 0,
      "whether /cometd wants credentials (default: optional)", 0 },
    { "cometd-timeout", OPT_TIMEOUT, "T", 0, "how long a CometD connect is held (default: 30s)",
      0 },
    { "world", OPT_WORLD, "FILE", 0,
      "users, assets, rooms and the rest, instead of the default ones", 0 },
    { "load", OPT_LOAD, "FILE", 0, "events to begin with, a JSON object a line", 0 },
    { "data", OPT_DATA, "on|off", 0,
      "whether the world's own sources send values of curves (default: on)", 0 },
    { "profile", OPT_PROFILE, "FILE", 0,
      "behave as this report of 'live probe' says a platform does", 0 },
    { 0 },
};

static int read_port(const struct argp_state *state, const char *option, const char *value)
{
    char *end;
    long port = strtol(value, &end, 10);

    if (*end || end == value || port < 0 || port > 65535)
        command_usage(state, "--%s: '%s' is no port from 0 to 65535", option, value);
    return (int)port;
}

static bool read_switch(const struct argp_state *state, const char *option, const char *value,
                        const char *yes, const char *no)
{
    if (strcmp(value, yes) != 0 && strcmp(value, no) != 0)
        command_usage(state, "--%s: '%s' is neither %s nor %s", option, value, yes, no);
    return strcmp(value, yes) == 0;
}

static error_t parse(int key, char *value, struct argp_state *state)
{
    switch (key) {
    case 'p': args.port = read_port(state, "port", value); return 0;
    case OPT_TCP_PORT: args.tcp_port = read_port(state, "tcp-port", value); return 0;
    case OPT_AUTH:
        args.cometd_auth = read_switch(state, "cometd-auth", value, "required", "optional");
        return 0;
    case OPT_TIMEOUT:
        args.connect_timeout_ms = command_duration(state, "--cometd-timeout", value);
        return 0;
    case OPT_WORLD: args.world = value; return 0;
    case OPT_LOAD: args.load = value; return 0;
    case OPT_PROFILE: profile_path = value; return 0;
    case OPT_DATA: args.data = read_switch(state, "data", value, "on", "off"); return 0;
    default: return command_no_argument(key, value, state);
    }
}

const struct argp simulate_argp = {
    .options = options,
    .parser = parse,
    .doc =
        "Runs a platform on this machine, on loopback, until SIGINT or SIGTERM.\v"
        "When it is ready it prints one JSON line with its url and tcp_port. Users "
        "(name/password): "
        "live-agent/live-agent and admin/admin with all permissions, viewer/viewer with few. Any "
        "name of a REST input works. Its rig RIG-1 has values of its curves without any agent. At "
        "the page at the url people read "
        "and write in the rooms, and see events as they arrive."
};

static void on_signal(live_signal *signal, int number, void *user)
{
    (void)signal;
    (void)number;
    live_loop_stop(user);
}

static live_err serve(live_loop *loop, live_error *error)
{
    simulator *simulator = NULL;
    live_signal *on_int = NULL, *on_term = NULL;
    live_err err = simulator_new(loop, &args, &simulator, error);

    if (!err)
        err = live_signal_new(loop, SIGINT, on_signal, loop, &on_int, error);
    if (!err)
        err = live_signal_new(loop, SIGTERM, on_signal, loop, &on_term, error);
    if (!err) {
        printf("{\"url\":\"http://127.0.0.1:%d\",\"tcp_port\":%d}\n", simulator_port(simulator),
               simulator_tcp_port(simulator));
        fflush(stdout);
        err = live_loop_run(loop, LIVE_FOREVER, error);
    }
    live_signal_free(on_int);
    live_signal_free(on_term);
    simulator_free(simulator);
    return err;
}

// Says what of it is not imitated.
static live_err read_profile(live_error *error)
{
    cJSON *notes = NULL;
    const cJSON *note;

    live_err err = sim_profile_read(profile_path, &profile, &notes, error);
    cJSON_ArrayForEach (note, notes)
        fprintf(stderr, "live: %s\n", note->valuestring);
    cJSON_Delete(notes);
    args.profile = &profile;
    return err;
}

int simulate_run(void)
{
    char share[LIBEXEC_PATH_BYTES];
    live_loop *loop = NULL;
    live_error error = { 0 };
    live_err err = libexec_beside(LIVE_SHARE_FROM_LIBEXEC, share, &error);

    if (profile_path && read_profile(&error)) {
        command_failed(&error);
        return EXIT_USAGE;
    }
    args.share = share;
    signal(SIGPIPE, SIG_IGN);
    live_log_to_fd(LIVE_LOG_WARN, STDERR_FILENO, "");
    if (!err)
        err = live_loop_new(&loop, &error);
    if (!err)
        err = serve(loop, &error);
    live_loop_free(loop);
    return err ? command_failed(&error) : EXIT_DONE;
}
