// SPDX-License-Identifier: Apache-2.0
// What the host itself reads of every process's settings.
#include "settings/host.h"

#include <string.h>

#include "settings/key.h"

static const char *const restarts[] = { [AG_RESTART_ALWAYS] = "always",
                                        [AG_RESTART_ON_FAILURE] = "on-failure",
                                        [AG_RESTART_NEVER] = "never",
                                        [AG_RESTARTS] = NULL };

static const agent_setting limit_rows[] = {
    AGENT_SIZE(ag_limits, memory_bytes, "0",
               "Memory that the process may have, such as \"200 MB\"; 0: as much as there is. In a "
               "control group, together with what it starts."),
    AGENT_DURATION(ag_limits, cpu_ms, "0s",
                   "Processor time after which the process is ended and started afresh; 0: never."),
    AGENT_INT(ag_limits, files, "0",
              "Files and sockets that the process may have open; 0: what the system allows.",
              .least = "0", .most = "1000000"),
    AGENT_INT(ag_limits, tasks, "0",
              "Processes and threads that it may be at once, with what it starts; 0: as many as "
              "there may be. Only in a control group.",
              .least = "0", .most = "1000000"),
    AGENT_REAL(
        ag_limits, cores, "0",
        "Processors that it may keep busy, with what it starts, such as 0.5; 0: all. Only in "
        "a control group.",
        .least = "0", .most = "4096"),
    { 0 },
};

static const agent_setting rows[] = {
    AGENT_STRING(ag_host_settings, type, NULL, "Which process of the enabled modules it is."),
    AGENT_BOOL(ag_host_settings, enabled, "false", "Whether it runs."),
    AGENT_OBJECT(ag_host_settings, output, ag_output_settings, ag_output_rows,
                 "Where and as whom it speaks."),
    AGENT_CHOICE(ag_host_settings, restart, "always", restarts,
                 "When it is started again: always, on-failure (it ended by itself, not with exit "
                 "code 0), or never."),
    AGENT_DURATION(ag_host_settings, watchdog_ms, "1m",
                   "A function of its module that runs for longer ends the process; 0: never.",
                   .most = "1d"),
    AGENT_OBJECT(ag_host_settings, limits, ag_limits, limit_rows, "What it may use at most."),
    { 0 },
};

const ag_table ag_host_table = { .rows = rows, .stride = sizeof *rows, .object = AG_SHARED };

bool ag_host_has(const char *key)
{
    char own[AG_KEY_BYTES];
    agent_setting row;

    for (size_t i = 0; ag_table_row(ag_host_table, i, &row); i++) {
        ag_setting_key(&row, own);
        if (strcmp(own, key) == 0)
            return true;
    }
    return false;
}

live_err ag_host_check(const cJSON *process, const char *pointer, cJSON *findings,
                       live_error *error)
{
    return ag_config_check(ag_host_table, sizeof(ag_host_settings), process, pointer, findings,
                           error);
}

// A copy whose texts are static or the process's; empty when the settings are wrong.
static ag_host_settings read_all(const cJSON *process)
{
    ag_host_settings read = { .restart = restarts[AG_RESTART_ALWAYS] };
    ag_config *config = NULL;

    if (process && ag_config_new(ag_host_table, sizeof read, process, "", &config, NULL) == LIVE_OK)
        read = *(const ag_host_settings *)ag_config_data(config);
    ag_config_free(config);
    return read;
}

ag_restart ag_host_restart(const cJSON *process)
{
    ag_host_settings read = read_all(process);
    int restart = AG_RESTART_ALWAYS;

    while (restarts[restart] && strcmp(restarts[restart], read.restart) != 0)
        restart++;
    return restarts[restart] ? (ag_restart)restart : AG_RESTART_ALWAYS;
}

int64_t ag_host_watchdog_ms(const cJSON *process)
{
    return read_all(process).watchdog_ms;
}

ag_limits ag_host_limits(const cJSON *process)
{
    return read_all(process).limits;
}
