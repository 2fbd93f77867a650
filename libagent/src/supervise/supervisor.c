// SPDX-License-Identifier: Apache-2.0
// The supervisor.
#include "supervise/supervisor.h"

#include <live/json.h>
#include <live/log.h>
#include <live/time.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "settings/finding.h"
#include "supervise/daemon.h"
#include "supervise/notify.h"
#include "supervise/plan.h"
#include "supervise/tree.h"

enum { SAY_BYTES = 1024, MAX_FILES = 16384 };

// Readiness

// Whether each process that is wanted has come up, or will not at once.
static bool has_settled(const ag_supervisor *supervisor)
{
    for (const ag_member *member = ag_staff_first(supervisor->staff); member;
         member = ag_member_next(member)) {
        const ag_child *child = ag_member_child(member);
        if (child && (ag_child_state(child) == AG_STARTING || ag_child_state(child) == AG_STOPPING))
            return false;
    }
    return ag_staff_plan(supervisor->staff) != NULL;
}

static void tell_ready(ag_supervisor *supervisor)
{
    char *verdict = ag_operate_verdict(supervisor);

    supervisor->ready = true;
    live_log(LIVE_LOG_INFO, "agent.ready", "ready: %s", verdict ? verdict : "");
    ag_daemon_tell(&supervisor->office.teller, EXIT_SUCCESS, verdict ? verdict : "");
    ag_notify_ready();
    free(verdict);
}

// Something may have come to rest: whoever waits for that is told.
static void settle(ag_supervisor *supervisor)
{
    ag_operate_changed(supervisor);
    if (!supervisor->ready && !supervisor->stopping && !supervisor->code && has_settled(supervisor))
        tell_ready(supervisor);
}

// Settings

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

static void end_with(ag_supervisor *supervisor, int code, const char *text)
{
    ag_daemon_tell(&supervisor->office.teller, code, text);
    supervisor->code = code;
    if (supervisor->loop)
        live_loop_stop(supervisor->loop);
}

static void give_up(ag_supervisor *supervisor, const char *text)
{
    live_log(LIVE_LOG_ERROR, "agent.failed", "%s", text);
    end_with(supervisor, EXIT_FAILURE, text);
}

// Why a plan cannot be put in force: the first of its lines, and all of them in `lines`. False: it can.
static bool is_refused(const ag_supervisor *supervisor, const cJSON *plan, cJSON **ret_lines)
{
    bool first = !ag_staff_plan(supervisor->staff);
    ag_severity least = first && !supervisor->strict ? AG_REFUSED : AG_ERROR;

    if (!ag_findings_have(live_json_get(plan, "findings"), least))
        return false;
    *ret_lines = say_all(plan);
    return true;
}

// Whoever waits for the reload hears of it once the processes concerned are up or down.
static void answer_reload(ag_supervisor *supervisor, const cJSON *changes)
{
    ag_tickets own = supervisor->reloading;
    cJSON *names = cJSON_CreateArray();
    const cJSON *change;

    supervisor->reloading = (ag_tickets){ 0 };
    cJSON_ArrayForEach (change, changes)
        cJSON_AddItemToArray(names, cJSON_CreateString(change->string));
    for (size_t i = 0; i < own.count; i++) {
        cJSON *body = cJSON_CreateObject();
        cJSON_AddItemToObject(body, "changes", cJSON_Duplicate(changes, true));
        ag_operate_wait(supervisor, own.items[i], names, AG_GOAL_SETTLED, body);
    }
    cJSON_Delete(names);
    free(own.items);
}

static void fail_reload(ag_supervisor *supervisor, const live_error *error)
{
    cJSON *body = cJSON_CreateObject();

    if (supervisor->refused)
        cJSON_AddItemToObject(body, "findings", cJSON_Duplicate(supervisor->refused, true));
    ag_tickets_answer(&supervisor->reloading, supervisor->control, body, error);
    cJSON_Delete(body);
}

