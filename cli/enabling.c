// SPDX-License-Identifier: Apache-2.0
// `enabled` of processes in a settings file.
#include "enabling.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <live/buf.h>
#include <live/file.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json_text.h"

enum { MODE_OF_NEW = 0640 };

typedef struct change {
    json_text *settings;
    char path[PATH_MAX]; // of the file, links resolved
    cJSON *done;         // process: whether it was changed
    bool enabled;
} change;

static live_err set_one(change *change, const char *process, live_error *error)
{
    const char *value = change->enabled ? "true" : "false";
    char pointer[JSON_POINTER_BYTES], member[JSON_POINTER_BYTES];

    json_text_pointer("/processes", process, pointer);
    json_text_pointer(pointer, "enabled", member);
    const cJSON *processes = live_json_get(json_text_tree(change->settings), "processes");
    const cJSON *own = live_json_get(processes, process), *old = live_json_get(own, "enabled");
    bool differs = !old || !cJSON_IsBool(old) || cJSON_IsTrue(old) != change->enabled;

    if (!cJSON_IsObject(own))
        return json_text_refuse(change->settings, pointer, "an object is due", error);
    if (!cJSON_HasObjectItem(change->done, process))
        cJSON_AddBoolToObject(change->done, process, differs);
    if (!differs)
        return LIVE_OK;
    return old ? json_text_replace(change->settings, member, value, error)
               : json_text_add(change->settings, pointer, "enabled", value, "", error);
}

// The names of the processes that there are, for a person.
static live_err no_such(const change *change, const char *name, const cJSON *processes,
                        live_error *error)
{
    live_buf *list = live_buf_new();
    const cJSON *process;

    cJSON_ArrayForEach (process, processes)
        live_buf_add_format(list, "%s'%s'", live_buf_length(list) ? ", " : "", process->string);
    live_err err = live_fail(
        error, LIVE_E_NOTFOUND, "%s: no process and no module '%s'; %s%s", change->path, name,
        live_buf_length(list) ? "there are " : "there is none", live_buf_data(list));
    live_buf_free(list);
    return err;
}

// The settings template of a module of this agent; NULL: there is no such module.
static live_err read_template(const change *change, const char *name, cJSON **ret_template,
                              live_error *error)
{
    char folder[PATH_MAX], path[2 * PATH_MAX];

    snprintf(folder, sizeof folder, "%s", change->path);
    snprintf(path, sizeof path, "%s/modules/%s/settings_template.json", dirname(folder), name);
    if (strchr(name, '/') || access(path, F_OK))
        return LIVE_OK;
    return live_file_read_json(path, ret_template, error);
}

static live_err set_named(change *change, const char *name, live_error *error)
{
    const cJSON *processes = live_json_get(json_text_tree(change->settings), "processes");
    cJSON *template = NULL;
    const cJSON *process;
    int found = 0;

    if (live_json_get(processes, name))
        return set_one(change, name, error);
    live_err err = read_template(change, name, &template, error);
    cJSON_ArrayForEach (process, live_json_get(template, "processes")) {
        // Each change makes the tree anew.
        processes = live_json_get(json_text_tree(change->settings), "processes");
        if (err || !live_json_get(processes, process->string))
            continue;
        found++;
        err = set_one(change, process->string, error);
    }
    cJSON_Delete(template);
    if (!err && !found)
        err = no_such(change, name, processes, error);
    return err;
}

static live_err write_back(const change *change, enabling_fn fn, void *user, live_error *error)
{
    size_t length;
    const char *text = json_text_data(change->settings, &length);
    const cJSON *process;
    bool any = false;

    cJSON_ArrayForEach (process, change->done)
        any = any || cJSON_IsTrue(process);
    live_err err = any ? live_file_write(change->path, text, length, MODE_OF_NEW, error) : LIVE_OK;
    cJSON_ArrayForEach (process, change->done)
        if (!err && fn)
            fn(process->string, cJSON_IsTrue(process), user);
    return err;
}

live_err enabling_set(const char *path, const char *const *names, bool enabled, enabling_fn fn,
                      void *user, live_error *error)
{
    change change = { .done = cJSON_CreateObject(), .enabled = enabled };

    live_err err = realpath(path, change.path) ? json_text_read(path, &change.settings, error)
                                               : live_fail_errno(error, errno, "%s", path);
    for (; !err && *names; names++)
        err = set_named(&change, *names, error);
    if (!err)
        err = write_back(&change, fn, user, error);
    json_text_free(change.settings);
    cJSON_Delete(change.done);
    return err;
}
