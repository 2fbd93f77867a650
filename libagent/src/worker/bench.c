// SPDX-License-Identifier: Apache-2.0
// The bench: a process or an adapter without platform, gateway or worker, on a clock of its own.
#include <agent/bot.h>
#include <agent/testing.h>
#include <live/message.h>
#include <live/time.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "settings/settings.h"
#include "worker/run.h"
#include "worker/script.h"

#define START_MS INT64_C(1700000000000)

enum { EVERY_MS = 1000, ANSWER_LIMIT_MS = 60000 };

struct agent_bench {
    agent_run run; // first: a run is its bench
    const agent_module *module;
    cJSON *settings, *events, *saved;
    live_error error;
    bool failed, started;
    live_timer *poll;
    int64_t every_ms;
    char *watched, *watched_span;
    ag_script *queries, *resources;
    agent_chat *chat;
    pthread_mutex_t asking;
    cJSON *asked; // the last query of the adapters
    cJSON *replies;
};

// The first failure stays.
static bool fine(agent_bench *bench, live_err err, const live_error *error)
{
    if (err && !bench->failed) {
        bench->error = *error;
        bench->failed = true;
    }
    return !err;
}

static cJSON *read_json(agent_bench *bench, const char *text)
{
    cJSON *json = NULL;
    live_error error = { 0 };

    if (bench->failed)
        return NULL;
    fine(bench, live_json_parse(text, strlen(text), &json, &error), &error);
    return json;
}

// Services

static live_err emit(agent_run *run, const char *text, size_t length, live_error *error)
{
    agent_bench *bench = (agent_bench *)run;
    cJSON *event = NULL;
    live_err err = live_json_parse(text, length, &event, error);

    if (!err)
        cJSON_AddItemToArray(bench->events, event);
    return err;
}

static live_err flush(agent_run *run, int64_t timeout_ms, live_error *error)
{
    (void)run;
    (void)timeout_ms;
    (void)error;
    return LIVE_OK;
}

static live_err save(agent_run *run, const char *key, const cJSON *value, live_error *error)
{
    agent_bench *bench = (agent_bench *)run;
    cJSON *copy = cJSON_Duplicate(value, true);

    if (!copy)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    cJSON_DeleteItemFromObjectCaseSensitive(bench->saved, key);
    cJSON_AddItemToObject(bench->saved, key, copy);
    return LIVE_OK;
}

static live_err load(agent_run *run, const char *key, cJSON **ret_value, live_error *error)
{
    const cJSON *saved = live_json_get(((agent_bench *)run)->saved, key);

    if (!saved)
        return live_fail(error, LIVE_E_NOTFOUND, "nothing is saved under '%s'", key);
    *ret_value = cJSON_Duplicate(saved, true);
    return *ret_value ? LIVE_OK : live_fail(error, LIVE_E_NOMEM, "out of memory");
}

static live_err query(agent_run *run, bool *given_up, const char *json, int64_t timeout_ms,
                      cJSON **ret_rows, live_error *error)
{
    agent_bench *bench = (agent_bench *)run;
    cJSON *asked = NULL;
    live_err err = live_json_parse(json, strlen(json), &asked, error);

    (void)given_up;
    (void)timeout_ms;
    if (err)
        return err;
    const char *expression = live_json_str(asked, "expression", "");
    pthread_mutex_lock(&bench->asking); // a bot's answers run side by side
    cJSON_Delete(bench->asked);
    bench->asked = asked;
    pthread_mutex_unlock(&bench->asking);
    return ag_script_query(bench->queries, expression, ret_rows, error);
}

static live_err resource(agent_run *run, bool *given_up, const char *path, cJSON **ret_body,
                         live_error *error)
{
    (void)given_up;
    return ag_script_resource(((agent_bench *)run)->resources, path, ret_body, error);
}

static void give_up(agent_run *run, bool *given_up)
{
    (void)run;
    *given_up = true;
}

