// SPDX-License-Identifier: Apache-2.0
// What several commands do with a running agent.
#include "operate.h"

#include <live/json.h>
#include <stdio.h>

#include "command.h"
#include "control.h"
#include "terminal.h"

int operate_processes(const agent_words *words, const char *operation, const char *word)
{
    control *control = NULL;
    live_error error = { 0 };
    live_err err = control_open(words->settings, &control, &error);

    if (!err)
        err = control_ask(control, control_request(operation, words->names), CONTROL_LONG_MS, NULL,
                          &error);
    for (size_t i = 0; !err && i < words->count; i++)
        printf("%s: %s\n", words->names[i], word);
    control_close(control);
    return err ? command_failed(&error) : EXIT_DONE;
}

void operate_print_changes(const cJSON *answer)
{
    const cJSON *change, *finding;

    cJSON_ArrayForEach (change, live_json_get(answer, "changes")) {
        terminal_write(stdout, change->string);
        printf(": %s\n", cJSON_GetStringValue(change));
    }
    cJSON_ArrayForEach (finding, live_json_get(answer, "findings")) {
        terminal_write(stderr, cJSON_GetStringValue(finding));
        fputc('\n', stderr);
    }
}

int operate_reload_if_running(const char *settings)
{
    control *control = NULL;
    live_error error = { 0 };
    cJSON *answer = NULL;
    live_err err = control_open(settings, &control, &error);

    if (err == LIVE_E_NOTFOUND)
        return EXIT_DONE;
    if (!err)
        err =
            control_ask(control, control_request("reload", NULL), CONTROL_LONG_MS, &answer, &error);
    operate_print_changes(answer);
    cJSON_Delete(answer);
    control_close(control);
    return err ? command_failed(&error) : EXIT_DONE;
}
