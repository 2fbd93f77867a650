// SPDX-License-Identifier: Apache-2.0
// live restart: processes of an agent that runs, or all of them.
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
    return agent_words_parse(&words, key, value, state);
}

const struct argp restart_argp = {
    .options = options,
    .parser = parse,
    .args_doc = "[NAME…]",
    .doc =
        "Restarts processes of an agent that runs.\v"
        "Without a NAME: reads the settings again and restarts all processes that run. After a new "
        "setting 'live reload' is enough: it restarts those that it concerns."
};

int restart_run(void)
{
    int code = words.count ? EXIT_DONE : operate_reload_if_running(words.settings);

    if (code != EXIT_DONE)
        return code;
    code = operate_processes(&words, "restart", "restarted");
    if (code == EXIT_DONE && words.count == 0)
        puts("restarted");
    return code;
}
