// SPDX-License-Identifier: Apache-2.0
// Names of things in what people write.
#ifndef CHATBOT_NAMES_H
#define CHATBOT_NAMES_H

#include <stdbool.h>
#include <stddef.h>

enum { NAMES_MAX = 32 };

// Which of the names a text has: whole, in any case, and of those that overlap only the longest, so that RIG-1 is not found
// in RIG-12, nor "Frac crew" in "Frac crew A". Fills their indexes in order, at most NAMES_MAX; returns how many.
size_t names_find(const char *text, const char *const *names, size_t count,
                  size_t ret_found[NAMES_MAX]);

// As names_find(), but where some are written in their own case, only those: "SPP" rather than "spp".
size_t names_find_exact(const char *text, const char *const *names, size_t count,
                        size_t ret_found[NAMES_MAX]);

#endif
