// SPDX-License-Identifier: Apache-2.0
// What a process has started, and what that has started, in whatever session.
#ifndef AG_TREE_H
#define AG_TREE_H

#include <stdbool.h>
#include <sys/types.h>

// Sends a signal to everything below a process that is outside its group.
void ag_tree_signal(pid_t root, int number);

// Kills and reaps the calling process's children but those to spare (NULL: none); their children become its own where
// it is a subreaper, and are next. Async-signal-safe when `spare` is.
void ag_tree_end(bool (*spare)(pid_t pid, void *user), void *user);

#endif
