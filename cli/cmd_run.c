// SPDX-License-Identifier: Apache-2.0
// live run: the agent of a settings file, in the foreground.
#include <stddef.h>

#include "command.h"
#include "commands.h"
#include "libexec.h"

static char *settings = (char[]){ "settings.json" };

static const struct argp_option options[] = {
    { "settings", 's', "FILE", 0, "the agent's settings (default: settings.json)", 0 },
    { 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    switch (key) {
    case 's': settings = value; return 0;
    default: return command_no_argument(key, value, state);
    }
}

const struct argp run_argp = {
    .options = options,
    .parser = parse,
    .doc = "Runs the agent of a settings file until SIGINT or SIGTERM.\v"
           "Exit codes: 0 stopped, 1 failed, 2 settings refused (trying again cannot help)."
};

int run_run(void)
{
    char *argv[] = { NULL, (char[]){ "--settings" }, settings, NULL };
    return libexec_run("live-agent", argv);
}
