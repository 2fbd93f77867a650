// SPDX-License-Identifier: Apache-2.0
// A supervised child: the unit of the table, its system process and its descriptors.
#ifndef AG_CHILD_H
#define AG_CHILD_H

#include <cJSON.h>
#include <live/loop.h>

#include "supervise/domain.h"
#include "supervise/unit.h"

typedef struct ag_child ag_child;

typedef struct ag_child_options {
    const char *name;
    const char *file;        // the program
    const char *const *argv; // ended by NULL
    const char *const *env;  // ended by NULL
    const char *directory;   // where it runs
    const cJSON *config;     // what it is told; copied
    const ag_domain *domain; // where it gets a control group of its own; NULL: nowhere
    int input;               // what it gets as standard input; -1: nothing
    int output;              // what it gets as standard output and error; 0: our standard error
    // It has been started and can be passed descriptors; or its state changed.
    void (*on_started)(ag_child *child, void *user);
    void (*on_changed)(ag_child *child, void *user);
    void *user;
} ag_child_options;

// The texts of `argv`, `env`, `file` and `directory` stay the caller's and must outlive the child.
live_err ag_child_new(live_loop *loop, const ag_child_options *options, ag_child **ret_child,
                      live_error *error);
void ag_child_free(ag_child *child); // kills what still runs

// What it is told from its next start on; copied.
void ag_child_configure(ag_child *child, const cJSON *config);
void ag_child_set_env(ag_child *child, const char *const *env); // likewise, but not copied

void ag_child_start(ag_child *child);
void ag_child_stop(ag_child *child);

const char *ag_child_name(const ag_child *child);
ag_unit_state ag_child_state(const ag_child *child);
bool ag_child_runs(const ag_child *child);
const ag_unit *ag_child_unit(const ag_child *child);
const char *ag_child_reason(const ag_child *child); // why it ended last; "": it never did
pid_t ag_child_pid(const ag_child *child);          // 0: none

// The folder of the control group that it is in; NULL: it is in none of its own, and kept to its limits as a process only.
const char *ag_child_group(const ag_child *child);

// Passes a copy of a descriptor under a name, or a word alone (`fd` -1), as soon as it has room for it; false: it is not there
// to take it.
bool ag_child_pass(ag_child *child, const char *name, int fd);

#endif
