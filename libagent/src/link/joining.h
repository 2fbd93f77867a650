// SPDX-License-Identifier: Apache-2.0
// A child's part in its control group: it goes in by itself, before it starts anything.
#ifndef AG_JOINING_H
#define AG_JOINING_H

#include <cJSON.h>
#include <stdbool.h>

// Goes into the group that a child's configuration names. False: it names none, or the kernel does not let it in, which is
// logged; the kernel's other limits stay.
bool ag_joining_enter(const cJSON *config);

// Whether that group keeps it to its memory.
bool ag_joining_limits_memory(const cJSON *config);

#endif
