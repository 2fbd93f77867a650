// SPDX-License-Identifier: Apache-2.0
// The agent: its supervisor, and the way to the other roles of the same program.
#include <agent/agent.h>

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <live/json.h>
#include <live/log.h>
#include <live/loop.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/catalogue.h"
#include "core/check.h"
#include "core/child.h"
#include "core/folder.h"
#include "core/inventory.h"
#include "core/tree.h"
#include "core/validate.h"
#include "core/worker.h"

enum { EXIT_REFUSED = 2, ENV_COUNT = 16, ENV_BYTES = 4096 };

// The variables that a child keeps, in the form of environ.
typedef struct environment {
    char texts[ENV_COUNT][ENV_BYTES];
    const char *list[ENV_COUNT + 1];
    size_t count;
} environment;

typedef struct agent {
    live_loop *loop;
    ag_settings *settings;
    ag_catalogue *catalogue;
    char state_directory[AG_FOLDER_BYTES], gateway_path[PATH_MAX + 64];
    environment worker_env, gateway_env;
    ag_child *gateway;
    ag_child **workers;
    size_t worker_count;
    bool stopping;
} agent;

// Environment

static void keep_variable(environment *environment, const char *name)
{
    const char *value = getenv(name);
    size_t index = environment->count;

    if (!value || index == ENV_COUNT)
        return;
    int length = snprintf(environment->texts[index], ENV_BYTES, "%s=%s", name, value);
    if (length < 0 || length >= ENV_BYTES)
        return;
    environment->list[index] = environment->texts[index];
    environment->list[++environment->count] = NULL;
}

static void make_environments(agent *agent)
{
    // A program that was started with LD_LIBRARY_PATH finds its libraries there again.
    static const char *const both[] = { "PATH", "LANG", "TZ", "LD_LIBRARY_PATH" };
    static const char *const gateways[] = { "http_proxy",  "https_proxy",
                                            "HTTPS_PROXY", "no_proxy",
                                            "NO_PROXY",    "all_proxy",
                                            "ALL_PROXY",   "CREDENTIALS_DIRECTORY" };
    const cJSON *password = live_json_get(ag_settings_live(agent->settings), "password");
    const char *secret = live_json_str(password, "env", NULL);

    for (size_t i = 0; i < sizeof both / sizeof *both; i++) {
        keep_variable(&agent->worker_env, both[i]);
        keep_variable(&agent->gateway_env, both[i]);
    }
    for (size_t i = 0; i < sizeof gateways / sizeof *gateways; i++)
        keep_variable(&agent->gateway_env, gateways[i]);
    if (secret)
        keep_variable(&agent->gateway_env, secret);
}

// Links

// A pair of sockets: one end for the worker, the other, with the worker's name, for the gateway.
static void connect_worker(const agent *agent, ag_child *worker)
{
    int ends[2];

    if (!ag_child_runs(worker) || !ag_child_runs(agent->gateway))
        return;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends)) {
        live_log(LIVE_LOG_ERROR, "link.failed", "%s: %s", ag_child_name(worker), strerror(errno));
        return;
    }
    if (ag_child_pass(worker, "gateway", ends[0]))
        ag_child_pass(agent->gateway, ag_child_name(worker), ends[1]);
    close(ends[0]);
    close(ends[1]);
}

static void on_gateway_started(ag_child *gateway, void *user)
{
    const agent *agent = user;

    (void)gateway;
    for (size_t i = 0; i < agent->worker_count; i++)
        connect_worker(agent, agent->workers[i]);
}

static void on_worker_started(ag_child *worker, void *user)
{
    connect_worker(user, worker);
}

// Stopping: the workers first, so that the gateway gets their last events; then the gateway.

static bool is_over(const ag_child *child)
{
    ag_unit_state state = ag_child_state(child);
    return state == AG_DOWN || state == AG_FAILED;
}

static void go_on_stopping(agent *agent)
{
    if (!agent->stopping)
        return;
    for (size_t i = 0; i < agent->worker_count; i++)
        if (!is_over(agent->workers[i]))
            return;
    if (is_over(agent->gateway))
        live_loop_stop(agent->loop);
    else if (ag_child_state(agent->gateway) != AG_STOPPING)
        ag_child_stop(agent->gateway);
}

