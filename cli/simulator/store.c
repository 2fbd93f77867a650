// SPDX-License-Identifier: Apache-2.0
// The platform's memory: events in the order of their time, and those who listen for new ones.
#include "store.h"

#include "memory.h"
#include "series.h"
#include <live/json.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_EVENTS = 1000000, MAX_BYTES = 512 * 1024 * 1024, FIELDS_MAX = 32 };

// All events of one type, so that a query for one type does not walk over the others.
typedef struct type_lane {
    char *type;
    sim_series series;
} type_lane;

struct sim_listener {
    sim_store *store;
    sim_store_fn fn; // NULL once freed
    void *user;
    uint64_t from_number;
    sim_listener *next;
};

struct sim_store {
    live_loop *loop;
    sim_store_options limits;
    sim_series all;
    type_lane *lanes;
    size_t lane_count, lane_capacity;
    size_t bytes;
    uint64_t dropped, next_number, queries;
    sim_listener *listeners;
    sim_series pending; // received, the listeners were not told yet
    live_timer *tell;
    bool telling, freed_listeners;
};

static type_lane *lane_of(sim_store *store, const char *type)
{
    for (size_t i = 0; i < store->lane_count; i++)
        if (strcmp(store->lanes[i].type, type) == 0)
            return &store->lanes[i];

    store->lanes =
        sim_grow(store->lanes, store->lane_count, &store->lane_capacity, sizeof *store->lanes);
    type_lane *made = &store->lanes[store->lane_count++];
    *made = (type_lane){ .type = sim_copy(type) };
    return made;
}

// What a tree keeps in memory, roughly, allocator included.
static size_t estimate(const cJSON *json)
{
    size_t bytes = sizeof *json + 16;

    if (json->string)
        bytes += strlen(json->string) + 17;
    if (json->valuestring)
        bytes += strlen(json->valuestring) + 17;
    for (const cJSON *child = json->child; child; child = child->next)
        bytes += estimate(child);
    return bytes;
}

static void forget(sim_store *store, sim_row *row)
{
    type_lane *lane = lane_of(store, sim_row_type(row));

    store->bytes -= row->bytes;
    sim_series_remove(&lane->series, row);
    sim_series_remove(&store->all, row);
}

static void keep(sim_store *store, sim_row *row)
{
    store->bytes += row->bytes;
    sim_series_insert(&lane_of(store, sim_row_type(row))->series, sim_row_ref(row));
    sim_series_insert(&store->all, sim_row_ref(row));
    while (store->all.count > store->limits.max_events ||
           (store->bytes > store->limits.max_bytes && store->all.count > 1)) {
        forget(store, sim_series_at(&store->all, 0));
        store->dropped++;
    }
}

// The fields named by `__overwrite`: one string or an array of them. 0: none.
static size_t overwrite_fields(const cJSON *event, const char *fields[FIELDS_MAX])
{
    const cJSON *names = live_json_get(event, "__overwrite");
    size_t count = 0;

    if (cJSON_IsString(names))
        fields[count++] = names->valuestring;
    if (!cJSON_IsArray(names))
        return count;

    const cJSON *name;
    cJSON_ArrayForEach (name, names) {
        if (cJSON_IsString(name) && count < FIELDS_MAX)
            fields[count++] = name->valuestring;
    }
    return count;
}

static bool are_same(const cJSON *a, const cJSON *b, bool alike)
{
    if (!alike || !a || !b || a->type == b->type)
        return cJSON_Compare(a, b, true);
    const cJSON *text = cJSON_IsString(a) ? a : b, *number = text == a ? b : a;
    return cJSON_IsString(text) && cJSON_IsNumber(number) &&
           strtod(text->valuestring, NULL) == number->valuedouble;
}

// Removes one stored event of the same type whose named fields are all equal. The newest is looked
// at first, as rewritten events are mostly recent ones.
static void overwrite(sim_store *store, const cJSON *event, bool alike)
{
    const char *fields[FIELDS_MAX];
    size_t count = overwrite_fields(event, fields);
    if (count == 0)
        return;

    const sim_series *series = &lane_of(store, live_json_str(event, "__type", ""))->series;
    for (size_t i = series->count; i-- > 0;) {
        sim_row *row = sim_series_at(series, i);
        size_t equal = 0;
        while (equal < count && are_same(live_json_get(row->json, fields[equal]),
                                         live_json_get(event, fields[equal]), alike))
            equal++;
        if (equal == count) {
            forget(store, row);
            return;
        }
    }
}

static void set_type(cJSON *event, const sim_reception *reception)
{
    const char *fallback = reception->default_type ? reception->default_type : "defaultType";

    if (!reception->force_type && cJSON_IsString(live_json_get(event, "__type")))
        return;
    cJSON_DeleteItemFromObjectCaseSensitive(event, "__type");
    cJSON_AddStringToObject(event, "__type", fallback);
}

static bool whole_time(const cJSON *json, int64_t *ret_ms)
{
    if (!cJSON_IsNumber(json) || !(fabs(json->valuedouble) < 9e15))
        return false;
    *ret_ms = (int64_t)json->valuedouble;
    return true;
}

