// SPDX-License-Identifier: Apache-2.0
// Modules: found, loaded, checked, their rows read.
#include "worker/module.h"

#include <dlfcn.h>
#include <limits.h>
#include <link.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log/remote_log.h"
#include "settings/host.h"
#include "settings/key.h"

// What the host reads of every process would be read twice.
static live_err check_names(const agent_module *module, const char *path, live_error *error)
{
    char key[AG_KEY_BYTES];
    agent_process process;
    agent_setting row;

    for (size_t i = 0; ag_module_process_at(module, i, &process); i++) {
        for (size_t j = 0; ag_table_row(ag_module_settings(module, &process), j, &row); j++) {
            ag_setting_key(&row, key);
            if (ag_host_has(key))
                return live_fail(error, LIVE_E_UNSUPPORTED,
                                 "%s: process '%s' has a setting '%s', which every process has: "
                                 "name it otherwise",
                                 path, process.name, key);
        }
    }
    return LIVE_OK;
}

live_err ag_module_check(const agent_module *module, const char *path, live_error *error)
{
    if (module->abi != AGENT_ABI)
        return live_fail(error, LIVE_E_UNSUPPORTED,
                         "%s was built for module ABI %u, this agent speaks %u: build it again",
                         path, module->abi, AGENT_ABI);
    if (module->size < sizeof *module || !module->name || !module->version ||
        module->process_size == 0 || module->setting_size == 0)
        return live_fail(error, LIVE_E_UNSUPPORTED, "%s: its descriptor is not whole", path);
    return check_names(module, path, error);
}

live_err ag_module_load(const char *path, const agent_module **ret_module, live_error *error)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return live_fail(error, LIVE_E_UNSUPPORTED, "%s", dlerror());

    const agent_module *module = dlsym(library, AGENT_MODULE_SYMBOL);
    if (!module)
        return live_fail(error, LIVE_E_UNSUPPORTED, "%s is no module: it exports no %s", path,
                         AGENT_MODULE_SYMBOL);
    live_err err = ag_module_check(module, path, error);
    if (!err)
        *ret_module = module;
    return err;
}

live_err ag_module_named(const cJSON *where, const agent_module *const *modules,
                         const agent_module **ret_module, live_error *error)
{
    const char *name = live_json_str(where, "module", "");
    const char *path = live_json_str(where, "path", NULL);

    if (path)
        return ag_module_load(path, ret_module, error);
    if (strcmp(name, AG_REMOTE_LOG) == 0) {
        *ret_module = &ag_remote_log_module;
        return LIVE_OK;
    }
    for (; modules && *modules; modules++) {
        if (strcmp((*modules)->name, name) != 0)
            continue;
        *ret_module = *modules;
        return LIVE_OK;
    }
    return live_fail(error, LIVE_E_NOTFOUND, "module '%s' is not compiled in", name);
}

// The rows of a table lie as far apart as the module was compiled with; a row of an older module is shorter.
static void copy_row(const void *table, size_t index, size_t stride, void *row, size_t size)
{
    memset(row, 0, size);
    if (table)
        memcpy(row, (const char *)table + index * stride, stride < size ? stride : size);
}

bool ag_module_process_at(const agent_module *module, size_t index, agent_process *ret_process)
{
    copy_row(module->processes, index, module->process_size, ret_process, sizeof *ret_process);
    return ret_process->name != NULL;
}

bool ag_module_adapter_at(const agent_module *module, size_t index, agent_adapter *ret_adapter)
{
    copy_row(module->adapters, index, module->adapter_size, ret_adapter, sizeof *ret_adapter);
    return ret_adapter->name != NULL;
}

bool ag_module_need_at(const agent_module *module, size_t index, live_need *ret_need)
{
    copy_row(module->needs, index, module->need_size, ret_need, sizeof *ret_need);
    return ret_need->kind != LIVE_NEED_NONE;
}

bool ag_module_process(const agent_module *module, const char *type, agent_process *ret_process)
{
    for (size_t i = 0; ag_module_process_at(module, i, ret_process); i++)
        if (strcmp(ret_process->name, type) == 0)
            return true;
    return false;
}

bool ag_module_adapter(const agent_module *module, const char *name, agent_adapter *ret_adapter)
{
    for (size_t i = 0; ag_module_adapter_at(module, i, ret_adapter); i++)
        if (strcmp(ret_adapter->name, name) == 0)
            return true;
    return false;
}

ag_table ag_module_settings(const agent_module *module, const agent_process *process)
{
    return (ag_table){ .rows = process->settings,
                       .stride = module->setting_size,
                       .object = AG_PROCESS };
}

ag_table ag_module_options(const agent_module *module, const agent_adapter *adapter)
{
    return (ag_table){ .rows = adapter->settings,
                       .stride = module->setting_size,
                       .object = AG_ADAPTER };
}

// The folder that this library was loaded from, or that of the program it is compiled into, whose name for
// the loader may be any.
static void library_directory(char path[PATH_MAX])
{
    Dl_info info = { 0 };
    struct link_map *map = NULL;
    const char *file = "/proc/self/exe";

    if (dladdr1((void *)(size_t)ag_module_find, &info, (void **)&map, RTLD_DL_LINKMAP) && map &&
        *map->l_name)
        file = map->l_name;
    char *slash = realpath(file, path) ? strrchr(path, '/') : NULL;
    if (slash)
        *slash = '\0';
    else
        path[0] = '\0';
}

// Absolute, since a worker runs in another folder.
static char *try_path(const char *folder, const char *name)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/%s.so", folder, name);

    return length > 0 && length < PATH_MAX && access(path, R_OK) == 0 ? realpath(path, NULL) : NULL;
}

static char *try_list(const char *list, const char *name)
{
    char folder[PATH_MAX], *found = NULL;

    while (list && *list && !found) {
        size_t length = strcspn(list, ":");
        if (length > 0 && length < sizeof folder) {
            memcpy(folder, list, length);
            folder[length] = '\0';
            found = try_path(folder, name);
        }
        list += length + (list[length] == ':');
    }
    return found;
}

char *ag_module_find(const char *directory, const char *name)
{
    char folder[PATH_MAX + 300], own[PATH_MAX], *found;

    snprintf(folder, sizeof folder, "%s/build/modules", directory);
    found = try_path(folder, name);
    if (!found) {
        snprintf(folder, sizeof folder, "%s/modules/%s", directory, name);
        found = try_path(folder, name);
    }
    if (!found)
        found = try_list(getenv("LIVE_MODULE_PATH"), name);
    if (!found) {
        library_directory(own);
        // An executable that has the library compiled in lies in bin/ or libexec/live/.
        static const char *const beside[] = { "live/modules", "../lib/live/modules",
                                              "../../lib/live/modules" };
        for (size_t i = 0; !found && i < sizeof beside / sizeof *beside; i++) {
            snprintf(folder, sizeof folder, "%s/%s", own, beside[i]);
            found = try_path(folder, name);
        }
    }
    return found;
}
