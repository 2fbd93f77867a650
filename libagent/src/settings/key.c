// SPDX-License-Identifier: Apache-2.0
// Keys that are not known, and what may be meant: edit distance.
#include "settings/key.h"

#include <stdio.h>
#include <string.h>

static size_t minimum(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

// Edits (insert, remove, replace) from one word to the other; words are cut to AG_KEY_BYTES.
static size_t distance(const char *a, const char *b)
{
    size_t row[AG_KEY_BYTES + 1], length = strnlen(b, AG_KEY_BYTES);

    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 0; a[i] && i < AG_KEY_BYTES; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < length; j++) {
            size_t above = row[j + 1];
            row[j + 1] = minimum(row[j] + 1, above + 1, diagonal + (a[i] != b[j]));
            diagonal = above;
        }
    }
    return row[length];
}

ag_nearest ag_nearest_to(const char *word)
{
    return (ag_nearest){ .word = word, .edits = AG_NEAR + 1 };
}

void ag_nearest_offer(ag_nearest *nearest, const char *key)
{
    size_t edits = distance(nearest->word, key);

    if (edits >= nearest->edits)
        return;
    nearest->edits = edits;
    nearest->found = key;
    snprintf(nearest->key, sizeof nearest->key, "%s", key);
}