static int64_t set_timestamp(cJSON *event, bool keep_it, int64_t now_ms)
{
    int64_t time_ms;

    if (keep_it && whole_time(live_json_get(event, "timestamp"), &time_ms))
        return time_ms;
    cJSON_DeleteItemFromObjectCaseSensitive(event, "timestamp");
    live_json_add_int(event, "timestamp", now_ms);
    return now_ms;
}

static void set_source(cJSON *event, const sim_reception *reception)
{
    if (!reception->source || !live_json_get(event, "__src"))
        return;
    cJSON_DeleteItemFromObjectCaseSensitive(event, "__src");
    if (*reception->source)
        cJSON_AddStringToObject(event, "__src", reception->source);
}

static void hide_modifiers(cJSON *event)
{
    cJSON_DeleteItemFromObjectCaseSensitive(event, "__overwrite");
    cJSON_DeleteItemFromObjectCaseSensitive(event, "__skipstorage");
}

// The event as a row in its place; the reference is the caller's.
static sim_row *receive(sim_store *store, cJSON *event, const sim_reception *reception)
{
    int64_t now_ms = live_loop_time_ms(store->loop);

    set_type(event, reception);
    set_source(event, reception);
    int64_t time_ms = set_timestamp(event, reception->keep_timestamp, now_ms);
    sim_row *row = sim_row_new(event, time_ms);
    row->number = store->next_number++;
    row->bytes = estimate(event) + sizeof *row;

    if (!live_json_bool(event, "__skipstorage", false)) {
        overwrite(store, event, reception->overwrites_alike);
        keep(store, row);
    }
    if (reception->hides_modifiers)
        hide_modifiers(event);
    return row;
}

live_err sim_store_put(sim_store *store, cJSON *event, const sim_reception *reception,
                       live_error *error)
{
    static const sim_reception plain = { 0 };

    if (!cJSON_IsObject(event)) {
        cJSON_Delete(event);
        return live_fail(error, LIVE_E_INVALID, "an event is a JSON object");
    }
    if (!reception)
        reception = &plain;
    if (reception->skip_realtime && !live_json_get(event, "__skiprealtime"))
        cJSON_AddTrueToObject(event, "__skiprealtime");

    sim_row *row = receive(store, event, reception);
    if (!store->listeners) {
        sim_row_unref(row);
        return LIVE_OK;
    }
    // Order of reception, whatever timestamps the senders gave.
    store->pending.rows = sim_grow(store->pending.rows, store->pending.first + store->pending.count,
                                   &store->pending.capacity, sizeof *store->pending.rows);
    store->pending.rows[store->pending.first + store->pending.count++] = row;
    live_timer_set(store->tell, 0, 0);
    return LIVE_OK;
}

static live_err load_line(sim_store *store, const char *line, size_t length, live_error *error)
{
    static const sim_reception kept = { .keep_timestamp = true };
    cJSON *event;

    live_err err = live_json_parse(line, length, &event, error);
    if (err)
        return err;
    if (!cJSON_IsObject(event)) {
        cJSON_Delete(event);
        return live_fail(error, LIVE_E_INVALID, "an event is a JSON object");
    }
    sim_row_unref(receive(store, event, &kept));
    return LIVE_OK;
}

live_err sim_store_load(sim_store *store, const char *text, size_t length, live_error *error)
{
    const char *end = text + length;

    for (size_t number = 1; text < end; number++) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        size_t bytes = (size_t)((stop ? stop : end) - text);
        if (strspn(text, " \t\r") < bytes) {
            live_err err = load_line(store, text, bytes, error);
            if (err)
                return live_error_context(error, err, "line %zu", number);
        }
        text += bytes + 1;
    }
    return LIVE_OK;
}

static void sweep_listeners(sim_store *store)
{
    sim_listener **slot = &store->listeners;

    while (*slot) {
        sim_listener *listener = *slot;
        if (listener->fn) {
            slot = &listener->next;
        } else {
            *slot = listener->next;
            free(listener);
        }
    }
    store->freed_listeners = false;
}

void sim_store_flush(sim_store *store)
{
    if (store->telling)
        return; // the outer call goes on with what is put meanwhile
    store->telling = true;
    while (store->pending.count > 0) {
        sim_row *row = store->pending.rows[store->pending.first++];
        store->pending.count--;
        for (sim_listener *each = store->listeners; each; each = each->next)
            if (each->fn && row->number >= each->from_number)
                each->fn(row, each->user);
        sim_row_unref(row);
    }
    store->pending.first = 0;
    store->telling = false;
    if (store->freed_listeners)
        sweep_listeners(store);
}

static void tell(live_timer *timer, void *user)
{
    (void)timer;
    sim_store_flush(user);
}

sim_listener *sim_store_listen(sim_store *store, sim_store_fn fn, void *user)
{
    sim_listener *listener = sim_alloc(1, sizeof *listener);

    *listener =
        (sim_listener){ .store = store, .fn = fn, .user = user, .from_number = store->next_number };
    sim_listener **last = &store->listeners;
    while (*last)
        last = &(*last)->next;
    *last = listener;
    return listener;
}

