// SPDX-License-Identifier: Apache-2.0
// Processor time since the sample before, in all and per core.
#include <string.h>

#include "host.h"

// Columns of /proc/stat. What guests use, further right, is in USER and NICE already.
enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, TIMES };

_Static_assert((int)TIMES == (int)METER_VALUES, "a core's times fill a meter");

static double sum(const uint64_t times[TIMES])
{
    double all = 0;

    for (size_t i = 0; i < TIMES; i++)
        all += (double)times[i];
    return all;
}

static double busy_percent(const uint64_t times[TIMES])
{
    double all = sum(times);

    return host_percent(all - (double)times[IDLE] - (double)times[IOWAIT], all);
}

static void add_total(cJSON *event, const uint64_t times[TIMES])
{
    double all = sum(times);

    host_add(event, "cpu_percent", busy_percent(times));
    host_add(event, "cpu_user_percent", host_percent((double)(times[USER] + times[NICE]), all));
    host_add(event, "cpu_system_percent",
             host_percent((double)(times[SYSTEM] + times[IRQ] + times[SOFTIRQ]), all));
    host_add(event, "cpu_iowait_percent", host_percent((double)times[IOWAIT], all));
    host_add(event, "cpu_steal_percent", host_percent((double)times[STEAL], all));
}

// A line such as "cpu0 44 0 20 611 36 0 21 3 0 0"; "cpu" alone is all of them.
static void add_line(host_sampler *host, cJSON *event, cJSON *cores, char *line)
{
    uint64_t times[TIMES] = { 0 }, spent[TIMES];
    size_t length = strcspn(line, " ");

    host_numbers(line + length, times, TIMES);
    line[length] = '\0';
    bool total = strcmp(line, "cpu") == 0;
    // Two samples within one tick of the clock have nothing to divide by.
    bool known = meters_advance(&host->cpus, line, times, spent) && sum(spent) > 0;
    if (known && total)
        add_total(event, spent);
    else if (known)
        host_add(cores, line, busy_percent(spent));
}

live_err host_cpu(host_sampler *host, cJSON *event, live_error *error)
{
    const char *text = NULL;
    char line[HOST_LINE_BYTES];
    int lines = 0;
    live_err err = host_read(&host->source, "proc/stat", &text, error);

    if (err)
        return err;
    cJSON *cores = cJSON_CreateObject();
    meters_begin(&host->cpus, host->now_ms);
    while (host_line(&text, line) && strncmp(line, "cpu", 3) == 0) {
        add_line(host, event, cores, line);
        lines++;
    }
    meters_end(&host->cpus);

    if (lines > 1)
        host_add(event, "cpu_count", lines - 1);
    if (cores && cores->child)
        cJSON_AddItemToObject(event, "cpus", cores);
    else
        cJSON_Delete(cores);
    return lines ? LIVE_OK : live_fail(error, LIVE_E_PARSE, "proc/stat: no line begins with 'cpu'");
}
