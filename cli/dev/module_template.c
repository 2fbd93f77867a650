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
static live_err need(live_json_text *settings, const char *key, const char *empty,
                     live_error *error)
{
    return live_json_get(live_json_text_tree(settings), key)
               ? LIVE_OK
               : live_json_text_add(settings, "", key, empty, "", error);
}

static live_err add_modules(const live_json_text *template, live_json_text *settings,
                            live_error *error)
{
    live_err err = need(settings, "enabled_modules", "[]", error);
    const cJSON *module;

    cJSON_ArrayForEach (module, live_json_get(live_json_text_tree(template), "enabled_modules")) {
        const cJSON *known = live_json_get(live_json_text_tree(settings), "enabled_modules");
        if (err || has_text(known, module->valuestring))
            continue;
        live_buf *quoted = live_buf_new();
        live_buf_add_json_string(quoted, module->valuestring);
        err = live_json_text_add(settings, "/enabled_modules", NULL, live_buf_data(quoted), "",
                                 error);
        live_buf_free(quoted);
    }
    return err;
}

static live_err add_processes(const live_json_text *template, live_json_text *settings,
                              live_error *error)
{
    char pointer[LIVE_JSON_POINTER_BYTES], enabled[LIVE_JSON_POINTER_BYTES];
    live_err err = need(settings, "processes", "{}", error);
    const cJSON *process;

    cJSON_ArrayForEach (process, live_json_get(live_json_text_tree(template), "processes")) {
        const cJSON *known = live_json_get(live_json_text_tree(settings), "processes");
        if (err || live_json_get(known, process->string))
            continue;
        live_json_text_pointer("/processes", process->string, pointer);
        live_json_text_pointer(pointer, "enabled", enabled);
        err = live_json_text_copy(settings, template, "/processes", process->string, error);
        if (!err)
            err = live_json_text_replace(settings, enabled, "false", error);
    }
    return err;
}

live_err module_template_add(const char *template, const char *name, scaffold *files,
                             live_json_text *settings, live_error *error)
{
    char folder[PATH_MAX], path[PATH_MAX + 32];
    live_json_text *own = NULL;

    snprintf(folder, sizeof folder, "modules/%s", name);
    snprintf(path, sizeof path, "%s/settings_template.json", folder);
    live_err err = scaffold_add_template(files, template, "mymodule", name, folder, error);
    if (!err)
        err = scaffold_get_json(files, path, &own, error);
    if (!err)
        err = add_modules(own, settings, error);
    if (!err)
        err = add_processes(own, settings, error);
    live_json_text_free(own);
    return err;
}
