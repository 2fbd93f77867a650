// SPDX-License-Identifier: Apache-2.0
// The settings file of an agent: its top level.
#include "core/settings.h"

#include <ctype.h>
#include <limits.h>
#include <live/buf.h>
#include <live/file.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ag_settings {
    char *path, *directory, *text;
    size_t length;
    cJSON *json;
    live_level level;
};

typedef bool (*is_type)(const cJSON *value);

static bool is_object(const cJSON *value)
{
    return cJSON_IsObject(value);
}

static bool is_array(const cJSON *value)
{
    return cJSON_IsArray(value);
}

static bool is_string(const cJSON *value)
{
    return cJSON_IsString(value);
}

static bool is_bool(const cJSON *value)
{
    return cJSON_IsBool(value);
}

static bool is_number(const cJSON *value)
{
    return cJSON_IsNumber(value);
}

static bool is_anything(const cJSON *value)
{
    return value != NULL;
}

// What may stand where, by JSON pointer; the members of `live` are checked again where they are used.
static const struct {
    const char *object, *key;
    is_type fits;
    const char *due;
} rows[] = {
    { "", "enabled_modules", is_array, "a list of module names" },
    { "", "processes", is_object, "an object" },
    { "", "live", is_object, "an object" },
    { "", "logging", is_object, "an object" },
    { "", "DEBUG", is_anything, "" },
    { "", "temp_dir", is_anything, "" },
    { "/logging", "level", is_string, "error, warn, info or debug" },
    { "/logging", "event_type", is_string, "a text" },
    { "/logging", "log_to_live", is_bool, "true or false" },
    { "/live", "url", is_string, "a text" },
    { "/live", "username", is_string, "a text" },
    { "/live", "password", is_anything, "" },
    { "/live", "rest_input", is_string, "a text" },
    { "/live", "verify_ssl", is_anything, "" },
    { "/live", "ip", is_string, "a text" },
    { "/live", "port", is_number, "a number" },
    { "/live", "host", is_string, "a text" },
    { "/live", "user_id", is_anything, "" },
    { "/live", "user_name", is_anything, "" },
};

void ag_settings_place(const ag_settings *settings, const char *pointer, char *out, size_t size)
{
    live_json_place place = { .line = 1, .column = 1 };
    size_t length = strlen(pointer);
    char parent[512];

    snprintf(parent, sizeof parent, "%s", pointer);
    while (live_json_find(settings->text, settings->length, parent, NULL, &place, NULL) &&
           length > 0) {
        while (length > 0 && parent[--length] != '/')
            ; // to the object that the value is missing from
        parent[length] = '\0';
    }
    snprintf(out, size, "%s:%d:%d", settings->path, place.line, place.column);
}

void ag_settings_pointer(const char *process, char *out, size_t size)
{
    size_t length = (size_t)snprintf(out, size, "/processes/");

    for (; *process && length + 2 < size; process++) {
        bool escaped = *process == '~' || *process == '/';
        out[length++] = escaped ? '~' : *process;
        if (escaped)
            out[length++] = *process == '~' ? '0' : '1';
    }
    out[length] = '\0';
}

static live_err refuse(const ag_settings *settings, const char *pointer, const char *what,
                       live_error *error)
{
    char place[PATH_MAX + 32];

    ag_settings_place(settings, pointer, place, sizeof place);
    return live_fail(error, LIVE_E_INVALID, "%s: %s: %s", place,
                     *pointer ? pointer + 1 : "the settings", what);
}

static live_err check_rows(const ag_settings *settings, live_error *error)
{
    char pointer[128], what[64];

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const cJSON *object =
            *rows[i].object ? live_json_get(settings->json, rows[i].object + 1) : settings->json;
        const cJSON *value = live_json_get(object, rows[i].key);
        if (!value || cJSON_IsNull(value) || rows[i].fits(value))
            continue;
        snprintf(pointer, sizeof pointer, "%s/%s", rows[i].object, rows[i].key);
        snprintf(what, sizeof what, "%s is due", rows[i].due);
        return refuse(settings, pointer, what, error);
    }
    return LIVE_OK;
}

static live_err check_modules(const ag_settings *settings, live_error *error)
{
    char pointer[64];
    const cJSON *module;
    int index = 0;

    cJSON_ArrayForEach (module, ag_settings_modules(settings)) {
        snprintf(pointer, sizeof pointer, "/enabled_modules/%d", index++);
        if (!cJSON_IsString(module) || strchr(module->valuestring, '/'))
            return refuse(settings, pointer, "the name of a module is due", error);
    }
    return LIVE_OK;
}

static live_err check_processes(const ag_settings *settings, live_error *error)
{
    char pointer[256];
    const cJSON *process;

    cJSON_ArrayForEach (process, ag_settings_processes(settings)) {
        ag_settings_pointer(process->string, pointer, sizeof pointer);
        if (!cJSON_IsObject(process))
            return refuse(settings, pointer, "an object is due", error);
    }
    return LIVE_OK;
}

