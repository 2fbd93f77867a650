// SPDX-License-Identifier: Apache-2.0
// One request and its answer.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http_internal.h"

enum { STREAM_BLOCK_BYTES = 16 * 1024, FORGIVEN = 4, PAYLOAD_TOO_LARGE = 413 };

// The request

const char *ag_exchange_method(const ag_exchange *exchange)
{
    return exchange->method;
}

const char *ag_exchange_path(const ag_exchange *exchange)
{
    return exchange->path;
}

const char *ag_exchange_header(const ag_exchange *exchange, const char *name)
{
    return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

const char *ag_exchange_cookie(const ag_exchange *exchange, const char *name)
{
    return MHD_lookup_connection_value(exchange->connection, MHD_COOKIE_KIND, name);
}

const char *ag_exchange_body(const ag_exchange *exchange)
{
    return live_buf_data(exchange->body);
}

size_t ag_exchange_body_length(const ag_exchange *exchange)
{
    return live_buf_length(exchange->body);
}

typedef struct parameters {
    ag_parameter_fn fn;
    void *user;
} parameters;

static enum MHD_Result pass_parameter(void *user, enum MHD_ValueKind kind, const char *name,
                                      const char *value)
{
    const parameters *parameters = user;
    char *name_copy = strdup(name), *value_copy = strdup(value ? value : "");

    (void)kind;
    if (name_copy && value_copy) {
        MHD_http_unescape(name_copy);
        for (char *plus = value_copy; (plus = strchr(plus, '+'));)
            *plus = ' ';
        MHD_http_unescape(value_copy);
        parameters->fn(name_copy, value_copy, parameters->user);
    }
    free(name_copy);
    free(value_copy);
    return MHD_YES;
}

void ag_exchange_parameters(const ag_exchange *exchange, ag_parameter_fn fn, void *user)
{
    parameters parameters = { .fn = fn, .user = user };

    MHD_get_connection_values(exchange->connection, MHD_GET_ARGUMENT_KIND, pass_parameter,
                              &parameters);
}

bool ag_exchange_credentials(const ag_exchange *exchange, char **ret_user, char **ret_password)
{
    char *password = NULL;
    char *user = MHD_basic_auth_get_username_password(exchange->connection, &password);

    *ret_user = user && password ? strdup(user) : NULL;
    *ret_password = user && password ? strdup(password) : NULL;
    MHD_free(user);
    MHD_free(password);
    if (*ret_user && *ret_password)
        return true;
    free(*ret_user);
    free(*ret_password);
    return false;
}

// The answer

void ag_exchange_add_header(ag_exchange *exchange, const char *name, const char *value)
{
    size_t index = exchange->header_count;

    if (index == sizeof exchange->names / sizeof *exchange->names)
        return;
    exchange->names[index] = strdup(name);
    exchange->values[index] = strdup(value);
    exchange->header_count++;
}

static void resume(ag_exchange *exchange)
{
    if (!exchange->suspended)
        return;
    exchange->suspended = false;
    MHD_resume_connection(exchange->connection);
    ag_http_nudge(exchange->http);
}

static void stop_watching(ag_exchange *exchange)
{
    live_io_free(exchange->watch);
    exchange->watch = NULL;
    if (exchange->watched_fd >= 0)
        close(exchange->watched_fd);
    exchange->watched_fd = -1;
}

void ag_exchange_answer(ag_exchange *exchange, struct MHD_Response *response, int status)
{
    for (size_t i = 0; i < exchange->header_count; i++)
        if (exchange->names[i] && exchange->values[i])
            MHD_add_response_header(response, exchange->names[i], exchange->values[i]);
    exchange->response = response;
    exchange->status = status;
    exchange->phase = AG_ANSWERED;
}

static void answer(ag_exchange *exchange, struct MHD_Response *response, int status,
                   const char *content_type)
{
    bool held = exchange->phase == AG_HELD;

    if (!response) {
        ag_exchange_drop(exchange);
        return;
    }
    stop_watching(exchange);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
    ag_exchange_answer(exchange, response, status);
    if (held)
        resume(exchange);
}

void ag_exchange_reply(ag_exchange *exchange, int status, const char *content_type,
                       const char *body, size_t length)
{
    void *bytes = (void *)(uintptr_t)body; // MHD_RESPMEM_MUST_COPY: it is only read

    exchange->on_gone = NULL;
    answer(exchange, MHD_create_response_from_buffer(length, bytes, MHD_RESPMEM_MUST_COPY), status,
           content_type);
}

void ag_exchange_drop(ag_exchange *exchange)
{
    bool held = exchange->phase == AG_HELD;

    stop_watching(exchange);
    exchange->on_gone = NULL;
    exchange->phase = AG_DROPPED;
    if (held)
        resume(exchange);
}

// Holding

static void tell_gone(ag_exchange *exchange)
{
    ag_gone_fn on_gone = exchange->on_gone;

    exchange->on_gone = NULL;
    if (on_gone)
        on_gone(exchange, exchange->user);
}

static void on_peer(live_io *io, unsigned ready, void *user)
{
    ag_exchange *exchange = user;
    char byte;
    ssize_t got = recv(exchange->watched_fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

    (void)ready;
    if (got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR))) {
        live_io_want(io, 0); // the next request came early: it is read in its turn
        return;
    }
    tell_gone(exchange);
    if (exchange->stream)
        ag_exchange_finish(exchange);
    else
        ag_exchange_drop(exchange);
}

