// SPDX-License-Identifier: Apache-2.0
// Load, memory and uptime of this machine.
#include <inttypes.h>
#include <string.h>

#include "sample.h"

void sample_load(const sample *sample)
{
    double load[3];
    FILE *file = sample_open(sample, "proc/loadavg");

    if (file && fscanf(file, "%lf %lf %lf", &load[0], &load[1], &load[2]) == 3) {
        cJSON_AddNumberToObject(sample->event, "load1", load[0]);
        cJSON_AddNumberToObject(sample->event, "load5", load[1]);
        cJSON_AddNumberToObject(sample->event, "load15", load[2]);
    }
    if (file)
        fclose(file);
}

void sample_uptime(const sample *sample)
{
    double seconds;
    FILE *file = sample_open(sample, "proc/uptime");

    if (file && fscanf(file, "%lf", &seconds) == 1)
        cJSON_AddNumberToObject(sample->event, "uptime_s", seconds);
    if (file)
        fclose(file);
}

static void add_used(cJSON *event, const char *name, double total, double left)
{
    char member[64];

    snprintf(member, sizeof member, "%s_total_bytes", name);
    cJSON_AddNumberToObject(event, member, total);
    snprintf(member, sizeof member, "%s_used_bytes", name);
    cJSON_AddNumberToObject(event, member, total - left);
    snprintf(member, sizeof member, "%s_used_percent", name);
    cJSON_AddNumberToObject(event, member, total > 0 ? 100 * (total - left) / total : 0);
}

void sample_memory(const sample *sample)
{
    static const char *const names[] = { "MemTotal", "MemAvailable", "SwapTotal", "SwapFree" };
    double bytes[4] = { 0 };
    char line[128], name[64];
    uint64_t kib;
    FILE *file = sample_open(sample, "proc/meminfo");

    while (file && fgets(line, sizeof line, file)) {
        if (sscanf(line, "%63[^:]: %" SCNu64, name, &kib) != 2)
            continue;
        for (size_t i = 0; i < 4; i++)
            if (strcmp(name, names[i]) == 0)
                bytes[i] = (double)kib * 1024;
    }
    if (!file)
        return;
    fclose(file);
    add_used(sample->event, "memory", bytes[0], bytes[1]);
    add_used(sample->event, "swap", bytes[2], bytes[3]);
}