// The last good settings stay in force; without any the agent ends with `code`. What is wrong has been logged.
static void refuse(ag_supervisor *supervisor, int code, cJSON *lines)
{
    int count = cJSON_GetArraySize(lines);
    const char *line = cJSON_GetStringValue(cJSON_GetArrayItem(lines, 0));
    live_error error = { 0 };

    cJSON_Delete(supervisor->refused);
    supervisor->refused = lines;
    if (!ag_staff_plan(supervisor->staff)) {
        end_with(supervisor, code, line ? line : "");
        return;
    }
    live_fail(&error, LIVE_E_INVALID, "the settings are refused, the last good ones stay: %s",
              line);
    live_log(LIVE_LOG_ERROR, "reload.refused",
             "the settings are refused, the last good ones stay in force (%d error%s)", count,
             count == 1 ? "" : "s");
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

static void put_in_force(ag_supervisor *supervisor, cJSON *plan)
{
    cJSON *changes = cJSON_CreateObject();
    live_error error = { 0 };
    live_level level = LIVE_LOG_INFO;
    bool first = !ag_staff_plan(supervisor->staff);

    direct_log(supervisor, plan);
    if (live_level_parse(live_json_str(plan, "level", "info"), &level, NULL) == LIVE_OK)
        ag_journal_set_level(supervisor->journal, level);
    report(plan, false);
    cJSON_Delete(supervisor->refused);
    supervisor->refused = NULL;
    supervisor->reloaded_ms = live_loop_time_ms(supervisor->loop);
    live_err err = ag_staff_take(supervisor->staff, plan, changes, &error);
    if (err && first)
        give_up(supervisor, error.text);
    else if (err)
        live_log(LIVE_LOG_ERROR, "reload.failed", "%s", error.text);
    else if (!first)
        live_log(LIVE_LOG_INFO, "reload.done",
                 "the settings were read again: %d process%s concerned",
                 cJSON_GetArraySize(changes), cJSON_GetArraySize(changes) == 1 ? "" : "es");
    if (err)
        fail_reload(supervisor, &error);
    else
        answer_reload(supervisor, changes);
    cJSON_Delete(changes);
    settle(supervisor);
}

static bool wants_nobody(const cJSON *plan)
{
    const cJSON *process;

    cJSON_ArrayForEach (process, live_json_get(plan, "processes"))
        if (live_json_bool(process, "enabled", false) && live_json_get(process, "config"))
            return false;
    return true;
}

static void read_settings(ag_supervisor *supervisor);

static void on_planned(cJSON *plan, const live_error *why, void *user)
{
    ag_supervisor *supervisor = user;
    const char *text = plan ? live_json_str(plan, "error", NULL) : why->text;
    cJSON *lines = NULL;

    ag_planner_free(supervisor->planner);
    supervisor->planner = NULL;
    if (supervisor->ready)
        ag_notify_ready(); // the end of the reload, whatever became of it
    if (text) {
        lines = cJSON_CreateArray();
        cJSON_AddItemToArray(lines, cJSON_CreateString(text));
        live_log(LIVE_LOG_ERROR, "settings.refused", "%s", text);
        // The machine's fault is no reason not to try again.
        refuse(supervisor, plan ? AG_EXIT_SETTINGS : EXIT_FAILURE, lines);
        cJSON_Delete(plan);
    } else if (is_refused(supervisor, plan, &lines)) {
        report(plan, true);
        cJSON_Delete(plan);
        refuse(supervisor, AG_EXIT_SETTINGS, lines);
    } else {
        bool idle = wants_nobody(plan);
        put_in_force(supervisor, plan);
        if (idle)
            live_log(LIVE_LOG_WARN, "agent.idle",
                     "no process is enabled: 'live enable NAME' enables one, or all of a module");
    }
    if (!supervisor->again || supervisor->stopping)
        return;
    supervisor->again = false;
    supervisor->reloading = supervisor->next;
    supervisor->next = (ag_tickets){ 0 };
    read_settings(supervisor);
}

static void read_settings(ag_supervisor *supervisor)
{
    live_error error = { 0 };
    cJSON *lines;

    if (supervisor->ready)
        ag_notify_reloading();
    if (!ag_planner_start(supervisor->loop, supervisor->office.settings, on_planned, supervisor,
                          &supervisor->planner, &error))
        return;
    live_log(LIVE_LOG_ERROR, "settings.refused", "%s", error.text);
    lines = cJSON_CreateArray();
    cJSON_AddItemToArray(lines, cJSON_CreateString(error.text));
    refuse(supervisor, EXIT_FAILURE, lines);
}

void ag_supervisor_reload(ag_supervisor *supervisor, ag_ticket *ticket)
{
    if (supervisor->planner) {
        supervisor->again = true; // once, however many ask
        if (ticket)
            ag_tickets_add(&supervisor->next, *ticket);
        return;
    }
    if (ticket)
        ag_tickets_add(&supervisor->reloading, *ticket);
    read_settings(supervisor);
}

// Stopping

void ag_supervisor_stop(ag_supervisor *supervisor, const char *why)
{
    if (supervisor->stopping)
        return;
    live_log(LIVE_LOG_INFO, "agent.stopping", "stopping: %s", why);
    supervisor->stopping = true;
    ag_notify("STOPPING=1\nSTATUS=stopping: %s", why);
    ag_planner_free(supervisor->planner); // a reload that is under way is over
    supervisor->planner = NULL;
    ag_operate_end(supervisor);
    ag_staff_stop(supervisor->staff);
}

static void on_stopped(void *user)
{
    live_loop_stop(((ag_supervisor *)user)->loop);
}

static void on_stop_signal(live_signal *signal, int number, void *user)
{
    char why[64];

    (void)signal;
    snprintf(why, sizeof why, "signal %d (%s)", number, strsignal(number));
    ag_supervisor_stop(user, why);
}

static void on_hang_up(live_signal *signal, int number, void *user)
{
    ag_supervisor *supervisor = user;

    if (ag_daemon_has_terminal())
        on_stop_signal(signal, number, user);
    else if (!supervisor->stopping)
        ag_supervisor_reload(supervisor, NULL);
}

static void on_reopen(live_signal *signal, int number, void *user)
{
    (void)signal;
    (void)number;
    ag_journal_reopen(((ag_supervisor *)user)->journal);
}

// The service manager's watchdog is fed by this loop alone, so that it means this loop.
static void feed_watchdog(live_timer *timer, void *user)
{
    (void)timer;
    (void)user;
    ag_notify("WATCHDOG=1");
}

// Strays: what a worker started and left behind becomes a child of the supervisor, which is its end.

static bool is_ours(pid_t pid, void *user)
{
    const ag_supervisor *supervisor = user;

    return ag_staff_has(supervisor->staff, pid) || ag_planner_pid(supervisor->planner) == pid;
}

static void end_strays(live_signal *signal, int number, void *user)
{
    (void)signal;
    (void)number;
    ag_tree_end(is_ours, user);
}

// Changes

static void tell_manager(const ag_supervisor *supervisor)
{
    char *verdict = ag_notify_is_heard() ? ag_operate_verdict(supervisor) : NULL;

    if (verdict)
        ag_notify("STATUS=%s", verdict);
    free(verdict);
}

static void on_changed(ag_member *member, void *user)
{
    ag_supervisor *supervisor = user;
    cJSON *news = cJSON_CreateObject();
    char reason[512];

    if (ag_control_is_heard(supervisor->control, AG_TOPIC_STATES)) {
        ag_member_reason(member, reason, sizeof reason);
        cJSON_AddNumberToObject(news, "v", AG_CONTROL_VERSION);
        cJSON_AddStringToObject(news, "event", "state");
        cJSON_AddStringToObject(news, "process", ag_member_name(member));
        cJSON_AddStringToObject(news, "state", ag_unit_state_name(ag_member_state(member)));
        if (*reason)
            cJSON_AddStringToObject(news, "reason", reason);
        ag_control_tell(supervisor->control, AG_TOPIC_STATES, news, NULL);
    }
    cJSON_Delete(news);
    settle(supervisor);
    if (!supervisor->stopping)
        tell_manager(supervisor);
}

static bool fits(const cJSON *filter, const cJSON *news)
{
    const ag_journal_filter wanted = ag_journal_filter_of(filter);

    return ag_journal_fits(&wanted, live_json_get(news, "line"));
}

static void on_log_line(const cJSON *line, void *user)
{
    const ag_supervisor *supervisor = user;

    if (!supervisor->control || !ag_control_is_heard(supervisor->control, AG_TOPIC_LOGS))
        return;
    cJSON *news = cJSON_CreateObject();
    cJSON_AddNumberToObject(news, "v", AG_CONTROL_VERSION);
    cJSON_AddStringToObject(news, "event", "log");
    cJSON_AddItemToObject(news, "line", cJSON_Duplicate(line, true));
    ag_control_tell(supervisor->control, AG_TOPIC_LOGS, news, fits);
    cJSON_Delete(news);
}

// Life

static live_err set_up(ag_supervisor *supervisor, live_error *error)
{
    ag_staff_options options = { .directory = supervisor->office.directory,
                                 .state = supervisor->office.state,
                                 .outbox = supervisor->office.outbox,
                                 .journal = supervisor->journal,
                                 .log = ag_forward_fd(supervisor->forward),
                                 .on_changed = on_changed,
                                 .on_stopped = on_stopped,
                                 .user = supervisor };
    live_err err = live_loop_new(&supervisor->loop, error);

    if (!err)
        err = ag_staff_new(supervisor->loop, &options, &supervisor->staff, error);
    if (!err)
        err = ag_inquiry_new(supervisor->loop, ag_operate_report, supervisor, &supervisor->inquiry,
                             error);
    if (!err)
        err = ag_control_new(supervisor->loop, supervisor->office.run, ag_operate, supervisor,
                             &supervisor->control, error);
    return err;
}

static live_err supervise(ag_supervisor *supervisor, live_error *error)
{
    static const struct {
        int number;
        live_signal_fn fn;
    } rows[] = { { SIGINT, on_stop_signal },
                 { SIGTERM, on_stop_signal },
                 { SIGHUP, on_hang_up },
                 { SIGUSR1, on_reopen },
                 { SIGCHLD, end_strays } };
    live_signal *signals[sizeof rows / sizeof *rows] = { NULL };
    int64_t every_ms = ag_notify_every_ms();
    live_timer *feed = NULL;
    live_err err = LIVE_OK;

    if (every_ms > 0)
        err =
            live_timer_new(supervisor->loop, every_ms, every_ms, feed_watchdog, NULL, &feed, error);
    for (size_t i = 0; !err && i < sizeof rows / sizeof *rows; i++)
        err = live_signal_new(supervisor->loop, rows[i].number, rows[i].fn, supervisor, &signals[i],
                              error);
    if (!err) {
        read_settings(supervisor);
        if (!supervisor->code)
            err = live_loop_run(supervisor->loop, LIVE_FOREVER, error);
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        live_signal_free(signals[i]);
    live_timer_free(feed);
    return err;
}

static void tear_down(ag_supervisor *supervisor)
{
    ag_operate_end(supervisor);
    ag_planner_free(supervisor->planner);
    ag_staff_free(supervisor->staff);
    ag_inquiry_free(supervisor->inquiry);
    ag_journal_listen(supervisor->journal, NULL, NULL);
    ag_journal_forward(supervisor->journal, NULL);
    ag_forward_free(supervisor->forward);
    ag_control_free(supervisor->control);
    live_loop_free(supervisor->loop);
    cJSON_Delete(supervisor->refused);
}

// Each process takes four descriptors here, and there may be a thousand.
static void raise_files(void)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) || files.rlim_cur >= MAX_FILES)
        return;
    files.rlim_cur = files.rlim_max < MAX_FILES ? files.rlim_max : MAX_FILES;
    setrlimit(RLIMIT_NOFILE, &files);
}

