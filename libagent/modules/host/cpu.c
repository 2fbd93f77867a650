// SPDX-License-Identifier: Apache-2.0
// Time that the processors were busy, in all and for each core.
#include <inttypes.h>
#include <string.h>

#include "sample.h"

enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, TIMES };

// Busy is what is neither idle nor waiting for a disk.
static bool read_times(const char *line, char name[COUNTER_NAME_BYTES],
                       uint64_t values[COUNTER_FIELDS])
{
    uint64_t t[TIMES] = { 0 };
    int read = sscanf(line,
                      "%31s %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
                      " %" SCNu64 " %" SCNu64,
                      name, &t[USER], &t[NICE], &t[SYSTEM], &t[IDLE], &t[IOWAIT], &t[IRQ],
                      &t[SOFTIRQ], &t[STEAL]);

    if (read < 5 || strncmp(name, "cpu", 3) != 0)
        return false;
    values[0] = t[USER] + t[NICE] + t[SYSTEM] + t[IRQ] + t[SOFTIRQ] + t[STEAL];
    values[1] = t[IDLE] + t[IOWAIT];
    return true;
}

void sample_cpu(const sample *sample)
{
    char line[256], name[COUNTER_NAME_BYTES];
    FILE *file = sample_open(sample, "proc/stat");
    cJSON *cores = cJSON_CreateArray();

    while (file && fgets(line, sizeof line, file)) {
        uint64_t values[COUNTER_FIELDS] = { 0 }, growth[COUNTER_FIELDS];
        if (!read_times(line, name, values))
            break; // the processors stand at the top
        if (!counters_step(&sample->state->cpus, name, values, growth))
            continue;
        double all = (double)growth[0] + (double)growth[1];
        double percent = all > 0 ? 100 * (double)growth[0] / all : 0;
        if (strcmp(name, "cpu") == 0)
            cJSON_AddNumberToObject(sample->event, "cpu_percent", percent);
        else
            cJSON_AddItemToArray(cores, cJSON_CreateNumber(percent));
    }
    if (file)
        fclose(file);
    counters_sweep(&sample->state->cpus);
    if (cores && cores->child)
        cJSON_AddItemToObject(sample->event, "cores_percent", cores);
    else
        cJSON_Delete(cores);
}
