// SPDX-License-Identifier: Apache-2.0
// Memory and swap.
#include <string.h>

#include "host.h"

enum { TOTAL, FREE, AVAILABLE, BUFFERS, CACHED, SWAP_TOTAL, SWAP_FREE, FIGURES };

static const char *const names[FIGURES] = {
    [TOTAL] = "MemTotal",     [FREE] = "MemFree",  [AVAILABLE] = "MemAvailable",
    [BUFFERS] = "Buffers",    [CACHED] = "Cached", [SWAP_TOTAL] = "SwapTotal",
    [SWAP_FREE] = "SwapFree",
};

// A line such as "MemTotal:       24684100 kB".
static unsigned read_line(char *line, double bytes[FIGURES])
{
    size_t length = strcspn(line, ":");
    uint64_t kilobytes = 0;

    for (size_t i = 0; line[length] && i < FIGURES; i++) {
        if (strlen(names[i]) != length || strncmp(line, names[i], length) != 0)
            continue;
        if (host_numbers(line + length + 1, &kilobytes, 1) == 0)
            return 0;
        bytes[i] = (double)kilobytes * 1024;
        return 1u << i;
    }
    return 0;
}

live_err host_memory(host_sampler *host, cJSON *event, live_error *error)
{
    const char *text = NULL;
    char line[HOST_LINE_BYTES];
    double bytes[FIGURES] = { 0 };
    unsigned found = 0;
    live_err err = host_read(&host->source, "proc/meminfo", &text, error);

    if (err)
        return err;
    while (host_line(&text, line))
        found |= read_line(line, bytes);
    if (!(found & (1u << TOTAL)))
        return live_fail(error, LIVE_E_PARSE, "proc/meminfo: no MemTotal");
    if (!(found & (1u << AVAILABLE))) // kernels before 3.14
        bytes[AVAILABLE] = bytes[FREE] + bytes[BUFFERS] + bytes[CACHED];

    double used = bytes[TOTAL] - bytes[AVAILABLE], swapped = bytes[SWAP_TOTAL] - bytes[SWAP_FREE];
    host_add(event, "memory_total_bytes", bytes[TOTAL]);
    host_add(event, "memory_available_bytes", bytes[AVAILABLE]);
    host_add(event, "memory_used_bytes", used);
    host_add(event, "memory_used_percent", host_percent(used, bytes[TOTAL]));
    host_add(event, "swap_total_bytes", bytes[SWAP_TOTAL]);
    host_add(event, "swap_used_bytes", swapped);
    host_add(event, "swap_used_percent", host_percent(swapped, bytes[SWAP_TOTAL]));
    return LIVE_OK;
}
