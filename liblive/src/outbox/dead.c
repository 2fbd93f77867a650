// SPDX-License-Identifier: Apache-2.0
// Dead letters: what the platform refused for good, to be looked at, tried again or forgotten.
#include <stdlib.h>
#include <string.h>

#include "outbox/outbox.h"

enum { FLUSH_MS = 30000 };

typedef struct visit {
    live_outbox_dead_fn fn;
    void *user;
} visit;

static live_err each(lv_store *store, void *user, live_error *error)
{
    const visit *visit = user;

    return lv_store_dead_each(store, visit->fn, visit->user, error);
}

live_err live_outbox_dead_each(live_outbox *outbox, live_outbox_dead_fn fn, void *user,
                               live_error *error)
{
    visit visit = { fn, user };

    return lv_outbox_do(outbox, each, &visit, error);
}

typedef struct purge {
    int64_t number;
    size_t count;
} purge;

static live_err purge_one(lv_store *store, void *user, live_error *error)
{
    purge *purge = user;

    return lv_store_purge(store, purge->number, &purge->count, error);
}

live_err live_outbox_dead_purge(live_outbox *outbox, int64_t number, size_t *ret_count,
                                live_error *error)
{
    purge purge = { .number = number };
    live_err err = lv_outbox_do(outbox, purge_one, &purge, error);

    if (!err && ret_count)
        *ret_count = purge.count;
    return err;
}

// Copies of dead letters, as one is not put again from the storing thread itself.
typedef struct letter {
    struct letter *next;
    int64_t number;
    size_t length;
    char text[];
} letter;

typedef struct letters {
    int64_t wanted; // 0: all
    letter *first, **last;
    bool failed;
} letters;

static void keep_letter(const live_outbox_dead *dead, void *user)
{
    letters *letters = user;
    if (letters->wanted && letters->wanted != dead->number)
        return;

    letter *own = malloc(sizeof *own + dead->length);
    if (!own) {
        letters->failed = true;
        return;
    }
    *own = (letter){ .number = dead->number, .length = dead->length };
    memcpy(own->text, dead->text, dead->length);
    *letters->last = own;
    letters->last = &own->next;
}

// It is queued and synced before it is forgotten: an end between the two leaves it twice, with one uid.
static live_err put_again(live_outbox *outbox, const letter *letter, live_error *error)
{
    const lv_entry entry = { .text = letter->text, .length = letter->length };
    live_err err = lv_outbox_accept(outbox, &entry, 1, error);

    if (!err)
        err = live_outbox_flush(outbox, FLUSH_MS, error);
    return err ? err : live_outbox_dead_purge(outbox, letter->number, NULL, error);
}

live_err live_outbox_dead_retry(live_outbox *outbox, int64_t number, size_t *ret_count,
                                live_error *error)
{
    letters letters = { .wanted = number, .last = &letters.first };
    size_t count = 0;
    live_err err = live_outbox_dead_each(outbox, keep_letter, &letters, error);

    if (!err && letters.failed)
        err = live_fail(error, LIVE_E_NOMEM, "out of memory");
    while (letters.first) {
        letter *next = letters.first;
        letters.first = next->next;
        if (!err)
            err = put_again(outbox, next, error);
        count += !err;
        free(next);
    }
    if (ret_count)
        *ret_count = count;
    return err;
}