void sim_listener_free(sim_listener *listener)
{
    if (!listener)
        return;
    listener->fn = NULL;
    listener->store->freed_listeners = true;
    if (!listener->store->telling)
        sweep_listeners(listener->store);
}

// One type's events within a scan: those left are rows[low] to rows[high - 1].
typedef struct scan_strand {
    const sim_series *series;
    size_t low, high;
} scan_strand;

static scan_strand strand_of(const sim_series *series, const sim_cursor *cursor)
{
    scan_strand strand = { .series = series,
                           .low = sim_series_find(series, cursor->begin_ms, 0),
                           .high = sim_series_find(series, cursor->end_ms, 0) };

    if (cursor->started && cursor->reversed)
        strand.high = sim_series_find(series, cursor->last_ms, cursor->last_number);
    else if (cursor->started)
        strand.low = sim_series_find(series, cursor->last_ms, cursor->last_number + 1);
    return strand;
}

static size_t open_strands(const sim_store *store, const sim_cursor *cursor, scan_strand *strands)
{
    size_t count = 0;

    if (!cursor->wants_type) {
        strands[0] = strand_of(&store->all, cursor);
        return strands[0].low < strands[0].high;
    }
    for (size_t i = 0; i < store->lane_count; i++) {
        if (!cursor->wants_type(store->lanes[i].type, cursor->user))
            continue;
        strands[count] = strand_of(&store->lanes[i].series, cursor);
        if (strands[count].low < strands[count].high)
            count++;
    }
    return count;
}

static sim_row *head(const scan_strand *strand, bool reversed)
{
    return sim_series_at(strand->series, reversed ? strand->high - 1 : strand->low);
}

static bool comes_first(const sim_row *a, const sim_row *b, bool reversed)
{
    bool earlier = a->time_ms != b->time_ms ? a->time_ms < b->time_ms : a->number < b->number;
    return earlier != reversed;
}

// Takes the next row out of the strands; NULL at their end.
static sim_row *next_row(scan_strand *strands, size_t *count, bool reversed)
{
    size_t best = 0;

    if (*count == 0)
        return NULL;
    for (size_t i = 1; i < *count; i++)
        if (comes_first(head(&strands[i], reversed), head(&strands[best], reversed), reversed))
            best = i;

    sim_row *row = head(&strands[best], reversed);
    if (reversed)
        strands[best].high--;
    else
        strands[best].low++;
    if (strands[best].low == strands[best].high)
        strands[best] = strands[--*count];
    return row;
}

size_t sim_store_read(const sim_store *store, sim_cursor *cursor, sim_row **ret_rows, size_t max)
{
    scan_strand *strands = sim_alloc(store->lane_count + 1, sizeof *strands);
    size_t open = open_strands(store, cursor, strands);
    size_t count = 0;

    while (count < max) {
        sim_row *row = next_row(strands, &open, cursor->reversed);
        if (!row)
            break;
        cursor->started = true;
        cursor->last_ms = row->time_ms;
        cursor->last_number = row->number;
        if (!cursor->before_number || row->number < cursor->before_number)
            ret_rows[count++] = sim_row_ref(row);
    }
    free(strands);
    return count;
}

size_t sim_store_count(const sim_store *store)
{
    return store->all.count;
}

size_t sim_store_bytes(const sim_store *store)
{
    return store->bytes;
}

uint64_t sim_store_dropped(const sim_store *store)
{
    return store->dropped;
}

live_loop *sim_store_loop(const sim_store *store)
{
    return store->loop;
}

const sim_profile *sim_store_profile(const sim_store *store)
{
    return store->limits.profile;
}

uint64_t sim_store_next_number(const sim_store *store)
{
    return store->next_number;
}

uint64_t sim_store_next_query(sim_store *store)
{
    return ++store->queries;
}

live_err sim_store_new(live_loop *loop, const sim_store_options *options, sim_store **ret_store,
                       live_error *error)
{
    sim_store *store = sim_alloc(1, sizeof *store);

    store->loop = loop;
    store->next_number = 1;
    if (options)
        store->limits = *options;
    if (!store->limits.max_events)
        store->limits.max_events = MAX_EVENTS;
    if (!store->limits.max_bytes)
        store->limits.max_bytes = MAX_BYTES;

    live_err err = live_timer_new(loop, -1, 0, tell, store, &store->tell, error);
    if (err) {
        sim_store_free(store);
        return err;
    }
    *ret_store = store;
    return LIVE_OK;
}

void sim_store_free(sim_store *store)
{
    if (!store)
        return;
    live_timer_free(store->tell);
    sim_series_clear(&store->pending);
    for (sim_listener *each = store->listeners; each; each = each->next)
        each->fn = NULL;
    sweep_listeners(store);
    for (size_t i = 0; i < store->lane_count; i++) {
        sim_series_clear(&store->lanes[i].series);
        free(store->lanes[i].type);
    }
    free(store->lanes);
    sim_series_clear(&store->all);
    free(store);
}
