// SPDX-License-Identifier: Apache-2.0
// The folder that a package is built in: hidden in the folder that gets it, and gone in the end.
#ifndef WORK_H
#define WORK_H

#include <limits.h>
#include <live/error.h>

typedef struct work {
    char output[PATH_MAX], folder[PATH_MAX + 32]; // both absolute
    int lock;
} work;

// Makes the output folder where it is not there, and the work folder in it. What a build that was killed left
// there goes.
live_err work_open(const char *output, work *ret_work, live_error *error);

// Moves the packages of FOLDER/packages to the output, where they appear whole, and prints their paths.
live_err work_deliver(const work *work, live_error *error);

void work_close(work *work);

#endif
