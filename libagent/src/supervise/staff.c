// SPDX-License-Identifier: Apache-2.0
// The children of a supervisor.
#include "supervise/staff.h"

#include <errno.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link/passing.h"
#include "log/capture.h"
#include "log/remote_log.h"
#include "supervise/inquiry.h"
#include "supervise/plan.h"
#include "supervise/surroundings.h"

enum { LAST_LINES = 5, GATEWAY_MS = 1000 };

#define GATEWAY "gateway"

struct ag_member {
    ag_member *next;
    ag_staff *staff;
    char *name;
    cJSON *plan;          // of the settings in force; the gateway's is {"enabled", "config"}
    ag_environment *env;  // of the child; NULL: the gateway, whose is the staff's
    ag_child *child;      // NULL: it cannot run
    ag_capture *output;   // of the child
    ag_said saying, said; // its last word of error, now and before its last end
    cJSON *lines, *last_lines;
    bool stopped; // by hand
    bool leaving; // it is in the settings no more: freed once it has ended
    bool held;    // it starts when the gateway has
};

struct ag_staff {
    live_loop *loop;
    ag_staff_options options;
    cJSON *plan;
    char *gateway_path;
    ag_environment *gateway_env;
    ag_member *first; // the gateway
    live_timer *sweep, *patience;
    bool stopping, holding; // workers wait for the gateway
};

// Links

// A pair of sockets: one end for the worker, the other, with the worker's name, for the gateway.
static void connect_worker(const ag_staff *staff, const ag_member *worker)
{
    ag_child *gateway = staff->first->child;
    char name[AG_NAME_BYTES];
    int ends[2];

    if (!worker->child || !ag_child_runs(worker->child) || !ag_child_runs(gateway))
        return;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends)) {
        live_log(LIVE_LOG_ERROR, "link.failed", "%s: %s", worker->name, strerror(errno));
        return;
    }
    snprintf(name, sizeof name, AG_PASS_LINK "%s", worker->name);
    if (ag_child_pass(worker->child, GATEWAY, ends[0]))
        ag_child_pass(gateway, name, ends[1]);
    close(ends[0]);
    close(ends[1]);
}

static void on_started(ag_child *child, void *user)
{
    const ag_member *member = user;

    (void)child;
    if (!ag_member_is_gateway(member)) {
        connect_worker(member->staff, member);
        return;
    }
    for (const ag_member *worker = member->next; worker; worker = worker->next)
        connect_worker(member->staff, worker);
}

// Starting: the gateway first; the workers once it is ready, or has taken too long.

static void let_start(ag_staff *staff)
{
    if (!staff->holding)
        return;
    staff->holding = false;
    live_timer_set(staff->patience, -1, 0);
    for (ag_member *worker = staff->first->next; worker; worker = worker->next)
        if (worker->held)
            ag_child_start(worker->child);
}

static void on_patience_over(live_timer *timer, void *user)
{
    (void)timer;
    let_start(user);
}

// Stopping: the workers first; then the gateway.

static bool is_over(const ag_member *member)
{
    ag_unit_state state = ag_member_state(member);

    return state == AG_DOWN || state == AG_FAILED;
}

static void go_on_stopping(ag_staff *staff)
{
    if (!staff->stopping)
        return;
    for (const ag_member *worker = staff->first->next; worker; worker = worker->next)
        if (!is_over(worker))
            return;
    if (is_over(staff->first))
        staff->options.on_stopped(staff->options.user);
    else if (ag_child_state(staff->first->child) != AG_STOPPING)
        ag_child_stop(staff->first->child);
}

void ag_staff_stop(ag_staff *staff)
{
    if (staff->stopping)
        return;
    staff->stopping = true;
    for (ag_member *worker = staff->first->next; worker; worker = worker->next)
        ag_member_stop(worker);
    go_on_stopping(staff);
}

// Members

static void on_line(const char *line, size_t length, void *user)
{
    ag_member *member = user;
    ag_said said = { .text = "" };

    ag_journal_add(member->staff->options.journal, member->name, line, length, &said);
    if (said.grave)
        member->saying = said;
    if (!member->lines)
        member->lines = cJSON_CreateArray();
    cJSON_AddItemToArray(member->lines, cJSON_CreateString(said.text));
    if (cJSON_GetArraySize(member->lines) > LAST_LINES)
        cJSON_DeleteItemFromArray(member->lines, 0);
}