// The daemon does not look at a connection that is suspended; we do.
static void watch_peer(ag_exchange *exchange)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    exchange->watched_fd = info ? fcntl(info->connect_fd, F_DUPFD_CLOEXEC, 3) : -1;
    if (exchange->watched_fd < 0)
        return;
    // Without a watch the peer's leaving shows only when the answer is written.
    if (live_io_new(exchange->http->loop, exchange->watched_fd, LIVE_READABLE, on_peer, exchange,
                    &exchange->watch, NULL))
        exchange->watch = NULL;
}

void ag_exchange_hold(ag_exchange *exchange, ag_gone_fn on_gone, void *user)
{
    exchange->on_gone = on_gone;
    exchange->user = user;
    exchange->phase = AG_HELD;
    watch_peer(exchange);
}

// Streams

static ssize_t read_stream(void *user, uint64_t position, char *out, size_t max)
{
    ag_exchange *exchange = user;
    size_t length = live_buf_length(exchange->stream);

    (void)position;
    if (length == 0 && exchange->finished)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (length == 0) {
        exchange->suspended = true;
        MHD_suspend_connection(exchange->connection);
        return 0;
    }
    length = length < max ? length : max;
    memcpy(out, live_buf_data(exchange->stream), length);
    live_buf_drop(exchange->stream, length);
    return (ssize_t)length;
}

void ag_exchange_stream(ag_exchange *exchange, const char *content_type, ag_gone_fn on_gone,
                        void *user)
{
    exchange->stream = live_buf_new();
    exchange->on_gone = on_gone;
    exchange->user = user;
    answer(exchange,
           MHD_create_response_from_callback(exchange->bodiless ? 0 : MHD_SIZE_UNKNOWN,
                                             STREAM_BLOCK_BYTES, read_stream, exchange, NULL),
           MHD_HTTP_OK, content_type);
    if (exchange->phase == AG_ANSWERED)
        watch_peer(exchange);
}

bool ag_exchange_write(ag_exchange *exchange, const char *bytes, size_t length, size_t limit)
{
    if (live_buf_length(exchange->stream) + length > limit)
        return false;
    live_buf_add(exchange->stream, bytes, length);
    resume(exchange);
    return !live_buf_failed(exchange->stream);
}

void ag_exchange_finish(ag_exchange *exchange)
{
    stop_watching(exchange);
    exchange->on_gone = NULL;
    exchange->finished = true;
    resume(exchange);
}

