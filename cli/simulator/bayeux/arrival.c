// SPDX-License-Identifier: Apache-2.0
// A payload: its messages one after the other, and its answer, at once or held.
#include "arrival.h"

#include <live/json.h>
#include <stdlib.h>
#include <string.h>

#include "handler.h"
#include "reply.h"

// A message may cost a session its life (its queue overflows): the answer then carries nothing of it.
static void forget_removed(bayeux_arrival *arrival)
{
    if (!arrival->session)
        return;
    for (const bayeux_session *session = arrival->server->sessions; session;
         session = session->next)
        if (session == arrival->session)
            return;
    arrival->session = NULL;
    arrival->hold_ms = 0;
}

static bool is_handshake(const cJSON *message)
{
    return strcmp(live_json_str(message, "channel", ""), "/meta/handshake") == 0;
}

// Where the payload begins. A handshake stands alone: what is beside it is ignored.
static const cJSON *first_message(const cJSON *messages)
{
    const cJSON *message;

    if (!cJSON_IsArray(messages))
        return messages;
    cJSON_ArrayForEach (message, messages) {
        if (is_handshake(message))
            return message;
    }
    return messages->child;
}

// Handles every message; the replies in order.
static cJSON *handle_messages(bayeux_arrival *arrival, const cJSON *messages)
{
    cJSON *replies = cJSON_CreateArray();
    const cJSON *first = first_message(messages);

    arrival->alone = !cJSON_IsArray(messages) || !first->next;
    for (const cJSON *message = first; message; message = message->next) {
        cJSON *reply = bayeux_reply_new(message);
        cJSON_AddItemToArray(replies, reply);
        bayeux_handle(arrival, message, reply);
        forget_removed(arrival);
        bayeux_reply_timesync(arrival->server, message, reply);
        if (is_handshake(message) || !cJSON_IsArray(messages))
            break;
    }
    return replies;
}

// A subscription's first events follow its reply; a connect's reply goes last.
static void write_answer(bayeux_arrival *arrival, cJSON *replies, live_buf *text)
{
    cJSON *reply;

    cJSON_ArrayForEach (reply, replies) {
        if (reply != arrival->connect_reply)
            bayeux_payload_add(text, reply);
    }
    if (arrival->session && (arrival->connect_reply || !arrival->socket))
        bayeux_session_drain(arrival->session, text, arrival->connect_reply);
    if (arrival->session && arrival->connect_reply)
        bayeux_session_expect(arrival->session);
    if (arrival->connect_reply)
        bayeux_payload_add(text, arrival->connect_reply);
}

static bool parse(const bayeux_server *server, const char *text, size_t length,
                  cJSON **ret_messages)
{
    if (live_json_parse(text, length, ret_messages, NULL))
        return false;
    if ((cJSON_IsObject(*ret_messages) && !server->options.lists_only) ||
        (cJSON_IsArray(*ret_messages) && (*ret_messages)->child))
        return true;
    bool empty = cJSON_IsArray(*ret_messages);
    cJSON_Delete(*ret_messages);
    *ret_messages = NULL;
    return empty;
}

// What was raised while the payload was handled leaves after its answer.
static void settle(bayeux_server *server)
{
    server->handling = false;
    if (!server->unsettled)
        return;
    server->unsettled = false;
    for (bayeux_session *session = server->sessions; session; session = session->next)
        bayeux_session_flush(session);
}

// The connect's reply leaves the payload and waits with its session.
static void hold(bayeux_arrival *arrival, cJSON *replies)
{
    cJSON *reply = cJSON_DetachItemViaPointer(replies, arrival->connect_reply);

    bayeux_session_hold(arrival->session, reply, arrival->hold_ms);
}

static bayeux_poll *hold_poll(bayeux_arrival *arrival, cJSON *replies, bayeux_reply_fn reply,
                              void *user)
{
    bayeux_poll *poll = calloc(1, sizeof *poll);
    if (!poll)
        return NULL;
    *poll = (bayeux_poll){ .session = arrival->session, .reply = reply, .user = user };
    arrival->session->poll = poll;
    hold(arrival, replies);
    return poll;
}

bayeux_poll *bayeux_post(bayeux_server *server, const char *text, size_t length,
                         const char *browser, bayeux_reply_fn reply, void *user)
{
    static const char refusal[] = "{\"message\":\"a JSON array of messages is due\"}";
    bayeux_arrival arrival = { .server = server, .browser = browser };
    cJSON *messages = NULL;
    bayeux_poll *poll = NULL;

    if (!parse(server, text, length, &messages) || !messages) {
        reply(400, refusal, sizeof refusal - 1, user);
        return NULL;
    }
    server->handling = true;
    cJSON *replies = handle_messages(&arrival, messages);
    if (arrival.hold_ms)
        poll = hold_poll(&arrival, replies, reply, user);
    if (!poll) {
        live_buf *answer = live_buf_new();
        live_buf_add_text(answer, "[");
        write_answer(&arrival, replies, answer);
        live_buf_add_text(answer, "]");
        reply(200, live_buf_data(answer), live_buf_length(answer), user);
        live_buf_free(answer);
    }
    settle(server);
    cJSON_Delete(replies);
    cJSON_Delete(messages);
    return poll;
}

bayeux_socket *bayeux_socket_new(bayeux_server *server, const bayeux_socket_hooks *hooks,
                                 void *user)
{
    bayeux_socket *socket = calloc(1, sizeof *socket);

    if (socket)
        *socket = (bayeux_socket){ .server = server, .hooks = *hooks, .user = user };
    return socket;
}

void bayeux_socket_receive(bayeux_socket *socket, const char *text, size_t length)
{
    bayeux_arrival arrival = { .server = socket->server, .browser = "", .socket = socket };
    cJSON *messages = NULL;

    if (socket->closed)
        return;
    if (!parse(socket->server, text, length, &messages)) {
        socket->closed = true;
        socket->hooks.close(1011, "not a payload", socket->user);
        return;
    }
    if (!messages)
        return; // [] is some old clients' sign of life

    socket->server->handling = true;
    cJSON *replies = handle_messages(&arrival, messages);
    live_buf *answer = live_buf_new();
    live_buf_add_text(answer, "[");
    if (arrival.hold_ms)
        hold(&arrival, replies);
    else
        write_answer(&arrival, replies, answer);
    bayeux_socket_send(socket, answer);
    settle(socket->server);
    cJSON_Delete(replies);
    cJSON_Delete(messages);
}

void bayeux_socket_free(bayeux_socket *socket)
{
    if (!socket)
        return;
    bayeux_session *session = socket->session;
    if (session) {
        session->socket = NULL;
        if (session->held_reply && !session->poll)
            bayeux_session_replace_held(session);
        bayeux_session_expect(session);
    }
    free(socket);
}
