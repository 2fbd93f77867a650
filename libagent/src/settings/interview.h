// SPDX-License-Identifier: Apache-2.0
// Asking a module what it offers, in a child that loads it: what crashes there ends that child.
#ifndef AG_INTERVIEW_H
#define AG_INTERVIEW_H

#include <agent/module.h>
#include <cJSON.h>

enum { AG_FD_PROCESSES = 3 }; // of the child: JSON, `processes` of the settings; may be absent

// Has a child load the module at `path` and describe it, with the findings in `processes` (NULL: none). Blocks for at most
// ten seconds. `*ret_json` is yours.
live_err ag_interview(const char *path, const cJSON *processes, cJSON **ret_json,
                      live_error *error);

// The child's part: prints the description on standard output; the exit code.
int ag_interview_answer(const char *path);

#endif
