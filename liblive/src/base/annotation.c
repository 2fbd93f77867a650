// SPDX-License-Identifier: Apache-2.0
// Annotations: a note on a span of time.
#include <live/annotation.h>

#include <live/json.h>
#include <live/time.h>
#include <live/uuid.h>
#include <stdbool.h>

#include "base/auto.h"
#include "base/sized.h"

static const double LAST_MS = 8.64e15; // the last time that JavaScript's dates know

// The whole ms of a time that is there; 0 when it is none.
static int64_t time_of(const cJSON *value)
{
    double ms = cJSON_GetNumberValue(value); // NaN, unless it is a number
    bool usable = ms >= 1 && ms <= LAST_MS;

    return usable ? (int64_t)ms : 0;
}

static bool put(cJSON *data, const char *key, cJSON *value)
{
    bool done = live_json_get(data, key) ? cJSON_ReplaceItemInObjectCaseSensitive(data, key, value)
                                         : cJSON_AddItemToObject(data, key, value);

    if (!done)
        cJSON_Delete(value);
    return done;
}

static bool put_text(cJSON *data, const char *key, const char *text)
{
    return put(data, key, text ? cJSON_CreateString(text) : cJSON_CreateNull());
}

static live_err bad_time(const char *key, live_error *error)
{
    return live_fail(error, LIVE_E_INVALID, "annotation: '%s' is no time in ms since 1970", key);
}

// What the caller gave stays; a text for what is absent or null.
static bool put_default(cJSON *data, const char *key, const char *text)
{
    return live_json_str(data, key, NULL) || put_text(data, key, text);
}

// A time of the caller's or `fallback_ms`; whole in either case.
static live_err put_time(cJSON *data, const char *key, int64_t fallback_ms, live_error *error)
{
    const cJSON *own = live_json_get(data, key);
    int64_t time_ms = own ? time_of(own) : fallback_ms;

    if (time_ms == 0)
        return bad_time(key, error);
    return put(data, key, cJSON_CreateNumber((double)time_ms))
               ? LIVE_OK
               : live_fail(error, LIVE_E_NOMEM, "out of memory");
}

static bool put_identity(cJSON *data)
{
    char uid[LIVE_UUID_BYTES];

    return put_text(data, "__type", "__annotations") && put_default(data, "__src", "live_agent") &&
           !live_uuid_new(uid, NULL) && put_default(data, "uid", uid);
}

static bool put_place(cJSON *data, const live_annotation_options *options)
{
    cJSON_DeleteItemFromObjectCaseSensitive(data, "author");
    cJSON_DeleteItemFromObjectCaseSensitive(data, "room");
    if (options->author && !put_text(data, "author", options->author))
        return false;
    if (options->room_id &&
        !cJSON_AddStringToObject(cJSON_AddObjectToObject(data, "room"), "id", options->room_id))
        return false;
    return put(data, "dashboardId",
               options->dashboard_id ? cJSON_CreateNumber((double)options->dashboard_id)
                                     : cJSON_CreateNull()) &&
           put_text(data, "dashboard", options->dashboard) &&
           put(data, "searchable", cJSON_CreateTrue());
}

// The end comes last, corrected where it is absent or before the begin.
static live_err put_end(cJSON *data, live_error *error)
{
    LV_AUTO(cJSON_Delete) cJSON *own = cJSON_DetachItemFromObjectCaseSensitive(data, "end");
    int64_t begin_ms = live_json_int(data, "begin", 0);

    if (own && !cJSON_IsNull(own) && !cJSON_IsNumber(own))
        return bad_time("end", error);

    int64_t end_ms = time_of(own);
    if (end_ms < begin_ms)
        end_ms = begin_ms + LIVE_ANNOTATION_SPAN_MS;
    return live_json_add_int(data, "end", end_ms) ? LIVE_OK
                                                  : live_fail(error, LIVE_E_NOMEM, "out of memory");
}

// Of members that occur twice the last one counts, as for every reader here.
static void drop_doubles(cJSON *data)
{
    static const char *const keys[] = { "__type",     "__src",       "uid",       "createdAt",
                                        "author",     "room",        "timestamp", "begin",
                                        "searchable", "dashboardId", "dashboard", "end" };

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        while (cJSON_GetObjectItemCaseSensitive(data, keys[i]) != live_json_get(data, keys[i]))
            cJSON_DeleteItemFromObjectCaseSensitive(data, keys[i]);
}

static live_err complete(cJSON *data, const live_annotation_options *options, live_error *error)
{
    const cJSON *timestamp = live_json_get(data, "timestamp");
    int64_t default_ms = timestamp ? time_of(timestamp) : live_time_ms();

    if (default_ms == 0)
        return bad_time("timestamp", error);
    if (!put_identity(data))
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    live_err err = put_time(data, "createdAt", default_ms, error);
    if (err)
        return err;
    if (!put_place(data, options))
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    err = put_time(data, "begin", default_ms, error);
    return err ? err : put_end(data, error);
}

live_err live_annotation_new(cJSON *data, const live_annotation_options *options,
                             cJSON **ret_annotation, live_error *error)
{
    live_annotation_options taken = LIVE_ANNOTATION_OPTIONS_INIT;
    LV_AUTO(cJSON_Delete) cJSON *own = data;

    if (!own)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (!cJSON_IsObject(own))
        return live_fail(error, LIVE_E_INVALID, "annotation: an object is due");
    LV_TAKE(taken, options);
    drop_doubles(own);
    live_err err = complete(own, &taken, error);
    if (!err) {
        *ret_annotation = own;
        own = NULL;
    }
    return err;
}
