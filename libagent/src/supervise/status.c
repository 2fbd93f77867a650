// SPDX-License-Identifier: Apache-2.0
// How an agent is.
#include "supervise/status.h"

#include <inttypes.h>
#include <live/buf.h>
#include <live/json.h>
#include <live/version.h>
#include <string.h>
#include <unistd.h>

#include "supervise/usage.h"

// Events that wait so long make an agent degraded, also where the platform takes others.
enum { LATE_MS = 60000 };

// Figures of one process

static void add_usage(cJSON *process, pid_t pid)
{
    ag_usage usage;

    if (pid <= 0 || !ag_usage_read(pid, &usage))
        return;
    live_json_add_int(process, "pid", pid);
    live_json_add_int(process, "cpu_ms", usage.cpu_ms);
    live_json_add_int(process, "memory_bytes", usage.memory_bytes);
}

static const char *state_of(const ag_member *member)
{
    const ag_child *child = ag_member_child(member);

    if (!child)
        return ag_member_enabled(member) ? "failed" : "disabled";
    if (ag_child_state(child) == AG_DOWN && ag_child_unit(child)->wanted)
        return "waiting"; // for its next start
    if (ag_child_state(child) == AG_DOWN && ag_member_enabled(member))
        return ag_member_is_stopped(member) ? "stopped" : "finished"; // by itself
    if (ag_child_state(child) == AG_DOWN)
        return "disabled";
    return ag_unit_state_name(ag_child_state(child));
}

// What keeps it to its limits.
static void add_limits(cJSON *process, const ag_child *child)
{
    const char *group = ag_child_group(child);

    if (!ag_child_runs(child))
        return;
    cJSON_AddStringToObject(process, "limits", group ? "cgroup" : "rlimits");
    if (group)
        cJSON_AddStringToObject(process, "cgroup", group);
}

static cJSON *describe_member(const ag_member *member, const cJSON *report, int64_t monotonic_ms)
{
    const ag_child *child = ag_member_child(member);
    const cJSON *traffic =
        live_json_get(live_json_get(report, "processes"), ag_member_name(member));
    cJSON *process = cJSON_CreateObject();
    char reason[512];

    cJSON_AddStringToObject(process, "name", ag_member_name(member));
    cJSON_AddStringToObject(process, "type",
                            live_json_str(ag_member_plan(member), "type", "gateway"));
    cJSON_AddBoolToObject(process, "enabled", ag_member_enabled(member));
    cJSON_AddStringToObject(process, "state", state_of(member));
    ag_member_reason(member, reason, sizeof reason);
    if (*reason && !ag_member_is_stopped(member))
        cJSON_AddStringToObject(process, "reason", reason);
    if (*reason && ag_member_last_lines(member))
        cJSON_AddItemToObject(process, "last_lines",
                              cJSON_Duplicate(ag_member_last_lines(member), true));
    if (child) {
        const ag_unit *unit = ag_child_unit(child);
        live_json_add_int(process, "restarts", unit->restarts);
        if (ag_child_runs(child))
            live_json_add_int(process, "up_ms", monotonic_ms - unit->started_ms);
        add_usage(process, ag_child_pid(child));
        add_limits(process, child);
    }
    for (const cJSON *figure = traffic ? traffic->child : NULL; figure; figure = figure->next)
        cJSON_AddItemToObject(process, figure->string, cJSON_Duplicate(figure, true));
    return process;
}

// The whole

static void add_reload(cJSON *status, const ag_status_facts *facts)
{
    cJSON *reload = cJSON_AddObjectToObject(status, "reload");

    live_json_add_int(reload, "in_force_since_ms", facts->reloaded_ms);
    cJSON_AddBoolToObject(reload, "refused", facts->refused != NULL);
    cJSON_AddItemToObject(reload, "findings",
                          facts->refused ? cJSON_Duplicate(facts->refused, true)
                                         : cJSON_CreateArray());
}

static void add_groups(cJSON *status, const ag_status_facts *facts)
{
    cJSON *groups = cJSON_AddObjectToObject(status, "control_groups");

    cJSON_AddBoolToObject(groups, "delegated", facts->groups != NULL);
    cJSON_AddStringToObject(groups, facts->groups ? "folder" : "reason",
                            facts->groups ? facts->groups : facts->ungrouped);
}

static void add_part(cJSON *status, const cJSON *report, const char *name)
{
    const cJSON *part = live_json_get(report, name);

    cJSON_AddItemToObject(status, name, part ? cJSON_Duplicate(part, true) : cJSON_CreateNull());
}

