// SPDX-License-Identifier: Apache-2.0
// A change of a settings file, judged before it is written.
#ifndef AG_PROPOSAL_H
#define AG_PROPOSAL_H

#include <agent/module.h>

typedef struct ag_proposal {
    const char *operation; // "enable", "disable", "remove" or "add"
    char **words; // names; of what is added its name, and its settings as JSON; ended by NULL
    bool judged;  // an agent runs
    const agent_module *const *modules;
} ag_proposal;

// Prints {"path", "before", "after", "done", "findings", "warnings"} or {"error"}: the file's text and what would become of it,
// which processes are changed and, where it is judged, the lines for which an agent would refuse it, and what it would pass over
// of a process that is added. Nothing is written. The exit code.
int ag_proposal_print(const char *path, const ag_proposal *proposal);

#endif
