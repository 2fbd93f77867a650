// SPDX-License-Identifier: Apache-2.0
// What the children of a supervisor get from where it runs.
#include "supervise/surroundings.h"

#include <agent/agent.h>
#include <dlfcn.h>
#include <limits.h>
#include <live/json.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ENV_COUNT = 16 };

// In the form of environ.
struct ag_environment {
    char *list[ENV_COUNT + 1];
    size_t count;
};

// Environment

static void keep(ag_environment *environment, const char *name)
{
    const char *value = getenv(name);

    if (!value || !environment || environment->count == ENV_COUNT)
        return;
    if (asprintf(&environment->list[environment->count], "%s=%s", name, value) < 0)
        environment->list[environment->count] = NULL;
    else
        environment->count++;
}

// What a secret of the settings is read from, wherever it stands in them.
static void keep_secrets(ag_environment *environment, const cJSON *settings)
{
    const char *variable = live_json_str(settings, "env", NULL);
    const cJSON *member;

    if (cJSON_IsObject(settings) && cJSON_GetArraySize(settings) == 1 && variable)
        keep(environment, variable);
    if (live_json_str(settings, "credential", NULL))
        keep(environment, "CREDENTIALS_DIRECTORY");
    cJSON_ArrayForEach (member, settings)
        keep_secrets(environment, member);
}

ag_environment *ag_environment_of_worker(const cJSON *settings)
{
    // A program that was started with LD_LIBRARY_PATH finds its libraries there again.
    static const char *const names[] = { "PATH", "LANG", "TZ", "LD_LIBRARY_PATH" };
    ag_environment *environment = calloc(1, sizeof *environment);

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        keep(environment, names[i]);
    if (environment)
        keep_secrets(environment, settings);
    return environment;
}

ag_environment *ag_environment_of_gateway(const cJSON *live)
{
    static const char *const names[] = { "http_proxy", "https_proxy", "HTTPS_PROXY", "no_proxy",
                                         "NO_PROXY",   "all_proxy",   "ALL_PROXY" };
    ag_environment *environment = ag_environment_of_worker(live);

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        keep(environment, names[i]);
    return environment;
}

const char *const *ag_environment_list(const ag_environment *environment)
{
    return (const char *const *)environment->list;
}

void ag_environment_free(ag_environment *environment)
{
    if (!environment)
        return;
    for (size_t i = 0; i < environment->count; i++)
        free(environment->list[i]);
    free(environment);
}

// The gateway

// Whether the gateway lies where it does in a prefix, as seen from a folder of that prefix.
static bool near_folder(const char *folder, size_t length, char **ret_path)
{
    static const char *const beside[] = { ".", "../libexec/live", "../../libexec/live" };

    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        char *path;
        if (asprintf(&path, "%.*s/%s/live-gateway", (int)length, folder, beside[i]) < 0)
            return false;
        if (access(path, X_OK) == 0) {
            *ret_path = path;
            return true;
        }
        free(path);
    }
    return false;
}

static bool near_file(const char *path, char **ret_path)
{
    char real[PATH_MAX];
    char *slash = realpath(path, real) ? strrchr(real, '/') : NULL;

    return slash && near_folder(real, (size_t)(slash - real), ret_path);
}

// Beside the library; where that is part of the program, beside the program, or in the prefix of a `bin`
// that the PATH names.
live_err ag_find_gateway(char **ret_path, live_error *error)
{
    Dl_info info = { 0 };
    const char *path = getenv("PATH");

    if (dladdr((void *)(size_t)agent_main, &info) && info.dli_fname &&
        near_file(info.dli_fname, ret_path))
        return LIVE_OK;
    if (near_file("/proc/self/exe", ret_path))
        return LIVE_OK;
    while (path && *path) {
        size_t length = strcspn(path, ":");
        if (near_folder(path, length, ret_path))
            return LIVE_OK;
        path += length + (path[length] == ':');
    }
    return live_fail(
        error, LIVE_E_NOTFOUND,
        "live-gateway is neither beside this program, nor in its prefix, nor in that of the PATH");
}
