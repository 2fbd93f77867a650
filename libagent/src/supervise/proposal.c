// SPDX-License-Identifier: Apache-2.0
// A change of a settings file, judged before it is written.
#include "supervise/proposal.h"

#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settings/edit.h"
#include "settings/finding.h"
#include "supervise/plan.h"

enum { SAY_BYTES = 1024 };

static bool is_about_added(const cJSON *finding, const ag_edited *edited, const ag_edit *edit)
{
    return edit->kind == AG_EDIT_ADD &&
           live_json_get(edited->done, live_json_str(finding, "process", ""));
}

// What a running agent would refuse the text for, and what it would pass over of a process that is added.
static void judge(const ag_edited *edited, const ag_edit *edit, const agent_module *const *modules,
                  cJSON *answer)
{
    char *text = strndup(edited->after, edited->after_length), line[SAY_BYTES];
    cJSON *plan = text ? ag_plan_of_text(edited->path, text, edited->after_length, modules) : NULL;
    const char *refused = plan ? live_json_str(plan, "error", NULL) : "out of memory";
    cJSON *errors = cJSON_AddArrayToObject(answer, "findings");
    cJSON *warnings = cJSON_AddArrayToObject(answer, "warnings");
    const cJSON *finding;

    if (refused)
        cJSON_AddItemToArray(errors, cJSON_CreateString(refused));
    cJSON_ArrayForEach (finding, live_json_get(plan, "findings")) {
        bool passed_over = ag_finding_severity(finding) == AG_WARNING;
        if (passed_over && !is_about_added(finding, edited, edit))
            continue;
        ag_plan_say(finding, line, sizeof line);
        cJSON_AddItemToArray(passed_over ? warnings : errors, cJSON_CreateString(line));
    }
    cJSON_Delete(plan);
}

static cJSON *propose(const char *path, const ag_edit *edit, const ag_proposal *proposal,
                      live_error *error)
{
    ag_edited edited;
    cJSON *answer;

    if (ag_edit_make(path, edit, &edited, error))
        return NULL;
    answer = cJSON_CreateObject();
    cJSON_AddStringToObject(answer, "path", edited.path);
    cJSON_AddStringToObject(answer, "before", edited.before);
    cJSON_AddStringToObject(answer, "after", edited.after);
    cJSON_AddItemToObject(answer, "done", cJSON_Duplicate(edited.done, true));
    if (proposal->judged && ag_edited_differs(&edited))
        judge(&edited, edit, proposal->modules, answer);
    ag_edited_clear(&edited);
    return answer;
}

// The settings of what is added: the second word.
static live_err parse_settings(const char *text, cJSON **ret_settings, live_error *error)
{
    live_err err = text ? live_json_parse(text, strlen(text), ret_settings, error)
                        : live_fail(error, LIVE_E_INVALID, "its settings are due");

    if (!err && !cJSON_IsObject(*ret_settings))
        err = live_fail(error, LIVE_E_INVALID, "its settings: an object is due");
    return err;
}

static cJSON *answer_to(const char *path, const ag_proposal *proposal, live_error *error)
{
    const char *operation = proposal->operation;
    char **words = proposal->words;
    cJSON *names = cJSON_CreateArray(), *settings = NULL, *answer = NULL;
    ag_edit edit = { .names = names };
    live_err err = LIVE_OK;

    if (!ag_edit_kind_parse(operation, &edit.kind) || !*words)
        err = live_fail(error, LIVE_E_INVALID, "'%s' is no change of settings", operation);
    else if (edit.kind == AG_EDIT_ADD)
        err = parse_settings(words[1], &settings, error);
    for (size_t i = 0; words[i] && (i == 0 || edit.kind != AG_EDIT_ADD); i++)
        cJSON_AddItemToArray(names, cJSON_CreateString(words[i]));
    edit.settings = settings;
    if (!err)
        answer = propose(path, &edit, proposal, error);
    cJSON_Delete(names);
    cJSON_Delete(settings);
    return answer;
}

int ag_proposal_print(const char *path, const ag_proposal *proposal)
{
    live_error error = { 0 };
    char *text = NULL;
    cJSON *answer = answer_to(path, proposal, &error);
    bool made = answer != NULL;

    if (!made) {
        answer = cJSON_CreateObject();
        cJSON_AddStringToObject(answer, "error", error.text);
    }
    if (live_json_print(answer, &text, NULL) == LIVE_OK)
        puts(text);
    live_free(text);
    cJSON_Delete(answer);
    return made ? EXIT_SUCCESS : EXIT_FAILURE;
}
