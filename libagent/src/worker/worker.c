// SPDX-License-Identifier: Apache-2.0
// A worker: one process of one module, in a system process of its own.
#include "worker/worker.h"

#include <errno.h>
#include <live/action.h>
#include <live/json.h>
#include <live/log.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "link/config.h"
#include "link/duty.h"
#include "link/joining.h"
#include "settings/host.h"
#include "settings/settings.h"
#include "supervise/tree.h"
#include "supervise/watchdog.h"
#include "worker/output.h"
#include "worker/served.h"

enum {
    EVERY_MS = 1000,
    LONGEST_WAIT_MS = 60000,
    LAST_FLUSH_MS = 3000,
    ANSWER_FACTOR = 5, // of the watchdog: an answer may block
    START_MS = 30000,  // start() may block, but not for ever
    STOP_MS = 4000     // with the waits around it, less than the supervisor's patience
};

typedef struct worker {
    ag_served served;
    ag_question *watched;
    const agent_module *module;
    cJSON *config; // what the supervisor gave
    int64_t every_ms, wait_ms, watchdog_ms;
    live_timer *poll;
    live_signal *on_term;
    live_action action; // its start
    bool starting;
    int code;
    bool orphaned;
} worker;

static char no_memory[96] = "out of memory\n"; // written before, since then nothing can be

// In a worker nothing goes on without memory: the supervisor starts it afresh.
static void *allocate_or_end(size_t size)
{
    void *memory = malloc(size);

    if (!memory) {
        ssize_t ignored = write(STDERR_FILENO, no_memory, strlen(no_memory));
        (void)ignored;
        _exit(EXIT_FAILURE);
    }
    return memory;
}

// Before any code of the module runs.
static live_err confine(worker *worker, live_error *error)
{
    const cJSON *settings = live_json_get(worker->config, "settings");
    ag_limits limits = ag_host_limits(settings);

    if (ag_joining_enter(worker->config) && ag_joining_limits_memory(worker->config))
        limits.memory_bytes = 0; // the group counts it, and what it starts
    if (limits.memory_bytes > 0)
        snprintf(no_memory, sizeof no_memory, "out of memory: limits.memory is %lld bytes\n",
                 (long long)limits.memory_bytes);
    worker->watchdog_ms = ag_host_watchdog_ms(settings);
    worker->served.run.answer_ms = ANSWER_FACTOR * worker->watchdog_ms;
    live_err err = ag_watchdog_start(error);
    return err ? err : ag_limits_apply(&limits, error);
}

// Whether trying again cannot help: what was asked for is wrong or not there, and nothing says that it may come.
static bool is_final(const live_error *error)
{
    return !error->retry && (error->code == LIVE_E_INVALID || error->code == LIVE_E_PARSE ||
                             error->code == LIVE_E_NOTFOUND || error->code == LIVE_E_UNSUPPORTED);
}

static void give_up(worker *worker, const char *doing, const live_error *error)
{
    live_log(LIVE_LOG_ERROR, "process.failed", "%s: %s", doing, error->text);
    worker->code = EXIT_FAILURE;
    live_loop_stop(worker->served.run.loop);
}

// Datasources

static void poll_module(live_timer *timer, void *user)
{
    worker *worker = user;
    agent_run *run = &worker->served.run;
    live_error error = { 0 };

    ag_watchdog_enter("poll()", worker->watchdog_ms);
    live_err err = run->process.poll(run, &error);
    ag_watchdog_leave();
    if (!err) {
        if (worker->wait_ms)
            live_timer_set(timer, worker->every_ms, worker->every_ms);
        worker->wait_ms = 0;
        return;
    }
    if (!error.retry) {
        give_up(worker, "poll", &error);
        return;
    }
    worker->wait_ms = worker->wait_ms ? worker->wait_ms * 2 : worker->every_ms;
    if (worker->wait_ms > LONGEST_WAIT_MS)
        worker->wait_ms = LONGEST_WAIT_MS;
    live_log(LIVE_LOG_WARN, "process.retry", "poll: %s; again in %lld ms", error.text,
             (long long)worker->wait_ms);
    live_timer_set(timer, worker->wait_ms, worker->every_ms);
}

static live_err start_polling(worker *worker, live_error *error)
{
    agent_run *run = &worker->served.run;

    if (!run->process.poll)
        return LIVE_OK;
    worker->every_ms = ag_config_duration(
        run->config, ag_module_settings(worker->module, &run->process), "every_ms", EVERY_MS);
    if (worker->every_ms < 1)
        worker->every_ms = 1;
    return live_timer_new(run->loop, 0, worker->every_ms, poll_module, worker, &worker->poll,
                          error);
}

// Monitors

