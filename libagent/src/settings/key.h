// SPDX-License-Identifier: Apache-2.0
// Keys of the settings that are not known, and what may be meant.
#ifndef AG_KEY_H
#define AG_KEY_H

#include <stddef.h>

enum { AG_KEY_BYTES = 64 };

// The nearest of the keys that were offered.
typedef struct ag_nearest {
    const char *word;
    size_t edits; // to `key`; more than AG_NEAR: none is near
    char key[AG_KEY_BYTES];
    const char *found; // the key as it was offered, which its owner keeps; NULL: none is near
} ag_nearest;

enum { AG_NEAR = 2 };

ag_nearest ag_nearest_to(const char *word);
void ag_nearest_offer(ag_nearest *nearest, const char *key);

#endif