// What it said last is why it has ended.
static void keep_last_words(ag_member *member)
{
    ag_capture_flush(member->output);
    if (member->lines) {
        cJSON_Delete(member->last_lines);
        member->last_lines = member->lines;
        member->lines = NULL;
    }
    member->said = member->saying;
    member->saying = (ag_said){ .text = "" };
}

static void on_changed(ag_child *child, void *user)
{
    ag_member *member = user;

    if (ag_member_is_gateway(member) && ag_child_state(child) == AG_UP)
        let_start(member->staff);
    if (is_over(member))
        keep_last_words(member);
    if (member->leaving && is_over(member))
        live_timer_set(member->staff->sweep, 0, 0);
    member->staff->options.on_changed(member, member->staff->options.user);
    go_on_stopping(member->staff);
}

static void free_member(ag_member *member)
{
    ag_child_free(member->child);
    ag_environment_free(member->env);
    ag_capture_free(member->output);
    cJSON_Delete(member->plan);
    cJSON_Delete(member->lines);
    cJSON_Delete(member->last_lines);
    free(member->name);
    free(member);
}

// Frees who has left and ended.
static void on_sweep(live_timer *timer, void *user)
{
    ag_staff *staff = user;
    ag_member **link = &staff->first;

    (void)timer;
    while (*link) {
        ag_member *member = *link;
        if (member->leaving && is_over(member)) {
            *link = member->next;
            free_member(member);
        } else {
            link = &member->next;
        }
    }
}

static live_err add_member(ag_staff *staff, const char *name, ag_member **ret_member,
                           live_error *error)
{
    ag_member *member = calloc(1, sizeof *member), **link = &staff->first;
    if (!member)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    member->staff = staff;
    member->name = strdup(name);
    live_err err = member->name
                       ? ag_capture_new(staff->loop, on_line, member, &member->output, error)
                       : live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (err) {
        free_member(member);
        return err;
    }
    while (*link)
        link = &(*link)->next;
    *link = member;
    *ret_member = member;
    return LIVE_OK;
}

// What its child is told: what is planned, and what is the same for all.
static cJSON *make_config(const ag_member *member, const char *level)
{
    cJSON *config = cJSON_Duplicate(live_json_get(member->plan, "config"), true);

    cJSON_AddStringToObject(config, "state", member->staff->options.state);
    cJSON_AddStringToObject(config, "level", level);
    return config;
}

static live_err make_child(ag_member *member, const cJSON *config, live_error *error)
{
    static const char *const worker_argv[] = { "live-agent", "--worker", NULL };
    static const char *const gateway_argv[] = { "live-gateway", NULL };
    ag_staff *staff = member->staff;
    bool gateway = ag_member_is_gateway(member);
    bool log = strcmp(live_json_str(config, "module", ""), AG_REMOTE_LOG) == 0;
    ag_child_options options = { .name = member->name,
                                 .file = gateway ? staff->gateway_path : "/proc/self/exe",
                                 .argv = gateway ? gateway_argv : worker_argv,
                                 .env = ag_environment_list(gateway ? staff->gateway_env
                                                                    : member->env),
                                 .directory = staff->options.directory,
                                 .config = config,
                                 .input = log ? staff->options.log : 0,
                                 .output = ag_capture_fd(member->output),
                                 .on_started = on_started,
                                 .on_changed = on_changed,
                                 .user = member };

    return ag_child_new(staff->loop, &options, &member->child, error);
}

static live_err renew_env(ag_member *member, const cJSON *config, live_error *error)
{
    ag_environment *env = ag_environment_of_worker(live_json_get(config, "settings"));

    if (!env)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (member->child)
        ag_child_set_env(member->child, ag_environment_list(env));
    ag_environment_free(member->env);
    member->env = env;
    return LIVE_OK;
}

