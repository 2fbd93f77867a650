// SPDX-License-Identifier: Apache-2.0
// Changes of the settings file that are asked for over the control socket.
#include "supervise/amending.h"

#include <live/json.h>
#include <live/log.h>
#include <stdlib.h>
#include <unistd.h>

#include "supervise/supervisor.h"

enum { TRIES = 10 };

struct ag_errand {
    ag_errand *next;
    ag_ticket ticket;
    bool restart; // rather than an edit
    ag_edit edit;
    cJSON *names, *settings; // of the edit
    ag_edited edited;        // while it is judged
    int tries;
};

static void drop_first(ag_amending *amending)
{
    ag_errand *errand = amending->first;

    amending->first = errand->next;
    ag_edited_clear(&errand->edited);
    cJSON_Delete(errand->names);
    cJSON_Delete(errand->settings);
    free(errand);
}

// The file is as it was; `lines` (taken) say what would have been wrong, NULL: nothing.
static void decline(ag_supervisor *supervisor, cJSON *lines, const live_error *why)
{
    ag_ticket ticket = supervisor->amending.first->ticket;
    cJSON *body = cJSON_CreateObject();

    if (lines)
        cJSON_AddItemToObject(body, "findings", lines);
    drop_first(&supervisor->amending);
    ag_control_answer(supervisor->control, ticket, body, why);
}

static void refuse(ag_supervisor *supervisor, cJSON *lines)
{
    const char *line = cJSON_GetStringValue(cJSON_GetArrayItem(lines, 0));
    bool restart = supervisor->amending.first->restart;
    live_error error = { 0 };

    live_fail(&error, LIVE_E_INVALID, "%s: %s",
              restart ? "the settings are refused, nothing restarts"
                      : "the settings file stays as it is",
              line ? line : "");
    live_log(LIVE_LOG_WARN, restart ? "restart.refused" : "edit.refused", "%s", error.text);
    decline(supervisor, lines, &error);
}

static void put_in_force(ag_supervisor *supervisor, cJSON *plan)
{
    ag_errand *errand = supervisor->amending.first;
    live_error error = { 0 };
    live_err err =
        ag_edited_differs(&errand->edited) ? ag_edited_write(&errand->edited, &error) : LIVE_OK;

    if (!err) {
        ag_tickets_add(&supervisor->reading.asked, errand->ticket);
        drop_first(&supervisor->amending);
        ag_reading_take(supervisor, plan);
        return;
    }
    cJSON_Delete(plan);
    // Where somebody else has written the file meanwhile, the same is done to what it is now.
    if ((err != LIVE_E_NOTFOUND && err != LIVE_E_TIMEOUT) || ++errand->tries == TRIES)
        decline(supervisor, NULL, &error);
}

static void restart(ag_supervisor *supervisor)
{
    cJSON *body = cJSON_CreateObject();

    cJSON_AddNumberToObject(body, "pid", getpid());
    ag_control_answer(supervisor->control, supervisor->amending.first->ticket, body, NULL);
    drop_first(&supervisor->amending);
    ag_supervisor_restart(supervisor);
}

static void on_judged(cJSON *plan, const live_error *why, void *user)
{
    ag_supervisor *supervisor = user;
    const char *text = plan ? live_json_str(plan, "error", NULL) : NULL;
    cJSON *lines = NULL;

    ag_planner_free(supervisor->amending.planner);
    supervisor->amending.planner = NULL;
    if (text) {
        lines = cJSON_CreateArray();
        cJSON_AddItemToArray(lines, cJSON_CreateString(text));
    } else if (plan) {
        lines = ag_reading_faults(supervisor, plan);
    }
    if (plan && !lines && !supervisor->amending.first->restart) {
        put_in_force(supervisor, plan);
    } else {
        cJSON_Delete(plan);
        if (lines)
            refuse(supervisor, lines);
        else if (plan)
            restart(supervisor);
        else
            decline(supervisor, NULL, why);
    }
    ag_reading_next(supervisor);
}

static live_err judge(ag_supervisor *supervisor, ag_errand *errand, live_error *error)
{
    ag_edited *edited = &errand->edited;

    ag_edited_clear(edited);
    live_err err = errand->restart
                       ? LIVE_OK
                       : ag_edit_make(supervisor->office.settings, &errand->edit, edited, error);
    const ag_draft draft = { .path = supervisor->office.settings,
                             .text = edited->after,
                             .length = edited->after_length };

    return err ? err
               : ag_planner_start(supervisor->loop, &draft, on_judged, supervisor,
                                  &supervisor->amending.planner, error);
}

void ag_amending_next(ag_supervisor *supervisor)
{
    ag_amending *amending = &supervisor->amending;
    live_error error = { 0 };

    while (amending->first && !amending->planner)
        if (judge(supervisor, amending->first, &error))
            decline(supervisor, NULL, &error);
}

// At the end of the list; NULL: the ticket was answered.
static ag_errand *add_errand(ag_supervisor *supervisor, ag_ticket ticket)
{
    ag_errand *errand = calloc(1, sizeof *errand), **last = &supervisor->amending.first;
    live_error error = { 0 };

    if (!errand) {
        live_fail(&error, LIVE_E_NOMEM, "out of memory");
        ag_control_answer(supervisor->control, ticket, NULL, &error);
        return NULL;
    }
    errand->ticket = ticket;
    while (*last)
        last = &(*last)->next;
    *last = errand;
    return errand;
}

void ag_amending_ask(ag_supervisor *supervisor, ag_ticket ticket, const ag_edit *edit)
{
    ag_errand *errand = add_errand(supervisor, ticket);

    if (!errand)
        return;
    errand->names = cJSON_Duplicate(edit->names, true);
    errand->settings = cJSON_Duplicate(edit->settings, true);
    errand->edit = (ag_edit){ edit->kind, errand->names, errand->settings };
    ag_reading_next(supervisor);
}

void ag_amending_restart(ag_supervisor *supervisor, ag_ticket ticket)
{
    ag_errand *errand = add_errand(supervisor, ticket);

    if (!errand)
        return;
    errand->restart = true;
    ag_reading_next(supervisor);
}

void ag_amending_end(ag_supervisor *supervisor, const live_error *why)
{
    ag_amending *amending = &supervisor->amending;

    ag_planner_free(amending->planner);
    amending->planner = NULL;
    while (amending->first) {
        ag_control_answer(supervisor->control, amending->first->ticket, NULL, why);
        drop_first(amending);
    }
}
