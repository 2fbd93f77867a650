// SPDX-License-Identifier: Apache-2.0
// The settings file of an agent: its top level.
#include "settings/settings.h"

#include <limits.h>
#include <live/buf.h>
#include <live/file.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "log/remote_log.h"
#include "settings/finding.h"
#include "settings/host.h"
#include "settings/metrics.h"
#include "settings/outbox.h"
#include "settings/platform.h"
#include "settings/setting.h"
#include "settings/value.h"

struct ag_settings {
    char *path, *directory, *text;
    size_t length;
    cJSON *json, *findings;
    live_level level;
};

// The top level

typedef struct top {
    ag_platform live;
    ag_logging logging;
    ag_outbox outbox;
    ag_metrics metrics;
    agent_strings enabled_modules;
} top;

static const agent_setting logging_rows[] = {
    AGENT_STRING(ag_logging, level, "info",
                 "The least severe level that is logged: error, warn, info or debug.",
                 .pattern = "^([Ee][Rr][Rr][Oo][Rr]|[Ww][Aa][Rr][Nn]([Ii][Nn][Gg])?|[Ii][Nn][Ff]["
                            "Oo]|[Dd][Ee][Bb][Uu][Gg])$"),
    AGENT_STRING(ag_logging, event_type, "dda_log", "Type of the events that the log is sent as."),
    AGENT_BOOL(ag_logging, log_to_live, "false", "Whether the log is sent to the platform too."),
    AGENT_STRING(ag_logging, file, "",
                 "File that the log goes to, from the folder of the settings; without it "
                 ".live/log/agent.log in the background, and standard error elsewhere."),
    AGENT_SIZE(ag_logging, max_size_bytes, "10 MB",
               "Size from which on the log goes on in a new file.", .least = "64 KiB"),
    AGENT_INT(ag_logging, max_files, "5",
              "Files of the log that are kept, the one in use among them.", .least = "1",
              .most = "1000"),
    { 0 },
};

static const agent_setting top_rows[] = {
    AGENT_STRINGS(top, enabled_modules, "Names of the modules whose processes may run; no paths.",
                  .pattern = "^[^/]+$"),
    AGENT_UNUSED("processes", "The processes by name."),
    AGENT_OBJECT(top, live, ag_platform, ag_platform_rows, "The platform."),
    AGENT_OBJECT(top, logging, ag_logging, logging_rows, "The agent's log."),
    AGENT_OBJECT(top, outbox, ag_outbox, ag_outbox_rows,
                 "What keeps the events until the platform has taken them."),
    AGENT_OBJECT(top, metrics, ag_metrics, ag_metrics_rows,
                 "Where Prometheus asks for what 'live status --prometheus' prints."),
    AGENT_UNUSED("DEBUG", "Not used; files of the Python agent carry it."),
    AGENT_UNUSED("temp_dir", "Not used; files of the Python agent carry it."),
    { 0 },
};

const ag_table ag_settings_table = { .rows = top_rows, .stride = sizeof(agent_setting) };

// Whatever is wrong above the processes concerns all of them.
static live_err check_top(ag_settings *settings, live_error *error)
{
    cJSON *found = cJSON_CreateArray();
    const cJSON *finding;
    live_err err =
        ag_config_check(ag_settings_table, sizeof(top), settings->json, "", found, error);

    cJSON_ArrayForEach (finding, found) {
        ag_severity severity = ag_finding_severity(finding);
        ag_finding_raise(settings->findings, finding, severity == AG_ERROR ? AG_REFUSED : severity);
    }
    cJSON_Delete(found);
    return err;
}

// An address is shown where a password is not.
static void check_proxy(const ag_settings *settings)
{
    const cJSON *proxy = live_json_get(ag_settings_live(settings), "proxy");
    bool object = cJSON_IsObject(proxy);
    const char *url = object ? live_json_str(proxy, "url", "") : cJSON_GetStringValue(proxy);

    if (url && strchr(url, '@'))
        ag_finding_add(settings->findings, AG_REFUSED, object ? "/live/proxy/url" : "/live/proxy",
                       NULL,
                       "user and password do not stand in the address, but in 'username' and "
                       "'password' of 'proxy'");
}