static const ag_services services = { .emit = emit,
                                      .flush = flush,
                                      .save = save,
                                      .load = load,
                                      .query = query,
                                      .resource = resource,
                                      .give_up = give_up };

// Time

static void poll_process(live_timer *timer, void *user)
{
    agent_bench *bench = user;
    live_error error = { 0 };

    (void)timer;
    live_err err = bench->run.process.poll(&bench->run, &error);
    if (!error.retry)
        fine(bench, err, &error);
    if (bench->failed)
        live_timer_set(bench->poll, -1, 0);
}

static void stop_loop(live_timer *timer, void *user)
{
    (void)timer;
    live_loop_stop(user);
}

// Waits for the answers that are under way, and those that follow them. They come from threads, in real time: simulated
// time stands still meanwhile.
static void settle(agent_bench *bench)
{
    const int64_t limit_ms = live_time_monotonic_ms() + ANSWER_LIMIT_MS;
    live_error error = { 0 };
    live_err err = LIVE_OK;

    while (!err && bench->run.pool && !ag_pool_is_idle(bench->run.pool)) {
        struct pollfd due = { .fd = live_loop_fd(bench->run.loop), .events = POLLIN };
        poll(&due, 1, 1);
        err = live_loop_run(bench->run.loop, 0, &error);
        if (!err && live_time_monotonic_ms() > limit_ms)
            err = live_fail(&error, LIVE_E_TIMEOUT, "no answer in %d ms", ANSWER_LIMIT_MS);
    }
    fine(bench, err, &error);
}

// Runs the loop for a while; a simulated clock jumps over what nothing is due in.
static void run_for(agent_bench *bench, int64_t ms)
{
    live_timer *timer = NULL;
    live_error error = { 0 };

    settle(bench);
    live_err err =
        live_timer_new(bench->run.loop, ms, 0, stop_loop, bench->run.loop, &timer, &error);
    if (!err)
        err = live_loop_run(bench->run.loop, LIVE_FOREVER, &error);
    live_timer_free(timer);
    fine(bench, err, &error);
}

// Start

static agent_bench *make(const agent_module *module, const char *settings)
{
    agent_bench *bench = calloc(1, sizeof *bench);
    live_error error = { 0 };

    if (!bench)
        abort(); // a test has nothing to go on with
    pthread_mutex_init(&bench->asking, NULL);
    bench->run.services = &services;
    bench->run.name = "bench";
    bench->module = module;
    bench->events = cJSON_CreateArray();
    bench->saved = cJSON_CreateObject();
    bench->replies = cJSON_CreateArray();
    bench->settings = read_json(bench, settings);
    fine(bench, live_loop_new_simulated(START_MS, &bench->run.loop, &error), &error);
    if (!bench->failed)
        fine(bench, ag_output_new(bench->settings, "", &bench->run.output, &error), &error);
    return bench;
}

static bool is_bot(ag_table table)
{
    agent_setting row;

    for (size_t i = 0; ag_table_row(table, i, &row); i++)
        if (row.type == AGENT_TYPE_ADAPTERS)
            return true;
    return false;
}

// Those of its own module that the settings name, or all: what names other modules needs an agent.
static live_err add_adapters(agent_bench *bench, live_error *error)
{
    const cJSON *given = live_json_get(bench->settings, AG_ADAPTERS_KEY), *item;
    agent_adapter adapter;
    live_err err = LIVE_OK;

    bench->run.adapters = ag_adapters_new();
    if (!bench->run.adapters)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    for (size_t i = 0; !given && !err && ag_module_adapter_at(bench->module, i, &adapter); i++)
        err = ag_adapters_add(bench->run.adapters, bench->module, adapter.name, NULL, "", error);
    cJSON_ArrayForEach (item, given)
        if (!err)
            err = ag_adapters_add(bench->run.adapters, bench->module, ag_adapter_given(item),
                                  cJSON_IsObject(item) ? item : NULL, AG_ADAPTERS_KEY, error);
    return err;
}

