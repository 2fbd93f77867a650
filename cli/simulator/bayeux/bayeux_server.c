// SPDX-License-Identifier: Apache-2.0
// The CometD server: what is published, and its life.
#include "bayeux_server.h"

#include <live/json.h>
#include <stdlib.h>
#include <string.h>

#include "session.h"

enum { TIMEOUT_MS = 30000, MAX_INTERVAL_MS = 10000 };

// Publishing

static bayeux_event *new_event(const char *channel, const cJSON *data)
{
    live_buf *text = live_buf_new();

    live_buf_add_text(text, "{\"channel\":");
    live_buf_add_json_string(text, channel);
    live_buf_add_text(text, ",\"data\":");
    live_buf_add_json(text, data);
    live_buf_add_text(text, "}");

    size_t length = live_buf_length(text);
    bayeux_event *event = live_buf_failed(text) ? NULL : malloc(sizeof *event + length);
    if (event) {
        event->references = 1;
        event->length = length;
        memcpy(event->text, live_buf_data(text), length);
    }
    live_buf_free(text);
    return event;
}

void bayeux_deliver(bayeux_server *server, const char *channel, const cJSON *data)
{
    bayeux_event *event = new_event(channel, data);
    if (!event)
        return;

    for (bayeux_session *session = server->sessions, *next; session; session = next) {
        next = session->next; // an overflow removes the session
        if (bayeux_session_covers(session, channel))
            bayeux_session_deliver(session, event);
    }
    if (--event->references == 0)
        free(event);
}

void bayeux_publish(bayeux_server *server, const char *channel, cJSON *data)
{
    bayeux_deliver(server, channel, data);
    cJSON_Delete(data);
}

bool bayeux_is_behind(const bayeux_server *server, const char *channel)
{
    for (const bayeux_session *session = server->sessions; session; session = session->next)
        if (bayeux_session_covers(session, channel) && bayeux_session_is_behind(session))
            return true;
    return false;
}

// Life

live_err bayeux_server_new(live_loop *loop, const bayeux_options *options,
                           bayeux_server **ret_server, live_error *error)
{
    bayeux_server *server = calloc(1, sizeof *server);
    if (!server)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    server->loop = loop;
    server->options = *options;
    if (!server->options.timeout_ms)
        server->options.timeout_ms = TIMEOUT_MS;
    if (!server->options.max_interval_ms)
        server->options.max_interval_ms = MAX_INTERVAL_MS;
    *ret_server = server;
    return LIVE_OK;
}

void bayeux_server_free(bayeux_server *server)
{
    if (!server)
        return;
    while (server->sessions)
        bayeux_session_remove(server->sessions,
                              NULL); // the client goes on where the next one listens
    free(server);
}

void bayeux_drop_sessions(bayeux_server *server)
{
    while (server->sessions)
        bayeux_session_remove(server->sessions, "handshake");
}

size_t bayeux_session_count(const bayeux_server *server)
{
    size_t count = 0;

    for (const bayeux_session *session = server->sessions; session; session = session->next)
        count++;
    return count;
}
