// SPDX-License-Identifier: Apache-2.0
// Traffic of network interfaces since the sample before.
#include <stdio.h>
#include <string.h>

#include "host.h"

// Of /proc/net/dev.
enum {
    RECEIVED_BYTES,
    RECEIVED_PACKETS,
    RECEIVED_ERRORS,
    RECEIVED_DROPS,
    SENT_BYTES,
    SENT_PACKETS,
    SENT_ERRORS,
    SENT_DROPS,
    COUNTERS
};
enum { COLUMNS = 12 };

_Static_assert((int)COUNTERS == (int)METER_VALUES, "an interface's counters fill a meter");

static const size_t columns[COUNTERS] = {
    [RECEIVED_BYTES] = 0, [RECEIVED_PACKETS] = 1, [RECEIVED_ERRORS] = 2, [RECEIVED_DROPS] = 3,
    [SENT_BYTES] = 8,     [SENT_PACKETS] = 9,     [SENT_ERRORS] = 10,    [SENT_DROPS] = 11,
};

// Loopback, and what only carries the traffic of another interface a second time.
static const char *const inner[] = { "lo", "veth*", "docker*", "br-*", "virbr*", "ifb*", "dummy*" };
static const host_selection outer = {
    .exclude = { .count = sizeof inner / sizeof *inner, .items = inner },
};

typedef struct totals {
    size_t interfaces;
    double received, sent;
} totals;

static void add_interface(cJSON *interfaces, const char *name, const uint64_t spent[COUNTERS],
                          double seconds, totals *totals)
{
    cJSON *interface = cJSON_AddObjectToObject(interfaces, name);
    double received = (double)spent[RECEIVED_BYTES] / seconds;
    double sent = (double)spent[SENT_BYTES] / seconds;

    host_add(interface, "received_bytes_per_s", received);
    host_add(interface, "sent_bytes_per_s", sent);
    host_add(interface, "received_packets_per_s", (double)spent[RECEIVED_PACKETS] / seconds);
    host_add(interface, "sent_packets_per_s", (double)spent[SENT_PACKETS] / seconds);
    host_add(interface, "errors_per_s",
             (double)(spent[RECEIVED_ERRORS] + spent[SENT_ERRORS]) / seconds);
    host_add(interface, "drops_per_s",
             (double)(spent[RECEIVED_DROPS] + spent[SENT_DROPS]) / seconds);

    totals->interfaces++;
    totals->received += received;
    totals->sent += sent;
}

// A line such as "  eth0: 161858593    3316    0    0    0     0          0         0   153766 …".
static void add_line(host_sampler *host, cJSON *interfaces, const char *line, totals *totals)
{
    char name[METER_NAME_BYTES];
    uint64_t numbers[COLUMNS], values[METER_VALUES], spent[METER_VALUES];
    int at = 0;

    if (sscanf(line, " %63[^:]:%n", name, &at) != 1 || at == 0 ||
        host_numbers(line + at, numbers, COLUMNS) < COLUMNS ||
        !host_selected(&host->config->interfaces, name, host_selected(&outer, name, true)))
        return;
    for (size_t i = 0; i < COUNTERS; i++)
        values[i] = numbers[columns[i]];
    if (meters_advance(&host->interfaces, name, values, spent) && host->interfaces.seconds > 0)
        add_interface(interfaces, name, spent, host->interfaces.seconds, totals);
}

live_err host_network(host_sampler *host, cJSON *event, live_error *error)
{
    const char *text = NULL;
    char line[HOST_LINE_BYTES];
    totals totals = { 0 };
    live_err err = host_read(&host->source, "proc/net/dev", &text, error);

    if (err)
        return err;
    cJSON *interfaces = cJSON_CreateObject();
    meters_begin(&host->interfaces, host->now_ms);
    while (host_line(&text, line))
        add_line(host, interfaces, line, &totals);
    meters_end(&host->interfaces);

    if (!totals.interfaces) {
        cJSON_Delete(interfaces);
        return LIVE_OK;
    }
    host_add(event, "network_received_bytes_per_s", totals.received);
    host_add(event, "network_sent_bytes_per_s", totals.sent);
    cJSON_AddItemToObject(event, "interfaces", interfaces);
    return LIVE_OK;
}
