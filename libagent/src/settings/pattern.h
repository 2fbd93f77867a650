// SPDX-License-Identifier: Apache-2.0
// Regular expressions that texts must match.
#ifndef AG_PATTERN_H
#define AG_PATTERN_H

#include <stdbool.h>

// Whether the text matches. A pattern that does not compile, or that takes too long, matches nothing.
bool ag_pattern_matches(const char *pattern, const char *text);

#endif
