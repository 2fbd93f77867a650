// SPDX-License-Identifier: Apache-2.0
// One process of a module on a bench: stands in for the worker behind <agent/run.h>.
#include "module_bench.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/module.h"

#include <cmocka.h>

enum { START_MS = 1000000 };

struct agent_run {
    live_loop *loop;
    agent_process process;
    cJSON *settings, *event;
    ag_config *config;
    void *state;
    bool started;
};

const void *agent_config(const agent_run *run)
{
    return ag_config_data(run->config);
}

void *agent_state(agent_run *run)
{
    return run->state;
}

const char *agent_name(const agent_run *run)
{
    return run->process.name;
}

live_loop *agent_loop(agent_run *run)
{
    return run->loop;
}

live_err agent_emit(agent_run *run, cJSON *event, live_error *error)
{
    live_err err = live_event_check(event, error);

    cJSON_Delete(run->event);
    run->event = event;
    return err;
}

static live_err prepare(module_bench *bench, const agent_module *module, const char *type,
                        const char *settings, live_error *error)
{
    live_err err = live_json_parse(settings, strlen(settings), &bench->settings, error);

    if (err)
        return err;
    if (!ag_module_process(module, type, &bench->process))
        return live_fail(error, LIVE_E_NOTFOUND, "no process of type '%s'", type);
    bench->state = calloc(1, bench->process.state_size + 1);
    err = live_loop_new_simulated(START_MS, &bench->loop, error);
    return err ? err
               : ag_config_new(ag_module_settings(module, &bench->process),
                               bench->process.config_size, bench->settings, "", &bench->config,
                               error);
}

live_err bench_new(const agent_module *module, const char *type, const char *settings,
                   module_bench **ret_bench, live_error *error)
{
    module_bench *bench = calloc(1, sizeof *bench);
    live_err err = prepare(bench, module, type, settings, error);

    bench->started = !err;
    if (!err && bench->process.start)
        err = bench->process.start(bench, error);
    if (err)
        bench_free(bench);
    else
        *ret_bench = bench;
    return err;
}

void bench_free(module_bench *bench)
{
    if (bench->started && bench->process.stop)
        bench->process.stop(bench);
    cJSON_Delete(bench->event);
    ag_config_free(bench->config);
    cJSON_Delete(bench->settings);
    live_loop_free(bench->loop);
    free(bench->state);
    free(bench);
}

static void stop_loop(live_timer *timer, void *user)
{
    (void)timer;
    live_loop_stop(user);
}

live_err bench_try(module_bench *bench, int64_t after_ms, live_error *error)
{
    live_timer *timer = NULL;
    live_err err = live_timer_new(bench->loop, after_ms, 0, stop_loop, bench->loop, &timer, error);

    if (!err)
        err = live_loop_run(bench->loop, LIVE_FOREVER, error);
    live_timer_free(timer);
    return err ? err : bench->process.poll(bench, error);
}

void bench_poll(module_bench *bench, int64_t after_ms)
{
    live_error error = { 0 };

    if (bench_try(bench, after_ms, &error))
        fail_msg("%s", error.text);
}

const cJSON *bench_event(const module_bench *bench)
{
    return bench->event;
}

double bench_figure(const module_bench *bench, const char *path)
{
    const cJSON *value = bench->event;
    char word[64];

    while (value && *path) {
        size_t length = strcspn(path, "/");
        assert_true(length < sizeof word);
        memcpy(word, path, length);
        word[length] = '\0';
        value = live_json_get(value, word);
        path += length + (path[length] == '/');
    }
    return cJSON_IsNumber(value) ? value->valuedouble : (double)NAN;
}
