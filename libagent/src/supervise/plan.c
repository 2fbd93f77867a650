// SPDX-License-Identifier: Apache-2.0
// What a settings file asks an agent for.
#include "supervise/plan.h"

#include <limits.h>
#include <live/buf.h>
#include <live/file.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "log/remote_log.h"
#include "settings/check.h"
#include "settings/metrics.h"
#include "settings/outbox.h"
#include "settings/redact.h"
#include "settings/value.h"

// Findings

// Which process a finding is about; NULL: none.
static const cJSON *process_of(const ag_settings *settings, const cJSON *finding)
{
    const char *pointer = ag_finding_pointer(finding);
    const cJSON *process;
    char own[AG_POINTER_BYTES];

    cJSON_ArrayForEach (process, ag_settings_processes(settings)) {
        ag_settings_pointer(process->string, own, sizeof own);
        size_t length = strlen(own);
        if (strncmp(pointer, own, length) == 0 && (pointer[length] == '/' || !pointer[length]))
            return process;
    }
    return NULL;
}

static void tell_places(const ag_settings *settings, cJSON *findings)
{
    char place[1024];
    cJSON *finding;

    cJSON_ArrayForEach (finding, findings) {
        ag_place where = ag_settings_place(settings, finding);
        snprintf(place, sizeof place, "%s:%d:%d", where.path, where.line, where.column);
        cJSON_AddStringToObject(finding, "place", place);
        const cJSON *process = process_of(settings, finding);
        if (process)
            cJSON_AddStringToObject(finding, "process", process->string);
    }
}

void ag_plan_say(const cJSON *finding, char *out, size_t size)
{
    const char *process = live_json_str(finding, "process", "");
    const char *pointer = ag_finding_pointer(finding);
    char own[AG_POINTER_BYTES];

    ag_settings_pointer(process, own, sizeof own);
    size_t length = strlen(own);
    bool inside = *process && strncmp(pointer, own, length) == 0 && pointer[length] == '/';
    snprintf(out, size, "%s: %s%s%s: %s", live_json_str(finding, "place", ""),
             inside ? process : "", inside ? ": " : "", inside ? pointer + length + 1 : pointer,
             ag_finding_text(finding));
}

const cJSON *ag_plan_fault(const cJSON *plan, const char *process)
{
    const cJSON *finding;

    cJSON_ArrayForEach (finding, live_json_get(plan, "findings"))
        if (ag_finding_severity(finding) >= AG_ERROR &&
            strcmp(live_json_str(finding, "process", ""), process) == 0)
            return finding;
    return NULL;
}

// Processes

// Another file behind the same path is another module.
static void add_stamp(live_buf *stamp, const char *path)
{
    struct stat file;

    if (path && stat(path, &file) == 0)
        live_buf_add_format(stamp, "%s %llu %lld %lld.%09ld\n", path,
                            (unsigned long long)file.st_ino, (long long)file.st_size,
                            (long long)file.st_mtim.tv_sec, file.st_mtim.tv_nsec);
}

static void stamp(cJSON *process, const cJSON *config)
{
    live_buf *stamp = live_buf_new();
    const cJSON *adapter;

    add_stamp(stamp, live_json_str(config, "path", NULL));
    cJSON_ArrayForEach (adapter, live_json_get(config, "adapters"))
        add_stamp(stamp, live_json_str(adapter, "path", NULL));
    cJSON_AddStringToObject(process, "stamp", live_buf_data(stamp));
    live_buf_free(stamp);
}

static cJSON *plan_process(const ag_settings *settings, const ag_catalogue *catalogue,
                           const cJSON *own)
{
    cJSON *process = cJSON_CreateObject(), *findings = cJSON_CreateArray();
    cJSON *config = ag_check_process(settings, catalogue, own, findings);
    const cJSON *enabled = live_json_get(own, "enabled");
    const char *type = live_json_str(own, "type", "");

    // What is neither true nor false is told, and fails.
    cJSON_AddBoolToObject(process, "enabled",
                          cJSON_IsTrue(enabled) || (enabled && !cJSON_IsBool(enabled)));
    cJSON_AddStringToObject(process, "type", type);
    if (config && !ag_findings_have(findings, AG_ERROR)) {
        cJSON_AddStringToObject(config, "name", own->string);
        cJSON_AddStringToObject(config, "type", type);
        cJSON_AddItemToObject(config, "settings", cJSON_Duplicate(own, true));
        stamp(process, config);
        cJSON_AddItemToObject(process, "config", config);
    } else {
        cJSON_Delete(config);
    }
    cJSON_Delete(findings);
    return process;
}

