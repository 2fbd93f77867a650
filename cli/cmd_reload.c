// SPDX-License-Identifier: Apache-2.0
// live reload: an agent reads its settings again.
#include <stddef.h>
#include <stdio.h>

#include "command.h"
#include "commands.h"
#include "control.h"
#include "operate.h"

static agent_words words = AGENT_WORDS_INIT;

static const struct argp_option options[] = { AGENT_WORDS_OPTION, { 0 } };

static error_t parse(int key, char *value, struct argp_state *state)
{
    return key == 's' ? agent_words_parse(&words, key, value, state)
                      : command_no_argument(key, value, state);
}

const struct argp reload_argp = {
    .options = options,
    .parser = parse,
    .doc = "Has a running agent read its settings again.\v"
           "Prints which processes start, stop or restart: those whose settings, or whose module, "
           "changed. A file with an error in it is refused with its findings, and the last good "
           "settings stay in force."
};

int reload_run(void)
{
    control *control = NULL;
    live_error error = { 0 };

    // That none runs is an error here.
    if (control_open(words.settings, &control, &error))
        return command_failed(&error);
    control_close(control);
    return operate_reload_if_running(words.settings);
}