static void on_changed(ag_child *child, void *user)
{
    (void)child;
    go_on_stopping(user);
}

static void on_stop_signal(live_signal *signal, int number, void *user)
{
    agent *agent = user;

    (void)signal;
    if (agent->stopping)
        return;
    live_log(LIVE_LOG_INFO, "agent.stopping", "stopping: signal %d (%s)", number,
             strsignal(number));
    agent->stopping = true;
    for (size_t i = 0; i < agent->worker_count; i++)
        ag_child_stop(agent->workers[i]);
    go_on_stopping(agent);
}

// Strays: what a worker started and left behind becomes a child of the supervisor, which is its end.

static bool is_ours(pid_t pid, void *user)
{
    const agent *agent = user;

    if (agent->gateway && ag_child_pid(agent->gateway) == pid)
        return true;
    for (size_t i = 0; i < agent->worker_count; i++)
        if (ag_child_pid(agent->workers[i]) == pid)
            return true;
    return false;
}

static void end_strays(live_signal *signal, int number, void *user)
{
    (void)signal;
    (void)number;
    ag_tree_end(is_ours, user);
}

// Children

// The pointer of a finding as seen from its process: "limits/strokes".
static const char *below(const cJSON *finding, const char *process)
{
    const char *pointer = ag_finding_pointer(finding);
    char own[512];

    ag_settings_pointer(process, own, sizeof own);
    size_t length = strlen(own);
    bool inside = *process && strncmp(pointer, own, length) == 0 && pointer[length] == '/';
    return inside ? pointer + length + 1 : pointer;
}

// Says what is wrong and where; whether it is nothing but warnings.
static bool report(const ag_settings *settings, const char *event, const char *process,
                   const cJSON *findings)
{
    const cJSON *finding;
    bool fit = true;

    cJSON_ArrayForEach (finding, findings) {
        bool warning = ag_finding_severity(finding) == AG_WARNING;
        ag_place place = ag_settings_place(settings, finding);
        live_log(warning ? LIVE_LOG_WARN : LIVE_LOG_ERROR, warning ? "settings.warning" : event,
                 "%s:%d:%d: %s%s%s: %s", place.path, place.line, place.column, process,
                 *process ? ": " : "", below(finding, process), ag_finding_text(finding));
        fit = fit && warning;
    }
    return fit;
}

// What a worker is told. NULL: its settings keep it from running, which has been said.
static cJSON *make_config(const agent *agent, const cJSON *settings)
{
    cJSON *findings = cJSON_CreateArray();
    cJSON *config = ag_check_process(agent->settings, agent->catalogue, settings, findings);
    bool fit = report(agent->settings, "process.failed", settings->string, findings);

    cJSON_Delete(findings);
    if (!fit || !config) {
        cJSON_Delete(config);
        return NULL;
    }
    cJSON_AddStringToObject(config, "name", settings->string);
    cJSON_AddStringToObject(config, "type", live_json_str(settings, "type", ""));
    cJSON_AddStringToObject(config, "state", agent->state_directory);
    cJSON_AddStringToObject(config, "level", live_level_name(ag_settings_level(agent->settings)));
    cJSON_AddItemToObject(config, "settings", cJSON_Duplicate(settings, true));
    return config;
}

static live_err add_worker(agent *agent, const cJSON *settings, live_error *error)
{
    static const char *const argv[] = { "live-agent", "--worker", NULL };
    cJSON *config = make_config(agent, settings);

    if (!config)
        return LIVE_OK;
    ag_child_options options = { .name = settings->string,
                                 .file = "/proc/self/exe",
                                 .argv = argv,
                                 .env = agent->worker_env.list,
                                 .directory = ag_settings_directory(agent->settings),
                                 .config = config,
                                 .on_started = on_worker_started,
                                 .on_changed = on_changed,
                                 .user = agent };
    live_err err = ag_child_new(agent->loop, &options, &agent->workers[agent->worker_count], error);
    if (!err)
        agent->worker_count++;
    cJSON_Delete(config);
    return err;
}

