// SPDX-License-Identifier: Apache-2.0
// An agent that restarts: its process becomes the program anew, as it lies there by then, and keeps its number.
#ifndef AG_SUCCESSOR_H
#define AG_SUCCESSOR_H

#include <limits.h>
#include <stdbool.h>

#include "supervise/office.h"

typedef struct ag_successor {
    char program[PATH_MAX]; // its path when this process began: a new build has the same
} ag_successor;

// At the start, before the program's file can be another one's.
void ag_successor_prepare(ag_successor *successor);

// All has ended: becomes the agent of the same settings. Signals that come meanwhile wait for it; where the program cannot be
// executed any more, it is the one that runs that begins anew. Returns only when that fails, too: an exit code.
int ag_successor_become(const ag_successor *successor, const ag_office *office, bool strict);

// The signals are listened to again.
void ag_successor_listen(void);

#endif
