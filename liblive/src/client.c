// SPDX-License-Identifier: Apache-2.0
// The client: its options, its life, and the private loop of its blocking calls.
#include "client.h"

#include <assert.h>
#include <live/json.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/sized.h"
#include "bayeux/session.h"
#include "net/tcp.h"

enum { CONNECT_TIMEOUT_MS = 3050, REQUEST_TIMEOUT_MS = 5000, MAX_RETRIES = 5 };

// The members that are texts, which a client copies.
static const size_t texts[] = {
    offsetof(live_client_options, url),
    offsetof(live_client_options, username),
    offsetof(live_client_options, password),
    offsetof(live_client_options, rest_input),
    offsetof(live_client_options, tcp_host),
    offsetof(live_client_options, ca_file),
    offsetof(live_client_options, tls_certificate),
    offsetof(live_client_options, tls_key),
    offsetof(live_client_options, tls_key_password),
    offsetof(live_client_options, tls_pinned_key),
    offsetof(live_client_options, tls_min_version),
    offsetof(live_client_options, proxy),
    offsetof(live_client_options, proxy_except),
    offsetof(live_client_options, proxy_username),
    offsetof(live_client_options, proxy_password),
};

enum { TEXTS = sizeof texts / sizeof *texts };

static char **text_at(live_client_options *options, size_t index)
{
    return (char **)((char *)options + texts[index]);
}

static live_err check_url(const char *url, live_error *error)
{
    bool web = url && (strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0);
    const char *host = web ? strstr(url, "://") + 3 : NULL;

    if (!url)
        return LIVE_OK;
    if (!web || !*host || *host == '/' || strpbrk(url, " \t\r\n?#") || strchr(host, '@'))
        return live_fail(error, LIVE_E_INVALID,
                         "url: not of the form http://HOST[:PORT] or https://HOST[:PORT]");
    return LIVE_OK;
}

static live_err check_options(const live_client_options *options, live_error *error)
{
    live_err err = check_url(options->url, error);

    if (!err && !options->url && !options->tcp_host)
        err = live_fail(error, LIVE_E_INVALID, "neither url nor ip is set: no platform to talk to");
    if (!err && options->rest_input && *options->rest_input != '/')
        err = live_fail(error, LIVE_E_INVALID, "rest_input: a path begins with '/'");
    if (!err && options->tcp_host && (options->tcp_port < 1 || options->tcp_port > 65535))
        err = live_fail(error, LIVE_E_INVALID, "port: %d is no port from 1 to 65535",
                        options->tcp_port);
    return err;
}

static live_err copy_texts(live_client_options *own, live_error *error)
{
    const char *given[TEXTS];

    for (size_t i = 0; i < TEXTS; i++) {
        given[i] = *text_at(own, i);
        *text_at(own, i) = NULL;
    }
    for (size_t i = 0; i < TEXTS; i++) {
        *text_at(own, i) = given[i] ? strdup(given[i]) : NULL;
        if (given[i] && !*text_at(own, i))
            return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }
    return LIVE_OK;
}

// Any of them may be a secret.
static void free_texts(live_client_options *own)
{
    for (size_t i = 0; i < TEXTS; i++) {
        char *text = *text_at(own, i);
        if (text)
            explicit_bzero(text, strlen(text));
        free(text);
    }
}

static live_err own_options(live_client_options *own, live_error *error)
{
    live_err err = copy_texts(own, error);
    if (err)
        return err;

    char *url = *text_at(own, 0);
    for (size_t length = url ? strlen(url) : 0; length && url[length - 1] == '/';)
        url[--length] = '\0';
    if (!own->connect_timeout_ms)
        own->connect_timeout_ms = CONNECT_TIMEOUT_MS;
    if (!own->request_timeout_ms)
        own->request_timeout_ms = REQUEST_TIMEOUT_MS;
    if (!own->max_retries)
        own->max_retries = MAX_RETRIES;
    if (!own->max_body_bytes)
        own->max_body_bytes = LIVE_JSON_MAX_BYTES;
    return LIVE_OK;
}

