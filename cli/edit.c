// SPDX-License-Identifier: Apache-2.0
// Changes of a settings file.
#include "edit.h"

#include <live/file.h>
#include <live/json.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "agent_answer.h"
#include "agent_words.h"
#include "command.h"
#include "control.h"
#include "operate.h"
#include "terminal.h"

enum { TRIES = 100, PAUSE_MS = 20 };

// What live-agent says would come of a change: {"path", "before", "after", "done", "findings", "warnings"}.
typedef struct proposal {
    cJSON *json;
    bool differs;
} proposal;

static live_err propose(const char *settings, const char *operation, const char *const *words,
                        bool running, proposal *proposal, live_error *error)
{
    const char *argv[AGENT_WORDS_NAMES + 4] = { running ? "--edit-judged" : "--edit", settings,
                                                operation };
    const cJSON *process;

    for (size_t i = 0; words[i]; i++)
        argv[3 + i] = words[i];
    cJSON_Delete(proposal->json);
    proposal->json = NULL;
    proposal->differs = false;
    live_err err = agent_answer(argv, &proposal->json, error);
    cJSON_ArrayForEach (process, live_json_get(proposal->json, "done"))
        proposal->differs = proposal->differs || cJSON_IsTrue(process);
    return err;
}

static void print_lines(const cJSON *lines, const char *before)
{
    const cJSON *line;

    cJSON_ArrayForEach (line, lines) {
        fputs(before, stderr);
        terminal_write(stderr, cJSON_GetStringValue(line));
        fputc('\n', stderr);
    }
}

// What the agent that runs would refuse is not written.
static live_err judge(const proposal *proposal, live_error *error)
{
    const cJSON *findings = live_json_get(proposal->json, "findings");
    int count = cJSON_GetArraySize(findings);

    print_lines(findings, "");
    return count ? live_fail(error, LIVE_E_INVALID, "the settings file stays as it is: %d error%s",
                             count, count == 1 ? "" : "s")
                 : LIVE_OK;
}

static live_err replace(const proposal *proposal, const char *from, const char *to,
                        live_error *error)
{
    const char *old = live_json_str(proposal->json, from, ""),
               *text = live_json_str(proposal->json, to, "");

    return live_file_replace(live_json_str(proposal->json, "path", ""), old, strlen(old), text,
                             strlen(text), error);
}

// Where somebody else writes the file meanwhile, the same is done to what it is then.
static live_err change(const char *settings, const char *operation, const char *const *words,
                       bool running, proposal *proposal, live_error *error)
{
    live_err err = LIVE_OK;

    for (int i = 0; i < TRIES; i++) {
        err = propose(settings, operation, words, running, proposal, error);
        if (!err && proposal->differs)
            err = judge(proposal, error);
        if (err || !proposal->differs)
            return err;
        err = replace(proposal, "before", "after", error);
        if (err != LIVE_E_NOTFOUND && err != LIVE_E_TIMEOUT)
            return err;
        poll(NULL, 0, PAUSE_MS);
    }
    return err;
}

// `answer` is the agent's, or NULL: of who leaves it says the same, and that is printed once.
static void print_done(const proposal *proposal, const char *operation, const cJSON *answer)
{
    const cJSON *changes = live_json_get(answer, "changes"), *process;

    cJSON_ArrayForEach (process, live_json_get(proposal->json, "done")) {
        if (strcmp(operation, "remove") == 0 && live_json_get(changes, process->string))
            continue;
        terminal_write(stdout, process->string);
        printf(": %s%s%s\n", cJSON_IsTrue(process) ? "" : "already ", operation,
               operation[strlen(operation) - 1] == 'e' ? "d" : "ed");
    }
}

// An agent that cannot take it up all the same, for want of memory, say: the file is again what it was.
static void take_back(const proposal *proposal, control *control)
{
    live_error error = { 0 };

    if (replace(proposal, "after", "before", &error))
        command_failed(&error);
    else
        control_ask(control, control_request("reload", NULL), CONTROL_LONG_MS, NULL, NULL);
}

static live_err put_in_force(const proposal *proposal, const char *operation, control *control,
                             live_error *error)
{
    cJSON *answer = NULL;
    live_err err = LIVE_OK;

    if (control)
        err =
            control_ask(control, control_request("reload", NULL), CONTROL_LONG_MS, &answer, error);
    if (err == LIVE_E_INVALID && proposal->differs)
        take_back(proposal, control);
    else
        print_done(proposal, operation, answer);
    operate_print_changes(answer);
    cJSON_Delete(answer);
    return err;
}

int edit_settings(const char *settings, const char *operation, const char *const *words)
{
    proposal proposal = { .json = NULL };
    control *control = NULL;
    live_error error = { 0 };
    live_err err = control_open(settings, &control, &error);

    if (err == LIVE_E_NOTFOUND)
        err = LIVE_OK;
    if (!err)
        err = change(settings, operation, words, control, &proposal, &error);
    if (!err)
        err = put_in_force(&proposal, operation, control, &error);
    if (!err)
        print_lines(live_json_get(proposal.json, "warnings"), "warning: ");
    cJSON_Delete(proposal.json);
    control_close(control);
    return err ? command_failed(&error) : EXIT_DONE;
}