static void on_row(const cJSON *row, void *user)
{
    worker *worker = user;
    agent_run *run = &worker->served.run;
    live_error error = { 0 };

    if (!run->process.row)
        return;
    run->late = ag_link_row_is_late(worker->served.link);
    ag_watchdog_enter("row()", worker->watchdog_ms);
    live_err err = run->process.row(run, row, &error);
    ag_watchdog_leave();
    if (err && !error.retry)
        give_up(worker, "row", &error);
    else if (err)
        live_log(LIVE_LOG_WARN, "process.row", "a row was skipped: %s", error.text);
}

// A query that does not compile never will: its process is left alone, with the platform's text as the reason.
static void on_query_end(const live_error *why, void *user)
{
    worker *worker = user;
    live_error ended = { 0 };

    if (!why)
        live_fail(&ended, LIVE_E_CLOSED, "the query has ended");
    give_up(worker, "query", why ? why : &ended);
    if (why && is_final(why))
        worker->code = AG_EXIT_REFUSED;
}

static live_err start_watching(worker *worker, live_error *error)
{
    static const ag_question_hooks hooks = { .on_row = on_row, .on_end = on_query_end };
    agent_run *run = &worker->served.run;
    agent_watch watch = { .expression = live_buf_new() };
    char *text = NULL;

    ag_watchdog_enter("watch()", worker->watchdog_ms);
    live_err err = run->process.watch ? run->process.watch(run, &watch, error) : LIVE_OK;
    ag_watchdog_leave();
    live_err taken = ag_watch_take(&watch, &text, err ? NULL : error);

    err = err ? err : taken;
    if (!err && text)
        err = ag_link_ask(worker->served.link, AG_FOLLOW, text, &hooks, worker, &worker->watched,
                          error);
    live_free(text);
    return err;
}

// Life

static void on_orphaned(void *user)
{
    worker *worker = user;

    worker->orphaned = true;
    live_loop_stop(worker->served.run.loop);
}

static void on_term(live_signal *signal, int number, void *user)
{
    (void)signal;
    (void)number;
    live_loop_stop(user);
}

// A function of the module that waits for the gateway keeps the loop from seeing the signal: it waits shorter.
static struct {
    ag_link *link;
    void (*loops_handler)(int number);
} term;

static void hurry(int number)
{
    ag_link_hurry(term.link, true);
    term.loops_handler(number);
}

static live_err hurry_at_term(ag_link *link, live_error *error)
{
    struct sigaction action;

    if (sigaction(SIGTERM, NULL, &action))
        return live_fail_errno(error, errno, "SIGTERM");
    term.link = link;
    term.loops_handler = action.sa_handler;
    action.sa_handler = hurry;
    return sigaction(SIGTERM, &action, NULL) ? live_fail_errno(error, errno, "SIGTERM") : LIVE_OK;
}

static live_err find_process(worker *worker, const agent_module *const *modules, live_error *error)
{
    const char *type = live_json_str(worker->config, "type", "");
    live_err err = ag_module_named(worker->config, modules, &worker->module, error);

    if (!err && !ag_module_process(worker->module, type, &worker->served.run.process))
        return live_fail(error, LIVE_E_NOTFOUND, "module '%s' has no process '%s'",
                         worker->module->name, type);
    return err;
}

// A bot's adapters, each from its own module.
static live_err add_adapters(worker *worker, const agent_module *const *modules, live_error *error)
{
    const cJSON *given = live_json_get(worker->config, "adapters"), *item;
    live_err err = LIVE_OK;

    if (!given)
        return LIVE_OK;
    worker->served.run.adapters = ag_adapters_new();
    if (!worker->served.run.adapters)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    cJSON_ArrayForEach (item, given) {
        const agent_module *module = NULL;
        err = ag_module_named(item, modules, &module, error);
        if (!err)
            err = ag_adapters_add(worker->served.run.adapters, module,
                                  live_json_str(item, "name", ""), live_json_get(item, "options"),
                                  live_json_str(item, "pointer", ""), error);
        if (err)
            return err;
    }
    return ag_asks_new(worker->served.run.loop, worker->served.link, &worker->served.asks, error);
}

static live_err make_run(worker *worker, live_error *error)
{
    const cJSON *settings = live_json_get(worker->config, "settings");
    agent_run *run = &worker->served.run;
    char pointer[256];

    ag_settings_pointer(run->name, pointer, sizeof pointer);
    live_err err = ag_config_new(ag_module_settings(worker->module, &run->process),
                                 run->process.config_size, settings, pointer, &run->config, error);
    if (!err)
        err = ag_output_new(settings, pointer, &run->output, error);
    if (err)
        return err;
    run->state = calloc(1, run->process.state_size ? run->process.state_size : 1);
    if (!run->state)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    err = live_signal_new(run->loop, SIGTERM, on_term, run->loop, &worker->on_term, error);
    if (!err)
        err =
            ag_link_new(run->loop, AG_FD_CONTROL, on_orphaned, worker, &worker->served.link, error);
    return err ? err : hurry_at_term(worker->served.link, error);
}