static live_err open_http(live_client *client, live_error *error)
{
    const live_client_options *own = &client->options;
    lv_http_options http = { .username = own->username,
                             .password = own->password,
                             .tls_insecure = own->tls_insecure,
                             .ca_file = own->ca_file,
                             .certificate = own->tls_certificate,
                             .key = own->tls_key,
                             .key_password = own->tls_key_password,
                             .pinned_key = own->tls_pinned_key,
                             .min_version = own->tls_min_version,
                             .proxy = own->proxy,
                             .proxy_except = own->proxy_except,
                             .proxy_username = own->proxy_username,
                             .proxy_password = own->proxy_password,
                             .connect_timeout_ms = own->connect_timeout_ms,
                             .max_body_bytes = own->max_body_bytes };

    return lv_http_new(client->loop, &http, &client->http, error);
}

live_err live_client_new(live_loop *loop, const live_client_options *options,
                         live_client **ret_client, live_error *error)
{
    live_client_options taken = LIVE_CLIENT_OPTIONS_INIT;

    LV_TAKE(taken, options);
    live_err err = check_options(&taken, error);
    if (err)
        return err;

    live_client *client = calloc(1, sizeof *client);
    if (!client)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    client->loop = loop;
    client->calls_end = &client->calls;
    client->rest = taken.url && taken.username && taken.password && taken.rest_input;
    client->options = taken;
    err = own_options(&client->options, error);
    if (!err)
        err = open_http(client, error);
    if (err) {
        live_client_free(client);
        return err;
    }
    *ret_client = client;
    return LIVE_OK;
}

static void free_inner(live_client *client)
{
    live_loop *loop = atomic_exchange(&client->inner_loop, NULL);

    live_client_free(client->inner);
    live_loop_free(loop);
}

void live_client_free(live_client *client)
{
    if (!client)
        return;

    free_inner(client);
    lv_session_free(client->session);
    while (client->calls)
        live_call_free(client->calls);
    lv_tcp_free(client->tcp);
    lv_http_free(client->http);
    free_texts(&client->options);
    free(client);
}

// Calls under way

void lv_call_attach(live_client *client, live_call *call, void (*cancel)(live_call *call))
{
    call->client = client;
    call->cancel = cancel;
    call->next = NULL;
    call->link = client->calls_end;
    *call->link = call;
    client->calls_end = &call->next;
}

void lv_call_detach(live_call *call)
{
    *call->link = call->next;
    if (call->next)
        call->next->link = call->link;
    else
        call->client->calls_end = call->link;
}

void live_call_free(live_call *call)
{
    if (call)
        call->cancel(call);
}

// Blocking calls

live_err lv_client_inner(live_client *client, live_client **ret_inner, live_error *error)
{
    live_client_options options = client->options;
    live_loop *loop = NULL;

    if (!client->inner) {
        live_err err = live_loop_new(&loop, error);
        if (err)
            return err;
        options.polling_only =
            true; // nobody serves its session between two calls, which a WebSocket would not outlive
        err = live_client_new(loop, &options, &client->inner, error);
        if (err) {
            live_loop_free(loop);
            return err;
        }
        atomic_store(&client->inner_loop, loop);
    }
    *ret_inner = client->inner;
    return LIVE_OK;
}

// The loop may have been interrupted by a cancel that an earlier call took: then it is run once more. What comes before the
// look at `cancelled` is seen there, what comes later finds the loop.
live_err lv_client_wait(live_client *client, const bool *done, live_error *error)
{
    enum { RUNS = 2 };
    live_err err = LIVE_OK;

    for (int i = 0; i < RUNS && !err && !*done && !atomic_load(&client->cancelled); i++)
        err = live_loop_run(client->inner->loop, LIVE_FOREVER, error);
    if (err || *done)
        return err;
    atomic_store(&client->cancelled, false);
    return live_fail(error, LIVE_E_CLOSED, "cancelled");
}

// Async-signal-safe: two atomic operations without a lock, and libuv's write to a descriptor.
void live_client_cancel(live_client *client)
{
    static_assert(ATOMIC_POINTER_LOCK_FREE == 2 && ATOMIC_BOOL_LOCK_FREE == 2,
                  "a signal handler must not lock");
    atomic_store(&client->cancelled, true);
    live_loop *loop = atomic_load(&client->inner_loop);

    if (loop)
        live_loop_interrupt(loop);
}
