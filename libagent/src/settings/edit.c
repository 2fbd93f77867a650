// SPDX-License-Identifier: Apache-2.0
// A settings file that is changed for an operator.
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
#include <unistd.h>

enum { MODE_OF_NEW = 0640 };

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

// Begins a change, and ends it by writing what differs.

static live_err open_file(change *change, const char *path, live_error *error)
{
    return realpath(path, change->path) ? live_json_text_read(path, &change->settings, error)
                                        : live_fail_errno(error, errno, "%s", path);
}

static live_err write_back(const change *change, live_err err, live_error *error)
{
    size_t length;
    const cJSON *process;
    bool any = false;

    cJSON_ArrayForEach (process, change->done)
        any = any || cJSON_IsTrue(process);
    if (!err && any) {
        const char *text = live_json_text_data(change->settings, &length);
        err = live_file_write(change->path, text, length, MODE_OF_NEW, error);
    }
    live_json_text_free(change->settings);
    return err;
}

live_err ag_edit_enable(const char *path, const cJSON *names, bool enabled, cJSON *done,
                        live_error *error)
{
    change change = { .done = done, .enabled = enabled };
    live_err err = open_file(&change, path, error);
    const cJSON *name;

    cJSON_ArrayForEach (name, names)
        if (!err)
            err = set_named(&change, name->valuestring, error);
    return write_back(&change, err, error);
}

// Adding and removing

static live_err add_process(const change *change, const char *name, const cJSON *settings,
                            live_error *error)
{
    const cJSON *tree = live_json_text_tree(change->settings);
    char pointer[LIVE_JSON_POINTER_BYTES], *text = NULL;
    live_err err = LIVE_OK;

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
    return err;
}

live_err ag_edit_add(const char *path, const char *name, const cJSON *settings, cJSON *done,
                     live_error *error)
{
    change change = { .done = done };
    live_err err = open_file(&change, path, error);

    if (!err)
        err = add_process(&change, name, settings, error);
    if (!err)
        cJSON_AddTrueToObject(done, name);
    return write_back(&change, err, error);
}

static live_err remove_process(const change *change, const char *name, live_error *error)
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

live_err ag_edit_remove(const char *path, const cJSON *names, cJSON *done, live_error *error)
{
    change change = { .done = done };
    live_err err = open_file(&change, path, error);
    const cJSON *name;

    cJSON_ArrayForEach (name, names)
        if (!err)
            err = remove_process(&change, name->valuestring, error);
    return write_back(&change, err, error);
}

// The command's part

static int print_done(const cJSON *done, const char *word)
{
    const cJSON *process;

    cJSON_ArrayForEach (process, done)
        printf("%s: %s%s\n", process->string, cJSON_IsTrue(process) ? "" : "already ", word);
    return EXIT_SUCCESS;
}

static live_err do_add(const char *path, const cJSON *words, cJSON *done, live_error *error)
{
    const char *text = cJSON_GetStringValue(cJSON_GetArrayItem(words, 1));
    cJSON *settings = NULL;
    live_err err = text ? live_json_parse(text, strlen(text), &settings, error)
                        : live_fail(error, LIVE_E_INVALID, "its settings are due");

    if (!err && !cJSON_IsObject(settings))
        err = live_fail(error, LIVE_E_INVALID, "its settings: an object is due");
    if (!err)
        err = ag_edit_add(path, words->child->valuestring, settings, done, error);
    cJSON_Delete(settings);
    return err;
}

static live_err do_remove(const char *path, const cJSON *words, cJSON *done, live_error *error)
{
    return ag_edit_remove(path, words, done, error);
}

static live_err do_enable(const char *path, const cJSON *words, cJSON *done, live_error *error)
{
    return ag_edit_enable(path, words, true, done, error);
}

static live_err do_disable(const char *path, const cJSON *words, cJSON *done, live_error *error)
{
    return ag_edit_enable(path, words, false, done, error);
}

int ag_edit_print(const char *path, const char *operation, char **words)
{
    static const struct {
        const char *name, *word;
        live_err (*fn)(const char *path, const cJSON *words, cJSON *done, live_error *error);
    } rows[] = { { "enable", "enabled", do_enable },
                 { "disable", "disabled", do_disable },
                 { "add", "added", do_add },
                 { "remove", "removed", do_remove } };
    cJSON *list = cJSON_CreateArray(), *done = cJSON_CreateObject();
    live_error error = { 0 };
    int code = EXIT_FAILURE;

    for (; *words; words++)
        cJSON_AddItemToArray(list, cJSON_CreateString(*words));
    for (size_t i = 0; list->child && i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(rows[i].name, operation) != 0)
            continue;
        if (rows[i].fn(path, list, done, &error))
            fprintf(stderr, "live: %s\n", error.text);
        else
            code = print_done(done, rows[i].word);
    }
    cJSON_Delete(list);
    cJSON_Delete(done);
    return code;
}
