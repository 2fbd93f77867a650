// SPDX-License-Identifier: Apache-2.0
// Events that the platform has not taken yet, in memory.
#include "gateway/store.h"

#include <stdlib.h>
#include <string.h>

typedef struct stored {
    struct stored *next;
    size_t length;
    char text[];
} stored;

struct ag_store {
    stored *first, **last;
    size_t count, bytes;
};

ag_store *ag_store_new(void)
{
    ag_store *store = calloc(1, sizeof *store);

    if (store)
        store->last = &store->first;
    return store;
}

void ag_store_free(ag_store *store)
{
    if (!store)
        return;
    ag_store_drop(store, store->count);
    free(store);
}

bool ag_store_put(ag_store *store, const char *text, size_t length)
{
    stored *own = store->bytes + length > AG_STORE_MAX_BYTES ? NULL : malloc(sizeof *own + length);
    if (!own)
        return false;

    own->next = NULL;
    own->length = length;
    memcpy(own->text, text, length);
    *store->last = own;
    store->last = &own->next;
    store->count++;
    store->bytes += length;
    return true;
}

size_t ag_store_count(const ag_store *store)
{
    return store->count;
}

size_t ag_store_bytes(const ag_store *store)
{
    return store->bytes;
}

size_t ag_store_read(const ag_store *store, size_t max_count, size_t max_bytes, live_buf *array)
{
    size_t count = 0;
    const stored *own = store->first;

    live_buf_add_text(array, "[");
    for (; own && count < max_count; own = own->next, count++) {
        if (count > 0 && live_buf_length(array) + own->length > max_bytes)
            break;
        live_buf_add_text(array, count ? "," : "");
        live_buf_add(array, own->text, own->length);
    }
    live_buf_add_text(array, "]");
    return count;
}

void ag_store_drop(ag_store *store, size_t count)
{
    for (; count > 0 && store->first; count--) {
        stored *own = store->first;
        store->first = own->next;
        if (!store->first)
            store->last = &store->first;
        store->count--;
        store->bytes -= own->length;
        free(own);
    }
}
