// SPDX-License-Identifier: Apache-2.0
// Where Prometheus asks.
#include "endpoint.h"

#include <arpa/inet.h>
#include <live/buf.h>
#include <live/json.h>
#include <live/time.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "asker.h"
#include "figures.h"
#include "http_server.h"

enum { CONNECTIONS = 64, IDLE_S = 5, BODY_BYTES = 1024, HOST_BYTES = 256 };
enum { OK = 200, FORBIDDEN = 403, NOT_FOUND = 404, NOT_ALLOWED = 405, NO_ANSWER = 503 };

struct ag_endpoint {
    live_loop *loop;
    ag_endpoint_options options;
    ag_http *http;
    ag_asker *asker;
    ag_exchange *waiting[CONNECTIONS]; // for the status
    size_t count;
};

// Who asks

// "NAME:PORT" without the port and, of IPv6, the brackets. False: it is none.
static bool name_of(const char *host, char name[HOST_BYTES])
{
    bool bracket = *host == '[';
    size_t length = strcspn(host + bracket, bracket ? "]" : ":");
    const char *rest = host + bracket + length;

    rest += bracket && *rest == ']';
    if (length >= HOST_BYTES || (*rest && *rest != ':'))
        return false;
    memcpy(name, host + bracket, length);
    name[length] = '\0';
    return true;
}

// A page of the web can make a browser ask here by a name of its own that leads to this machine, and read the answer. By
// an address it cannot.
static bool is_ours(const ag_endpoint *endpoint, const char *host)
{
    unsigned char address[sizeof(struct in6_addr)];
    char name[HOST_BYTES];
    const cJSON *own;

    if (!host || !name_of(host, name))
        return false;
    if (inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, name, address) == 1 ||
        strcasecmp(name, "localhost") == 0)
        return true;
    cJSON_ArrayForEach (own, endpoint->options.hosts)
        if (cJSON_IsString(own) && strcasecmp(own->valuestring, name) == 0)
            return true;
    return false;
}

// Answers

static void refuse(ag_exchange *exchange, int status, const char *why)
{
    ag_exchange_reply(exchange, status, "text/plain; charset=utf-8", why, strlen(why));
}

static void on_status(const cJSON *status, void *user)
{
    ag_endpoint *endpoint = user;
    live_buf *text = live_buf_new();

    if (status)
        ag_figures_write(text, status, live_time_ms());
    while (endpoint->count > 0) {
        ag_exchange *exchange = endpoint->waiting[--endpoint->count];
        if (status && !live_buf_failed(text))
            ag_exchange_reply(exchange, OK, "text/plain; version=0.0.4; charset=utf-8",
                              live_buf_data(text), live_buf_length(text));
        else
            refuse(exchange, NO_ANSWER, "the agent does not say how it is\n");
    }
    live_buf_free(text);
}

static void on_gone(ag_exchange *exchange, void *user)
{
    ag_endpoint *endpoint = user;

    for (size_t i = 0; i < endpoint->count; i++)
        if (endpoint->waiting[i] == exchange)
            endpoint->waiting[i--] = endpoint->waiting[--endpoint->count];
}

static void on_request(ag_exchange *exchange, void *user)
{
    ag_endpoint *endpoint = user;
    const char *method = ag_exchange_method(exchange);

    if (!is_ours(endpoint, ag_exchange_header(exchange, "Host"))) {
        refuse(exchange, FORBIDDEN, "it is not asked by this name: see metrics.hosts\n");
    } else if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
        ag_exchange_add_header(exchange, "Allow", "GET, HEAD");
        refuse(exchange, NOT_ALLOWED, "only GET and HEAD are answered\n");
    } else if (strcmp(ag_exchange_path(exchange), "/metrics") != 0) {
        refuse(exchange, NOT_FOUND, "there is /metrics and nothing else\n");
    } else if (endpoint->count == CONNECTIONS) {
        ag_exchange_drop(exchange);
    } else {
        endpoint->waiting[endpoint->count++] = exchange;
        ag_exchange_hold(exchange, on_gone, endpoint);
        ag_asker_ask(endpoint->asker);
    }
}

// Life

live_err ag_endpoint_new(live_loop *loop, const ag_endpoint_options *options,
                         ag_endpoint **ret_endpoint, live_error *error)
{
    ag_endpoint *endpoint = calloc(1, sizeof *endpoint);
    if (!endpoint)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    *endpoint = (ag_endpoint){ .loop = loop, .options = *options };
    ag_http_options http = { .address = options->address->host,
                             .port = options->address->port,
                             .max_body_bytes = BODY_BYTES,
                             .max_connections = CONNECTIONS,
                             .idle_s = options->idle_s ? options->idle_s : IDLE_S,
                             .fn = on_request,
                             .user = endpoint };
    live_err err =
        ag_asker_new(loop, options->folder, on_status, endpoint, &endpoint->asker, error);
    if (!err)
        err = ag_http_new(loop, &http, &endpoint->http, error);
    if (err) {
        ag_endpoint_free(endpoint);
        return err;
    }
    *ret_endpoint = endpoint;
    return LIVE_OK;
}

void ag_endpoint_free(ag_endpoint *endpoint)
{
    if (!endpoint)
        return;
    ag_http_free(endpoint->http);
    ag_asker_free(endpoint->asker);
    free(endpoint);
}

int ag_endpoint_port(const ag_endpoint *endpoint)
{
    return ag_http_port(endpoint->http);
}
