// SPDX-License-Identifier: Apache-2.0
// The control group of one process and of all that it starts: what they may use together, and their end.
#ifndef AG_GROUP_H
#define AG_GROUP_H

#include <stdbool.h>
#include <sys/types.h>

#include "supervise/domain.h"
#include "supervise/limits.h"

#define AG_GROUP_PREFIX "process-" // of the folder's name

typedef struct ag_group ag_group;

// Makes the group of a process of that name.
live_err ag_group_new(const ag_domain *domain, const char *name, ag_group **ret_group,
                      live_error *error);
void ag_group_free(ag_group *group); // ends who is in it

// Keeps who is in it to what the controllers there are can keep it to.
void ag_group_limit(const ag_group *group, const ag_limits *limits);

const char *ag_group_folder(const ag_group *group);
bool ag_group_limits(const ag_group *group, ag_controller controller); // NULL: nothing

// Whether a process is in it.
bool ag_group_holds(const ag_group *group, pid_t pid);

// Ends all that are in it, now.
void ag_group_kill(const ag_group *group);

// Whether the kernel has ended it for want of memory since this was asked last.
bool ag_group_ran_out(ag_group *group);

// Of a folder, without a group at hand:

// Moves the calling process into it. False: errno tells why not.
bool ag_group_enter(const char *folder);

// Writes one of its files; 0, or errno.
int ag_group_set(const char *folder, const char *file, const char *text);

// Ends all who are in it, now; how many there were.
int ag_group_kill_all(const char *folder);

// Ends who is in it still, and removes it.
void ag_group_remove(const char *folder);

#endif
