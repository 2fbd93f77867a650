// SPDX-License-Identifier: Apache-2.0
// live start: an agent in the background, or processes of one that runs.
#include <stddef.h>
#include <stdio.h>

#include "command.h"
#include "commands.h"
#include "control.h"
#include "libexec.h"
#include "operate.h"

enum { OPT_STRICT = OPT_FIRST };

static agent_words words = AGENT_WORDS_INIT;
static bool strict;

static const struct argp_option options[] = {
    AGENT_WORDS_OPTION,
    { "strict", OPT_STRICT, NULL, 0, "refuse settings with any error in them", 0 },
    { 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    if (key != OPT_STRICT)
        return agent_words_parse(&words, key, value, state);
    strict = true;
    return 0;
}

const struct argp start_argp = {
    .options = options,
    .parser = parse,
    .args_doc = "[NAME…]",
    .doc =
        "Starts an agent in the background, or processes of an agent that runs.\v"
        "Without a NAME: returns once the agent is ready, and says how it is, or why it could not "
        "start. Its log goes to .live/log/agent.log or $DDA_LOG_FILE, its number to .live/run/pid "
        "or "
        "$DDA_PID_FILE. With names: until their settings change; 'live enable' is for good. Exit "
        "codes: 0 it runs, 1 failed, 2 settings refused."
};

// LIVE_E_NOTFOUND: none runs, or one was just about to end and has.
static live_err find_running(int *ret_pid, live_error *error)
{
    control *control = NULL;
    cJSON *status = NULL;
    live_err err = control_open(words.settings, &control, error);

    if (err)
        return err;
    *ret_pid = control_pid(control);
    err = control_ask(control, control_request("status", NULL), CONTROL_LONG_MS, &status, error);
    if (err == LIVE_E_CLOSED && control_wait_end(control, CONTROL_SHORT_MS, error) == LIVE_OK)
        err = live_fail(error, LIVE_E_NOTFOUND, "it has ended");
    cJSON_Delete(status);
    control_close(control);
    return err;
}

static int start_agent(void)
{
    char *argv[] = { NULL,
                     (char[]){ "--settings" },
                     words.settings,
                     (char[]){ "--daemon" },
                     strict ? (char[]){ "--strict" } : NULL,
                     NULL };
    live_error error = { 0 };
    int pid = 0;
    live_err err = find_running(&pid, &error);

    if (err == LIVE_E_NOTFOUND)
        return libexec_run("live-agent", argv);
    if (err)
        return command_failed(&error);
    printf("already running: pid %d\n", pid);
    return EXIT_DONE;
}

int start_run(void)
{
    return words.count ? operate_processes(&words, "start", "started") : start_agent();
}