// A password that everybody on this machine can read.
static void check_password(const ag_settings *settings)
{
    const cJSON *password = live_json_get(ag_settings_live(settings), "password");
    struct stat file;

    if (cJSON_IsString(password) && *password->valuestring && !stat(settings->path, &file) &&
        file.st_mode & (S_IRGRP | S_IROTH))
        ag_finding_add(
            settings->findings, AG_WARNING, "/live/password", NULL,
            "others can read this file: chmod 600, or {\"file\": …} in place of the password");
}

// Whether the agent has a process of that name by itself: there are not two in `live status`, and none silently takes the
// other's place.
static bool is_own(const cJSON *json, const char *name)
{
    const cJSON *metrics = live_json_get(json, "metrics");
    const cJSON *logging = live_json_get(json, "logging");

    if (strcmp(name, AG_METRICS) == 0)
        return *live_json_str(metrics, "listen", "");
    if (strcmp(name, AG_REMOTE_LOG) == 0)
        return live_json_bool(logging, "log_to_live", false);
    return strcmp(name, AG_GATEWAY) == 0;
}

// The bound is below what a message to the gateway and a source of the outbox hold.
const char *ag_settings_refuse_name(const cJSON *json, const char *name)
{
    size_t length = strlen(name);

    if (length == 0 || length > 200)
        return "the name of a process has 1 to 200 bytes";
    return is_own(json, name) ? "a process of the agent's own is called so; give it another name"
                              : NULL;
}

static live_err check_process(const ag_settings *settings, const cJSON *process, live_error *error)
{
    const char *why = ag_settings_refuse_name(settings->json, process->string);
    char pointer[512];

    ag_settings_pointer(process->string, pointer, sizeof pointer);
    if (why)
        ag_finding_add_key(settings->findings, AG_REFUSED, pointer, NULL, "%s", why);
    if (!cJSON_IsObject(process)) {
        ag_finding_add(settings->findings, AG_REFUSED, pointer, NULL, "an object is due");
        return LIVE_OK;
    }
    return ag_host_check(process, pointer, settings->findings, error);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp((*(const cJSON *const *)a)->string, (*(const cJSON *const *)b)->string);
}

// Two processes of one name: sorted, since there may be a thousand.
static live_err check_names(const ag_settings *settings, live_error *error)
{
    const cJSON *processes = ag_settings_processes(settings), *process;
    size_t count = (size_t)cJSON_GetArraySize(processes), index = 0;
    const cJSON **sorted = calloc(count + 1, sizeof *sorted);
    char pointer[512];

    if (!sorted)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    cJSON_ArrayForEach (process, processes)
        sorted[index++] = process;
    qsort(sorted, count, sizeof *sorted, compare_names);
    for (size_t i = 1; i < count; i++) {
        if (strcmp(sorted[i - 1]->string, sorted[i]->string) != 0)
            continue;
        ag_settings_pointer(sorted[i]->string, pointer, sizeof pointer);
        ag_finding_add_key(settings->findings, AG_REFUSED, pointer, NULL, "it is given twice");
    }
    free(sorted);
    return LIVE_OK;
}

static live_err check_processes(const ag_settings *settings, live_error *error)
{
    const cJSON *processes = ag_settings_processes(settings), *process;
    live_err err = LIVE_OK;

    if (processes && !cJSON_IsObject(processes) && !cJSON_IsNull(processes)) {
        ag_finding_add(settings->findings, AG_REFUSED, "/processes", NULL, "an object is due");
        return LIVE_OK;
    }
    cJSON_ArrayForEach (process, processes) {
        err = check_process(settings, process, error);
        if (err)
            return err;
    }
    return check_names(settings, error);
}

