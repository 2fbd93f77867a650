// SPDX-License-Identifier: Apache-2.0
// Memory for one tree after the other: taken from its front, and given back as a whole.
//
// malloc() for each item and each text is what reading a row cost most: among hundreds of rows their memory is cold each time.
// Here a row finds the memory of the one before, still in the cache.
#include "base/slate.h"

#include <stdalign.h>
#include <stdlib.h>

#include "base/tree.h"

enum { BLOCK_BYTES = 8000 }; // room for a row of the usual size

typedef struct block {
    struct block *older;
    size_t used, room;
    alignas(cJSON) char bytes[];
} block;

struct live_json_slate {
    block *more; // for what the first block has no room for; the newest
    size_t used;
    alignas(cJSON) char first[BLOCK_BYTES];
};

live_json_slate *live_json_slate_new(void)
{
    live_json_slate *slate = malloc(sizeof *slate);

    if (slate) {
        slate->more = NULL;
        slate->used = 0;
    }
    return slate;
}

static void *take_more(live_json_slate *slate, size_t bytes)
{
    block *newest = slate->more;

    if (!newest || bytes > newest->room - newest->used) {
        const size_t room = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
        newest = malloc(sizeof *newest + room);
        if (!newest)
            return NULL;
        newest->older = slate->more;
        newest->used = 0;
        newest->room = room;
        slate->more = newest;
    }
    newest->used += bytes;
    return newest->bytes + newest->used - bytes;
}

void *lv_slate_take(live_json_slate *slate, size_t bytes)
{
    const size_t step = alignof(cJSON), whole = (bytes + step - 1) / step * step;

    if (slate->more || whole > BLOCK_BYTES - slate->used)
        return take_more(slate, whole);
    slate->used += whole;
    return slate->first + slate->used - whole;
}

// What one long row made is not kept.
static void wipe(live_json_slate *slate)
{
    slate->used = 0;
    while (slate->more) {
        block *newest = slate->more;
        slate->more = newest->older;
        free(newest);
    }
}

const cJSON *live_json_slate_read(live_json_slate *slate, const char *text, size_t length)
{
    if (!slate)
        return NULL;
    wipe(slate);
    return lv_tree_read_on(slate, text, length);
}

void live_json_slate_free(live_json_slate *slate)
{
    if (!slate)
        return;
    wipe(slate);
    free(slate);
}
