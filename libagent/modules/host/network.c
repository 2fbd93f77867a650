// SPDX-License-Identifier: Apache-2.0
// Bytes and errors of the network interfaces.
#include <inttypes.h>
#include <string.h>

#include "sample.h"

static const char *const members[COUNTER_FIELDS] = { "received_bytes_s", "received_errors_s",
                                                     "sent_bytes_s", "sent_errors_s" };

static void add_interface(const sample *sample, cJSON *list, const char *name,
                          const uint64_t growth[])
{
    cJSON *entry = cJSON_CreateObject();

    cJSON_AddStringToObject(entry, "name", name);
    for (size_t i = 0; i < COUNTER_FIELDS; i++)
        cJSON_AddNumberToObject(entry, members[i], (double)growth[i] / sample->seconds);
    cJSON_AddItemToArray(list, entry);
}

static bool read_line(char *line, char name[COUNTER_NAME_BYTES], uint64_t v[COUNTER_FIELDS])
{
    char *colon = strchr(line, ':');

    if (!colon)
        return false;
    *colon = '\0';
    // bytes packets ERRORS drop fifo frame compressed multicast, then the same for what was sent
    return sscanf(line, "%31s", name) == 1 &&
           sscanf(colon + 1,
                  "%" SCNu64 " %*u %" SCNu64 " %*u %*u %*u %*u %*u %" SCNu64 " %*u %" SCNu64, &v[0],
                  &v[1], &v[2], &v[3]) == COUNTER_FIELDS;
}

void sample_network(const sample *sample)
{
    FILE *file = sample_open(sample, "proc/net/dev");
    cJSON *list = cJSON_CreateArray();
    char line[512], name[COUNTER_NAME_BYTES];

    while (file && fgets(line, sizeof line, file)) {
        uint64_t values[COUNTER_FIELDS], growth[COUNTER_FIELDS];
        if (!read_line(line, name, values) || !sample_wants(&sample->config->interfaces, name))
            continue;
        if (counters_step(&sample->state->interfaces, name, values, growth) && sample->seconds > 0)
            add_interface(sample, list, name, growth);
    }
    if (file)
        fclose(file);
    counters_sweep(&sample->state->interfaces);
    cJSON_AddItemToObject(sample->event, "network", list);
}
