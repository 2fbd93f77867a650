// SPDX-License-Identifier: Apache-2.0
// Inside of the client: what its calls, sends and queries share.
#ifndef LV_CLIENT_H
#define LV_CLIENT_H

#include <live/client.h>
#include <stdatomic.h>

#include "net/http.h"

struct lv_session;
struct lv_tcp;

struct live_client {
    live_loop *loop;
    live_client_options
        options; // its own, every default filled in; the URL without a slash at the end
    lv_http *http;
    live_call *calls, **calls_end; // oldest first: who is freed frees the request it made
    struct lv_session *session;    // CometD; made for the first query
    struct lv_tcp *tcp;            // the TCP input's connection; made for the first event
    bool rest;                     // events go to the REST input
    // Blocking calls run on a client of their own, made for the first one and kept.
    live_client *inner;
    _Atomic(live_loop *) inner_loop;
    atomic_bool cancelled; // and no call has ended for it yet
};

// A request of the client that is under way: with its retries, or an event on the TCP input.
struct live_call {
    live_call *next, **link;
    live_client *client;
    void (*cancel)(live_call *call);
};

void lv_call_attach(live_client *client, live_call *call, void (*cancel)(live_call *call));
void lv_call_detach(live_call *call);

// The answer to a request. `reply` is NULL when none came; `error` is NULL on success.
typedef void (*lv_reply_fn)(const lv_http_reply *reply, const live_error *error, void *user);

// Sends a request below the base URL, again after what `retry` allows.
typedef enum lv_retry { LV_RETRY_UNSENT, LV_RETRY_ANY } lv_retry;

typedef struct lv_asked {
    const char *path; // below the base URL
    const char *body; // NULL: a GET
    size_t length;
    lv_retry retry;
} lv_asked;

live_err lv_request(live_client *client, const lv_asked *asked, lv_reply_fn fn, void *user,
                    live_call **ret_call, live_error *error);

// Gets a resource of which a form is due; LIVE_E_PROTOCOL says that it has another one. Of LV_DATA, an envelope
// with a list `data`, the list is handed out.
typedef enum lv_form { LV_OBJECT, LV_ARRAY, LV_DATA } lv_form;

live_err lv_resource_get(live_client *client, const char *path, lv_form form, cJSON **ret_json,
                         live_error *error);

// The connection to the TCP input, made where there is none. LIVE_E_INVALID: no such input is set.
live_err lv_client_tcp(live_client *client, struct lv_tcp **ret_tcp, live_error *error);

// The client for blocking calls and its loop.
live_err lv_client_inner(live_client *client, live_client **ret_inner, live_error *error);

// Runs the inner loop of the client until `*done`; LIVE_E_CLOSED when live_client_cancel() ended it.
live_err lv_client_wait(live_client *client, const bool *done, live_error *error);

#endif
