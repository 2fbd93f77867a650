// SPDX-License-Identifier: Apache-2.0
// How the settings come to be in force.
#include "supervise/reading.h"

#include <live/json.h>
#include <live/log.h>
#include <stdlib.h>
#include <string.h>

#include "settings/finding.h"
#include "supervise/notify.h"
#include "supervise/plan.h"
#include "supervise/supervisor.h"

enum { SAY_BYTES = 1024 };

// Logs what is wrong in those parts that matter now: processes that are not enabled do not.
static void report(const cJSON *plan, bool refused)
{
    const cJSON *processes = live_json_get(plan, "processes"), *finding;
    char text[SAY_BYTES];

    cJSON_ArrayForEach (finding, live_json_get(plan, "findings")) {
        const char *process = live_json_str(finding, "process", NULL);
        bool warning = ag_finding_severity(finding) == AG_WARNING;
        if (process && !refused &&
            !live_json_bool(live_json_get(processes, process), "enabled", false))
            continue;
        ag_plan_say(finding, text, sizeof text);
        live_log(warning ? LIVE_LOG_WARN : LIVE_LOG_ERROR,
                 warning   ? "settings.warning"
                 : refused ? "settings.refused"
                 : process ? "process.failed"
                           : "module.failed",
                 "%s", text);
    }
}

static cJSON *say_all(const cJSON *plan)
{
    cJSON *lines = cJSON_CreateArray();
    const cJSON *finding;
    char text[SAY_BYTES];

    cJSON_ArrayForEach (finding, live_json_get(plan, "findings")) {
        ag_plan_say(finding, text, sizeof text);
        if (ag_finding_severity(finding) == AG_WARNING)
            continue;
        cJSON_AddItemToArray(lines, cJSON_CreateString(text));
    }
    return lines;
}

cJSON *ag_reading_faults(const ag_supervisor *supervisor, const cJSON *plan)
{
    bool first = !ag_staff_plan(supervisor->staff);
    ag_severity least = first && !supervisor->strict ? AG_REFUSED : AG_ERROR;

    return ag_findings_have(live_json_get(plan, "findings"), least) ? say_all(plan) : NULL;
}

static bool is_on_its_way(const ag_supervisor *supervisor, const char *name)
{
    const ag_member *member = ag_staff_find(supervisor->staff, name);
    ag_unit_state state = member ? ag_member_state(member) : AG_DOWN;

    return state == AG_STARTING || state == AG_STOPPING;
}

// Names of the processes that a reload concerns: those that it changed, and those that the one before it has not settled yet.
static cJSON *list_concerned(const ag_supervisor *supervisor, const cJSON *changes)
{
    cJSON *names = cJSON_CreateArray();
    const cJSON *change, *before;

    cJSON_ArrayForEach (change, changes)
        cJSON_AddItemToArray(names, cJSON_CreateString(change->string));
    cJSON_ArrayForEach (before, supervisor->reading.concerned)
        if (!live_json_get(changes, before->valuestring) &&
            is_on_its_way(supervisor, before->valuestring))
            cJSON_AddItemToArray(names, cJSON_CreateString(before->valuestring));
    return names;
}

// Whoever waits for the reload hears of it once the processes concerned are up or down.
static void answer_reload(ag_supervisor *supervisor, const cJSON *changes)
{
    ag_tickets own = supervisor->reading.asked;
    cJSON *names = list_concerned(supervisor, changes);

    supervisor->reading.asked = (ag_tickets){ 0 };
    for (size_t i = 0; i < own.count; i++) {
        cJSON *body = cJSON_CreateObject();
        cJSON_AddItemToObject(body, "changes", cJSON_Duplicate(changes, true));
        ag_waiting_add(&supervisor->waiting, own.items[i], names, AG_GOAL_SETTLED, body);
    }
    cJSON_Delete(supervisor->reading.concerned);
    supervisor->reading.concerned = names;
    free(own.items);
}

static void fail_reload(ag_supervisor *supervisor, const live_error *error)
{
    cJSON *body = cJSON_CreateObject();

    if (supervisor->reading.refused)
        cJSON_AddItemToObject(body, "findings", cJSON_Duplicate(supervisor->reading.refused, true));
    ag_tickets_answer(&supervisor->reading.asked, supervisor->control, body, error);
    cJSON_Delete(body);
}

// The last good settings stay in force; without any the agent ends with `code`. What is wrong has been logged.
static void refuse(ag_supervisor *supervisor, int code, cJSON *lines)
{
    int count = cJSON_GetArraySize(lines);
    const char *line = cJSON_GetStringValue(cJSON_GetArrayItem(lines, 0));
    live_error error = { 0 };

    cJSON_Delete(supervisor->reading.refused);
    supervisor->reading.refused = lines;
    if (!ag_staff_plan(supervisor->staff)) {
        ag_supervisor_end(supervisor, code, line ? line : "");
        return;
    }
    live_fail(&error, LIVE_E_INVALID, "the settings are refused, the last good ones stay: %s",
              line);
    live_log(LIVE_LOG_ERROR, "reload.refused",
             "the settings are refused, the last good ones stay in force (%d error%s)", count,
             count == 1 ? "" : "s");
    ag_supervisor_acted(supervisor, &error);
    fail_reload(supervisor, &error);
}