static live_err add_workers(agent *agent, live_error *error)
{
    const cJSON *processes = ag_settings_processes(agent->settings), *process;
    live_err err = LIVE_OK;

    agent->workers = calloc((size_t)cJSON_GetArraySize(processes) + 1, sizeof(ag_child *));
    if (!agent->workers)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    cJSON_ArrayForEach (process, processes) {
        const cJSON *enabled = live_json_get(process, "enabled");
        if (cJSON_IsTrue(enabled) ||
            (enabled && !cJSON_IsBool(enabled))) // the latter is told, and fails
            err = add_worker(agent, process, error);
        if (err)
            return err;
    }
    return LIVE_OK;
}

static live_err add_gateway(agent *agent, live_error *error)
{
    static const char *const argv[] = { "live-gateway", NULL };
    const cJSON *live = ag_settings_live(agent->settings);
    char outbox[AG_FOLDER_BYTES];
    live_err err =
        ag_folder_make(AG_FOLDER_OUTBOX, ag_settings_directory(agent->settings), outbox, error);
    if (err)
        return err;

    cJSON *config = cJSON_CreateObject();
    cJSON_AddStringToObject(config, "outbox", outbox);
    if (live)
        cJSON_AddItemToObject(config, "live", cJSON_Duplicate(live, true));
    cJSON_AddStringToObject(config, "level", live_level_name(ag_settings_level(agent->settings)));
    ag_child_options options = { .name = "gateway",
                                 .file = agent->gateway_path,
                                 .argv = argv,
                                 .env = agent->gateway_env.list,
                                 .directory = ag_settings_directory(agent->settings),
                                 .config = config,
                                 .on_started = on_gateway_started,
                                 .on_changed = on_changed,
                                 .user = agent };
    err = ag_child_new(agent->loop, &options, &agent->gateway, error);
    cJSON_Delete(config);
    return err;
}

// Whether the gateway lies where it does in a prefix, as seen from a folder of that prefix.
static bool gateway_near(agent *agent, const char *folder, size_t length)
{
    static const char *const beside[] = { ".", "../libexec/live", "../../libexec/live" };

    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        snprintf(agent->gateway_path, sizeof agent->gateway_path, "%.*s/%s/live-gateway",
                 (int)length, folder, beside[i]);
        if (access(agent->gateway_path, X_OK) == 0)
            return true;
    }
    return false;
}

static bool gateway_near_file(agent *agent, const char *path)
{
    char real[PATH_MAX];
    char *slash = realpath(path, real) ? strrchr(real, '/') : NULL;

    return slash && gateway_near(agent, real, (size_t)(slash - real));
}

// Beside the library; where that is part of the program, beside the program, or in the prefix of a `bin`
// that the PATH names.
static live_err find_gateway(agent *agent, live_error *error)
{
    Dl_info info = { 0 };
    const char *path = getenv("PATH");

    if (dladdr((void *)(size_t)agent_main, &info) && info.dli_fname &&
        gateway_near_file(agent, info.dli_fname))
        return LIVE_OK;
    if (gateway_near_file(agent, "/proc/self/exe"))
        return LIVE_OK;
    while (path && *path) {
        size_t length = strcspn(path, ":");
        if (gateway_near(agent, path, length))
            return LIVE_OK;
        path += length + (path[length] == ':');
    }
    return live_fail(
        error, LIVE_E_NOTFOUND,
        "live-gateway is neither beside this program, nor in its prefix, nor in that of the PATH");
}

static live_err set_up(agent *agent, const agent_module *const *modules, live_error *error)
{
    live_err err = ag_folder_make(AG_FOLDER_STATE, ag_settings_directory(agent->settings),
                                  agent->state_directory, error);

    make_environments(agent);
    if (!err)
        err = find_gateway(agent, error);
    if (!err)
        err = live_loop_new(&agent->loop, error);
    if (!err)
        err = ag_catalogue_new(agent->settings, modules, &agent->catalogue, error);
    if (!err)
        report(agent->settings, "module.failed", "",
               ag_catalogue_module_findings(agent->catalogue));
    if (!err)
        err = add_gateway(agent, error);
    return err ? err : add_workers(agent, error);
}

