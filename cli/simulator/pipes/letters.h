// SPDX-License-Identifier: Apache-2.0
// Letters in their two cases, of every script that the C library knows.
#ifndef PIPES_LETTERS_H
#define PIPES_LETTERS_H

#include "pipes/arena.h"
#include <stdbool.h>
#include <stddef.h>

// Copies of a UTF-8 text in one case, in the arena; a byte that is no UTF-8 stays as it is.
const char *pipes_lower(pipes_arena *arena, const char *text);
const char *pipes_upper(pipes_arena *arena, const char *text);

// The same on the heap, for free().
char *pipes_lower_copy(const char *text);

// Whether it has ASCII letters alone, which need no copy to be compared.
bool pipes_is_ascii(const char *text);

size_t pipes_letter_count(const char *text);

#endif
