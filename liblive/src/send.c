// SPDX-License-Identifier: Apache-2.0
// Events on their way out: over the REST input, or a line each over the TCP input.
#include <live/buf.h>
#include <live/event.h>
#include <live/json.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "client.h"
#include "net/tcp.h"

typedef struct sending {
    live_call call;
    live_call *request;
    lv_write *write;
    live_sent_fn fn;
    void *user;
} sending;

static void free_sending(live_call *call)
{
    sending *own = (sending *)call;

    lv_call_detach(call);
    live_call_free(own->request);
    lv_write_free(own->write);
    free(own);
}

static void tell(sending *own, const live_error *error)
{
    live_sent_fn fn = own->fn;
    void *user = own->user;

    own->request = NULL;
    own->write = NULL;
    free_sending(&own->call);
    fn(error, user);
}

static void on_reply(const lv_http_reply *reply, const live_error *error, void *user)
{
    (void)reply;
    tell(user, error);
}

static void on_written(const live_error *error, void *user)
{
    tell(user, error);
}

// Without the line breaks that JSON allows between its tokens: a line is an event.
static void add_line(live_buf *lines, const char *event, size_t length)
{
    size_t from = 0;

    for (size_t at = 0; at <= length; at++) {
        if (at < length && event[at] != '\n' && event[at] != '\r')
            continue;
        live_buf_add(lines, event + from, at - from);
        from = at + 1;
    }
    live_buf_add_text(lines, "\n");
}

static live_err add_element(const char *element, size_t length, void *user, live_error *error)
{
    if (*element != '{')
        return live_fail(error, LIVE_E_INVALID, "an event is a JSON object");
    add_line(user, element, length);
    return LIVE_OK;
}

static live_err make_lines(const char *text, size_t length, char **ret_lines, size_t *ret_length,
                           live_error *error)
{
    live_buf *lines = live_buf_new();
    live_err err = LIVE_OK;

    if (text[strspn(text, " \t\r\n")] == '[')
        err = live_json_each(text, length, add_element, lines, error);
    else
        add_line(lines, text, length);
    if (err) {
        live_buf_free(lines);
        return err;
    }
    return live_buf_take(lines, ret_lines, ret_length, error);
}

live_err lv_client_tcp(live_client *client, struct lv_tcp **ret_tcp, live_error *error)
{
    const live_client_options *options = &client->options;
    live_err err = LIVE_OK;

    if (!options->tcp_host)
        return live_fail(error, LIVE_E_INVALID,
                         "no input is set: url, username, password and rest_input, or ip and port");
    if (!client->tcp)
        err = lv_tcp_new(client->loop,
                         &(lv_tcp_options){ .host = options->tcp_host,
                                            .port = options->tcp_port,
                                            .timeout_ms = options->connect_timeout_ms,
                                            .http = client->http,
                                            .tls = options->tcp_tls },
                         &client->tcp, error);
    *ret_tcp = client->tcp;
    return err;
}

static live_err start_tcp(sending *own, const char *text, size_t length, live_error *error)
{
    lv_tcp *tcp = NULL;
    char *lines = NULL;
    size_t lines_length = 0;
    live_err err = lv_client_tcp(own->call.client, &tcp, error);

    if (!err)
        err = make_lines(text, length, &lines, &lines_length, error);
    return err ? err : lv_tcp_write(tcp, lines, lines_length, on_written, own, &own->write, error);
}

live_err live_event_send_text(live_client *client, const char *text, size_t length, live_sent_fn fn,
                              void *user, live_call **ret_call, live_error *error)
{
    live_err err = live_json_check(text, length, error);
    if (err)
        return live_error_context(error, err, "event");

    sending *own = calloc(1, sizeof *own);
    if (!own)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    *own = (sending){ .fn = fn, .user = user };
    lv_call_attach(client, &own->call, free_sending);

    lv_asked asked = {
        .path = client->options.rest_input, .body = text, .length = length, .retry = LV_RETRY_UNSENT
    };
    err = client->rest ? lv_request(client, &asked, on_reply, own, &own->request, error)
                       : start_tcp(own, text, length, error);
    if (err) {
        free_sending(&own->call);
        return err;
    }
    *ret_call = &own->call;
    return LIVE_OK;
}

// Blocking

typedef struct waiting {
    live_loop *loop;
    bool done;
    live_error error;
} waiting;

static void on_sent(const live_error *error, void *user)
{
    waiting *waiting = user;

    if (error)
        waiting->error = *error;
    waiting->done = true;
    live_loop_stop(waiting->loop);
}

static live_err send_and_wait(live_client *client, const cJSON *json, live_error *error)
{
    LV_AUTO(free) char *text = NULL;
    live_client *inner = NULL;
    live_call *call = NULL;
    live_err err = live_json_print(json, &text, error);

    if (!err)
        err = lv_client_inner(client, &inner, error);
    if (err)
        return err;

    waiting waiting = { .loop = inner->loop };
    err = live_event_send_text(inner, text, strlen(text), on_sent, &waiting, &call, error);
    if (err)
        return err;
    err = lv_client_wait(client, &waiting.done, error);
    if (!waiting.done)
        live_call_free(call);
    if (!err && waiting.error.code && error)
        *error = waiting.error;
    return err ? err : waiting.error.code;
}

live_err live_event_send(live_client *client, cJSON *event, live_error *error)
{
    LV_AUTO(cJSON_Delete) cJSON *own = event;
    live_err err = live_event_check(own, error);

    return err ? err : send_and_wait(client, own, error);
}

live_err live_event_send_all(live_client *client, cJSON *events, live_error *error)
{
    LV_AUTO(cJSON_Delete) cJSON *own = events;
    const cJSON *event;
    int index = 0;

    if (!own)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (!cJSON_IsArray(own) || !own->child)
        return live_fail(error, LIVE_E_INVALID, "an array of at least one event is due");
    cJSON_ArrayForEach (event, own) {
        live_err err = live_event_check(event, error);
        if (err)
            return live_error_context(error, err, "event %d", index);
        index++;
    }
    return send_and_wait(client, own, error);
}
