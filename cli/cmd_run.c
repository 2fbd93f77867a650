// SPDX-License-Identifier: Apache-2.0
// live run: the agent of a settings file, in the foreground.
#include <stddef.h>

#include "command.h"
#include "commands.h"
#include "edit.h"
#include "libexec.h"

enum { MAX_NAMES = 256, OPT_STRICT = OPT_FIRST };

static char *settings = (char[]){ "settings.json" };
static const char *enable[MAX_NAMES + 1];
static size_t count;
static bool strict;

static const struct argp_option options[] = {
    { "settings", 's', "FILE", 0, "the agent's settings (default: settings.json)", 0 },
    { "enable", 'e', "NAME", 0,
      "first enable a process, or those of a module, as 'live enable' does", 0 },
    { "strict", OPT_STRICT, NULL, 0, "refuse settings with any error in them", 0 },
    { 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    switch (key) {
    case 's': settings = value; return 0;
    case OPT_STRICT: strict = true; return 0;
    case 'e':
        if (count == MAX_NAMES)
            command_usage(state, "--enable: %d names are the most", MAX_NAMES);
        enable[count++] = value;
        return 0;
    default: return command_no_argument(key, value, state);
    }
}

const struct argp run_argp = {
    .options = options,
    .parser = parse,
    .doc =
        "Runs the agent of a settings file until SIGINT or SIGTERM.\v"
        "A process whose settings are wrong fails with the reason, and the others run (--strict: "
        "none runs). SIGHUP reads the settings again where there is no terminal. Exit codes: 0 "
        "stopped, 1 failed, 2 settings refused (trying again cannot help)."
};

int run_run(void)
{
    char *argv[] = { NULL, (char[]){ "--settings" }, settings,
                     strict ? (char[]){ "--strict" } : NULL, NULL };

    if (count && edit_settings(settings, "enable", enable) != EXIT_DONE)
        return EXIT_USAGE; // as the agent ends where its settings are refused
    return libexec_run("live-agent", argv);
}
