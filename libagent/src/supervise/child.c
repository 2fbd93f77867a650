// SPDX-License-Identifier: Apache-2.0
// A supervised child: spawned, watched for its readiness and its end, signalled.
#include "supervise/child.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <live/action.h>
#include <live/json.h>
#include <live/log.h>
#include <live/uuid.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "link/config.h"
#include "link/passing.h"
#include "settings/host.h"
#include "supervise/group.h"
#include "supervise/parcels.h"
#include "supervise/tree.h"
#include "worker/worker.h"

// Of what the child is in the middle, as the log tells it.
typedef enum doing { DOING_NOTHING, DOING_START, DOING_STOP } doing;

struct ag_child {
    live_loop *loop;
    ag_child_options options;
    char *name;
    cJSON *config;
    ag_unit unit;
    live_process *process;
    ag_group *group; // NULL: none
    live_timer *timer;
    char reason[160]; // of its last end
    live_action action;
    doing doing; // what `action` is
    int control; // our end; -1: none
    int ready;   // the reading end; -1: none
    live_io *ready_io;
    ag_parcels parcels; // on their way to it
};

static void happen(ag_child *child, ag_unit_event event);

// What is logged in between belongs to what it is in the middle of.
static void enter(ag_child *child)
{
    if (child->doing)
        live_action_enter(&child->action);
}

static void leave(ag_child *child)
{
    if (child->doing)
        live_action_leave(&child->action);
}

// Only between enter() and leave().
static void finish(ag_child *child, const char *why)
{
    live_error failed = { 0 };

    if (!child->doing)
        return;
    if (why)
        live_fail(&failed, LIVE_E_SYSTEM, "%s", why);
    live_action_end(&child->action, why ? &failed : NULL);
    child->doing = DOING_NOTHING;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void stop_waiting(ag_child *child)
{
    live_io_free(child->ready_io);
    child->ready_io = NULL;
    close_fd(&child->ready);
}

static void let_go(ag_child *child)
{
    stop_waiting(child);
    ag_parcels_clear(&child->parcels);
    close_fd(&child->control);
    live_process_free(child->process);
    child->process = NULL;
}

static void on_ready(live_io *io, unsigned ready, void *user)
{
    ag_child *child = user;
    char byte;
    ssize_t got = read(child->ready, &byte, 1);

    (void)io;
    (void)ready;
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    stop_waiting(child); // its end without a byte is followed by the child's
    if (got == 1)
        happen(child, AG_EV_READY);
}

static ag_unit_event event_of(int status, int term_signal)
{
    if (term_signal)
        return AG_EV_EXIT;
    return status == AG_EXIT_REFUSED ? AG_EV_REFUSE : status == 0 ? AG_EV_DONE : AG_EV_EXIT;
}

static void tell_reason(ag_child *child, int status, int term_signal)
{
    const ag_limits limits = ag_host_limits(live_json_get(child->config, "settings"));

    if (child->group && ag_group_ran_out(child->group) && term_signal == SIGKILL)
        snprintf(child->reason, sizeof child->reason,
                 "killed: out of its memory (limits.memory is %" PRId64
                 " bytes), memory.events says oom_kill",
                 limits.memory_bytes);
    else if (term_signal)
        snprintf(child->reason, sizeof child->reason, "ended by signal %d (%s)%s", term_signal,
                 strsignal(term_signal), ag_limits_of_signal(term_signal));
    else
        snprintf(child->reason, sizeof child->reason, "ended with exit code %d", status);
}

static void on_exit_of(live_process *process, int status, int term_signal, void *user)
{
    ag_child *child = user;
    pid_t pid = live_process_pid(process);
    bool expected = child->unit.state == AG_STOPPING;

    if (child->group)
        ag_group_kill(child->group); // whatever it started ends with it
    kill(-pid, SIGKILL);             // or what it started in its session
    let_go(child);
    tell_reason(child, status, term_signal);
    enter(child);
    if (term_signal || !expected)
        live_log(expected ? LIVE_LOG_INFO : LIVE_LOG_ERROR, "process.died", "%s: %s", child->name,
                 child->reason);
    leave(child);
    happen(child, event_of(status, term_signal));
}

// What the table asks for

typedef struct start_fds {
    int control[2], ready[2], config;
} start_fds;

// Who relies on a limit is told where nothing keeps it.
static void tell_unlimited(const ag_child *child, const ag_limits *limits)
{
    const struct {
        const char *name, *controller;
        bool due;
    } rows[] = {
        { "cores", "cpu", limits->cores > 0 && !ag_group_limits(child->group, AG_CONTROLLER_CPU) },
        { "tasks", "pids",
          limits->tasks > 0 && !ag_group_limits(child->group, AG_CONTROLLER_PIDS) },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].due)
            live_log(LIVE_LOG_WARN, "group.unlimited",
                     "%s: limits.%s has no effect: no control group with the controller '%s' is "
                     "delegated",
                     child->name, rows[i].name, rows[i].controller);
}

