// SPDX-License-Identifier: Apache-2.0
// What lies beside this program, found from where it lies itself: a prefix may be moved.
#ifndef LIBEXEC_H
#define LIBEXEC_H

#include <limits.h>
#include <live/error.h>

enum { LIBEXEC_PATH_BYTES = PATH_MAX + 256, LIBEXEC_FILE_BYTES = LIBEXEC_PATH_BYTES + 64 };

// The path of `relative`, as seen from the directory of the program that runs.
live_err libexec_beside(const char *relative, char ret_path[LIBEXEC_PATH_BYTES], live_error *error);

// The path of a program of libexec/live.
live_err libexec_file(const char *program, char ret_path[LIBEXEC_FILE_BYTES], live_error *error);

// Becomes `program` of libexec/live with these words (argv[0] is replaced). Returns EXIT_FAILED, having
// said why, only when that is not possible.
int libexec_run(const char *program, char **argv);

// Likewise, but waits for it and returns its exit code.
int libexec_call(const char *program, char **argv);

#endif
