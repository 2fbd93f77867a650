// SPDX-License-Identifier: Apache-2.0
// Memory that is there or the program ends: the simulator is a tool, not a library.
#include "memory.h"

#include <live/log.h>
#include <stdlib.h>
#include <string.h>

static void *there(void *memory)
{
    if (!memory) {
        live_log(LIVE_LOG_ERROR, "simulator.memory", "out of memory");
        abort();
    }
    return memory;
}

void *sim_alloc(size_t count, size_t size)
{
    return there(calloc(count ? count : 1, size ? size : 1));
}

void *sim_grow(void *array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return array;
    *capacity = *capacity ? *capacity * 2 : 8;
    return there(reallocarray(array, *capacity, size));
}

char *sim_copy(const char *text)
{
    return text ? there(strdup(text)) : NULL;
}
