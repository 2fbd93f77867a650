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

#include "log/journald.h"
#include "supervise/daemon.h"
#include "supervise/domain.h"
#include "supervise/news.h"
#include "supervise/notify.h"
#include "supervise/signals.h"
#include "supervise/successor.h"

enum {
    MAX_FILES = 16384,
    REPORT_MS = 1000,
    CONSULTING_MS = 35000 // dead letters that are queued again are synced
};

// Readiness

// Whether each process that is wanted has come up, or will not at once.
static bool has_settled(const ag_supervisor *supervisor)
{
    for (size_t i = 0; i < ag_staff_count(supervisor->staff); i++) {
        const ag_child *child = ag_member_child(ag_staff_at(supervisor->staff, i));
        if (child && (ag_child_state(child) == AG_STARTING || ag_child_state(child) == AG_STOPPING))
            return false;
    }
    return ag_staff_plan(supervisor->staff) != NULL;
}

void ag_supervisor_act(ag_supervisor *supervisor, const char *type, const char *about)
{
    ag_supervisor_acted(supervisor, NULL);
    live_action_begin(&supervisor->action, type, about);
    supervisor->acting = true;
}

void ag_supervisor_acted(ag_supervisor *supervisor, const live_error *why)
{
    if (supervisor->acting)
        live_action_end(&supervisor->action, why);
    supervisor->acting = false;
}

static void tell_ready(ag_supervisor *supervisor)
{
    supervisor->ready = supervisor->announcing = true;
    ag_notify_ready();
}

// How it is, the gateway has to say first: whether events can be kept, nobody else knows.
static void find_verdict(ag_supervisor *supervisor)
{
    const ag_member *gateway = ag_staff_at(supervisor->staff, 0);

    if (ag_member_state(gateway) == AG_UP) {
        ag_inquiry_ask(supervisor->inquiry, ag_member_child(gateway), AG_PASS_REPORT);
        return;
    }
    char *verdict = ag_operate_verdict(supervisor);
    ag_supervisor_announce(supervisor, verdict ? verdict : "");
    free(verdict);
}

void ag_supervisor_announce(ag_supervisor *supervisor, const char *verdict)
{
    // Who has died and starts again meanwhile settles soon: then the gateway is asked again.
    if (!supervisor->announcing || supervisor->stopping || !has_settled(supervisor))
        return;
    supervisor->announcing = false;
    live_log(LIVE_LOG_INFO, "agent.ready", "ready: %s", verdict);
    ag_daemon_tell(&supervisor->office.teller, EXIT_SUCCESS, verdict);
    ag_supervisor_settle(supervisor);
}

// Something may have come to rest: whoever waits for that is told.
void ag_supervisor_settle(ag_supervisor *supervisor)
{
    ag_waiting_check(&supervisor->waiting);
    if (!supervisor->ready && !supervisor->stopping && !supervisor->code && has_settled(supervisor))
        tell_ready(supervisor);
    if (supervisor->announcing && !supervisor->stopping && has_settled(supervisor))
        find_verdict(supervisor);
    if (supervisor->ready && !supervisor->announcing && !supervisor->stopping &&
        !supervisor->reading.planner && has_settled(supervisor))
        ag_supervisor_acted(supervisor, NULL);
}

void ag_supervisor_end(ag_supervisor *supervisor, int code, const char *text)
{
    live_error why = { 0 };

    live_fail(&why, LIVE_E_SYSTEM, "%s", text);
    ag_supervisor_acted(supervisor, code ? &why : NULL);
    ag_daemon_tell(&supervisor->office.teller, code, text);
    supervisor->code = code;
    if (supervisor->loop)
        live_loop_stop(supervisor->loop);
}

void ag_supervisor_give_up(ag_supervisor *supervisor, const char *text)
{
    live_log(LIVE_LOG_ERROR, "agent.failed", "%s", text);
    ag_supervisor_end(supervisor, EXIT_FAILURE, text);
}

// Stopping

static void end_waiting(ag_supervisor *supervisor)
{
    live_error why = { 0 };

    live_fail(&why, LIVE_E_CLOSED, "the agent is stopping");
    ag_reading_end(supervisor, &why);
    ag_amending_end(supervisor, &why);
    ag_waiting_end(&supervisor->waiting, &why);
    ag_consulting_end(&supervisor->consulting, &why);
}

static void stop(ag_supervisor *supervisor)
{
    supervisor->stopping = true;
    ag_supervisor_act(supervisor, "agent.stop", NULL);
    end_waiting(supervisor);
    ag_staff_stop(supervisor->staff);
}

void ag_supervisor_stop(ag_supervisor *supervisor, const char *why)
{
    supervisor->restarting = false; // a stop beats a restart
    if (!supervisor->stopping)
        live_log(LIVE_LOG_INFO, "agent.stopping", "stopping: %s", why);
    ag_notify("STOPPING=1\nSTATUS=stopping: %s", why);
    if (!supervisor->stopping)
        stop(supervisor);
}

void ag_supervisor_restart(ag_supervisor *supervisor)
{
    if (supervisor->stopping)
        return;
    live_log(LIVE_LOG_INFO, "agent.restarting", "restarting: it was asked to");
    ag_notify_reloading();
    supervisor->restarting = true;
    stop(supervisor);
}

static void on_stopped(void *user)
{
    live_loop_stop(((ag_supervisor *)user)->loop);
}

// Life

