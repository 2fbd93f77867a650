// SPDX-License-Identifier: Apache-2.0
// A supervisor's staff, with a folder, a loop and a journal of its own.
#include "staff_bench.h"

#include <fcntl.h>
#include <live/log.h>
#include <stdio.h>
#include <stdlib.h>

int staff_bench_open(staff_bench *bench, ag_staff_options options)
{
    snprintf(bench->folder, sizeof bench->folder, "/tmp/staff_bench.XXXXXX");
    if (!mkdtemp(bench->folder))
        return -1;
    live_log_to_fd(LIVE_LOG_INFO, open("/dev/null", O_WRONLY | O_CLOEXEC), "agent");
    bench->journal = ag_journal_new(LIVE_LOG_INFO);
    options.directory = options.state = options.outbox = bench->folder;
    options.journal = bench->journal;
    live_err err = live_loop_new(&bench->loop, NULL);
    return (int)(err ? err : ag_staff_new(bench->loop, &options, &bench->staff, NULL));
}

int staff_bench_close(staff_bench *bench)
{
    char command[96];

    ag_staff_free(bench->staff);
    ag_journal_free(bench->journal);
    live_loop_free(bench->loop);
    snprintf(command, sizeof command, "rm -rf '%s'", bench->folder);
    return system(command);
}

cJSON *staff_bench_plan(void)
{
    cJSON *plan = cJSON_CreateObject();

    cJSON_AddObjectToObject(plan, "processes");
    cJSON_AddArrayToObject(plan, "findings");
    return plan;
}