static live_err check(ag_settings *settings, live_error *error)
{
    live_error inner = { 0 };

    if (!cJSON_IsObject(settings->json))
        return refuse(settings, "", "an object is due", error);
    live_err err = check_rows(settings, error);
    if (!err)
        err = check_modules(settings, error);
    if (!err)
        err = check_processes(settings, error);
    if (err)
        return err;
    settings->level = LIVE_LOG_INFO;
    const char *level = live_json_str(live_json_get(settings->json, "logging"), "level", "info");
    if (live_level_parse(level, &settings->level, &inner))
        return refuse(settings, "/logging/level", inner.text, error);
    return LIVE_OK;
}

static live_err find_directory(ag_settings *settings, live_error *error)
{
    char *real = realpath(settings->path, NULL);
    char *slash = real ? strrchr(real, '/') : NULL;

    if (!slash) {
        free(real);
        return live_fail(error, LIVE_E_NOMEM, "%s: no path", settings->path);
    }
    slash[slash == real ? 1 : 0] = '\0';
    settings->directory = real;
    return LIVE_OK;
}

static live_err read_all(ag_settings *settings, live_error *error)
{
    live_error inner = { 0 };
    live_err err = live_file_read(settings->path, &settings->text, &settings->length, error);

    if (err)
        return err;
    if (settings->length == 0)
        return live_fail(error, LIVE_E_PARSE, "%s:1:1: the file is empty", settings->path);
    err = live_json_parse(settings->text, settings->length, &settings->json, &inner);
    if (err)
        return live_fail(error, err, "%s:%s", settings->path, inner.text);
    err = find_directory(settings, error);
    return err ? err : check(settings, error);
}

live_err ag_settings_read(const char *path, ag_settings **ret_settings, live_error *error)
{
    ag_settings *settings = calloc(1, sizeof *settings);
    if (settings)
        settings->path = strdup(path);
    if (!settings || !settings->path) {
        ag_settings_free(settings);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }

    live_err err = read_all(settings, error);
    if (err) {
        ag_settings_free(settings);
        return err;
    }
    *ret_settings = settings;
    return LIVE_OK;
}

void ag_settings_free(ag_settings *settings)
{
    if (!settings)
        return;
    cJSON_Delete(settings->json);
    live_free(settings->text);
    free(settings->path);
    free(settings->directory);
    free(settings);
}

const char *ag_settings_directory(const ag_settings *settings)
{
    return settings->directory;
}

live_level ag_settings_level(const ag_settings *settings)
{
    return settings->level;
}

const cJSON *ag_settings_live(const ag_settings *settings)
{
    return live_json_get(settings->json, "live");
}

const cJSON *ag_settings_processes(const ag_settings *settings)
{
    return live_json_get(settings->json, "processes");
}

const cJSON *ag_settings_modules(const ag_settings *settings)
{
    return live_json_get(settings->json, "enabled_modules");
}

const char *ag_settings_module_name(const char *name)
{
    static const char *const prefixes[] = { "live_agent.modules.", "modules." };

    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            return name + strlen(prefixes[i]);
    return name;
}

// The last word of a class path as a name: StrokeCountAdapter is stroke_count.
static void write_snake_case(const char *class_name, size_t length, char *out, size_t size)
{
    size_t to = 0;

    for (size_t i = 0; i < length && to + 3 < size; i++) {
        if (isupper((unsigned char)class_name[i]) && i > 0)
            out[to++] = '_';
        out[to++] = (char)tolower((unsigned char)class_name[i]);
    }
    out[to] = '\0';
}

bool ag_settings_adapter_name(const char *given, char name[AG_ADAPTER_NAME_BYTES])
{
    // What the Python agent brings, where the rule does not give the name it has here.
    static const struct {
        const char *class_name, *name;
    } renamed[] = {
        { "AdapterReloaderAdapter", "chatbot.reload" },
        { "AssetSelectionAdapter", "chatbot.asset_select" },
        { "CurrentValueQueryAdapter", "chatbot.current_value" },
        { "AutoAnalysisAdapter", "chatbot.analysis" },
        { "MonitorControlAdapter", "chatbot.monitors" },
        { "BotFeaturesAdapter", "chatbot.help" },
        { "BotVariablesAdapter", "chatbot.variables" },
        { "BestMatch", "chatbot.best_match" },
    };
    const char *own = ag_settings_module_name(given), *last = strrchr(given, '.');
    const char *module_end = strchr(own, '.'), *class_name = last ? last + 1 : given;
    size_t length = strlen(class_name), suffix = strlen("Adapter");

    if (!module_end || module_end == last) { // MODULE.ADAPTER, or BestMatch alone
        snprintf(name, AG_ADAPTER_NAME_BYTES, "%s", own);
        return false;
    }
    for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++) {
        if (strcmp(class_name, renamed[i].class_name) == 0) {
            snprintf(name, AG_ADAPTER_NAME_BYTES, "%s", renamed[i].name);
            return true;
        }
    }
    if (length > suffix && strcmp(class_name + length - suffix, "Adapter") == 0)
        length -= suffix;
    int at = snprintf(name, AG_ADAPTER_NAME_BYTES, "%.*s.", (int)(module_end - own), own);
    if (at > 0 && at < AG_ADAPTER_NAME_BYTES)
        write_snake_case(class_name, length, name + at, (size_t)(AG_ADAPTER_NAME_BYTES - at));
    return true;
}
