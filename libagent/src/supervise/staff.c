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
#include "settings/settings.h"
#include "supervise/inquiry.h"
#include "supervise/plan.h"
#include "supervise/surroundings.h"

enum { GATEWAY_MS = 1000 };

struct ag_staff {
    ag_staff_options options;
    ag_member_ground ground;
    cJSON *plan;
    char *gateway_path;
    ag_member **members; // the gateway first
    size_t count;
    live_timer *sweep, *patience;
    bool stopping, holding; // workers wait for the gateway
};

// Links

// A pair of sockets: one end for the worker, the other, with the worker's name, for the gateway.
static void connect_worker(const ag_staff *staff, const ag_member *worker)
{
    const ag_member *gateway = staff->members[0];
    char name[AG_NAME_BYTES];
    int ends[2];

    if (!ag_member_has_link(worker) || !ag_member_runs(worker) || !ag_member_runs(gateway))
        return;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends)) {
        live_log(LIVE_LOG_ERROR, "link.failed", "%s: %s", ag_member_name(worker), strerror(errno));
        return;
    }
    snprintf(name, sizeof name, AG_PASS_LINK "%s", ag_member_name(worker));
    if (ag_member_passes(worker, AG_GATEWAY, ends[0]))
        ag_member_passes(gateway, name, ends[1]);
    close(ends[0]);
    close(ends[1]);
}

static void on_started(ag_member *member, void *user)
{
    const ag_staff *staff = user;

    if (!ag_member_is_gateway(member)) {
        connect_worker(staff, member);
        return;
    }
    for (size_t i = 1; i < staff->count; i++)
        connect_worker(staff, staff->members[i]);
}

// Starting: the gateway first; the workers once it is ready, or has taken too long.

static void let_start(ag_staff *staff)
{
    if (!staff->holding)
        return;
    staff->holding = false;
    live_timer_set(staff->patience, -1, 0);
    for (size_t i = 1; i < staff->count; i++)
        ag_member_release(staff->members[i]);
}

static void on_patience_over(live_timer *timer, void *user)
{
    (void)timer;
    let_start(user);
}

// Stopping: the workers first; then the gateway.

static void go_on_stopping(ag_staff *staff)
{
    ag_member *gateway = staff->members[0];

    if (!staff->stopping)
        return;
    for (size_t i = 1; i < staff->count; i++)
        if (!ag_member_is_over(staff->members[i]))
            return;
    if (ag_member_is_over(gateway))
        staff->options.on_stopped(staff->options.user);
    else if (ag_member_state(gateway) != AG_STOPPING)
        ag_member_stop(gateway);
}

void ag_staff_stop(ag_staff *staff)
{
    if (staff->stopping)
        return;
    staff->stopping = true;
    for (size_t i = 1; i < staff->count; i++)
        ag_member_stop(staff->members[i]);
    go_on_stopping(staff);
}

// Members

static void on_changed(ag_member *member, void *user)
{
    ag_staff *staff = user;

    if (ag_member_is_gateway(member) && ag_member_state(member) == AG_UP)
        let_start(staff);
    if (ag_member_is_leaving(member) && ag_member_is_over(member))
        live_timer_set(staff->sweep, 0, 0);
    staff->options.on_changed(member, staff->options.user);
    go_on_stopping(staff);
}

// Frees who has left and ended.
static void on_sweep(live_timer *timer, void *user)
{
    ag_staff *staff = user;
    size_t kept = 0;

    (void)timer;
    for (size_t i = 0; i < staff->count; i++) {
        ag_member *member = staff->members[i];
        if (ag_member_is_leaving(member) && ag_member_is_over(member))
            ag_member_free(member);
        else
            staff->members[kept++] = member;
    }
    staff->count = kept;
}

static live_err add_member(ag_staff *staff, const char *name, ag_member **ret_member,
                           live_error *error)
{
    ag_member **members = realloc(staff->members, (staff->count + 1) * sizeof(ag_member *));
    if (!members)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    staff->members = members;
    live_err err = ag_member_new(&staff->ground, name, staff->count == 0, ret_member, error);
    if (!err)
        staff->members[staff->count++] = *ret_member;
    return err;
}

// Taking a plan

static ag_member *find(const ag_staff *staff, const char *name)
{
    for (size_t i = 1; i < staff->count; i++)
        if (strcmp(ag_member_name(staff->members[i]), name) == 0)
            return staff->members[i];
    return NULL;
}