cJSON *ag_status_make(const ag_status_facts *facts, int64_t now_ms, int64_t monotonic_ms)
{
    cJSON *status = cJSON_CreateObject();

    cJSON_AddStringToObject(status, "version", live_version());
    cJSON_AddStringToObject(status, "settings", facts->settings);
    live_json_add_int(status, "started_ms", facts->started_ms);
    add_usage(status, getpid());
    cJSON_AddBoolToObject(status, "stopping", facts->stopping);
    add_reload(status, facts);
    add_groups(status, facts);
    add_part(status, facts->report, "platform");
    add_part(status, facts->report, "outbox");
    cJSON *processes = cJSON_AddArrayToObject(status, "processes");
    for (size_t i = 0; ag_staff_plan(facts->staff) && i < ag_staff_count(facts->staff); i++)
        cJSON_AddItemToArray(
            processes, describe_member(ag_staff_at(facts->staff, i), facts->report, monotonic_ms));
    ag_status_judge(status, now_ms);
    return status;
}

// The verdict

static void add_age(live_buf *reason, int64_t ms)
{
    static const struct {
        int64_t ms;
        const char *unit;
    } units[] = { { 86400000, "d" }, { 3600000, "h" }, { 60000, "min" } };

    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (ms >= 2 * units[i].ms || (ms >= units[i].ms && ms % units[i].ms == 0)) {
            live_buf_add_format(reason, "%" PRId64 " %s", ms / units[i].ms, units[i].unit);
            return;
        }
    }
    live_buf_add_format(reason, "%" PRId64 " s", ms / 1000);
}

// 12400 is 12,400.
static void add_count(live_buf *reason, int64_t count)
{
    if (count >= 1000) {
        add_count(reason, count / 1000);
        live_buf_add_format(reason, ",%03d", (int)(count % 1000));
    } else {
        live_buf_add_format(reason, "%d", (int)count);
    }
}

static void add_bytes(live_buf *reason, int64_t bytes)
{
    static const char *const units[] = { "bytes", "kB", "MB", "GB", "TB" };
    size_t unit = 0;

    while (bytes >= 10000 && unit + 1 < sizeof units / sizeof *units) {
        bytes /= 1000;
        unit++;
    }
    if (bytes >= 1000 && unit > 0 && unit + 1 < sizeof units / sizeof *units) {
        bytes = (bytes + 500) / 1000;
        unit++;
    }
    live_buf_add_format(reason, "%" PRId64 " %s", bytes, units[unit]);
}

static void separate(live_buf *reason)
{
    if (live_buf_length(reason) > 0)
        live_buf_add_text(reason, "; ");
}

static void judge_queue(const cJSON *status, live_buf *reason)
{
    const cJSON *outbox = live_json_get(status, "outbox");
    int64_t events = live_json_int(outbox, "queued", 0);

    if (events == 0)
        return;
    separate(reason);
    add_count(reason, events);
    live_buf_add_text(reason, events == 1 ? " event, " : " events, ");
    add_bytes(reason, live_json_int(outbox, "bytes", 0));
    live_buf_add_text(reason, " queued, oldest ");
    add_age(reason, live_json_int(outbox, "oldest_age_ms", 0));
}

// As long as nothing leaves the platform's own reason stands, with the queue beside it.
static void judge_delay(const cJSON *status, live_buf *reason)
{
    const cJSON *outbox = live_json_get(status, "outbox");

    if (cJSON_IsFalse(live_json_get(live_json_get(status, "platform"), "reachable")) ||
        live_json_int(outbox, "oldest_age_ms", 0) < LATE_MS)
        return;
    separate(reason);
    live_buf_add_text(reason, "events leave late");
    judge_queue(status, reason);
}

static void judge_outbox(const cJSON *status, live_buf *reason)
{
    const char *trouble = live_json_str(live_json_get(status, "outbox"), "trouble", "");

    if (!*trouble)
        return;
    separate(reason);
    live_buf_add_format(reason, "the outbox cannot store (%s)", trouble);
}

static void judge_platform(const cJSON *status, live_buf *reason, int64_t now_ms)
{
    const cJSON *platform = live_json_get(status, "platform");

    if (!cJSON_IsFalse(live_json_get(platform, "reachable")))
        return;
    separate(reason);
    live_buf_add_text(reason, "platform unreachable ");
    add_age(reason, now_ms - live_json_int(platform, "since_ms", now_ms));
    judge_queue(status, reason);
    if (live_json_str(platform, "error", NULL))
        live_buf_add_format(reason, " (%s)", live_json_str(platform, "error", ""));
}