// The child is told what is planned now, from its next start on.
static live_err prepare(ag_member *member, const char *level, live_error *error)
{
    cJSON *config;
    live_err err = LIVE_OK;

    if (!live_json_get(member->plan, "config"))
        return LIVE_OK;
    config = make_config(member, level);
    if (!ag_member_is_gateway(member))
        err = renew_env(member, config, error);
    if (member->child)
        ag_child_configure(member->child, config);
    else if (!err)
        err = make_child(member, config, error);
    cJSON_Delete(config);
    return err;
}

// Taking a plan

static void act(ag_member *member, ag_change change)
{
    if (!member->child)
        return;
    member->stopped = member->stopped && change != AG_START;
    if (change == AG_START && member->staff->holding && !ag_member_is_gateway(member))
        member->held = true;
    else if (change == AG_START)
        ag_child_start(member->child);
    else if (change == AG_STOP || change == AG_REMOVE)
        ag_child_stop(member->child);
    else if (change == AG_RESTART && ag_child_unit(member->child)->wanted) {
        ag_child_stop(member->child);
        ag_child_start(member->child);
    }
}

static ag_member *find(const ag_staff *staff, const char *name)
{
    ag_member *member = staff->first ? staff->first->next : NULL;

    while (member && strcmp(member->name, name) != 0)
        member = member->next;
    return member;
}

static live_err take_one(ag_member *member, const cJSON *plan, const char *level, cJSON *changes,
                         live_error *error)
{
    ag_change change = ag_reload_change(member->leaving ? NULL : member->plan, plan);

    if (member->leaving && change == AG_KEEP)
        change = AG_STOP;
    cJSON_Delete(member->plan);
    member->plan = cJSON_Duplicate(plan, true);
    member->leaving = !plan;
    live_err err = prepare(member, level, error);
    if (change != AG_KEEP)
        cJSON_AddStringToObject(changes, member->name, ag_change_name(change));
    if (!err)
        act(member, change);
    if (member->leaving)
        live_timer_set(member->staff->sweep, 0, 0);
    return err;
}

static live_err take_processes(ag_staff *staff, const cJSON *plan, cJSON *changes,
                               live_error *error)
{
    const cJSON *processes = live_json_get(plan, "processes"), *process;
    const char *level = live_json_str(plan, "level", "info");
    live_err err = LIVE_OK;

    for (ag_member *member = staff->first->next; !err && member; member = member->next)
        if (!member->leaving && !live_json_get(processes, member->name))
            err = take_one(member, NULL, level, changes, error);
    cJSON_ArrayForEach (process, processes) {
        ag_member *member = find(staff, process->string);
        if (!err && !member)
            err = add_member(staff, process->string, &member, error);
        if (!err)
            err =
                take_one(member, live_json_get(processes, process->string), level, changes, error);
    }
    return err;
}

static live_err take_gateway(ag_staff *staff, const cJSON *plan, cJSON *changes, live_error *error)
{
    const cJSON *live = live_json_get(plan, "live");
    cJSON *own = cJSON_CreateObject();
    cJSON *config = cJSON_AddObjectToObject(own, "config");

    cJSON_AddTrueToObject(own, "enabled");
    cJSON_AddStringToObject(config, "outbox", staff->options.outbox);
    if (live)
        cJSON_AddItemToObject(config, "live", cJSON_Duplicate(live, true));
    if (!ag_reload_same(own, staff->first->plan) || !staff->gateway_env) {
        ag_environment *environment = ag_environment_of_gateway(live);
        if (!environment) {
            cJSON_Delete(own);
            return live_fail(error, LIVE_E_NOMEM, "out of memory");
        }
        if (staff->first->child)
            ag_child_set_env(staff->first->child, ag_environment_list(environment));
        ag_environment_free(staff->gateway_env);
        staff->gateway_env = environment;
    }
    live_err err =
        take_one(staff->first, own, live_json_str(plan, "level", "info"), changes, error);
    cJSON_Delete(own);
    return err;
}

live_err ag_staff_take(ag_staff *staff, cJSON *plan, cJSON *changes, live_error *error)
{
    live_err err = take_gateway(staff, plan, changes, error);

    if (!staff->plan) {
        staff->holding = true;
        live_timer_set(staff->patience, GATEWAY_MS, 0);
    }

    if (!err)
        err = take_processes(staff, plan, changes, error);
    cJSON_Delete(staff->plan);
    staff->plan = plan;
    return err;
}

