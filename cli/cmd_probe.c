// SPDX-License-Identifier: Apache-2.0
// live probe: tries on a platform what is believed of it although nobody has said so.
#include <live/buf.h>
#include <live/file.h>
#include <live/json.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "commands.h"
#include "probe/probe.h"
#include "probe/report.h"

enum { OPT_ROOM = OPT_FIRST, OPT_JSON };

static struct {
    const char *settings, *room_id, *output;
    bool json;
} args = { .settings = "settings.json" };

static const struct argp_option options[] = {
    { "settings", 's', "FILE", 0, "names the platform (default: settings.json)", 0 },
    { "room", OPT_ROOM, "ID", 0, "say one sentence in this room, too", 0 },
    { "output", 'o', "FILE", 0, "write the report to this file as well, as JSON", 0 },
    { "json", OPT_JSON, NULL, 0, "print JSON instead of a table", 0 },
    { 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    switch (key) {
    case 's': args.settings = value; return 0;
    case OPT_ROOM: args.room_id = value; return 0;
    case 'o': args.output = value; return 0;
    case OPT_JSON: args.json = true; return 0;
    default: return command_no_argument(key, value, state);
    }
}

const struct argp probe_argp = {
    .options = options,
    .parser = parse,
    .doc =
        "Tries on a platform what is believed of it although nobody has said so, and reports what "
        "agrees, what differs and what was not tried.\v"
        "It takes about a minute. It writes events of a type of its own, whose random name it "
        "tells first, into the inputs of the settings (four megabytes of blanks over TCP, twice); "
        "it reads these and what its user may "
        "read; it changes nothing and says nothing in a room without --room. docs/probe.md lists "
        "each trial. The report holds no address, no name and nothing that others wrote, so it may "
        "be given to anybody; 'live simulate --profile' behaves as it says. Ctrl-C ends the trials "
        "and reports what is known by then. Exit codes: 0 nothing differs, 1 something does, or "
        "the trials were interrupted, or the platform does not answer, 2 usage or settings refused."
};

static live_err write_report(const cJSON *report, live_error *error)
{
    char *text = NULL;
    live_err err = live_json_print(report, &text, error);

    if (!err && args.json)
        puts(text);
    else if (!err)
        report_print(stdout, report);
    if (!err && args.output)
        err = live_file_write(args.output, text, strlen(text), 0644, error);
    live_free(text);
    return err;
}

static int try_all(probe *probe)
{
    live_error error = { 0 };

    probe->room_id = args.room_id;
    fprintf(stderr, "live: %s events of the type %s%s\n",
            probe->input || probe->tcp_host ? "writes" : "no input is set: writes no",
            probe->scratch, args.room_id ? ", and a message into the room" : "");
    probe_try_all(probe);
    cJSON *report = report_make(probe);
    bool good = report_agrees(report) && !probe->interrupted;
    if (probe->interrupted)
        fputs("live: interrupted\n", stderr);
    if (write_report(report, &error)) {
        command_failed(&error);
        good = false;
    }
    cJSON_Delete(report);
    return good ? EXIT_DONE : EXIT_FAILED;
}

// Anything that answers is a platform to be tried; what does not is an error.
static bool does_answer(const session *session, live_error *error)
{
    return !live_client_health(session->client, error) || error->http ||
           error->code == LIVE_E_PROTOCOL || error->code == LIVE_E_PARSE;
}

static int open_and_try(session *session)
{
    live_error error = { 0 };
    probe probe = { 0 };
    int code = EXIT_USAGE;

    if (args.room_id && session_check_room(session, args.room_id, &error))
        return command_failed(&error);
    if (probe_open(&probe, session, &error))
        command_failed(&error);
    else if (!does_answer(session, &error))
        code = command_failed(&error);
    else
        code = try_all(&probe);
    probe_close(&probe);
    return code;
}

int probe_run(void)
{
    live_error error = { 0 };
    session session = { 0 };

    if (session_open(args.settings, &session, &error)) {
        command_failed(&error);
        return EXIT_USAGE;
    }
    int code = open_and_try(&session);
    session_close(&session);
    return code;
}
