// SPDX-License-Identifier: Apache-2.0
// Queries: posted to the platform, read from a CometD channel, posted again after a lost session.
#include <live/query.h>

#include <live/buf.h>
#include <live/json.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "bayeux/session.h"
#include "client.h"
#include "net/backoff.h"

enum { FIRST_WAIT_MS = 1000, LONGEST_WAIT_MS = 30000 };

struct live_query {
    live_client *client;
    lv_session *session;
    lv_listener *listener;
    live_call *posting;
    live_timer *retry, *idle;
    char *request; // the body of POST /rest/query
    int64_t idle_timeout_ms;
    lv_backoff backoff;
    bool started; // the platform has accepted it once
    bool *gone;   // set when a callback frees the query
    live_row_fn on_row;
    live_end_fn on_end;
    live_control_fn on_control;
    void *user;
};

// Nothing follows but on_end, which may free the query.
static void end(live_query *query, const live_error *why)
{
    live_end_fn on_end = query->on_end;

    lv_listener_free(query->listener);
    query->listener = NULL;
    live_call_free(query->posting);
    query->posting = NULL;
    live_timer_set(query->retry, -1, 0);
    live_timer_set(query->idle, -1, 0);
    if (query->gone)
        *query->gone = true; // for what is under way the query is over
    query->gone = NULL;
    query->on_end = NULL;
    if (on_end)
        on_end(query, why, query->user);
}

static void on_idle(live_timer *timer, void *user)
{
    live_query *query = user;
    live_error error = { 0 };

    (void)timer;
    live_fail(&error, LIVE_E_TIMEOUT, "no message for %lld ms", (long long)query->idle_timeout_ms);
    end(query, &error);
}

static void restart_idle(live_query *query)
{
    if (query->idle_timeout_ms)
        live_timer_set(query->idle, query->idle_timeout_ms, 0);
}

static void deliver_rows(live_query *query, const cJSON *data)
{
    const cJSON *rows = live_json_get(data, "content");
    const cJSON *row;
    bool gone = false;

    if (!rows)
        rows = live_json_get(data, "events");
    query->gone = &gone;
    cJSON_ArrayForEach (row, rows) {
        live_flow flow = query->on_row ? query->on_row(query, row, query->user) : LIVE_CONTINUE;
        if (gone)
            return;
        if (flow == LIVE_STOP) {
            end(query, NULL);
            return;
        }
    }
    query->gone = NULL;
}

static void on_stop(live_query *query, const cJSON *data)
{
    live_error error = { 0 };

    if (strcmp(live_json_str(data, "reason", ""), "Error") != 0)
        return;
    live_fail(&error, LIVE_E_PARSE, "%s",
              live_json_str(data, "message", "the platform stopped the query"));
    end(query, &error);
}

static void on_data(live_query *query, const cJSON *data)
{
    const char *type = live_json_str(data, "type", "");
    bool gone = false;

    restart_idle(query);
    if (strcmp(type, "event") == 0) {
        deliver_rows(query, data);
        return;
    }
    if (query->on_control) {
        query->gone = &gone;
        query->on_control(query, type, data, query->user);
        if (gone)
            return;
        query->gone = NULL;
    }
    if (strcmp(type, "stop") == 0)
        on_stop(query, data);
    else if (strcmp(type, "destroy") == 0)
        end(query, NULL);
}

static void post(live_query *query);

static void on_notice(const lv_notice *notice, void *user)
{
    live_query *query = user;
    live_error closed = { 0 };

    switch (notice->kind) {
    case LV_NOTICE_EVENT: on_data(query, notice->data); return;
    case LV_NOTICE_DENIED: end(query, &notice->error); return;
    case LV_NOTICE_FORGOTTEN: // the query with the session: its channel means nothing any more
        lv_listener_unsubscribe(query->listener);
        return;
    case LV_NOTICE_REHANDSHAKEN: post(query); return;
    case LV_NOTICE_TERMINATED:
        live_fail(&closed, LIVE_E_CLOSED, "the session has ended");
        end(query, notice->error.code ? &notice->error : &closed);
        return;
    default: return;
    }
}

// Asks again where that can help: always once the query has run, never for what is refused.
static void on_post_failed(live_query *query, const live_error *error)
{
    bool refused = error->http == 400 || error->code == LIVE_E_AUTH;

    if (query->started && !refused)
        live_timer_set(query->retry, lv_backoff_wait(&query->backoff), 0);
    else
        end(query, error);
}