// Where none is delegated, all is as it would be without any.
static void take_domain(ag_supervisor *supervisor)
{
    if (ag_domain_take(&supervisor->domain, &supervisor->ungrouped))
        live_log(LIVE_LOG_DEBUG, "group.none", "%s", supervisor->ungrouped.text);
    else
        live_log(LIVE_LOG_INFO, "group.delegated", "each process has a control group below %s",
                 ag_domain_folder(supervisor->domain));
}

static live_err set_up(ag_supervisor *supervisor, live_error *error)
{
    ag_staff_options options = { .directory = supervisor->office.directory,
                                 .state = supervisor->office.state,
                                 .run = supervisor->office.run,
                                 .outbox = supervisor->office.outbox,
                                 .domain = supervisor->domain,
                                 .journal = supervisor->journal,
                                 .log = ag_forward_fd(supervisor->forward),
                                 .on_changed = ag_news_of_member,
                                 .on_stopped = on_stopped,
                                 .user = supervisor };
    live_err err = live_loop_new(&supervisor->loop, error);

    if (!err)
        err = ag_staff_new(supervisor->loop, &options, &supervisor->staff, error);
    if (!err)
        err = ag_inquiry_new(supervisor->loop, REPORT_MS, ag_operate_report, supervisor,
                             &supervisor->inquiry, error);
    if (!err)
        err = ag_control_new(supervisor->loop, supervisor->office.run, ag_operate, supervisor,
                             &supervisor->control, error);
    if (!err)
        err = ag_consulting_init(&supervisor->consulting, supervisor->loop, supervisor->control,
                                 supervisor->staff, CONSULTING_MS, error);
    supervisor->waiting =
        (ag_waiting){ .control = supervisor->control, .staff = supervisor->staff };
    return err;
}

static live_err supervise(ag_supervisor *supervisor, live_error *error)
{
    ag_signals signals;
    live_err err = ag_signals_listen(&signals, supervisor, error);

    if (!err) {
        ag_reading_ask(supervisor, NULL);
        if (!supervisor->code)
            err = live_loop_run(supervisor->loop, LIVE_FOREVER, error);
    }
    ag_signals_clear(&signals);
    return err;
}

static void tear_down(ag_supervisor *supervisor)
{
    end_waiting(supervisor);
    ag_staff_free(supervisor->staff);
    ag_domain_free(supervisor->domain);
    ag_inquiry_free(supervisor->inquiry);
    ag_consulting_clear(&supervisor->consulting);
    ag_journal_listen(supervisor->journal, NULL, NULL);
    ag_journal_forward(supervisor->journal, NULL);
    ag_forward_free(supervisor->forward);
    ag_control_free(supervisor->control);
    live_loop_free(supervisor->loop);
    cJSON_Delete(supervisor->reading.refused);
    cJSON_Delete(supervisor->reading.concerned);
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
    take_domain(supervisor);
    live_err err = ag_forward_new(&supervisor->forward, &error);
    if (!err)
        err = set_up(supervisor, &error);
    if (!err) {
        ag_journal_listen(supervisor->journal, ag_news_of_line, supervisor);
        err = supervise(supervisor, &error);
    }
    tear_down(supervisor);
    supervisor->loop = NULL;
    if (!err)
        ag_supervisor_acted(supervisor, NULL);
    if (err)
        ag_supervisor_give_up(supervisor, error.text);
    else if (supervisor->code == EXIT_SUCCESS)
        live_log(LIVE_LOG_INFO, "agent.stopped", "stopped");
    ag_daemon_tell(&supervisor->office.teller, EXIT_FAILURE, "the agent was stopped");
}

// Says why there is no agent, to whoever is there to be told.
static void fail(ag_supervisor *supervisor, const live_error *error)
{
    if (supervisor->office.teller < 0)
        live_log(LIVE_LOG_ERROR, "agent.failed", "%s", error->text);
    ag_supervisor_end(supervisor, *supervisor->office.settings ? EXIT_FAILURE : AG_EXIT_SETTINGS,
                      error->text);
}

// Under systemd the log has fields. The journal knows the agent by its folder, as its service is called.
static void use_journald(ag_supervisor *supervisor)
{
    const char *slash = strrchr(supervisor->office.directory, '/');
    live_error error = { 0 };

    if (live_log_is_journal(STDERR_FILENO) &&
        ag_journal_to_journald(supervisor->journal, AG_JOURNALD_PATH,
                               slash && slash[1] ? slash + 1 : "live-agent", &error))
        live_log(LIVE_LOG_WARN, "log.open", "%s", error.text);
}

int ag_supervisor_run(const ag_office_options *options, bool strict)
{
    ag_supervisor supervisor = { .strict = strict };
    ag_successor successor;
    live_error error = { 0 };

    ag_successor_prepare(&successor);
    signal(SIGPIPE, SIG_IGN);
    live_log_to_fd(LIVE_LOG_INFO, STDERR_FILENO, "agent");
    live_err err = ag_office_open(&supervisor.office, options, &error);
    live_log_to_fd(LIVE_LOG_INFO, STDERR_FILENO, "agent");
    supervisor.journal = err ? NULL : ag_journal_new(LIVE_LOG_INFO);
    if (!err && !supervisor.journal)
        err = live_fail(&error, LIVE_E_NOMEM, "out of memory");
    if (err)
        fail(&supervisor, &error);
    else {
        use_journald(&supervisor);
        run(&supervisor);
    }
    ag_journal_free(supervisor.journal);
    ag_office_close(&supervisor.office);
    if (supervisor.restarting && supervisor.code == EXIT_SUCCESS)
        supervisor.code = ag_successor_become(&successor, &supervisor.office, strict);
    return supervisor.code;
}