static live_err check(ag_settings *settings, live_error *error)
{
    const cJSON *logging = live_json_get(settings->json, "logging");
    live_err err = check_top(settings, error);

    check_proxy(settings);
    check_password(settings);
    ag_metrics_check(live_json_get(settings->json, "metrics"), settings->findings);
    if (!err)
        err = check_processes(settings, error);
    if (live_level_parse(live_json_str(logging, "level", "info"), &settings->level, NULL))
        settings->level = LIVE_LOG_INFO; // there is a finding
    return err;
}

void ag_settings_pointer(const char *process, char *out, size_t size)
{
    ag_pointer_join("/processes", process, out, size);
}

ag_place ag_settings_place(const ag_settings *settings, const cJSON *finding)
{
    live_json_place key = { .line = 1, .column = 1 }, value = key;
    char pointer[AG_POINTER_BYTES];
    size_t length = (size_t)snprintf(pointer, sizeof pointer, "%s", ag_finding_pointer(finding));
    bool of_key = ag_finding_is_of_key(finding);

    length = length < sizeof pointer ? length : sizeof pointer - 1;
    while (live_json_find(settings->text, settings->length, pointer, &key, &value, NULL) &&
           length > 0) {
        of_key = false;
        while (length > 0 && pointer[--length] != '/')
            ; // to the object that the value is missing from
        pointer[length] = '\0';
    }
    return (ag_place){ settings->path, of_key ? key.line : value.line,
                       of_key ? key.column : value.column };
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
    live_err err = LIVE_OK;

    if (!settings->text)
        err = live_file_read(settings->path, &settings->text, &settings->length, error);
    if (err)
        return err;
    if (settings->length == 0)
        return live_fail(error, LIVE_E_PARSE, "%s:1:1: the file is empty", settings->path);
    err = live_json_parse(settings->text, settings->length, &settings->json, &inner);
    if (err)
        return live_fail(error, err, "%s:%s", settings->path, inner.text);
    if (!cJSON_IsObject(settings->json))
        return live_fail(error, LIVE_E_INVALID, "%s:1:1: the settings: an object is due",
                         settings->path);
    settings->findings = cJSON_CreateArray();
    err = find_directory(settings, error);
    return err ? err : check(settings, error);
}

live_err ag_settings_of_text(const char *path, char *text, size_t length,
                             ag_settings **ret_settings, live_error *error)
{
    ag_settings *settings = calloc(1, sizeof *settings);
    if (!settings) {
        live_free(text);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }
    *settings = (ag_settings){ .path = strdup(path), .text = text, .length = length };
    live_err err = settings->path ? read_all(settings, error)
                                  : live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (err) {
        ag_settings_free(settings);
        return err;
    }
    *ret_settings = settings;
    return LIVE_OK;
}

live_err ag_settings_read(const char *path, ag_settings **ret_settings, live_error *error)
{
    return ag_settings_of_text(path, NULL, 0, ret_settings, error);
}

void ag_settings_free(ag_settings *settings)
{
    if (!settings)
        return;
    cJSON_Delete(settings->findings);
    cJSON_Delete(settings->json);
    live_free(settings->text);
    free(settings->path);
    free(settings->directory);
    free(settings);
}

const cJSON *ag_settings_findings(const ag_settings *settings)
{
    return settings->findings;
}

const char *ag_settings_directory(const ag_settings *settings)
{
    return settings->directory;
}

ag_logging ag_settings_logging(const ag_settings *settings)
{
    static const ag_table table = { .rows = logging_rows, .stride = sizeof *logging_rows };
    ag_logging logging = { .level = "info", .event_type = "", .file = "" };
    ag_config *config = NULL;

    if (ag_config_new(table, sizeof logging, live_json_get(settings->json, "logging"), "", &config,
                      NULL) == LIVE_OK)
        logging = *(const ag_logging *)ag_config_data(config);
    ag_config_free(config);
    return logging;
}

live_level ag_settings_level(const ag_settings *settings)
{
    return settings->level;
}

const cJSON *ag_settings_json(const ag_settings *settings)
{
    return settings->json;
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