// The daemon's side

static ag_exchange *new_exchange(ag_http *http, struct MHD_Connection *connection, const char *url,
                                 const char *method)
{
    ag_exchange *exchange = calloc(1, sizeof *exchange);
    if (!exchange)
        return NULL;

    exchange->http = http;
    exchange->connection = connection;
    exchange->bodiless =
        strcmp(method, "HEAD") == 0; // answered as a GET, of which the daemon sends the head
    exchange->method = exchange->bodiless ? "GET" : method;
    exchange->path = strdup(url);
    exchange->body = live_buf_new();
    exchange->watched_fd = -1;
    exchange->link = &http->exchanges;
    exchange->next = http->exchanges;
    if (exchange->next)
        exchange->next->link = &exchange->next;
    http->exchanges = exchange;
    if (exchange->path && exchange->body)
        return exchange;
    ag_exchange_completed(exchange);
    return NULL;
}

static enum MHD_Result receive_body(ag_exchange *exchange, const char *data, size_t *length)
{
    size_t limit = exchange->http->options.max_body_bytes;

    exchange->received += *length;
    exchange->too_long = exchange->received > limit;
    if (exchange->received / FORGIVEN > limit)
        return MHD_NO; // it does not stop: close
    if (exchange->too_long)
        live_buf_clear(exchange->body);
    else
        live_buf_add(exchange->body, data, *length);
    *length = 0;
    return MHD_YES;
}

static enum MHD_Result send_answer(ag_exchange *exchange)
{
    struct MHD_Response *response = exchange->response;

    exchange->response = NULL;
    if (!response)
        return MHD_YES; // queued before
    enum MHD_Result queued =
        MHD_queue_response(exchange->connection, (unsigned)exchange->status, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result ask(ag_exchange *exchange)
{
    static const char too_long[] = "{\"message\":\"the body is too long\"}";

    exchange->phase = AG_ASKED;
    if (exchange->too_long)
        ag_exchange_reply(exchange, PAYLOAD_TOO_LARGE, "application/json;charset=utf-8", too_long,
                          sizeof too_long - 1);
    else
        exchange->http->options.fn(exchange, exchange->http->options.user);

    if (exchange->phase == AG_HELD) {
        exchange->suspended = true;
        MHD_suspend_connection(exchange->connection);
        return MHD_YES;
    }
    return exchange->phase == AG_ANSWERED ? send_answer(exchange) : MHD_NO;
}

enum MHD_Result ag_exchange_receive(ag_http *http, struct MHD_Connection *connection,
                                    const char *url, const char *method, const char *data,
                                    size_t *data_length, void **slot)
{
    ag_exchange *exchange = *slot;

    if (!exchange) { // an answer queued in this first call would close the connection
        *slot = new_exchange(http, connection, url, method);
        return *slot ? MHD_YES : MHD_NO;
    }
    if (*data_length > 0)
        return receive_body(exchange, data, data_length);
    if (exchange->phase == AG_RECEIVING)
        return ask(exchange);
    if (exchange->phase == AG_DROPPED)
        return MHD_NO;
    return send_answer(exchange);
}

void ag_exchange_abandon(ag_exchange *exchange)
{
    tell_gone(exchange);
    if (exchange->stream)
        ag_exchange_finish(exchange);
    else if (exchange->phase == AG_HELD)
        ag_exchange_drop(exchange);
}

void ag_exchange_completed(ag_exchange *exchange)
{
    if (!exchange)
        return;
    *exchange->link = exchange->next;
    if (exchange->next)
        exchange->next->link = exchange->link;
    stop_watching(exchange);
    tell_gone(exchange);
    if (exchange->response)
        MHD_destroy_response(exchange->response);
    for (size_t i = 0; i < exchange->header_count; i++) {
        free(exchange->names[i]);
        free(exchange->values[i]);
    }
    live_buf_free(exchange->stream);
    live_buf_free(exchange->body);
    free(exchange->path);
    free(exchange);
}
