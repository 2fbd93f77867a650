// SPDX-License-Identifier: Apache-2.0
// live help: the commands, or the options of one.
#include "command.h"
#include "commands.h"

static const char *name;

static error_t parse(int key, char *value, struct argp_state *state)
{
    if (key == ARGP_KEY_ARG && !name) {
        name = value;
        return 0;
    }
    return command_no_argument(key, value, state);
}

const struct argp help_argp = { .parser = parse,
                                .args_doc = "[COMMAND]",
                                .doc = "Shows the commands, or the options of one." };

int help_run(void)
{
    return command_help(name);
}