// Without a group of its own it runs all the same, as where none is delegated.
static void prepare_group(ag_child *child)
{
    const ag_limits limits = ag_host_limits(live_json_get(child->config, "settings"));
    live_error error = { 0 };

    if (child->options.domain && !child->group &&
        ag_group_new(child->options.domain, child->name, &child->group, &error))
        live_log(LIVE_LOG_WARN, "group.failed", "%s: %s", child->name, error.text);
    tell_unlimited(child, &limits);
    if (!child->group)
        return;
    ag_group_limit(child->group, &limits);
    cJSON_DeleteItemFromObjectCaseSensitive(child->config, "group");
    cJSON_DeleteItemFromObjectCaseSensitive(child->config, "group_memory");
    cJSON_AddStringToObject(child->config, "group", ag_group_folder(child->group));
    cJSON_AddBoolToObject(child->config, "group_memory",
                          ag_group_limits(child->group, AG_CONTROLLER_MEMORY));
}

static live_err open_fds(const ag_child *child, start_fds *fds, live_error *error)
{
    live_err err = ag_passing_pair(fds->control, error);

    if (!err && pipe2(fds->ready, O_CLOEXEC))
        err = live_fail_errno(error, errno, "pipe");
    return err ? err : ag_config_write(child->config, &fds->config, error);
}

static live_err start_process(ag_child *child, const start_fds *fds, live_error *error)
{
    live_process_options options = LIVE_PROCESS_OPTIONS_INIT;
    int output = child->options.output ? child->options.output : STDERR_FILENO;
    int map[AG_FD_COUNT] = { child->options.input ? child->options.input : -1, output, output };

    map[AG_FD_CONTROL] = fds->control[1];
    map[AG_FD_CONFIG] = fds->config;
    map[AG_FD_READY] = fds->ready[1];
    options.file = child->options.file;
    options.argv = child->options.argv;
    options.env = child->options.env;
    options.directory = child->options.directory;
    options.fds = map;
    options.fd_count = AG_FD_COUNT;
    options.new_session = true;
    return live_process_start(child->loop, &options, on_exit_of, child, &child->process, error);
}

// The child's own part of its start has a place in ours.
static void begin_start(ag_child *child)
{
    char place[LIVE_ACTION_ID_BYTES];

    finish(child, NULL); // of a stop before it
    live_action_begin(&child->action, "process.start", child->name);
    child->doing = DOING_START;
    live_action_reserve(place);
    cJSON_DeleteItemFromObject(child->config, "action");
    cJSON_AddStringToObject(child->config, "action", place);
}

static bool spawn(void *user)
{
    ag_child *child = user;
    start_fds fds = { .control = { -1, -1 }, .ready = { -1, -1 }, .config = -1 };
    live_error error = { 0 };

    begin_start(child);
    prepare_group(child);
    live_err err = open_fds(child, &fds, &error);
    if (!err)
        err = start_process(child, &fds, &error);
    close_fd(&fds.control[1]);
    close_fd(&fds.ready[1]);
    close_fd(&fds.config);
    child->control = fds.control[0];
    child->parcels =
        (ag_parcels){ .loop = child->loop, .to = child->name, .socket = child->control };
    child->ready = fds.ready[0];
    if (!err)
        err = live_io_new(child->loop, child->ready, LIVE_READABLE, on_ready, child,
                          &child->ready_io, &error);
    if (err) {
        snprintf(child->reason, sizeof child->reason, "%s", error.text);
        live_log(LIVE_LOG_ERROR, "process.start", "%s: %s", child->name, error.text);
        finish(child, error.text);
        let_go(child);
        return false;
    }
    live_log(LIVE_LOG_DEBUG, "process.started", "%s: pid %d", child->name,
             (int)live_process_pid(child->process));
    child->options.on_started(child, child->options.user);
    return true;
}

static void send_signal(int number, void *user)
{
    ag_child *child = user;
    live_error error = { 0 };

    if (!child->process)
        return;
    if (number == SIGKILL && child->group)
        ag_group_kill(child->group);
    ag_tree_signal(live_process_pid(child->process), number);
    if (live_process_signal(child->process, number, &error))
        live_log(LIVE_LOG_WARN, "process.signal", "%s: %s", child->name, error.text);
}

static void arm(int64_t after_ms, void *user)
{
    live_timer_set(((ag_child *)user)->timer, after_ms, 0);
}

static uint32_t random_number(void *user)
{
    uint32_t number = 0;

    (void)user;
    return live_random(&number, sizeof number, NULL) ? 0 : number;
}