static live_err start_process(agent_bench *bench, const char *type, live_error *error)
{
    agent_run *run = &bench->run;

    if (!ag_module_process(bench->module, type, &run->process))
        return live_fail(error, LIVE_E_NOTFOUND, "module '%s' has no process '%s'",
                         bench->module->name, type);
    run->state = calloc(1, run->process.state_size + 1);
    if (!run->state)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    ag_table table = ag_module_settings(bench->module, &run->process);
    live_err err =
        ag_config_new(table, run->process.config_size, bench->settings, "", &run->config, error);
    if (!err && is_bot(table))
        err = add_adapters(bench, error);
    bench->started = !err;
    return err || !run->process.start ? err : run->process.start(run, error);
}

static live_err watch_and_poll(agent_bench *bench, live_error *error)
{
    agent_run *run = &bench->run;
    agent_watch watch = { .expression = live_buf_new() };
    live_err err = run->process.watch ? run->process.watch(run, &watch, error) : LIVE_OK;

    bench->watched = strdup(live_buf_data(watch.expression));
    bench->watched_span = watch.span;
    live_buf_free(watch.expression);
    if (err || !run->process.poll)
        return err;
    bench->every_ms = ag_config_duration(
        run->config, ag_module_settings(bench->module, &run->process), "every_ms", EVERY_MS);
    return live_timer_new(run->loop, bench->every_ms, bench->every_ms, poll_process, bench,
                          &bench->poll, error);
}

agent_bench *agent_bench_new(const agent_module *module, const char *type, const char *settings)
{
    agent_bench *bench = make(module, settings);
    live_error error = { 0 };

    if (!bench->failed && fine(bench, start_process(bench, type, &error), &error))
        fine(bench, watch_and_poll(bench, &error), &error);
    return bench;
}

agent_bench *agent_bench_adapter(const agent_module *module, const char *adapter,
                                 const char *settings)
{
    agent_bench *bench = make(module, settings);
    live_error error = { 0 };

    bench->run.adapters = ag_adapters_new();
    if (bench->failed)
        return bench;
    fine(bench, ag_adapters_add(bench->run.adapters, module, adapter, bench->settings, "", &error),
         &error);
    fine(bench, agent_chat_new(&bench->run, "room", "bot", &bench->chat, &error), &error);
    return bench;
}

void agent_bench_free(agent_bench *bench)
{
    if (!bench)
        return;
    if (bench->started && bench->run.process.stop)
        bench->run.process.stop(&bench->run);
    agent_chat_free(bench->chat);
    ag_pool_free(bench->run.pool);
    live_timer_free(bench->poll);
    live_loop_free(bench->run.loop);
    ag_adapters_free(bench->run.adapters);
    ag_output_free(bench->run.output);
    ag_config_free(bench->run.config);
    free(bench->run.state);
    ag_script_free(bench->queries);
    ag_script_free(bench->resources);
    free(bench->watched);
    free(bench->watched_span);
    cJSON_Delete(bench->asked);
    cJSON_Delete(bench->replies);
    cJSON_Delete(bench->saved);
    cJSON_Delete(bench->events);
    cJSON_Delete(bench->settings);
    pthread_mutex_destroy(&bench->asking);
    free(bench);
}

const live_error *agent_bench_error(const agent_bench *bench)
{
    return bench->failed ? &bench->error : NULL;
}

void agent_bench_clear_error(agent_bench *bench)
{
    bench->failed = false;
}

// What a test does with a process

live_loop *agent_bench_loop(agent_bench *bench)
{
    return bench->run.loop;
}

void agent_bench_pass(agent_bench *bench, int64_t ms)
{
    if (!bench->failed)
        run_for(bench, ms);
}