const cJSON *ag_staff_plan(const ag_staff *staff)
{
    return staff->plan;
}

// Life

live_err ag_staff_new(live_loop *loop, const ag_staff_options *options, ag_staff **ret_staff,
                      live_error *error)
{
    ag_staff *staff = calloc(1, sizeof *staff);
    ag_member *gateway = NULL;

    if (!staff)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    *staff = (ag_staff){ .loop = loop, .options = *options };
    live_err err = ag_find_gateway(&staff->gateway_path, error);
    if (!err)
        err = live_timer_new(loop, -1, 0, on_sweep, staff, &staff->sweep, error);
    if (!err)
        err = live_timer_new(loop, -1, 0, on_patience_over, staff, &staff->patience, error);
    if (!err)
        err = add_member(staff, GATEWAY, &gateway, error);
    if (err) {
        ag_staff_free(staff);
        return err;
    }
    *ret_staff = staff;
    return LIVE_OK;
}

void ag_staff_free(ag_staff *staff)
{
    if (!staff)
        return;
    while (staff->first) {
        ag_member *member = staff->first;
        staff->first = member->next;
        free_member(member);
    }
    live_timer_free(staff->sweep);
    live_timer_free(staff->patience);
    ag_environment_free(staff->gateway_env);
    cJSON_Delete(staff->plan);
    free(staff->gateway_path);
    free(staff);
}

bool ag_staff_has(const ag_staff *staff, pid_t pid)
{
    for (const ag_member *member = staff->first; member; member = member->next)
        if (member->child && ag_child_pid(member->child) == pid)
            return true;
    return false;
}

// One of them

ag_member *ag_staff_first(const ag_staff *staff)
{
    return staff->first;
}

ag_member *ag_member_next(const ag_member *member)
{
    return member->next;
}

ag_member *ag_staff_find(const ag_staff *staff, const char *name)
{
    ag_member *member = find(staff, name);

    if (member)
        return member->leaving ? NULL : member;
    return strcmp(name, GATEWAY) == 0 ? staff->first : NULL;
}

const char *ag_member_name(const ag_member *member)
{
    return member->name;
}

bool ag_member_is_gateway(const ag_member *member)
{
    return member == member->staff->first;
}

bool ag_member_enabled(const ag_member *member)
{
    return live_json_bool(member->plan, "enabled", false);
}

ag_child *ag_member_child(const ag_member *member)
{
    return live_json_get(member->plan, "config") ? member->child : NULL;
}

bool ag_member_is_stopped(const ag_member *member)
{
    return member->stopped;
}

ag_unit_state ag_member_state(const ag_member *member)
{
    return member->child ? ag_child_state(member->child) : AG_DOWN;
}

const cJSON *ag_member_plan(const ag_member *member)
{
    return member->plan;
}

const cJSON *ag_member_last_lines(const ag_member *member)
{
    return member->last_lines;
}

void ag_member_reason(const ag_member *member, char *out, size_t size)
{
    const cJSON *fault = ag_plan_fault(member->staff->plan, member->name);
    const char *ended = member->child ? ag_child_reason(member->child) : "";

    *out = '\0';
    if (!ag_member_child(member) && fault)
        ag_plan_say(fault, out, size);
    else if (*ended)
        snprintf(out, size, "%s%s%s", ended, *member->said.text ? ": " : "", member->said.text);
}

live_err ag_member_start(ag_member *member, live_error *error)
{
    char reason[512];

    if (!ag_member_child(member)) {
        ag_member_reason(member, reason, sizeof reason);
        return live_fail(error, LIVE_E_INVALID, "%s", reason);
    }
    member->stopped = false;
    member->held = false;
    ag_child_start(member->child);
    return LIVE_OK;
}

void ag_member_stop(ag_member *member)
{
    member->stopped = true;
    member->held = false;
    if (member->child)
        ag_child_stop(member->child);
}

live_err ag_member_restart(ag_member *member, live_error *error)
{
    ag_member_stop(member);
    return ag_member_start(member, error);
}
