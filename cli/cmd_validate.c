// SPDX-License-Identifier: Apache-2.0
// live validate: a settings file looked at without running anything of it.
#include <stddef.h>

#include "command.h"
#include "commands.h"
#include "libexec.h"

static char *settings = (char[]){ "settings.json" };
static char as_lines[] = "--validate", as_json[] = "--validate-json";
static char *role = as_lines;

enum { OPT_JSON = OPT_FIRST };

static const struct argp_option options[] = {
    { "settings", 's', "FILE", 0, "the agent's settings (default: settings.json)", 0 },
    { "json", OPT_JSON, NULL, 0, "print the findings as JSON", 0 },
    { 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    switch (key) {
    case 's': settings = value; return 0;
    case OPT_JSON: role = as_json; return 0;
    default: return command_no_argument(key, value, state);
    }
}

const struct argp validate_argp = {
    .options = options,
    .parser = parse,
    .doc =
        "Checks a settings file offline and prints every finding: file:line:column, where, what.\v"
        "Looks at its JSON, its names of modules, processes and adapters, and every value. Exit "
        "codes: 0 "
        "nothing but warnings, 1 something in a process is wrong, 2 the file as a whole is refused."
};

int validate_run(void)
{
    char *argv[] = { NULL, role, settings, NULL };
    return libexec_run("live-agent", argv);
}
