// SPDX-License-Identifier: Apache-2.0
// One of a supervisor's staff.
#include "supervise/member.h"

#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log/remote_log.h"
#include "log/words.h"
#include "supervise/plan.h"
#include "supervise/surroundings.h"

struct ag_member {
    const ag_member_ground *ground;
    char *name;
    cJSON *plan;  // of the settings in force; the gateway's is {"enabled", "config"}
    cJSON *fault; // of its settings; NULL: none
    ag_environment *env;
    char *program;   // NULL: a worker, or the gateway
    ag_child *child; // NULL: it cannot run
    ag_words *words; // of the child
    bool gateway;
    bool stopped; // by hand
    bool leaving; // it is in the settings no more
    bool held;    // it starts when it is released
};

// Its child

static void on_started(ag_child *child, void *user)
{
    ag_member *member = user;

    (void)child;
    member->ground->on_started(member, member->ground->user);
}

static void on_changed(ag_child *child, void *user)
{
    ag_member *member = user;

    (void)child;
    if (ag_member_is_over(member))
        ag_words_end(member->words);
    member->ground->on_changed(member, member->ground->user);
}

// What its child is told: what is planned, and what is the same for all.
static cJSON *make_config(const ag_member *member, const char *level)
{
    cJSON *config = cJSON_Duplicate(live_json_get(member->plan, "config"), true);

    cJSON_AddStringToObject(config, "state", member->ground->state);
    if (live_json_get(config, "program"))
        cJSON_AddStringToObject(config, "run", member->ground->run);
    cJSON_AddStringToObject(config, "level", level);
    return config;
}

// A program of ours that is no worker lies where the gateway does.
static live_err find_program(ag_member *member, const cJSON *config, live_error *error)
{
    const char *gateway = member->ground->gateway, *name = live_json_str(config, "program", NULL);
    const char *slash = strrchr(gateway, '/');

    if (!name || member->program)
        return LIVE_OK;
    if (asprintf(&member->program, "%.*s/%s", slash ? (int)(slash - gateway) : 1,
                 slash ? gateway : ".", name) >= 0)
        return LIVE_OK;
    member->program = NULL;
    return live_fail(error, LIVE_E_NOMEM, "out of memory");
}

static live_err make_child(ag_member *member, const cJSON *config, live_error *error)
{
    static const char *const worker_argv[] = { "live-agent", "--worker", NULL };
    static const char *const gateway_argv[] = { "live-gateway", NULL };
    static const char *const program_argv[] = { "live-metrics", NULL };
    const ag_member_ground *ground = member->ground;
    bool log = strcmp(live_json_str(config, "module", ""), AG_REMOTE_LOG) == 0;
    ag_child_options options = { .name = member->name,
                                 .file = member->gateway   ? ground->gateway
                                         : member->program ? member->program
                                                           : "/proc/self/exe",
                                 .argv = member->gateway   ? gateway_argv
                                         : member->program ? program_argv
                                                           : worker_argv,
                                 .env = ag_environment_list(member->env),
                                 .directory = ground->directory,
                                 .config = config,
                                 .domain = ground->domain,
                                 .input = log ? ground->log : 0,
                                 .output = ag_words_fd(member->words),
                                 .on_started = on_started,
                                 .on_changed = on_changed,
                                 .user = member };

    return ag_child_new(ground->loop, &options, &member->child, error);
}

static live_err renew_env(ag_member *member, const cJSON *config, live_error *error)
{
    ag_environment *env = member->gateway
                              ? ag_environment_of_gateway(live_json_get(config, "live"))
                              : ag_environment_of_worker(live_json_get(config, "settings"));

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
    if (!live_json_get(member->plan, "config"))
        return LIVE_OK;
    cJSON *config = make_config(member, level);
    live_err err = renew_env(member, config, error);
    if (!err)
        err = find_program(member, config, error);
    if (member->child)
        ag_child_configure(member->child, config);
    else if (!err)
        err = make_child(member, config, error);
    cJSON_Delete(config);
    return err;
}

// What the settings say

static void act(ag_member *member, ag_change change, bool held)
{
    if (!member->child)
        return;
    member->stopped = member->stopped && change != AG_START;
    if (change == AG_START && held)
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

live_err ag_member_take(ag_member *member, const ag_member_order *order, ag_change *ret_change,
                        live_error *error)
{
    ag_change change = ag_reload_change(member->leaving ? NULL : member->plan, order->plan);

    if (member->leaving && change == AG_KEEP)
        change = AG_STOP;
    cJSON_Delete(member->plan);
    cJSON_Delete(member->fault);
    member->plan = cJSON_Duplicate(order->plan, true);
    member->fault = cJSON_Duplicate(order->fault, true);
    member->leaving = !order->plan;
    *ret_change = change;
    live_err err = prepare(member, order->level, error);
    if (!err)
        act(member, change, order->held);
    return err;
}

void ag_member_release(ag_member *member)
{
    if (!member->held)
        return;
    member->held = false;
    ag_child_start(member->child);
}

live_err ag_member_new(const ag_member_ground *ground, const char *name, bool gateway,
                       ag_member **ret_member, live_error *error)
{
    ag_member *member = calloc(1, sizeof *member);
    if (!member)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    *member = (ag_member){ .ground = ground, .name = strdup(name), .gateway = gateway };
    live_err err = member->name ? ag_words_new(ground->loop, ground->journal, member->name,
                                               &member->words, error)
                                : live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (err) {
        ag_member_free(member);
        return err;
    }
    *ret_member = member;
    return LIVE_OK;
}

void ag_member_free(ag_member *member)
{
    if (!member)
        return;
    ag_child_free(member->child);
    ag_environment_free(member->env);
    ag_words_free(member->words);
    cJSON_Delete(member->plan);
    cJSON_Delete(member->fault);
    free(member->program);
    free(member->name);
    free(member);
}

// How it is

const char *ag_member_name(const ag_member *member)
{
    return member->name;
}

bool ag_member_is_gateway(const ag_member *member)
{
    return member->gateway;
}

bool ag_member_has_link(const ag_member *member)
{
    return !member->gateway && !member->program;
}

bool ag_member_enabled(const ag_member *member)
{
    return live_json_bool(member->plan, "enabled", false);
}

ag_child *ag_member_child(const ag_member *member)
{
    return live_json_get(member->plan, "config") ? member->child : NULL;
}

bool ag_member_runs(const ag_member *member)
{
    return member->child && ag_child_runs(member->child);
}

bool ag_member_passes(const ag_member *member, const char *name, int fd)
{
    return member->child && ag_child_pass(member->child, name, fd);
}

pid_t ag_member_pid(const ag_member *member)
{
    return member->child ? ag_child_pid(member->child) : 0;
}

bool ag_member_is_stopped(const ag_member *member)
{
    return member->stopped;
}

bool ag_member_is_leaving(const ag_member *member)
{
    return member->leaving;
}

bool ag_member_is_over(const ag_member *member)
{
    ag_unit_state state = ag_member_state(member);

    return state == AG_DOWN || state == AG_FAILED;
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
    return ag_words_lines(member->words);
}

void ag_member_reason(const ag_member *member, char *out, size_t size)
{
    const char *ended = member->child ? ag_child_reason(member->child) : "";
    const char *said = ag_words_error(member->words);

    *out = '\0';
    if (!ag_member_child(member) && member->fault)
        ag_plan_say(member->fault, out, size);
    else if (*ended)
        snprintf(out, size, "%s%s%s", ended, *said ? ": " : "", said);
}

// By hand

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
