// SPDX-License-Identifier: Apache-2.0
// A new module of an agent.
#include "module_template.h"

#include <limits.h>
#include <live/buf.h>
#include <live/json.h>
#include <stdio.h>
#include <string.h>

static bool has_text(const cJSON *list, const char *text)
{
    const cJSON *item;

    cJSON_ArrayForEach (item, list)
        if (cJSON_IsString(item) && strcmp(item->valuestring, text) == 0)
            return true;
    return false;
}

// Settings without the member get it, empty.
static live_err need(json_text *settings, const char *key, const char *empty, live_error *error)
{
    return live_json_get(json_text_tree(settings), key)
               ? LIVE_OK
               : json_text_add(settings, "", key, empty, "", error);
}

static live_err add_modules(const json_text *template, json_text *settings, live_error *error)
{
    live_err err = need(settings, "enabled_modules", "[]", error);
    const cJSON *module;

    cJSON_ArrayForEach (module, live_json_get(json_text_tree(template), "enabled_modules")) {
        const cJSON *known = live_json_get(json_text_tree(settings), "enabled_modules");
        if (err || has_text(known, module->valuestring))
            continue;
        live_buf *quoted = live_buf_new();
        live_buf_add_json_string(quoted, module->valuestring);
        err = json_text_add(settings, "/enabled_modules", NULL, live_buf_data(quoted), "", error);
        live_buf_free(quoted);
    }
    return err;
}

static live_err add_processes(const json_text *template, json_text *settings, live_error *error)
{
    char pointer[JSON_POINTER_BYTES], enabled[JSON_POINTER_BYTES];
    live_err err = need(settings, "processes", "{}", error);
    const cJSON *process;

    cJSON_ArrayForEach (process, live_json_get(json_text_tree(template), "processes")) {
        const cJSON *known = live_json_get(json_text_tree(settings), "processes");
        if (err || live_json_get(known, process->string))
            continue;
        json_text_pointer("/processes", process->string, pointer);
        json_text_pointer(pointer, "enabled", enabled);
        err = json_text_copy(settings, template, "/processes", process->string, error);
        if (!err)
            err = json_text_replace(settings, enabled, "false", error);
    }
    return err;
}

live_err module_template_add(const char *template, const char *name, scaffold *files,
                             json_text *settings, live_error *error)
{
    char folder[PATH_MAX], path[PATH_MAX + 32];
    json_text *own = NULL;

    snprintf(folder, sizeof folder, "modules/%s", name);
    snprintf(path, sizeof path, "%s/settings_template.json", folder);
    live_err err = scaffold_add_template(files, template, "mymodule", name, folder, error);
    if (!err)
        err = scaffold_get_json(files, path, &own, error);
    if (!err)
        err = add_modules(own, settings, error);
    if (!err)
        err = add_processes(own, settings, error);
    json_text_free(own);
    return err;
}