void agent_bench_poll(agent_bench *bench, int64_t after_ms)
{
    live_error error = { 0 };

    if (bench->failed || !bench->poll)
        return;
    live_timer_set(bench->poll, -1, 0);
    run_for(bench, after_ms);
    fine(bench, bench->run.process.poll(&bench->run, &error), &error);
    live_timer_set(bench->poll, bench->every_ms, bench->every_ms);
}

void agent_bench_row(agent_bench *bench, const char *row)
{
    live_error error = { 0 };
    cJSON *json = read_json(bench, row);

    if (json && bench->run.process.row)
        fine(bench, bench->run.process.row(&bench->run, json, &error), &error);
    cJSON_Delete(json);
}

const char *agent_bench_watched(const agent_bench *bench)
{
    return bench->watched ? bench->watched : "";
}

const char *agent_bench_watched_span(const agent_bench *bench)
{
    return bench->watched_span;
}

size_t agent_bench_event_count(const agent_bench *bench)
{
    return (size_t)cJSON_GetArraySize(bench->events);
}

const cJSON *agent_bench_event(const agent_bench *bench, size_t index)
{
    return cJSON_GetArrayItem(bench->events, (int)index);
}

const char *agent_bench_said(const agent_bench *bench, size_t index)
{
    const cJSON *event;

    cJSON_ArrayForEach (event, bench->events) {
        live_message message;
        if (live_message_read(event, &message) && index-- == 0)
            return message.text;
    }
    return NULL;
}

const cJSON *agent_bench_saved(const agent_bench *bench, const char *key)
{
    return live_json_get(bench->saved, key);
}

// The scripted platform

void agent_bench_rows(agent_bench *bench, const char *part, const char *rows)
{
    cJSON *answer = read_json(bench, rows);

    if (answer)
        ag_script_add(&bench->queries, part, answer, NULL);
}

void agent_bench_refuse(agent_bench *bench, const char *part, live_err code, const char *text)
{
    live_error error = { 0 };

    live_fail(&error, code, "%s", text);
    ag_script_add(&bench->queries, part, NULL, &error);
}

void agent_bench_resource(agent_bench *bench, const char *path, const char *json)
{
    cJSON *answer = read_json(bench, json);

    if (answer)
        ag_script_add(&bench->resources, path, answer, NULL);
}

// A conversation

static void keep_reply(agent_chat *chat, const char *reply, const live_error *error, void *user)
{
    agent_bench *bench = user;

    (void)chat;
    if (error)
        fine(bench, error->code, error);
    cJSON_AddItemToArray(bench->replies, cJSON_CreateString(reply));
}

const char *agent_bench_ask(agent_bench *bench, const char *text)
{
    const int before = cJSON_GetArraySize(bench->replies);
    live_error error = { 0 };

    if (bench->failed || !bench->chat ||
        !fine(bench, agent_chat_answer(bench->chat, 0, text, keep_reply, bench, &error), &error))
        return "";
    settle(bench);
    const cJSON *reply = cJSON_GetArrayItem(bench->replies, before);
    return reply ? reply->valuestring : "";
}

double agent_bench_score(agent_bench *bench, const char *text)
{
    return bench->chat ? agent_chat_score(bench->chat, 0, text) : -1;
}

const char *agent_bench_asked(const agent_bench *bench)
{
    return live_json_str(bench->asked, "expression", NULL);
}

const char *agent_bench_asked_span(const agent_bench *bench)
{
    return live_json_str(bench->asked, "span", NULL);
}

const cJSON *agent_bench_remembered(const agent_bench *bench, const char *key)
{
    return bench->chat ? agent_chat_recall(bench->chat, key) : NULL;
}

void agent_bench_remember(agent_bench *bench, const char *key, const char *json)
{
    cJSON *value = read_json(bench, json);

    if (value && bench->chat)
        agent_chat_remember(bench->chat, key, value);
    else
        cJSON_Delete(value);
}
