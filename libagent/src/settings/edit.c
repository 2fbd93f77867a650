// SPDX-License-Identifier: Apache-2.0
// A change of a settings file for an operator.
#include "settings/edit.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <live/buf.h>
#include <live/file.h>
#include <live/json.h>
#include <live/json_text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "settings/settings.h"

typedef struct change {
    live_json_text *settings;
    char path[PATH_MAX]; // of the file, links resolved
    cJSON *done;         // process: whether it was changed
    bool enabled;
} change;

static live_err set_one(change *change, const char *process, live_error *error)
{
    const char *value = change->enabled ? "true" : "false";
    char pointer[LIVE_JSON_POINTER_BYTES], member[LIVE_JSON_POINTER_BYTES];

    live_json_text_pointer("/processes", process, pointer);
    live_json_text_pointer(pointer, "enabled", member);
    const cJSON *processes = live_json_get(live_json_text_tree(change->settings), "processes");
    const cJSON *own = live_json_get(processes, process), *old = live_json_get(own, "enabled");
    bool differs = !old || !cJSON_IsBool(old) || cJSON_IsTrue(old) != change->enabled;

    if (!cJSON_IsObject(own))
        return live_json_text_refuse(change->settings, pointer, "an object is due", error);
    if (!cJSON_HasObjectItem(change->done, process))
        cJSON_AddBoolToObject(change->done, process, differs);
    if (!differs)
        return LIVE_OK;
    return old ? live_json_text_replace(change->settings, member, value, error)
               : live_json_text_add(change->settings, pointer, "enabled", value, "", error);
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
    const cJSON *processes = live_json_get(live_json_text_tree(change->settings), "processes");
    cJSON *template = NULL;
    const cJSON *process;
    int found = 0;

    if (live_json_get(processes, name))
        return set_one(change, name, error);
    live_err err = read_template(change, name, &template, error);
    cJSON_ArrayForEach (process, live_json_get(template, "processes")) {
        // Each change makes the tree anew.
        processes = live_json_get(live_json_text_tree(change->settings), "processes");
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

static live_err enable(change *change, const cJSON *names, live_error *error)
{
    const cJSON *name;
    live_err err = LIVE_OK;

    cJSON_ArrayForEach (name, names)
        if (!err)
            err = set_named(change, name->valuestring, error);
    return err;
}

// Adding and removing

static live_err add(const change *change, const char *name, const cJSON *settings,
                    live_error *error)
{
    const cJSON *tree = live_json_text_tree(change->settings);
    const char *why = ag_settings_refuse_name(tree, name);
    char pointer[LIVE_JSON_POINTER_BYTES], *text = NULL;
    live_err err = LIVE_OK;

    if (why)
        return live_fail(error, LIVE_E_INVALID, "%s: processes/%.40s: %s", change->path, name, why);
    live_json_text_pointer("/processes", name, pointer);
    if (live_json_get(live_json_get(tree, "processes"), name))
        return live_json_text_refuse(change->settings, pointer, "it is there already", error);
    if (!live_json_get(tree, "processes"))
        err = live_json_text_add(change->settings, "", "processes", "{}", "", error);
    if (!err)
        err = live_json_print(settings, &text, error);
    if (!err)
        err = live_json_text_add(change->settings, "/processes", name, text, "", error);
    live_free(text);
    if (!err)
        cJSON_AddTrueToObject(change->done, name);
    return err;
}

static live_err remove_one(const change *change, const char *name, live_error *error)
{
    const cJSON *processes = live_json_get(live_json_text_tree(change->settings), "processes");
    char pointer[LIVE_JSON_POINTER_BYTES];

    if (!live_json_get(processes, name))
        return no_such(change, name, processes, error);
    live_json_text_pointer("/processes", name, pointer);
    live_err err = live_json_text_remove(change->settings, pointer, error);
    if (!err)
        cJSON_AddTrueToObject(change->done, name);
    return err;
}

static live_err remove_all(const change *change, const cJSON *names, live_error *error)
{
    const cJSON *name;
    live_err err = LIVE_OK;

    cJSON_ArrayForEach (name, names)
        if (!err)
            err = remove_one(change, name->valuestring, error);
    return err;
}

// The whole

static live_err make(change *change, const ag_edit *edit, live_error *error)
{
    switch (edit->kind) {
    case AG_EDIT_ADD:
        return add(change, cJSON_GetStringValue(edit->names->child), edit->settings, error);
    case AG_EDIT_REMOVE: return remove_all(change, edit->names, error);
    case AG_EDIT_ENABLE:
    case AG_EDIT_DISABLE: break;
    }
    change->enabled = edit->kind == AG_EDIT_ENABLE;
    return enable(change, edit->names, error);
}

static live_err take_text(const live_json_text *settings, ag_edited *edited, live_error *error)
{
    const char *text = live_json_text_data(settings, &edited->after_length);

    edited->after = strndup(text, edited->after_length);
    return edited->after ? LIVE_OK : live_fail(error, LIVE_E_NOMEM, "out of memory");
}

// What is no file has no text that stays: a pipe is waited for until somebody writes, and whoever asked with it.
static live_err find_file(const char *path, char ret_found[PATH_MAX], live_error *error)
{
    struct stat file;

    if (!realpath(path, ret_found) || stat(ret_found, &file))
        return live_fail_errno(error, errno, "%s", path);
    if (!S_ISREG(file.st_mode))
        return live_fail(error, LIVE_E_INVALID,
                         "%s: it is no regular file and cannot be changed; change what writes it, "
                         "then 'live reload'",
                         path);
    return LIVE_OK;
}

live_err ag_edit_make(const char *path, const ag_edit *edit, ag_edited *edited, live_error *error)
{
    change change = { .done = cJSON_CreateObject() };
    char *text = NULL;
    size_t length = 0;

    *edited = (ag_edited){ .done = change.done };
    live_err err = find_file(path, change.path, error);
    if (!err)
        err = live_file_read(path, &text, &length, error);
    if (text) {
        edited->before = strndup(text, length);
        edited->before_length = length;
        err = live_json_text_new(text, length, path, &change.settings, error);
    }
    if (!err)
        err = make(&change, edit, error);
    if (!err)
        err = take_text(change.settings, edited, error);
    live_json_text_free(change.settings);
    memcpy(edited->path, change.path, sizeof edited->path);
    if (!err && !edited->before)
        err = live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (err)
        ag_edited_clear(edited);
    return err;
}

bool ag_edited_differs(const ag_edited *edited)
{
    const cJSON *process;

    cJSON_ArrayForEach (process, edited->done)
        if (cJSON_IsTrue(process))
            return true;
    return false;
}

live_err ag_edited_write(const ag_edited *edited, live_error *error)
{
    return live_file_replace(edited->path, edited->before, edited->before_length, edited->after,
                             edited->after_length, error);
}

void ag_edited_clear(ag_edited *edited)
{
    cJSON_Delete(edited->done);
    free(edited->before);
    free(edited->after);
    *edited = (ag_edited){ .done = NULL };
}

bool ag_edit_kind_parse(const char *word, ag_edit_kind *ret_kind)
{
    static const char *const words[] = { [AG_EDIT_ENABLE] = "enable",
                                         [AG_EDIT_DISABLE] = "disable",
                                         [AG_EDIT_ADD] = "add",
                                         [AG_EDIT_REMOVE] = "remove" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i], word) == 0) {
            *ret_kind = (ag_edit_kind)i;
            return true;
        }
    }
    return false;
}
