// SPDX-License-Identifier: Apache-2.0
// live stop: an agent, or processes of it.
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

const struct argp stop_argp = {
    .options = options,
    .parser = parse,
    .args_doc = "[NAME…]",
    .doc = "Stops an agent, or processes of it.\v"
           "Without a NAME: returns once the agent has ended, its last events handed over. With "
           "names: "
           "until they are started again or their settings change; 'live disable' is for good."
};

static int stop_agent(void)
{
    control *control = NULL;
    live_error error = { 0 };
    live_err err = control_open(words.settings, &control, &error);

    if (err == LIVE_E_NOTFOUND) {
        printf("%s\n", error.text);
        return EXIT_DONE;
    }
    if (!err)
        err = control_ask(control, control_request("stop", NULL), CONTROL_SHORT_MS, NULL, &error);
    if (!err)
        err = control_wait_end(control, CONTROL_LONG_MS, &error);
    control_close(control);
    if (err)
        return command_failed(&error);
    puts("stopped");
    return EXIT_DONE;
}

int stop_run(void)
{
    return words.count ? operate_processes(&words, "stop", "stopped") : stop_agent();
}
