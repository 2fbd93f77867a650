// SPDX-License-Identifier: Apache-2.0
// Memory that is there or the program ends: the simulator is a tool, not a library.
#ifndef SIM_MEMORY_H
#define SIM_MEMORY_H

#include <stddef.h>

// Zeroed; free() it.
void *sim_alloc(size_t count, size_t size);

// Room for one more element in an array whose count reaches its capacity; doubles it.
void *sim_grow(void *array, size_t count, size_t *capacity, size_t size);

char *sim_copy(const char *text); // NULL stays NULL

#endif
