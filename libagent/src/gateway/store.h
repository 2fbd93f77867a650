// SPDX-License-Identifier: Apache-2.0
// Events that the platform has not taken yet. This one keeps them in memory: what is in it when the gateway
// ends is lost, which it says.
#ifndef AG_STORE_H
#define AG_STORE_H

#include <live/buf.h>
#include <stdbool.h>
#include <stddef.h>

enum { AG_STORE_MAX_BYTES = 64 * 1024 * 1024 };

typedef struct ag_store ag_store;

ag_store *ag_store_new(void); // NULL: out of memory
void ag_store_free(ag_store *store);

// Keeps a copy. False: it is full, or memory is out; nothing was kept.
bool ag_store_put(ag_store *store, const char *text, size_t length);

size_t ag_store_count(const ag_store *store);
size_t ag_store_bytes(const ag_store *store);

// Writes the oldest events as a JSON array, at most `max_count` of them and, beyond the first, at most
// `max_bytes`. Returns how many.
size_t ag_store_read(const ag_store *store, size_t max_count, size_t max_bytes, live_buf *array);

// Forgets the oldest ones.
void ag_store_drop(ag_store *store, size_t count);

#endif