// Where the log goes.
static void plan_log(const ag_settings *settings, const ag_logging *logging, cJSON *plan)
{
    cJSON *log = cJSON_AddObjectToObject(plan, "log");
    const char *folder = ag_settings_directory(settings), *file = logging->file;
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s%s%s", *file && *file != '/' ? folder : "",
             *file && *file != '/' ? "/" : "", file);
    cJSON_AddStringToObject(log, "file", path);
    live_json_add_int(log, "max_size", logging->max_size_bytes);
    live_json_add_int(log, "max_files", logging->max_files);
    cJSON_AddBoolToObject(log, "to_live", logging->log_to_live);
}

// A process of the agent's own, whose module, type and name are one, which no other has; what it is told, to be added to.
// `own` is given away.
static cJSON *plan_own(cJSON *processes, const char *name, cJSON *own)
{
    cJSON *process = cJSON_AddObjectToObject(processes, name);
    cJSON *config = cJSON_AddObjectToObject(process, "config");

    cJSON_AddTrueToObject(process, "enabled");
    cJSON_AddStringToObject(process, "type", name);
    cJSON_AddStringToObject(config, "module", name);
    cJSON_AddStringToObject(config, "name", name);
    cJSON_AddStringToObject(config, "type", name);
    cJSON_AddItemToObject(config, "settings", own);
    return config;
}

// The process that sends the log.
static void plan_remote_log(const ag_logging *logging, cJSON *processes)
{
    cJSON *own = logging->log_to_live ? cJSON_CreateObject() : NULL;

    if (!own)
        return;
    cJSON_AddStringToObject(own, "type", AG_REMOTE_LOG);
    cJSON_AddStringToObject(own, "event_type", logging->event_type);
    plan_own(processes, AG_REMOTE_LOG, own);
}

// The process that Prometheus asks: a program of its own, since no other needs an HTTP server.
static void plan_metrics(const ag_settings *settings, cJSON *processes)
{
    cJSON *own = ag_metrics_config(live_json_get(ag_settings_json(settings), "metrics"));
    cJSON *config = own ? plan_own(processes, AG_METRICS, own) : NULL;

    if (config)
        cJSON_AddStringToObject(config, "program", AG_METRICS_PROGRAM);
}

cJSON *ag_plan_make(const ag_settings *settings, const ag_catalogue *catalogue)
{
    cJSON *plan = cJSON_CreateObject(), *findings = ag_check_all(settings, catalogue);
    const cJSON *live = ag_settings_live(settings), *process;

    tell_places(settings, findings);
    cJSON_AddStringToObject(plan, "directory", ag_settings_directory(settings));
    cJSON_AddStringToObject(plan, "level", live_level_name(ag_settings_level(settings)));
    if (live)
        cJSON_AddItemToObject(plan, "live", cJSON_Duplicate(live, true));
    cJSON_AddItemToObject(plan, "outbox",
                          ag_outbox_config(live_json_get(ag_settings_json(settings), "outbox")));
    cJSON_AddItemToObject(plan, "settings", ag_redact(settings, catalogue));
    cJSON_AddItemToObject(plan, "findings", findings);
    const ag_logging logging = ag_settings_logging(settings);
    plan_log(settings, &logging, plan);
    cJSON *processes = cJSON_AddObjectToObject(plan, "processes");
    if (!ag_findings_have(findings, AG_REFUSED))
        cJSON_ArrayForEach (process, ag_settings_processes(settings))
            cJSON_AddItemToObject(processes, process->string,
                                  plan_process(settings, catalogue, process));
    plan_remote_log(&logging, processes);
    plan_metrics(settings, processes);
    return plan;
}

// The child

static int print(cJSON *plan)
{
    live_err err = live_json_write(plan, stdout, NULL);

    cJSON_Delete(plan);
    return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

cJSON *ag_plan_of_text(const char *path, char *text, size_t length,
                       const agent_module *const *modules)
{
    ag_settings *settings = NULL;
    ag_catalogue *catalogue = NULL;
    live_error error = { 0 };
    live_err err = ag_settings_of_text(path, text, length, &settings, &error);
    cJSON *plan = NULL;

    if (!err)
        err = ag_catalogue_new(settings, modules, &catalogue, &error);
    if (err) {
        plan = cJSON_CreateObject();
        cJSON_AddStringToObject(plan, "error", error.text);
    } else {
        plan = ag_plan_make(settings, catalogue);
    }
    ag_catalogue_free(catalogue);
    ag_settings_free(settings);
    return plan;
}

int ag_plan_print(const char *path, const agent_module *const *modules)
{
    return print(ag_plan_of_text(path, NULL, 0, modules));
}

int ag_plan_print_draft(const char *path, const agent_module *const *modules)
{
    live_error error = { 0 };
    char *text = NULL;
    size_t length = 0;
    cJSON *plan;

    if (live_file_read("/dev/stdin", &text, &length, &error)) {
        plan = cJSON_CreateObject();
        cJSON_AddStringToObject(plan, "error", error.text);
    } else {
        plan = ag_plan_of_text(path, text, length, modules);
    }
    return print(plan);
}
