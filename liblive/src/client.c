// SPDX-License-Identifier: Apache-2.0
// The client: its options, its life, and the private loop of its blocking calls.
#include "client.h"

#include <live/json.h>
#include <stdlib.h>
#include <string.h>

#include "bayeux/session.h"
#include "net/tcp.h"

enum { CONNECT_TIMEOUT_MS = 3050, REQUEST_TIMEOUT_MS = 5000, MAX_RETRIES = 5 };

static live_err copy(char **slot, const char *text, live_error *error)
{
    *slot = text ? strdup(text) : NULL;
    return text && !*slot ? live_fail(error, LIVE_E_NOMEM, "out of memory") : LIVE_OK;
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

static live_err copy_options(lv_client_options *own, const live_client_options *from,
                             live_error *error)
{
    live_err err = copy(&own->url, from->url, error);

    if (!err)
        err = copy(&own->username, from->username, error);
    if (!err)
        err = copy(&own->password, from->password, error);
    if (!err)
        err = copy(&own->rest_input, from->rest_input, error);
    if (!err)
        err = copy(&own->tcp_host, from->tcp_host, error);
    if (!err)
        err = copy(&own->ca_file, from->ca_file, error);
    if (err)
        return err;

    for (size_t length = own->url ? strlen(own->url) : 0; length && own->url[length - 1] == '/';)
        own->url[--length] = '\0';
    own->tcp_port = from->tcp_port;
    own->tls_insecure = from->tls_insecure;
    own->polling_only = from->polling_only;
    own->connect_timeout_ms =
        from->connect_timeout_ms ? from->connect_timeout_ms : CONNECT_TIMEOUT_MS;
    own->request_timeout_ms =
        from->request_timeout_ms ? from->request_timeout_ms : REQUEST_TIMEOUT_MS;
    own->max_retries = from->max_retries ? from->max_retries : MAX_RETRIES;
    own->max_body_bytes = from->max_body_bytes ? from->max_body_bytes : LIVE_JSON_MAX_BYTES;
    return LIVE_OK;
}

live_err live_client_new(live_loop *loop, const live_client_options *options,
                         live_client **ret_client, live_error *error)
{
    live_err err = check_options(options, error);
    if (err)
        return err;

    live_client *client = calloc(1, sizeof *client);
    if (!client)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    client->loop = loop;
    client->rest = options->url && options->username && options->password && options->rest_input;
    err = copy_options(&client->options, options, error);
    if (!err) {
        lv_http_options http = { .username = options->username,
                                 .password = options->password,
                                 .ca_file = options->ca_file,
                                 .tls_insecure = options->tls_insecure,
                                 .connect_timeout_ms = client->options.connect_timeout_ms,
                                 .max_body_bytes = client->options.max_body_bytes };
        err = lv_http_new(loop, &http, &client->http, error);
    }
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
    if (client->options.password)
        explicit_bzero(client->options.password, strlen(client->options.password));
    free(client->options.url);
    free(client->options.username);
    free(client->options.password);
    free(client->options.rest_input);
    free(client->options.tcp_host);
    free(client->options.ca_file);
    free(client);
}

// Calls under way

void lv_call_attach(live_client *client, live_call *call, void (*cancel)(live_call *call))
{
    call->client = client;
    call->cancel = cancel;
    call->next = client->calls;
    call->link = &client->calls;
    if (call->next)
        call->next->link = &call->next;
    client->calls = call;
}

void lv_call_detach(live_call *call)
{
    *call->link = call->next;
    if (call->next)
        call->next->link = call->link;
}

void live_call_free(live_call *call)
{
    if (call)
        call->cancel(call);
}

// Blocking calls

// Nobody serves its session between two calls, which a WebSocket would not outlive: it polls.
static void borrow_options(const lv_client_options *own, live_client_options *options)
{
    *options = (live_client_options){ .size = sizeof *options,
                                      .url = own->url,
                                      .username = own->username,
                                      .password = own->password,
                                      .rest_input = own->rest_input,
                                      .tcp_host = own->tcp_host,
                                      .tcp_port = own->tcp_port,
                                      .tls_insecure = own->tls_insecure,
                                      .ca_file = own->ca_file,
                                      .connect_timeout_ms = own->connect_timeout_ms,
                                      .request_timeout_ms = own->request_timeout_ms,
                                      .max_retries = own->max_retries,
                                      .max_body_bytes = own->max_body_bytes,
                                      .polling_only = true };
}

live_err lv_client_inner(live_client *client, live_client **ret_inner, live_error *error)
{
    live_client_options options;
    live_loop *loop = NULL;

    if (!client->inner) {
        live_err err = live_loop_new(&loop, error);
        if (err)
            return err;
        borrow_options(&client->options, &options);
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

live_err lv_client_wait(live_client *inner, const bool *done, live_error *error)
{
    live_err err = live_loop_run(inner->loop, LIVE_FOREVER, error);

    if (!err && !*done)
        err = live_fail(error, LIVE_E_CLOSED, "cancelled");
    return err;
}

void live_client_cancel(live_client *client)
{
    live_loop *loop = atomic_load(&client->inner_loop);

    if (loop)
        live_loop_interrupt(loop);
}
