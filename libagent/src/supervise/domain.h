// SPDX-License-Identifier: Apache-2.0
// A control group (version 2) that was delegated to this agent: it may be divided into a group for each process.
#ifndef AG_DOMAIN_H
#define AG_DOMAIN_H

#include <limits.h>
#include <live/error.h>
#include <stdbool.h>

typedef struct ag_domain ag_domain;

enum { AG_GROUP_BYTES = PATH_MAX };

// What the groups below can be kept to.
typedef enum ag_controller {
    AG_CONTROLLER_MEMORY,
    AG_CONTROLLER_CPU,
    AG_CONTROLLER_PIDS,
    AG_CONTROLLERS
} ag_controller;

// Where the group of this process lies, by the texts of /proc/self/mountinfo and /proc/self/cgroup: its folder, and how much
// of that is the mount. LIVE_E_NOTFOUND: in none of version 2.
live_err ag_domain_locate(const char *mountinfo, const char *cgroup,
                          char ret_folder[AG_GROUP_BYTES], size_t *ret_mount, live_error *error);

// Takes the group of this process, or the one that it is in by itself, where it is delegated: whoever made it has marked it so
// (the attribute user.delegate, as systemd does with Delegate=yes), it can be written to, and nobody but this process is in it.
// Moves this process to a group of its own below, ends what an agent that was killed left there, and lets the controllers that
// there are reach down. LIVE_E_NOTFOUND: it is not delegated, as the error's text says.
live_err ag_domain_take(ag_domain **ret_domain, live_error *error);
void ag_domain_free(ag_domain *domain);

bool ag_domain_has(const ag_domain *domain, ag_controller controller);
const char *ag_domain_folder(const ag_domain *domain);

#endif