static live_err supervise(agent *agent, live_error *error)
{
    static const int stops[] = { SIGINT, SIGTERM, SIGHUP };
    live_signal *signals[4] = { NULL };
    live_err err = LIVE_OK;

    for (size_t i = 0; !err && i < sizeof stops / sizeof *stops; i++)
        err = live_signal_new(agent->loop, stops[i], on_stop_signal, agent, &signals[i], error);
    if (!err)
        err = live_signal_new(agent->loop, SIGCHLD, end_strays, agent, &signals[3], error);
    if (!err) {
        ag_child_start(agent->gateway);
        for (size_t i = 0; i < agent->worker_count; i++)
            ag_child_start(agent->workers[i]);
        if (agent->worker_count == 0)
            live_log(LIVE_LOG_WARN, "agent.idle",
                     "no process is enabled: 'live enable NAME' enables one, or all of a module");
        err = live_loop_run(agent->loop, LIVE_FOREVER, error);
    }
    for (size_t i = 0; i < 4; i++)
        live_signal_free(signals[i]);
    return err;
}

static void tear_down(agent *agent)
{
    for (size_t i = 0; i < agent->worker_count; i++)
        ag_child_free(agent->workers[i]);
    free(agent->workers);
    ag_child_free(agent->gateway);
    ag_catalogue_free(agent->catalogue);
    live_loop_free(agent->loop);
    ag_settings_free(agent->settings);
}

static int run_supervisor(const char *path, const agent_module *const *modules)
{
    static agent agent; // its environments are too large for the stack
    live_error error = { 0 };

    live_log_to_fd(LIVE_LOG_INFO, STDERR_FILENO, "agent");
    signal(SIGPIPE, SIG_IGN);
    if (ag_settings_read(path, &agent.settings, &error)) {
        live_log(LIVE_LOG_ERROR, "settings.refused", "%s", error.text);
        return EXIT_REFUSED;
    }
    if (ag_findings_have(ag_settings_findings(agent.settings), AG_REFUSED)) {
        report(agent.settings, "settings.refused", "", ag_settings_findings(agent.settings));
        ag_settings_free(agent.settings);
        return EXIT_REFUSED;
    }
    live_log_to_fd(ag_settings_level(agent.settings), STDERR_FILENO, "agent");
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    live_err err = set_up(&agent, modules, &error);
    if (!err)
        err = supervise(&agent, &error);
    tear_down(&agent);
    if (err) {
        live_log(LIVE_LOG_ERROR, "agent.failed", "%s", error.text);
        return EXIT_FAILURE;
    }
    live_log(LIVE_LOG_INFO, "agent.stopped", "stopped");
    return EXIT_SUCCESS;
}

// The roles of the program beside the supervisor's.
static bool run_role(int argc, char **argv, const agent_module *const *modules, int *ret_code)
{
    if (argc == 2 && strcmp(argv[1], "--worker") == 0)
        *ret_code = ag_worker_main(modules);
    else if (argc == 3 && strcmp(argv[1], "--describe") == 0)
        *ret_code = ag_catalogue_describe(argv[2]);
    else if (argc == 3 && strcmp(argv[1], "--inventory") == 0)
        *ret_code = ag_inventory_print(argv[2], modules);
    else if (argc == 3 && strcmp(argv[1], "--validate") == 0)
        *ret_code = ag_validate(argv[2], modules, false);
    else if (argc == 3 && strcmp(argv[1], "--validate-json") == 0)
        *ret_code = ag_validate(argv[2], modules, true);
    else
        return false;
    return true;
}

int agent_main(int argc, char **argv, const agent_module *const *modules)
{
    const char *settings = "settings.json";
    int code;

    if (run_role(argc, argv, modules, &code))
        return code;
    if (argc == 3 && strcmp(argv[1], "--settings") == 0)
        settings = argv[2];
    else if (argc != 1) {
        fprintf(stderr, "Usage: %s [--settings FILE]\n", argv[0]);
        return EXIT_REFUSED;
    }
    return run_supervisor(settings, modules);
}
