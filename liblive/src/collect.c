// SPDX-License-Identifier: Apache-2.0
// A query from its beginning to its end, in one call.
#include <live/query.h>

#include "base/sized.h"
#include "client.h"

typedef struct collection {
    live_loop *loop;
    cJSON *rows;
    bool done;
    live_error why;
} collection;

static live_flow keep_row(live_query *query, const cJSON *row, void *user)
{
    collection *collection = user;
    cJSON *copy = cJSON_Duplicate(row, true);

    (void)query;
    if (copy && cJSON_AddItemToArray(collection->rows, copy))
        return LIVE_CONTINUE;
    cJSON_Delete(copy);
    live_fail(&collection->why, LIVE_E_NOMEM, "out of memory");
    return LIVE_STOP;
}

static void end_collection(live_query *query, const live_error *why, void *user)
{
    collection *collection = user;

    (void)query;
    if (why)
        collection->why = *why;
    collection->done = true;
    live_loop_stop(collection->loop);
}

live_err live_query_collect(live_client *client, const char *expression,
                            const live_query_options *options, cJSON **ret_rows, live_error *error)
{
    live_query_options once = LIVE_QUERY_OPTIONS_INIT;
    live_client *inner = NULL;
    live_query *query = NULL;
    live_err err = lv_client_inner(client, &inner, error);

    if (err)
        return err;
    LV_TAKE(once, options);
    once.realtime = false;
    once.on_control = NULL; // its `user` would not be the caller's
    once.on_gap = NULL;
    once.on_trouble = NULL;
    collection collection = { .loop = inner->loop, .rows = cJSON_CreateArray() };
    err = live_query_start(inner, expression, &once, keep_row, end_collection, &collection, &query,
                           error);
    if (!err)
        err = lv_client_wait(client, &collection.done, error);
    live_query_free(query);
    if (!err && collection.why.code) {
        err = collection.why.code;
        if (error)
            *error = collection.why;
    }
    if (err)
        cJSON_Delete(collection.rows);
    else
        *ret_rows = collection.rows;
    return err;
}
