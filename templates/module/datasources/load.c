// SPDX-License-Identifier: Apache-2.0
// Datasource: load and memory of this machine, one event per interval.
#include <live/buf.h>
#include <live/file.h>
#include <stdio.h>
#include <string.h>

#include "mymodule.h"

const agent_setting load_settings[] = {
    AGENT_STRING(load_config, event_type, "mymodule", "Type of the events sent."),
    AGENT_DURATION(load_config, every_ms, "1s", "Time between two events."),
    AGENT_STRING(load_config, proc, "/proc", "Where the kernel tells its figures."),
    { 0 },
};

static live_err read_proc(const load_config *config, const char *name, char **ret_text,
                          live_error *error)
{
    char path[512];

    snprintf(path, sizeof path, "%s/%s", config->proc, name);
    return live_file_read(path, ret_text, NULL, error);
}

static live_err read_load(const load_config *config, double *ret_load, live_error *error)
{
    char *text = NULL;
    live_err err = read_proc(config, "loadavg", &text, error);

    if (!err && sscanf(text, "%lf", ret_load) != 1)
        err = live_fail(error, LIVE_E_PARSE, "loadavg: '%.40s' is no load", text);
    live_free(text);
    return err;
}

// A figure of meminfo in kB, or 0.
static double memory(const char *meminfo, const char *name)
{
    const char *line = strstr(meminfo, name);
    double figure = 0;

    if (line)
        sscanf(line + strlen(name), ": %lf", &figure);
    return figure;
}

static live_err read_memory(const load_config *config, double *ret_percent, live_error *error)
{
    char *text = NULL;
    live_err err = read_proc(config, "meminfo", &text, error);

    if (err)
        return err;
    double total = memory(text, "MemTotal"), available = memory(text, "MemAvailable");
    live_free(text);
    if (total <= 0)
        return live_fail(error, LIVE_E_PARSE, "meminfo: no MemTotal");
    *ret_percent = 100 * (total - available) / total;
    return LIVE_OK;
}

live_err load_poll(agent_run *run, live_error *error)
{
    const load_config *config = agent_config(run);
    double load = 0, percent = 0;
    live_err err = read_load(config, &load, error);

    if (!err)
        err = read_memory(config, &percent, error);
    if (err)
        return err;

    cJSON *event = live_event_new(config->event_type, 0);
    cJSON_AddNumberToObject(event, "load", load);
    cJSON_AddNumberToObject(event, "memory_percent", percent);
    return agent_emit(run, event, error); // takes the event, reports its failures
}