static const ag_unit_ops ops = {
    .spawn = spawn, .signal = send_signal, .arm = arm, .random = random_number
};

static void begin_stop(ag_child *child)
{
    finish(child, child->doing == DOING_START ? "it is stopped" : NULL);
    live_action_begin(&child->action, "process.stop", child->name);
    child->doing = DOING_STOP;
}

// Whether what it was in the middle of is over, and how.
static void conclude(ag_child *child)
{
    ag_unit_state state = child->unit.state;

    if (child->doing == DOING_START && state == AG_UP)
        finish(child, NULL);
    else if (state == AG_DOWN || state == AG_FAILED)
        finish(child, child->doing == DOING_START ? child->reason : NULL);
}

// That it starts and stops, its actions tell.
static void tell_state(const ag_child *child, ag_unit_event event)
{
    if (child->unit.state == AG_STARTING || child->unit.state == AG_STOPPING)
        return;
    if (child->unit.state == AG_FAILED && event == AG_EV_REFUSE)
        live_log(LIVE_LOG_ERROR, "process.failed",
                 "%s: cannot run as it is set up and is left alone", child->name);
    else if (child->unit.state == AG_FAILED && child->unit.restart == AG_RESTART_NEVER)
        live_log(LIVE_LOG_ERROR, "process.failed", "%s: is left alone, as its 'restart' says",
                 child->name);
    else if (child->unit.state == AG_FAILED)
        live_log(LIVE_LOG_ERROR, "process.failed", "%s: died %d times in a row and is left alone",
                 child->name, child->unit.deaths);
    else
        live_log(LIVE_LOG_INFO, "process.state", "%s: %s", child->name,
                 ag_unit_state_name(child->unit.state));
}

static void happen(ag_child *child, ag_unit_event event)
{
    ag_unit_state before = child->unit.state;

    child->unit.restart = ag_host_restart(live_json_get(child->config, "settings"));
    enter(child);
    ag_unit_event_happened(&child->unit, event, live_loop_monotonic_ms(child->loop), &ops, child);
    bool changed = child->unit.state != before;
    if (changed && child->unit.state == AG_STOPPING)
        begin_stop(child);
    if (changed)
        tell_state(child, event);
    conclude(child);
    leave(child);
    if (changed)
        child->options.on_changed(child, child->options.user);
}

static void on_time(live_timer *timer, void *user)
{
    (void)timer;
    happen(user, AG_EV_TIMER);
}

live_err ag_child_new(live_loop *loop, const ag_child_options *options, ag_child **ret_child,
                      live_error *error)
{
    ag_child *child = calloc(1, sizeof *child);
    if (!child)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    *child = (ag_child){ .loop = loop, .options = *options, .control = -1, .ready = -1 };
    child->name = strdup(options->name);
    child->config = cJSON_Duplicate(options->config, true);
    live_err err =
        child->name && child->config ? LIVE_OK : live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (!err)
        err = live_timer_new(loop, -1, 0, on_time, child, &child->timer, error);
    if (err) {
        ag_child_free(child);
        return err;
    }
    *ret_child = child;
    return LIVE_OK;
}

void ag_child_free(ag_child *child)
{
    if (!child)
        return;
    let_go(child);
    ag_group_free(child->group);
    live_timer_free(child->timer);
    cJSON_Delete(child->config);
    free(child->name);
    free(child);
}

void ag_child_configure(ag_child *child, const cJSON *config)
{
    cJSON *copy = cJSON_Duplicate(config, true);

    if (!copy)
        return;
    cJSON_Delete(child->config);
    child->config = copy;
}

void ag_child_set_env(ag_child *child, const char *const *env)
{
    child->options.env = env;
}

void ag_child_start(ag_child *child)
{
    happen(child, AG_EV_START);
}

void ag_child_stop(ag_child *child)
{
    happen(child, AG_EV_STOP);
}

const char *ag_child_name(const ag_child *child)
{
    return child->name;
}

ag_unit_state ag_child_state(const ag_child *child)
{
    return child->unit.state;
}

bool ag_child_runs(const ag_child *child)
{
    return child->process != NULL;
}

const ag_unit *ag_child_unit(const ag_child *child)
{
    return &child->unit;
}

const char *ag_child_reason(const ag_child *child)
{
    return child->reason;
}

pid_t ag_child_pid(const ag_child *child)
{
    return child->process ? live_process_pid(child->process) : 0;
}

const char *ag_child_group(const ag_child *child)
{
    pid_t pid = ag_child_pid(child);

    return child->group && pid && ag_group_holds(child->group, pid) ? ag_group_folder(child->group)
                                                                    : NULL;
}

bool ag_child_pass(ag_child *child, const char *name, int fd)
{
    return child->process && child->control >= 0 && ag_parcels_send(&child->parcels, name, fd);
}
