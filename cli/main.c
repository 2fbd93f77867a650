// SPDX-License-Identifier: Apache-2.0
// live: the tool. The table of its commands.
#include "command.h"
#include "commands.h"

#define IGNORE(name, summary)

#define OURS(name, summary)   { #name, summary, &name##_argp, name##_run },
#define THEIRS(name, summary) { #name, summary, NULL, NULL },

static const command table[] = { COMMANDS(OURS, THEIRS){ 0 } };

int main(int argc, char **argv)
{
    return command_main(argc, argv, table);
}
