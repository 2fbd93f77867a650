// SPDX-License-Identifier: Apache-2.0
// A module for scenarios: one process that counts and saves where it is, others that fail in their own ways.
#include <agent/module.h>
#include <live/log.h>
#include <stdlib.h>

struct config {
    int64_t every_ms;
};

static const agent_setting settings[] = {
    AGENT_DURATION(struct config, every_ms, "20ms", "Time between two turns."),
    { 0 },
};

struct state {
    int64_t n;
};

// Counts on from what was saved: a number may come twice, none may be missing.

static live_err load_count(agent_run *run, live_error *error)
{
    struct state *state = agent_state(run);
    cJSON *saved = NULL;
    live_err err = agent_load(run, "n", &saved, error);

    if (err == LIVE_E_NOTFOUND)
        return LIVE_OK;
    if (!err)
        state->n = (int64_t)saved->valuedouble;
    cJSON_Delete(saved);
    return err;
}

static live_err send_count(agent_run *run, live_error *error)
{
    struct state *state = agent_state(run);
    cJSON *event = live_event_new("counter", 0);

    live_json_add_int(event, "n", state->n + 1);
    cJSON_AddStringToObject(event, "who", agent_name(run));
    live_err err = agent_emit(run, event, error);
    if (err)
        return err;
    state->n++;
    cJSON *number = cJSON_CreateNumber((double)state->n);
    err = agent_save(run, "n", number, error);
    cJSON_Delete(number);
    return err;
}

static live_err abort_now(agent_run *run, live_error *error)
{
    (void)run;
    (void)error;
    abort();
}

static live_err fail_now(agent_run *run, live_error *error)
{
    (void)run;
    return live_fail(error, LIVE_E_INVALID, "this one always fails");
}

static live_err speak(agent_run *run, live_error *error)
{
    (void)run;
    (void)error;
    live_log(LIVE_LOG_DEBUG, "sick.quiet", "between ourselves");
    live_log(LIVE_LOG_INFO, "sick.loud", "to whom it concerns");
    return LIVE_OK;
}

static live_err watch_counter(agent_run *run, agent_watch *watch, live_error *error)
{
    (void)run;
    return agent_watch_expr(watch, error, "counter");
}

static live_err watch_nonsense(agent_run *run, agent_watch *watch, live_error *error)
{
    (void)run;
    return agent_watch_expr(watch, error, "counter => nonsense(n) as x");
}

static live_err abort_at_row(agent_run *run, const cJSON *row, live_error *error)
{
    (void)row;
    return abort_now(run, error);
}

static live_err echo_row(agent_run *run, const cJSON *row, live_error *error)
{
    cJSON *event = live_event_new("echo", 0);

    live_json_add_int(event, "n", live_json_int(row, "n", -1));
    return agent_emit(run, event, error);
}

static const agent_process processes[] = {
    { .name = "counter",
      .summary = "Counts and saves",
      .settings = settings,
      .config_size = sizeof(struct config),
      .state_size = sizeof(struct state),
      .start = load_count,
      .poll = send_count },
    { .name = "idle", .summary = "Does nothing" },
    { .name = "speaker",
      .summary = "Logs at two levels",
      .settings = settings,
      .config_size = sizeof(struct config),
      .poll = speak },
    { .name = "echo", .summary = "Sends what it sees", .watch = watch_counter, .row = echo_row },
    { .name = "nonsense",
      .summary = "Watches what does not compile",
      .watch = watch_nonsense,
      .row = echo_row },
    { .name = "abort_at_start", .summary = "Crashes at start", .start = abort_now },
    { .name = "fail_at_start", .summary = "Fails at start", .start = fail_now },
    { .name = "abort_at_row",
      .summary = "Crashes at each row",
      .watch = watch_counter,
      .row = abort_at_row },
    { 0 },
};

AGENT_MODULE(.name = "sick", .version = "1.0.0", .processes = processes);
