// SPDX-License-Identifier: Apache-2.0
// Dead letters: what the platform refused for good, to be looked at, tried again or forgotten.
#include <stdlib.h>
#include <string.h>

#include "outbox/outbox.h"

enum { FLUSH_MS = 30000, PAGE_BYTES = 1024 * 1024 };

typedef struct visit {
    int64_t first;
    live_outbox_dead_fn fn;
    void *user;
} visit;

static live_err each(lv_store *store, void *user, live_error *error)
{
    const visit *visit = user;

    return lv_store_dead_each(store, visit->first, visit->fn, visit->user, error);
}

live_err live_outbox_dead_each(live_outbox *outbox, int64_t first, live_outbox_dead_fn fn,
                               void *user, live_error *error)
{
    visit visit = { first, fn, user };

    return lv_outbox_do(outbox, each, &visit, error);
}

typedef struct purge {
    int64_t first, last;
    size_t count;
} purge;

static live_err purge_some(lv_store *store, void *user, live_error *error)
{
    purge *purge = user;

    return lv_store_purge(store, purge->first, purge->last, &purge->count, error);
}

live_err live_outbox_dead_purge(live_outbox *outbox, int64_t first, int64_t last, size_t *ret_count,
                                live_error *error)
{
    purge purge = { .first = first, .last = last };
    live_err err = lv_outbox_do(outbox, purge_some, &purge, error);

    if (!err && ret_count)
        *ret_count = purge.count;
    return err;
}

// Copies of dead letters, as one is not put again from the storing thread itself: a page of them at a time.
typedef struct letter {
    struct letter *next;
    int64_t number;
    size_t length;
    char text[];
} letter;

typedef struct page {
    int64_t upto;
    letter *first, **last;
    size_t bytes, count; // of the texts; how many were put and forgotten
    bool failed;
} page;

static bool keep_letter(const live_outbox_dead *dead, void *user)
{
    page *page = user;
    letter *own = NULL;

    if (dead->number > page->upto)
        return false;
    own = malloc(sizeof *own + dead->length);
    if (!own) {
        page->failed = true;
        return false;
    }
    *own = (letter){ .number = dead->number, .length = dead->length };
    memcpy(own->text, dead->text, dead->length);
    *page->last = own;
    page->last = &own->next;
    page->bytes += dead->length;
    return page->bytes < PAGE_BYTES;
}

static void free_page(page *page)
{
    while (page->first) {
        letter *next = page->first;
        page->first = next->next;
        free(next);
    }
}

// Each by its number: others between them may have died meanwhile.
static live_err forget(lv_store *store, void *user, live_error *error)
{
    page *page = user;
    live_err err = LIVE_OK;
    size_t count = 0;

    for (const letter *letter = page->first; !err && letter; letter = letter->next) {
        err = lv_store_purge(store, letter->number, letter->number, &count, error);
        page->count += err ? 0 : count;
    }
    return err;
}

// They are queued and synced before they are forgotten: an end between the two leaves them twice, with one uid.
static live_err put_again(live_outbox *outbox, page *page, live_error *error)
{
    live_err err = LIVE_OK;

    for (const letter *letter = page->first; !err && letter; letter = letter->next) {
        const lv_entry entry = { .text = letter->text, .length = letter->length };
        err = lv_outbox_accept(outbox, &entry, 1, error);
    }
    if (!err)
        err = live_outbox_flush(outbox, FLUSH_MS, error);
    return err ? err : lv_outbox_do(outbox, forget, page, error);
}

static live_err retry_page(live_outbox *outbox, int64_t *first, int64_t upto, size_t *count,
                           live_error *error)
{
    page page = { .upto = upto, .last = &page.first };
    live_err err = live_outbox_dead_each(outbox, *first, keep_letter, &page, error);

    *first = INT64_MAX; // there is no other page
    for (const letter *letter = page.first; letter; letter = letter->next)
        *first = letter->number + 1;
    if (!err && page.failed)
        err = live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (!err && page.first)
        err = put_again(outbox, &page, error);
    *count += page.count;
    free_page(&page);
    return err;
}

live_err live_outbox_dead_retry(live_outbox *outbox, int64_t first, int64_t last, size_t *ret_count,
                                live_error *error)
{
    const int64_t newest = live_outbox_newest(outbox), upto = last < newest ? last : newest;
    live_err err = LIVE_OK;
    size_t count = 0;

    while (!err && first <= upto)
        err = retry_page(outbox, &first, upto, &count, error);
    if (ret_count)
        *ret_count = count;
    return err;
}

int64_t live_outbox_newest(live_outbox *outbox)
{
    pthread_mutex_lock(&outbox->mutex);
    const int64_t number = (int64_t)outbox->number;
    pthread_mutex_unlock(&outbox->mutex);
    return number;
}
