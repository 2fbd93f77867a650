// SPDX-License-Identifier: Apache-2.0
// What a reload changes: one plan beside the next.
#ifndef AG_RELOAD_H
#define AG_RELOAD_H

#include <cJSON.h>
#include <stdbool.h>

typedef enum ag_change {
    AG_KEEP,    // it is not touched
    AG_START,   // it is enabled now
    AG_STOP,    // it is disabled now, or can no longer run
    AG_REMOVE,  // it is in the settings no more
    AG_RESTART, // it is told something else, or comes from another file
    AG_CHANGES
} ag_change;

// A process as it was planned and as it is planned now; NULL: not in the settings.
ag_change ag_reload_change(const cJSON *before, const cJSON *after);

// Whether two values say the same: the order of members means nothing.
bool ag_reload_same(const cJSON *one, const cJSON *other);

// "kept", "started", "stopped", "removed", "restarted".
const char *ag_change_name(ag_change change);

#endif
