// SPDX-License-Identifier: Apache-2.0
// What can be asked of a supervisor over its control socket.
#include <inttypes.h>
#include <live/buf.h>
#include <live/json.h>
#include <live/log.h>
#include <live/time.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "supervise/status.h"
#include "supervise/supervisor.h"

enum { LINES = 100 };

// Status

static cJSON *make_status(const ag_supervisor *supervisor, const cJSON *report)
{
    ag_status_facts facts = { .staff = supervisor->staff,
                              .report = report,
                              .refused = supervisor->reading.refused,
                              .settings = supervisor->office.settings,
                              .groups =
                                  supervisor->domain ? ag_domain_folder(supervisor->domain) : NULL,
                              .ungrouped = supervisor->ungrouped.text,
                              .started_ms = supervisor->started_ms,
                              .reloaded_ms = supervisor->reading.done_ms,
                              .stopping = supervisor->stopping };

    return ag_status_make(&facts, live_time_ms(), live_loop_monotonic_ms(supervisor->loop));
}

static char *line_of(const cJSON *status)
{
    char *line = NULL;

    if (asprintf(&line, "%s: %s", live_json_str(status, "verdict", ""),
                 live_json_str(status, "reason", "")) < 0)
        line = NULL;
    return line;
}

void ag_operate_report(const cJSON *report, void *user)
{
    ag_supervisor *supervisor = user;
    cJSON *status = make_status(supervisor, report);
    char *line = line_of(status);

    ag_tickets_answer(&supervisor->asking, supervisor->control, status, NULL);
    ag_supervisor_announce(supervisor, line ? line : "");
    free(line);
    cJSON_Delete(status);
}

char *ag_operate_verdict(const ag_supervisor *supervisor)
{
    cJSON *status = make_status(supervisor, NULL);
    char *line = line_of(status);

    cJSON_Delete(status);
    return line;
}

static void do_status(ag_supervisor *supervisor, ag_ticket ticket, const ag_request *request)
{
    (void)request;
    ag_tickets_add(&supervisor->asking, ticket);
    ag_inquiry_ask(supervisor->inquiry, ag_member_child(ag_staff_at(supervisor->staff, 0)),
                   AG_PASS_REPORT);
}

// Processes

static live_err no_such(const ag_supervisor *supervisor, const char *name, live_error *error)
{
    live_buf *list = live_buf_new();

    for (size_t i = 0; i < ag_staff_count(supervisor->staff); i++)
        live_buf_add_format(list, "%s'%s'", live_buf_length(list) ? ", " : "",
                            ag_member_name(ag_staff_at(supervisor->staff, i)));
    live_err err = live_fail(error, LIVE_E_NOTFOUND, "no process '%.80s'; there are %s", name,
                             live_buf_data(list));
    live_buf_free(list);
    return err;
}

// All of them, or none is touched.
static live_err find_all(const ag_supervisor *supervisor, const cJSON *names, live_error *error)
{
    const cJSON *name;

    cJSON_ArrayForEach (name, names)
        if (!ag_staff_find(supervisor->staff, name->valuestring))
            return no_such(supervisor, name->valuestring, error);
    return LIVE_OK;
}

static live_err stop_it(ag_member *member, live_error *error)
{
    (void)error;
    ag_member_stop(member);
    return LIVE_OK;
}

static void do_each(ag_supervisor *supervisor, ag_ticket ticket, const cJSON *names,
                    live_err (*act)(ag_member *member, live_error *error), ag_goal goal)
{
    const cJSON *name;
    live_error error = { 0 };
    live_err err = supervisor->stopping ? live_fail(&error, LIVE_E_CLOSED, "the agent is stopping")
                                        : find_all(supervisor, names, &error);

    cJSON_ArrayForEach (name, names) {
        if (!err && act(ag_staff_find(supervisor->staff, name->valuestring), &error))
            err = live_error_context(&error, error.code, "%s", name->valuestring);
    }
    if (err)
        ag_control_answer(supervisor->control, ticket, NULL, &error);
    else
        ag_waiting_add(&supervisor->waiting, ticket, names, goal, NULL);
}

static void do_start(ag_supervisor *supervisor, ag_ticket ticket, const ag_request *request)
{
    do_each(supervisor, ticket, live_json_get(request->json, "processes"), ag_member_start,
            AG_GOAL_UP);
}

static void do_stop(ag_supervisor *supervisor, ag_ticket ticket, const ag_request *request)
{
    const cJSON *names = live_json_get(request->json, "processes");

    if (names) {
        do_each(supervisor, ticket, names, stop_it, AG_GOAL_DOWN);
        return;
    }
    cJSON *body = cJSON_CreateObject();
    cJSON_AddNumberToObject(body, "pid", getpid());
    ag_control_answer(supervisor->control, ticket, body, NULL);
    ag_supervisor_stop(supervisor, "it was asked to");
}

