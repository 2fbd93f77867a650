// SPDX-License-Identifier: Apache-2.0
// Questions to a person, where there is one.
#ifndef ASK_H
#define ASK_H

#include <stdbool.h>
#include <stddef.h>

// Whether a person sits there: standard input and standard error are a terminal.
bool ask_possible(void);

// Asks on standard error and reads a line. False: there is none.
bool ask_line(const char *question, char *out, size_t size);

// A question of yes and no, no by default.
bool ask_yes(const char *question);

#endif
