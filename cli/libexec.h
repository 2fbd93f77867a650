// SPDX-License-Identifier: Apache-2.0
// The programs beside this one, found from where it lies: a prefix may be moved.
#ifndef LIBEXEC_H
#define LIBEXEC_H

// Becomes `program` of libexec/live with these words (argv[0] is replaced). Returns EXIT_FAILED, having
// said why, only when that is not possible.
int libexec_run(const char *program, char **argv);

#endif
