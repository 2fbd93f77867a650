// SPDX-License-Identifier: Apache-2.0
// What is put into the outbox: trees, ready text, and numbered events of a source.
#include <live/event.h>
#include <live/json.h>
#include <live/uuid.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "outbox/event_text.h"
#include "outbox/outbox.h"

enum { POOL = 64 };

// Events that are put together: their texts one after another, and where each begins.
typedef struct bundle {
    live_outbox *outbox;
    live_buf *text;
    size_t *starts;
    size_t count, room;
    unsigned char
        random[POOL * LIVE_UUID_RANDOM]; // for so many events: the kernel is asked for it at once
    size_t random_left;
} bundle;

static live_err open_bundle(bundle *bundle, live_outbox *outbox, live_error *error)
{
    bundle->outbox = outbox;
    bundle->text = live_buf_new();
    bundle->starts = NULL;
    bundle->count = bundle->room = bundle->random_left = 0;
    return bundle->text ? LIVE_OK : live_fail(error, LIVE_E_NOMEM, "out of memory");
}

static void close_bundle(bundle *bundle)
{
    live_buf_free(bundle->text);
    free(bundle->starts);
}

static live_err note_start(bundle *bundle, live_error *error)
{
    if (bundle->count == bundle->room) {
        size_t room = bundle->room ? bundle->room * 2 : 16;
        size_t *starts = realloc(bundle->starts, room * sizeof *starts);
        if (!starts)
            return live_fail(error, LIVE_E_NOMEM, "out of memory");
        bundle->starts = starts;
        bundle->room = room;
    }
    bundle->starts[bundle->count++] = live_buf_length(bundle->text);
    return LIVE_OK;
}

static live_err make_uid(bundle *bundle, char uid[LIVE_UUID_BYTES], live_error *error)
{
    const size_t wanted = bundle->count == 0 ? LIVE_UUID_RANDOM : sizeof bundle->random;
    live_err err = LIVE_OK;

    if (bundle->random_left == 0) {
        err = live_random(bundle->random, wanted, error);
        bundle->random_left = wanted;
    }
    if (err)
        return err;
    bundle->random_left -= LIVE_UUID_RANDOM;
    live_uuid_format(bundle->random + bundle->random_left, uid);
    return LIVE_OK;
}

// Text that was checked.
static live_err add_text(const char *text, size_t length, void *user, live_error *error)
{
    bundle *bundle = user;
    char uid[LIVE_UUID_BYTES];
    live_err err = make_uid(bundle, uid, error);

    if (!err)
        err = note_start(bundle, error);
    if (err)
        return err;
    return lv_event_text_add(bundle->text, text, length, uid, bundle->outbox->options.idempotent,
                             error);
}

static live_err add_tree(bundle *bundle, const cJSON *event, live_error *error)
{
    live_err err = live_event_check(event, error);
    LV_AUTO(live_buf_free) live_buf *text = err ? NULL : live_buf_new();

    live_buf_add_json(text, event);
    if (!err && live_buf_failed(text))
        err = live_fail(error, LIVE_E_NOMEM, "out of memory");
    return err ? err : add_text(live_buf_data(text), live_buf_length(text), bundle, error);
}

static live_err accept_bundle(bundle *bundle, const lv_entry *model, live_error *error)
{
    lv_entry one, *entries = bundle->count < 2 ? &one : calloc(bundle->count, sizeof *entries);
    const char *text = live_buf_data(bundle->text);

    if (!entries || live_buf_failed(bundle->text)) {
        free(bundle->count < 2 ? NULL : entries);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }
    for (size_t i = 0; i < bundle->count; i++) {
        const size_t end =
            i + 1 < bundle->count ? bundle->starts[i + 1] : live_buf_length(bundle->text);
        entries[i] = model ? *model : (lv_entry){ .text = NULL };
        entries[i].text = text + bundle->starts[i];
        entries[i].length = end - bundle->starts[i];
    }
    live_err err = lv_outbox_accept(bundle->outbox, entries, bundle->count, error);
    if (entries != &one)
        free(entries);
    return err;
}

live_err live_outbox_put(live_outbox *outbox, cJSON *event, live_error *error)
{
    LV_AUTO(cJSON_Delete) cJSON *own = event;
    bundle bundle;
    live_err err = open_bundle(&bundle, outbox, error);

    if (!err)
        err = add_tree(&bundle, own, error);
    if (!err)
        err = accept_bundle(&bundle, NULL, error);
    close_bundle(&bundle);
    return err;
}

live_err live_outbox_put_many(live_outbox *outbox, cJSON *events, live_error *error)
{
    LV_AUTO(cJSON_Delete) cJSON *own = events;
    const cJSON *event;
    bundle bundle;

    if (!own)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (!cJSON_IsArray(own) || !own->child)
        return live_fail(error, LIVE_E_INVALID, "an array of at least one event is due");
    live_err err = open_bundle(&bundle, outbox, error);
    cJSON_ArrayForEach (event, own) {
        if (err)
            break;
        err = add_tree(&bundle, event, error);
        if (err)
            live_error_context(error, err, "event %zu", bundle.count);
    }
    if (!err)
        err = accept_bundle(&bundle, NULL, error);
    close_bundle(&bundle);
    return err;
}

static live_err read_text(bundle *bundle, const char *text, size_t length, live_error *error)
{
    size_t at = 0;
    live_err err = live_json_check(text, length, error);

    if (err)
        return live_error_context(error, err, "event");
    while (strchr(" \t\r\n", text[at]))
        at++;
    err = text[at] == '[' ? live_json_each(text, length, add_text, bundle, error)
                          : add_text(text, length, bundle, error);
    if (!err && bundle->count == 0)
        err = live_fail(error, LIVE_E_INVALID, "an array of at least one event is due");
    return err;
}

live_err live_outbox_put_text(live_outbox *outbox, const char *text, size_t length,
                              live_error *error)
{
    bundle bundle;
    live_err err = open_bundle(&bundle, outbox, error);

    if (!err)
        err = read_text(&bundle, text, length, error);
    if (!err)
        err = accept_bundle(&bundle, NULL, error);
    close_bundle(&bundle);
    return err;
}

live_err live_outbox_put_next(live_outbox *outbox, const live_outbox_source *source,
                              const char *text, size_t length, live_error *error)
{
    const size_t name_length = strlen(source->name);
    const lv_entry model = { .source = source->name,
                             .source_length = name_length,
                             .epoch = source->epoch,
                             .sequence = source->sequence };
    bundle bundle;

    if (name_length == 0 || name_length > 255)
        return live_fail(error, LIVE_E_INVALID, "the name of a source has 1 to 255 bytes");
    live_err err = open_bundle(&bundle, outbox, error);
    if (!err)
        err = read_text(&bundle, text, length, error);
    if (!err && bundle.count != 1)
        err = live_fail(error, LIVE_E_INVALID, "a source puts one event at a time");
    if (!err)
        err = accept_bundle(&bundle, &model, error);
    close_bundle(&bundle);
    return err;
}

live_err live_outbox_resume(live_outbox *outbox, const char *name, uint64_t epoch,
                            uint64_t sequence, live_error *error)
{
    const lv_entry entry = { .text = "",
                             .source = name,
                             .source_length = strlen(name),
                             .epoch = epoch,
                             .sequence = sequence };

    if (entry.source_length == 0 || entry.source_length > 255)
        return live_fail(error, LIVE_E_INVALID, "the name of a source has 1 to 255 bytes");
    if (live_outbox_last(outbox, name, epoch) >= sequence)
        return LIVE_OK;
    return lv_outbox_accept(outbox, &entry, 1, error);
}