static void run(ag_supervisor *supervisor)
{
    live_error error = { 0 };

    raise_files();
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    supervisor->started_ms = live_time_ms();
    live_err err = ag_forward_new(&supervisor->forward, &error);
    if (!err)
        err = set_up(supervisor, &error);
    if (!err) {
        ag_journal_listen(supervisor->journal, on_log_line, supervisor);
        err = supervise(supervisor, &error);
    }
    tear_down(supervisor);
    supervisor->loop = NULL;
    if (err)
        give_up(supervisor, error.text);
    else if (supervisor->code == EXIT_SUCCESS)
        live_log(LIVE_LOG_INFO, "agent.stopped", "stopped");
    ag_daemon_tell(&supervisor->office.teller, EXIT_FAILURE, "the agent was stopped");
}

int ag_supervisor_run(const char *settings, bool detach, bool strict)
{
    ag_supervisor supervisor = { .strict = strict };
    live_error error = { 0 };

    signal(SIGPIPE, SIG_IGN);
    live_log_to_fd(LIVE_LOG_INFO, STDERR_FILENO, "agent");
    live_err err = ag_office_open(&supervisor.office, settings, detach, &error);
    live_log_to_fd(LIVE_LOG_INFO, STDERR_FILENO, "agent");
    supervisor.journal = err ? NULL : ag_journal_new(LIVE_LOG_INFO);
    if (!err && !supervisor.journal)
        err = live_fail(&error, LIVE_E_NOMEM, "out of memory");
    if (err && supervisor.office.teller < 0) // whom else to tell?
        live_log(LIVE_LOG_ERROR, "agent.failed", "%s", error.text);
    if (err)
        end_with(&supervisor, *supervisor.office.settings ? EXIT_FAILURE : AG_EXIT_SETTINGS,
                 error.text);
    else
        run(&supervisor);
    ag_journal_free(supervisor.journal);
    ag_office_close(&supervisor.office);
    return supervisor.code;
}