static live_err start_module(worker *worker, live_error *error)
{
    agent_run *run = &worker->served.run;

    ag_watchdog_enter("start()", worker->watchdog_ms > 0 ? START_MS : 0);
    live_err err = run->process.start ? run->process.start(run, error) : LIVE_OK;
    ag_watchdog_leave();
    if (!err)
        err = start_polling(worker, error);
    if (!err)
        err = start_watching(worker, error);
    return err;
}

static void around(bool begins, void *user)
{
    if (begins)
        ag_watchdog_enter("a callback of its loop", ((worker *)user)->watchdog_ms);
    else
        ag_watchdog_leave();
}

// Its start has a place in the supervisor's.
static void begin_start(worker *worker)
{
    const char *place = live_json_str(worker->config, "action", NULL);

    live_action_begin_at(&worker->action, place, "module.start",
                         live_json_str(worker->config, "type", NULL));
    worker->starting = true;
}

static void end_start(worker *worker, const live_error *why)
{
    if (worker->starting)
        live_action_end(&worker->action, why);
    worker->starting = false;
}

static void run_module(worker *worker)
{
    agent_run *run = &worker->served.run;
    live_error error = { 0 };
    live_err err = start_module(worker, &error);

    end_start(worker, err ? &error : NULL);
    if (err) {
        give_up(worker, "start", &error);
        worker->code = is_final(&error) ? AG_EXIT_REFUSED : EXIT_FAILURE;
    } else {
        ag_duty_ready();
        if (worker->watchdog_ms > 0)
            live_loop_around(run->loop, around, worker);
        if (live_loop_run(run->loop, LIVE_FOREVER, &error))
            give_up(worker, "loop", &error);
    }
    ag_watchdog_enter("stop()", worker->watchdog_ms > 0 ? STOP_MS : 0);
    if (run->process.stop)
        run->process.stop(run);
    ag_watchdog_leave();
    ag_link_hurry(worker->served.link, false);
    if (!worker->orphaned && ag_link_flush(worker->served.link, LAST_FLUSH_MS, &error))
        live_log(LIVE_LOG_WARN, "process.flush", "at the end: %s", error.text);
}

static live_err set_up(worker *worker, const agent_module *const *modules, live_error *error)
{
    live_err err = ag_config_read(AG_FD_CONFIG, &worker->config, error);
    live_level level = LIVE_LOG_INFO;

    if (err)
        return err;
    worker->served.run.name = live_json_str(worker->config, "name", "");
    worker->served.state_directory = live_json_str(worker->config, "state", ".");
    if (live_level_parse(live_json_str(worker->config, "level", "info"), &level, NULL))
        level = LIVE_LOG_INFO;
    live_log_to_fd(level, STDERR_FILENO, worker->served.run.name);
    begin_start(worker);
    err = live_loop_new(&worker->served.run.loop, error);
    if (!err)
        err = confine(worker, error);
    ag_watchdog_enter("the module's load", START_MS);
    if (!err)
        err = find_process(worker, modules, error);
    if (!err)
        err = make_run(worker, error);
    if (!err)
        err = add_adapters(worker, modules, error);
    ag_watchdog_leave();
    return err;
}

static void tear_down(worker *worker)
{
    ag_pool_free(worker->served.run.pool);
    ag_question_free(worker->watched);
    ag_asks_free(worker->served.asks);
    ag_link_free(worker->served.link);
    ag_adapters_free(worker->served.run.adapters);
    live_timer_free(worker->poll);
    live_signal_free(worker->on_term);
    live_loop_free(worker->served.run.loop);
    free(worker->served.run.state);
    ag_output_free(worker->served.run.output);
    ag_config_free(worker->served.run.config);
    cJSON_Delete(worker->config);
}

int ag_worker_main(const agent_module *const *modules)
{
    cJSON_Hooks hooks = { .malloc_fn = allocate_or_end, .free_fn = free };
    worker worker = { .code = EXIT_SUCCESS, .served.run.services = &ag_served_services };
    live_error error = { 0 };

    cJSON_InitHooks(&hooks);
    signal(SIGPIPE, SIG_IGN);
    live_log_to_fd(LIVE_LOG_INFO, STDERR_FILENO, "worker");
    if (set_up(&worker, modules, &error)) {
        end_start(&worker, &error);
        live_log(LIVE_LOG_ERROR, "process.failed", "%s", error.text);
        worker.code = is_final(&error) ? AG_EXIT_REFUSED : EXIT_FAILURE;
    } else {
        run_module(&worker);
    }
    bool orphaned = worker.orphaned;
    int code = worker.code;
    tear_down(&worker);
    if (orphaned) { // what it started ends with it, in its own session and in others
        ag_tree_end(NULL, NULL);
        kill(0, SIGKILL);
    }
    return code;
}