// `plan` is that of the member, `whole` the one that it stands in.
static live_err take_one(ag_staff *staff, ag_member *member, const cJSON *plan, const cJSON *whole,
                         cJSON *changes, live_error *error)
{
    const char *name = ag_member_name(member);
    ag_member_order order = { .plan = plan,
                              .fault = plan ? ag_plan_fault(whole, name) : NULL,
                              .level = live_json_str(whole, "level", "info"),
                              .held = staff->holding && !ag_member_is_gateway(member) };
    ag_change change = AG_KEEP;
    live_err err = ag_member_take(member, &order, &change, error);

    if (change != AG_KEEP)
        cJSON_AddStringToObject(changes, name, ag_change_name(change));
    if (ag_member_is_leaving(member))
        live_timer_set(staff->sweep, 0, 0);
    return err;
}

static live_err take_processes(ag_staff *staff, const cJSON *plan, cJSON *changes,
                               live_error *error)
{
    const cJSON *processes = live_json_get(plan, "processes"), *process;
    live_err err = LIVE_OK;

    for (size_t i = 1; !err && i < staff->count; i++)
        if (!ag_member_is_leaving(staff->members[i]) &&
            !live_json_get(processes, ag_member_name(staff->members[i])))
            err = take_one(staff, staff->members[i], NULL, plan, changes, error);
    cJSON_ArrayForEach (process, processes) {
        ag_member *member = find(staff, process->string);
        if (!err && !member)
            err = add_member(staff, process->string, &member, error);
        if (!err)
            err = take_one(staff, member, live_json_get(processes, process->string), plan, changes,
                           error);
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
    cJSON_AddItemToObject(config, "bounds", cJSON_Duplicate(live_json_get(plan, "outbox"), true));
    live_err err = take_one(staff, staff->members[0], own, plan, changes, error);
    cJSON_Delete(own);
    return err;
}

// Who runs hears of a new level: it is no reason to restart anybody.
static void tell_level(const ag_staff *staff, const char *level)
{
    char word[32];

    snprintf(word, sizeof word, AG_PASS_LEVEL "%s", level);
    for (size_t i = 0; i < staff->count; i++)
        ag_member_passes(staff->members[i], word, -1);
}

live_err ag_staff_take(ag_staff *staff, cJSON *plan, cJSON *changes, live_error *error)
{
    const char *level = live_json_str(plan, "level", "info");
    bool relevelled = strcmp(live_json_str(staff->plan, "level", level), level) != 0;
    live_err err = take_gateway(staff, plan, changes, error);

    if (!staff->plan) {
        staff->holding = true;
        live_timer_set(staff->patience, GATEWAY_MS, 0);
    }
    if (!err)
        err = take_processes(staff, plan, changes, error);
    if (relevelled)
        tell_level(staff, level);
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
    staff->options = *options;
    live_err err = ag_find_gateway(&staff->gateway_path, error);
    staff->ground = (ag_member_ground){ .loop = loop,
                                        .directory = options->directory,
                                        .state = options->state,
                                        .run = options->run,
                                        .gateway = staff->gateway_path,
                                        .domain = options->domain,
                                        .journal = options->journal,
                                        .log = options->log,
                                        .on_started = on_started,
                                        .on_changed = on_changed,
                                        .user = staff };
    if (!err)
        err = live_timer_new(loop, -1, 0, on_sweep, staff, &staff->sweep, error);
    if (!err)
        err = live_timer_new(loop, -1, 0, on_patience_over, staff, &staff->patience, error);
    if (!err)
        err = add_member(staff, AG_GATEWAY, &gateway, error);
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
    for (size_t i = 0; i < staff->count; i++)
        ag_member_free(staff->members[i]);
    free(staff->members);
    live_timer_free(staff->sweep);
    live_timer_free(staff->patience);
    cJSON_Delete(staff->plan);
    free(staff->gateway_path);
    free(staff);
}

bool ag_staff_has(const ag_staff *staff, pid_t pid)
{
    for (size_t i = 0; i < staff->count; i++)
        if (ag_member_pid(staff->members[i]) == pid)
            return true;
    return false;
}

// One of them

size_t ag_staff_count(const ag_staff *staff)
{
    return staff->count;
}

ag_member *ag_staff_at(const ag_staff *staff, size_t index)
{
    return staff->members[index];
}

ag_member *ag_staff_find(const ag_staff *staff, const char *name)
{
    ag_member *member = find(staff, name);

    if (member)
        return ag_member_is_leaving(member) ? NULL : member;
    return strcmp(name, AG_GATEWAY) == 0 ? staff->members[0] : NULL;
}
