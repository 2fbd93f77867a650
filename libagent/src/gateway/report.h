// SPDX-License-Identifier: Apache-2.0
// What the gateway tells of itself when it is asked.
#ifndef AG_REPORT_H
#define AG_REPORT_H

#include <cJSON.h>
#include <live/outbox.h>
#include <stdbool.h>

#include "gateway/peer.h"

// What it remembers of the platform.
typedef struct ag_reach {
    bool configured; // the settings name one
    bool tried;      // something was sent
    bool failing;    // and the last attempt failed
    int64_t since_ms;
    char obstacle[240]; // why nothing is sent until the settings are mended; "": nothing
} ag_reach;

// An attempt to send went so.
void ag_reach_note(ag_reach *reach, bool failing, int64_t now_ms);

// There will be none: the platform that the settings name cannot be used.
void ag_reach_block(ag_reach *reach, const char *obstacle, int64_t now_ms);

// {"platform": {"configured", "reachable", "since_ms", "error"}, "outbox": as live_buf_add_outbox_json(), "processes":
// {NAME: {"events", "events_per_s", "last_event_ms"}}}; "reachable" is null while nothing was tried. `outbox` NULL: it
// could not be opened, and `closed` says why. Yours.
cJSON *ag_report_make(const ag_reach *reach, live_outbox *outbox, const char *closed,
                      const ag_peers *peers);

#endif