static void on_posted(const cJSON *body, const live_error *error, void *user)
{
    live_query *query = user;
    live_error own = { 0 };
    const char *channel = live_json_str(cJSON_GetArrayItem(body, 0), "channel", NULL);

    query->posting = NULL;
    if (!error && !channel) {
        live_fail(&own, LIVE_E_PROTOCOL, "POST /rest/query: the answer names no channel");
        error = &own;
    }
    if (!error && !lv_listener_subscribe(query->listener, channel, &own)) {
        query->started = true;
        lv_backoff_reset(&query->backoff);
        return;
    }
    on_post_failed(query, error ? error : &own);
}

static void post(live_query *query)
{
    live_error error = { 0 };

    live_call_free(query->posting);
    query->posting = NULL;
    live_timer_set(query->retry, -1, 0);
    if (live_client_call(query->client, "/rest/query", query->request, on_posted, query,
                         &query->posting, &error))
        on_post_failed(query, &error);
}

static void post_again(live_timer *timer, void *user)
{
    (void)timer;
    post(user);
}

static void add_text(live_buf *body, const char *name, const char *text)
{
    live_buf_add_format(body, "\"%s\":", name);
    live_buf_add_json_string(body, text);
    live_buf_add_text(body, ",");
}

// The members in the order of the Python client.
static live_err write_request(live_query *query, const char *expression,
                              const live_query_options *options, live_error *error)
{
    live_buf *body = live_buf_new();

    live_buf_add_text(body, "[{");
    add_text(body, "provider", options->provider ? options->provider : "pipes");
    add_text(body, "reducer", options->reducer);
    live_buf_add_format(body, "\"preload\":%s,", options->no_preload ? "false" : "true");
    add_text(body, "span", options->span);
    live_buf_add_format(body, "\"follow\":%s,", options->realtime ? "true" : "false");
    live_buf_add_text(body, "\"expression\":");
    live_buf_add_json_string(body, expression);
    live_buf_add_text(body, "}]");
    return live_buf_take(body, &query->request, NULL, error);
}

static live_err begin(live_query *query, const char *expression, const live_query_options *options,
                      live_error *error)
{
    live_loop *loop = query->client->loop;
    live_err err = write_request(query, expression, options, error);

    if (!err)
        err = live_timer_new(loop, -1, 0, post_again, query, &query->retry, error);
    if (!err)
        err = live_timer_new(loop, -1, 0, on_idle, query, &query->idle, error);
    if (!err)
        err = lv_session_get(query->client, &query->session, error);
    if (!err)
        err = lv_listener_new(query->session, on_notice, query, &query->listener, error);
    if (!err)
        err = live_client_call(query->client, "/rest/query", query->request, on_posted, query,
                               &query->posting, error);
    if (!err)
        restart_idle(query);
    return err;
}

// NOLINTNEXTLINE(readability-function-size): two callbacks, and what every start has
live_err live_query_start(live_client *client, const char *expression,
                          const live_query_options *options, live_row_fn on_row, live_end_fn on_end,
                          void *user, live_query **ret_query, live_error *error)
{
    const live_query_options defaults = LIVE_QUERY_OPTIONS_INIT;

    if (!client->options.url)
        return live_fail(error, LIVE_E_INVALID, "no url is set: queries need one");
    if (!options)
        options = &defaults;
    live_query *query = calloc(1, sizeof *query);
    if (!query)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    *query = (live_query){ .client = client,
                           .idle_timeout_ms = options->idle_timeout_ms,
                           .backoff = { .first_ms = FIRST_WAIT_MS, .cap_ms = LONGEST_WAIT_MS },
                           .on_row = on_row,
                           .on_end = on_end,
                           .on_control = options->on_control,
                           .user = user };
    live_err err = begin(query, expression, options, error);
    if (err) {
        live_query_free(query);
        return err;
    }
    *ret_query = query;
    return LIVE_OK;
}

void live_query_free(live_query *query)
{
    if (!query)
        return;
    if (query->gone)
        *query->gone = true;
    lv_listener_free(query->listener);
    live_call_free(query->posting);
    live_timer_free(query->retry);
    live_timer_free(query->idle);
    live_free(query->request);
    free(query);
}

// Blocking

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
    if (options)
        once = *options;
    once.realtime = false;
    once.on_control = NULL; // its `user` would not be the caller's
    collection collection = { .loop = inner->loop, .rows = cJSON_CreateArray() };
    err = live_query_start(inner, expression, &once, keep_row, end_collection, &collection, &query,
                           error);
    if (!err)
        err = lv_client_wait(inner, &collection.done, error);
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
