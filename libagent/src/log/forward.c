// SPDX-License-Identifier: Apache-2.0
// The log on its way to the process that sends it to the platform.
#include "log/forward.h"

#include <live/buf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link/passing.h"
#include "log/lost.h"
#include "log/remote_log.h"

struct ag_forward {
    int ends[2]; // ours, and that of the process
    int64_t lost;
};

live_err ag_forward_new(ag_forward **ret_forward, live_error *error)
{
    ag_forward *forward = calloc(1, sizeof *forward);
    if (!forward)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    live_err err = ag_passing_pair(forward->ends, error);
    if (err) {
        free(forward);
        return err;
    }
    *ret_forward = forward;
    return LIVE_OK;
}

void ag_forward_free(ag_forward *forward)
{
    if (!forward)
        return;
    close(forward->ends[0]);
    close(forward->ends[1]);
    free(forward);
}

int ag_forward_fd(const ag_forward *forward)
{
    return forward->ends[1];
}

static bool feeds_on_itself(const live_log_record *record)
{
    return strcmp(record->process, AG_REMOTE_LOG) == 0 ||
           (strcmp(record->process, "gateway") == 0 && record->level == LIVE_LOG_DEBUG);
}

static bool pass(const ag_forward *forward, const char *text)
{
    return send(forward->ends[0], text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

// What was lost is told before what follows it.
static bool tell_lost(const ag_forward *forward)
{
    char room[AG_LOST_BYTES];
    const live_log_record record = ag_lost_record(forward->lost, "came too fast to be sent", room);
    live_buf *line = live_buf_new();

    live_buf_add_log(line, &record);
    bool told = !live_buf_failed(line) && pass(forward, live_buf_data(line));
    live_buf_free(line);
    return told;
}

void ag_forward_line(ag_forward *forward, const live_log_record *record, const char *line)
{
    if (feeds_on_itself(record))
        return;
    if (forward->lost > 0 && tell_lost(forward))
        forward->lost = 0;
    if (forward->lost > 0 || !pass(forward, line))
        forward->lost++;
}