static void refuse_stopping(const ag_supervisor *supervisor, ag_ticket ticket)
{
    live_error error = { 0 };

    live_fail(&error, LIVE_E_CLOSED, "the agent is stopping");
    ag_control_answer(supervisor->control, ticket, NULL, &error);
}

static void do_restart(ag_supervisor *supervisor, ag_ticket ticket, const ag_request *request)
{
    const cJSON *names = live_json_get(request->json, "processes");

    if (names)
        do_each(supervisor, ticket, names, ag_member_restart, AG_GOAL_UP);
    else if (supervisor->stopping)
        refuse_stopping(supervisor, ticket);
    else
        ag_amending_restart(supervisor, ticket);
}

// Settings

static void do_reload(ag_supervisor *supervisor, ag_ticket ticket, const ag_request *request)
{
    (void)request;
    if (supervisor->stopping)
        refuse_stopping(supervisor, ticket);
    else
        ag_reading_ask(supervisor, &ticket);
}

static ag_edit_kind kind_of(ag_operation operation)
{
    return operation == AG_DO_ADD      ? AG_EDIT_ADD
           : operation == AG_DO_REMOVE ? AG_EDIT_REMOVE
           : operation == AG_DO_ENABLE ? AG_EDIT_ENABLE
                                       : AG_EDIT_DISABLE;
}

// In the settings file.
static void do_edit(ag_supervisor *supervisor, ag_ticket ticket, const ag_request *request)
{
    const cJSON *json = request->json, *names = live_json_get(json, "processes");
    const char *added = live_json_str(json, "process", "");
    cJSON *one = cJSON_CreateStringArray(&added, 1);
    ag_edit edit = { .kind = kind_of(request->operation), .names = names };

    if (edit.kind == AG_EDIT_ADD) {
        edit.names = one;
        edit.settings = live_json_get(json, "settings");
    }
    if (supervisor->stopping)
        refuse_stopping(supervisor, ticket);
    else
        ag_amending_ask(supervisor, ticket, &edit);
    cJSON_Delete(one);
}

static void do_settings(ag_supervisor *supervisor, ag_ticket ticket, const ag_request *request)
{
    const cJSON *settings = live_json_get(ag_staff_plan(supervisor->staff), "settings");
    cJSON *body = cJSON_CreateObject();

    (void)request;
    cJSON_AddItemToObject(body, "settings",
                          settings ? cJSON_Duplicate(settings, true) : cJSON_CreateNull());
    ag_control_answer(supervisor->control, ticket, body, NULL);
}

// Log and changes

static void do_logs(ag_supervisor *supervisor, ag_ticket ticket, const ag_request *request)
{
    const cJSON *json = request->json;
    const ag_journal_filter filter = ag_journal_filter_of(json);
    cJSON *body = cJSON_CreateObject();
    uint64_t caller = ticket.caller;

    cJSON_AddItemToObject(
        body, "lines",
        ag_journal_tail(supervisor->journal, &filter, (size_t)live_json_int(json, "count", LINES)));
    ag_control_answer(supervisor->control, ticket, body, NULL);
    if (live_json_bool(json, "follow", false))
        ag_control_subscribe(supervisor->control, caller, AG_TOPIC_LOGS,
                             cJSON_Duplicate(json, true));
}

static void do_subscribe(ag_supervisor *supervisor, ag_ticket ticket, const ag_request *request)
{
    uint64_t caller = ticket.caller;

    (void)request;
    ag_control_answer(supervisor->control, ticket, NULL, NULL);
    ag_control_subscribe(supervisor->control, caller, AG_TOPIC_STATES, NULL);
}

// The outbox

static void do_outbox(ag_supervisor *supervisor, ag_ticket ticket, const ag_request *request)
{
    char question[AG_NAME_BYTES];

    snprintf(question, sizeof question, AG_PASS_OUTBOX "%s %" PRId64 " %" PRId64,
             live_json_str(request->json, "action", ""), live_json_int(request->json, "first", 0),
             live_json_int(request->json, "last", 0));
    if (supervisor->stopping)
        refuse_stopping(supervisor, ticket);
    else
        ag_consulting_add(&supervisor->consulting, ticket, question);
}

static void (*const table[AG_OPERATIONS])(ag_supervisor *supervisor, ag_ticket ticket,
                                          const ag_request *request) = {
    [AG_DO_STATUS] = do_status,     [AG_DO_START] = do_start, [AG_DO_STOP] = do_stop,
    [AG_DO_RESTART] = do_restart,   [AG_DO_ENABLE] = do_edit, [AG_DO_DISABLE] = do_edit,
    [AG_DO_ADD] = do_edit,          [AG_DO_REMOVE] = do_edit, [AG_DO_RELOAD] = do_reload,
    [AG_DO_SETTINGS] = do_settings, [AG_DO_LOGS] = do_logs,   [AG_DO_SUBSCRIBE] = do_subscribe,
    [AG_DO_OUTBOX] = do_outbox,
};

void ag_operate(ag_ticket ticket, const ag_request *request, void *user)
{
    table[request->operation](user, ticket, request);
}
