// SPDX-License-Identifier: Apache-2.0
// live version: the version of the tool.
#include <live/version.h>
#include <stdio.h>

#include "command.h"
#include "commands.h"

static error_t parse(int key, char *value, struct argp_state *state)
{
    return command_no_argument(key, value, state);
}

const struct argp version_argp = { .parser = parse, .doc = "Prints the version." };

int version_run(void)
{
    printf("live %s\n", live_version());
    return EXIT_DONE;
}