// How many processes are in a state, with the name of the first.
static int count_in(const cJSON *status, const char *state, const char **ret_first,
                    const char **ret_why)
{
    const cJSON *process;
    int count = 0;

    cJSON_ArrayForEach (process, live_json_get(status, "processes")) {
        if (strcmp(live_json_str(process, "state", ""), state) != 0)
            continue;
        if (count++ > 0)
            continue;
        *ret_first = live_json_str(process, "name", "");
        *ret_why = live_json_str(process, "reason", NULL);
    }
    return count;
}

static void judge_processes(const cJSON *status, live_buf *reason)
{
    static const char *const sick[] = { "failed", "waiting", "stopped" };
    const char *first = "", *why = NULL;

    for (size_t i = 0; i < sizeof sick / sizeof *sick; i++) {
        int count = count_in(status, sick[i], &first, &why);
        if (count == 0)
            continue;
        separate(reason);
        if (count == 1)
            live_buf_add_format(reason, "'%s' %s", first,
                                i == 1 ? "waits for its next start" : sick[i]);
        else
            live_buf_add_format(reason, "%d processes %s, first '%s'", count,
                                i == 1 ? "wait for their next start" : sick[i], first);
        if (why)
            live_buf_add_format(reason, " (%s)", why);
    }
}

static void judge_queries(const cJSON *status, live_buf *reason, int64_t now_ms)
{
    const cJSON *process, *first = NULL;
    int count = 0;

    cJSON_ArrayForEach (process, live_json_get(status, "processes")) {
        if (!live_json_str(process, "no_rows", NULL))
            continue;
        first = first ? first : process;
        count++;
    }
    if (!first)
        return;
    separate(reason);
    if (count == 1)
        live_buf_add_format(reason, "the query of '%s' has not run for ",
                            live_json_str(first, "name", ""));
    else
        live_buf_add_format(reason, "%d queries do not run, that of '%s' for ", count,
                            live_json_str(first, "name", ""));
    add_age(reason, now_ms - live_json_int(first, "no_rows_since_ms", now_ms));
    live_buf_add_format(reason, " (%s)", live_json_str(first, "no_rows", ""));
}

static void judge_reload(const cJSON *status, live_buf *reason)
{
    const cJSON *reload = live_json_get(status, "reload");
    const cJSON *findings = live_json_get(reload, "findings");

    if (!live_json_bool(reload, "refused", false))
        return;
    separate(reason);
    live_buf_add_text(reason, "the settings file was refused, the last good one is in force");
    if (cJSON_GetArraySize(findings) > 0)
        live_buf_add_format(reason, " (%s)", cJSON_GetStringValue(cJSON_GetArrayItem(findings, 0)));
}

static const char *judge_rest(const cJSON *status, live_buf *reason)
{
    const char *first = "", *why = NULL;
    int running = count_in(status, "up", &first, &why) + count_in(status, "finished", &first, &why);
    int starting =
        count_in(status, "starting", &first, &why) + count_in(status, "stopping", &first, &why);

    if (live_json_bool(status, "stopping", false)) {
        live_buf_add_text(reason, "it was told to stop");
        return "stopping";
    }
    if (running + starting == 0) {
        live_buf_add_text(reason, "the settings are being read");
        return "starting";
    }
    if (starting > 0) {
        live_buf_add_format(reason, "'%s' is not up yet", first);
        return "starting";
    }
    live_buf_add_format(reason, "%d process%s up", running, running == 1 ? "" : "es");
    return "healthy";
}

void ag_status_judge(cJSON *status, int64_t now_ms)
{
    live_buf *reason = live_buf_new();
    const char *verdict = "degraded";

    judge_platform(status, reason, now_ms);
    judge_delay(status, reason);
    judge_outbox(status, reason);
    judge_processes(status, reason);
    judge_queries(status, reason, now_ms);
    judge_reload(status, reason);
    if (live_buf_length(reason) == 0 || live_json_bool(status, "stopping", false)) {
        live_buf_clear(reason);
        verdict = judge_rest(status, reason);
    }
    cJSON_AddStringToObject(status, "verdict", verdict);
    cJSON_AddStringToObject(status, "reason", live_buf_data(reason));
    live_buf_free(reason);
}
