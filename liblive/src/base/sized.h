// SPDX-License-Identifier: Apache-2.0
// Structs of options, which begin with their size: a program may have been built with another version of them.
#ifndef LV_SIZED_H
#define LV_SIZED_H

#include <stddef.h>
#include <string.h>

// Lays what was given over the defaults in `own`: members that the caller's version had not keep theirs, those that ours has
// not are left out. NULL gives nothing; without a size (not begun with INIT, but with zeros) it is of this version.
static inline void lv_sized_take(void *own, size_t size, const void *given)
{
    size_t theirs = 0;

    if (!given)
        return;
    memcpy(&theirs, given, sizeof theirs);
    memcpy(own, given, theirs && theirs < size ? theirs : size);
    memcpy(own, &size, sizeof size);
}

#define LV_TAKE(own, given) lv_sized_take(&(own), sizeof(own), given)

#endif