// The file that the settings name, or in the background the one that was opened at the start; its limits; and the platform.
static void direct_log(ag_supervisor *supervisor, const cJSON *plan)
{
    const cJSON *log = live_json_get(plan, "log");
    const char *given = live_json_str(log, "file", ""),
               *path = *given ? given : supervisor->office.log;
    live_error error = { 0 };

    if (*path && ag_journal_to_file(supervisor->journal, path, live_json_int(log, "max_size", 0),
                                    live_json_int(log, "max_files", 1), &error))
        live_log(LIVE_LOG_ERROR, "log.open", "%s", error.text);
    ag_journal_forward(supervisor->journal,
                       live_json_bool(log, "to_live", false) ? supervisor->forward : NULL);
}

static bool wants_nobody(const cJSON *plan)
{
    const cJSON *process;

    cJSON_ArrayForEach (process, live_json_get(plan, "processes"))
        if (live_json_bool(process, "enabled", false) && live_json_get(process, "config"))
            return false;
    return true;
}

void ag_reading_take(ag_supervisor *supervisor, cJSON *plan)
{
    cJSON *changes = cJSON_CreateObject();
    live_error error = { 0 };
    live_level level = LIVE_LOG_INFO;
    bool first = !ag_staff_plan(supervisor->staff), idle = wants_nobody(plan);

    if (!ag_staff_plan(supervisor->staff))
        ag_supervisor_act(supervisor, "agent.start", supervisor->office.settings);
    direct_log(supervisor, plan);
    if (live_level_parse(live_json_str(plan, "level", "info"), &level, NULL) == LIVE_OK)
        ag_journal_set_level(supervisor->journal, level);
    report(plan, false);
    cJSON_Delete(supervisor->reading.refused);
    supervisor->reading.refused = NULL;
    supervisor->reading.done_ms = live_loop_time_ms(supervisor->loop);
    live_err err = ag_staff_take(supervisor->staff, plan, changes, &error);
    if (err && first)
        ag_supervisor_give_up(supervisor, error.text);
    else if (err)
        live_log(LIVE_LOG_ERROR, "reload.failed", "%s", error.text);
    else if (!first)
        live_log(LIVE_LOG_INFO, "reload.done",
                 "the settings were read again: %d process%s concerned",
                 cJSON_GetArraySize(changes), cJSON_GetArraySize(changes) == 1 ? "" : "es");
    if (err && !first)
        ag_supervisor_acted(supervisor, &error);
    if (err)
        fail_reload(supervisor, &error);
    else
        answer_reload(supervisor, changes);
    cJSON_Delete(changes);
    ag_supervisor_settle(supervisor);
    if (idle)
        live_log(LIVE_LOG_WARN, "agent.idle",
                 "no process is enabled: 'live enable NAME' enables one, or all of a module");
}

static void on_planned(cJSON *plan, const live_error *why, void *user)
{
    ag_supervisor *supervisor = user;
    const char *text = plan ? live_json_str(plan, "error", NULL) : why->text;
    cJSON *lines = NULL;

    ag_planner_free(supervisor->reading.planner);
    supervisor->reading.planner = NULL;
    if (supervisor->ready)
        ag_notify_ready(); // the end of the reload, whatever became of it
    if (text) {
        lines = cJSON_CreateArray();
        cJSON_AddItemToArray(lines, cJSON_CreateString(text));
        live_log(LIVE_LOG_ERROR, "settings.refused", "%s", text);
        // The machine's fault is no reason not to try again.
        refuse(supervisor, plan ? AG_EXIT_SETTINGS : EXIT_FAILURE, lines);
        cJSON_Delete(plan);
    } else if ((lines = ag_reading_faults(supervisor, plan))) {
        report(plan, true);
        cJSON_Delete(plan);
        refuse(supervisor, AG_EXIT_SETTINGS, lines);
    } else {
        ag_reading_take(supervisor, plan);
    }
    ag_reading_next(supervisor);
}

static void read_settings(ag_supervisor *supervisor)
{
    const ag_draft draft = { .path = supervisor->office.settings };
    live_error error = { 0 };
    cJSON *lines;

    if (supervisor->ready) {
        ag_notify_reloading();
        ag_supervisor_act(supervisor, "agent.reload", supervisor->office.settings);
    }
    if (!ag_planner_start(supervisor->loop, &draft, on_planned, supervisor,
                          &supervisor->reading.planner, &error))
        return;
    live_log(LIVE_LOG_ERROR, "settings.refused", "%s", error.text);
    lines = cJSON_CreateArray();
    cJSON_AddItemToArray(lines, cJSON_CreateString(error.text));
    refuse(supervisor, EXIT_FAILURE, lines);
}

void ag_reading_ask(ag_supervisor *supervisor, ag_ticket *ticket)
{
    if (supervisor->reading.planner || supervisor->amending.planner) {
        supervisor->reading.again = true; // once, however many ask
        if (ticket)
            ag_tickets_add(&supervisor->reading.next, *ticket);
        return;
    }
    if (ticket)
        ag_tickets_add(&supervisor->reading.asked, *ticket);
    read_settings(supervisor);
}

void ag_reading_next(ag_supervisor *supervisor)
{
    ag_reading *reading = &supervisor->reading;

    if (supervisor->stopping || reading->planner || supervisor->amending.planner)
        return;
    if (!reading->again) {
        ag_amending_next(supervisor);
        return;
    }
    reading->again = false;
    reading->asked = reading->next;
    reading->next = (ag_tickets){ 0 };
    read_settings(supervisor);
}

void ag_reading_end(ag_supervisor *supervisor, const live_error *why)
{
    ag_reading *reading = &supervisor->reading;

    ag_planner_free(reading->planner);
    reading->planner = NULL;
    ag_tickets_answer(&reading->asked, supervisor->control, NULL, why);
    ag_tickets_answer(&reading->next, supervisor->control, NULL, why);
}
