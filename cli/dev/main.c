// SPDX-License-Identifier: Apache-2.0
// live-dev: the developer's commands of the tool; `live` runs it.
#include "command.h"
#include "commands.h"

#define IGNORE(name, summary)

#define OURS(name, summary) { #name, summary, &name##_argp, name##_run },

static const command table[] = { COMMANDS(IGNORE, OURS){ 0 } };

int main(int argc, char **argv)
{
    return command_main(argc, argv, table);
}
