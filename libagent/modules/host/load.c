// SPDX-License-Identifier: Apache-2.0
// Load averages, tasks and the time since the start.
#include <stdio.h>

#include "host.h"

live_err host_load(host_sampler *host, cJSON *event, live_error *error)
{
    const char *text = NULL;
    double load[3];
    unsigned running, tasks;
    live_err err = host_read(&host->source, "proc/loadavg", &text, error);

    if (err)
        return err;
    if (sscanf(text, "%lf %lf %lf %u/%u", &load[0], &load[1], &load[2], &running, &tasks) != 5)
        return live_fail(error, LIVE_E_PARSE, "proc/loadavg: '%.40s' is no load", text);

    host_add(event, "load1", load[0]);
    host_add(event, "load5", load[1]);
    host_add(event, "load15", load[2]);
    host_add(event, "tasks_running", running);
    host_add(event, "tasks", tasks);
    return LIVE_OK;
}

live_err host_uptime(host_sampler *host, cJSON *event, live_error *error)
{
    const char *text = NULL;
    double seconds;
    live_err err = host_read(&host->source, "proc/uptime", &text, error);

    if (err)
        return err;
    if (sscanf(text, "%lf", &seconds) != 1)
        return live_fail(error, LIVE_E_PARSE, "proc/uptime: '%.40s' is no time", text);
    host_add(event, "uptime_s", seconds);
    return LIVE_OK;
}
