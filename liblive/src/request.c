// SPDX-License-Identifier: Apache-2.0
// Requests below the base URL, with their retries.
#include <live/buf.h>
#include <live/json.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "net/backoff.h"

enum { FIRST_WAIT_MS = 200, LONGEST_WAIT_MS = 5000 };

typedef struct request {
    live_call call;
    char *url, *body;
    size_t length;
    lv_retry retry;
    int retries_left;
    lv_backoff backoff;
    lv_exchange *exchange;
    live_timer *timer;
    lv_reply_fn fn;
    void *user;
} request;

static void free_request(live_call *call)
{
    request *own = (request *)call;

    lv_call_detach(call);
    lv_exchange_free(own->exchange);
    live_timer_free(own->timer);
    free(own->url);
    free(own->body);
    free(own);
}

static void tell(request *own, const lv_http_reply *reply, const live_error *error)
{
    lv_reply_fn fn = own->fn;
    void *user = own->user;

    free_request(&own->call);
    fn(reply, error, user);
}

static void on_reply(const lv_http_reply *reply, const live_error *error, void *user);

static live_err attempt(request *own, live_error *error)
{
    live_client *client = own->call.client;
    lv_http_request http = { .url = own->url,
                             .body = own->body,
                             .length = own->length,
                             .timeout_ms = client->options.request_timeout_ms };

    return lv_http_start(client->http, &http, on_reply, own, &own->exchange, error);
}

static void try_again(live_timer *timer, void *user)
{
    request *own = user;
    live_error error = { 0 };

    (void)timer;
    if (attempt(own, &error))
        tell(own, NULL, &error);
}

// A request that may have been processed is repeated only where that does no harm. HTTP 503 with
// Retry-After and 429 say that it was not.
static bool may_repeat(const request *own, const lv_http_reply *reply, const live_error *error)
{
    bool unsent = error->code == LIVE_E_CONNECT;
    bool put_off = reply && reply->retry_after_ms && (reply->status == 503 || reply->status == 429);

    if (own->retries_left <= 0 || !error->retry)
        return false;
    return unsent || put_off || (own->retry == LV_RETRY_ANY && !reply);
}

static void on_reply(const lv_http_reply *reply, const live_error *error, void *user)
{
    request *own = user;

    own->exchange = NULL;
    if (!error || !may_repeat(own, reply, error)) {
        tell(own, reply, error);
        return;
    }

    int64_t wait = lv_backoff_wait(&own->backoff);
    int64_t asked = reply ? reply->retry_after_ms : 0;
    if (asked > LONGEST_WAIT_MS) { // longer than a caller waits: it decides when to come back
        tell(own, reply, error);
        return;
    }
    own->retries_left--;
    live_timer_set(own->timer, asked > wait ? asked : wait, 0);
}

static char *join(const char *base, const char *path)
{
    size_t base_length = strlen(base), path_length = strlen(path);
    char *url = malloc(base_length + path_length + 1);

    if (url) {
        memcpy(url, base, base_length);
        memcpy(url + base_length, path, path_length + 1);
    }
    return url;
}

static live_err fill(request *own, const lv_asked *asked, live_error *error)
{
    live_client *client = own->call.client;

    own->url = join(client->options.url, asked->path);
    own->body = asked->body ? malloc(own->length + 1) : NULL;
    if (!own->url || (asked->body && !own->body))
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (asked->body) {
        memcpy(own->body, asked->body, own->length);
        own->body[own->length] = '\0';
    }
    live_err err = live_timer_new(client->loop, -1, 0, try_again, own, &own->timer, error);
    return err ? err : attempt(own, error);
}

live_err lv_request(live_client *client, const lv_asked *asked, lv_reply_fn fn, void *user,
                    live_call **ret_call, live_error *error)
{
    if (!client->options.url)
        return live_fail(error, LIVE_E_INVALID, "no url is set: %s cannot be asked for",
                         asked->path);
    if (*asked->path != '/')
        return live_fail(error, LIVE_E_INVALID, "'%s': a path begins with '/'", asked->path);

    request *own = calloc(1, sizeof *own);
    if (!own)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    *own = (request){ .length = asked->length,
                      .retry = asked->retry,
                      .retries_left = client->options.max_retries,
                      .backoff = { .first_ms = FIRST_WAIT_MS, .cap_ms = LONGEST_WAIT_MS },
                      .fn = fn,
                      .user = user };
    lv_call_attach(client, &own->call, free_request);

    live_err err = fill(own, asked, error);
    if (err) {
        free_request(&own->call);
        return err;
    }
    *ret_call = &own->call;
    return LIVE_OK;
}
