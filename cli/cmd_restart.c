// SPDX-License-Identifier: Apache-2.0
// live restart: processes of an agent that runs, or the agent.
#include <live/json.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "commands.h"
#include "control.h"
#include "operate.h"

enum { PAUSE_MS = 20 };

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
        "Restarts processes of an agent that runs, or the agent itself.\v"
        "Without a NAME: all ends and begins anew from what lies on the disk by then, as after an "
        "upgrade; returns once the agent is ready. Its number stays, its events are handed over. A "
        "settings file with an error in it is refused with its findings, and nothing restarts. "
        "After a new setting 'live reload' is enough: it restarts those that it concerns."
};

// Asks, and waits until the old one has let go of its socket.
static live_err ask(control *control, live_error *error)
{
    cJSON *answer = NULL, *news = NULL;
    live_err err =
        control_ask(control, control_request("restart", NULL), CONTROL_LONG_MS, &answer, error);

    operate_print_changes(answer);
    cJSON_Delete(answer);
    while (!err) {
        err = control_hear(control, CONTROL_LONG_MS, &news, error);
        cJSON_Delete(news);
        news = NULL;
    }
    return err == LIVE_E_CLOSED ? LIVE_OK : err;
}

// Whether the new one is ready; one that is not there yet is not.
static bool is_ready(void)
{
    control *control = NULL;
    cJSON *status = NULL;
    bool ready = control_open(words.settings, &control, NULL) == LIVE_OK &&
                 control_ask(control, control_request("status", NULL), CONTROL_SHORT_MS, &status,
                             NULL) == LIVE_OK &&
                 strcmp(live_json_str(status, "verdict", "starting"), "starting") != 0;

    cJSON_Delete(status);
    control_close(control);
    return ready;
}

static live_err wait_ready(const control *old, live_error *error)
{
    for (int waited_ms = 0; waited_ms < CONTROL_LONG_MS; waited_ms += PAUSE_MS) {
        if (is_ready())
            return LIVE_OK;
        if (control_has_ended(old))
            return live_fail(error, LIVE_E_CLOSED,
                             "the agent ended before it was ready again: its log says why");
        poll(NULL, 0, PAUSE_MS);
    }
    return live_fail(error, LIVE_E_TIMEOUT, "the agent (pid %d) is not ready after %d s",
                     control_pid(old), CONTROL_LONG_MS / 1000);
}

static int restart_agent(void)
{
    control *control = NULL;
    live_error error = { 0 };
    live_err err = control_open(words.settings, &control, &error);

    if (!err)
        err = ask(control, &error);
    if (!err)
        err = wait_ready(control, &error);
    control_close(control);
    if (err)
        return command_failed(&error);
    puts("restarted");
    return EXIT_DONE;
}

int restart_run(void)
{
    return words.count ? operate_processes(&words, "restart", "restarted") : restart_agent();
}
