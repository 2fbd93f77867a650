// SPDX-License-Identifier: Apache-2.0
// Sessions of the CometD server: subscriptions, queue, the held connect, expiry.
#include "session.h"

#include <live/json.h>
#include <live/uuid.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channel.h"
#include "reply.h"

enum { BEHIND_BYTES = 1024 * 1024, BATCH_BYTES = 64 * 1024 };

// Payloads

void bayeux_payload_add(live_buf *payload, const cJSON *message)
{
    live_buf_add_text(payload, live_buf_length(payload) > 1 ? "," : "");
    live_buf_add_json(payload, message);
}

void bayeux_socket_send(bayeux_socket *socket, live_buf *payload)
{
    if (live_buf_length(payload) > 1 && !socket->closed) {
        live_buf_add_text(payload, "]");
        socket->hooks.send(live_buf_data(payload), live_buf_length(payload), socket->user);
    }
    live_buf_free(payload);
}

static live_buf *new_payload(void)
{
    live_buf *payload = live_buf_new();

    live_buf_add_text(payload, "[");
    return payload;
}

// Queue

static void drop_event(bayeux_event *event)
{
    if (--event->references == 0)
        free(event);
}

static void drop_first(bayeux_session *session)
{
    bayeux_queue_item *item = session->first;

    session->first = item->next;
    if (!session->first)
        session->last = &session->first;
    session->queued--;
    drop_event(item->event);
    free(item);
}

void bayeux_session_acknowledge(bayeux_session *session, int64_t batch)
{
    while (session->first && session->first->batch && session->first->batch <= batch)
        drop_first(session);
    for (bayeux_queue_item *item = session->first; item; item = item->next)
        item->sent =
            false; // it did not arrive, or the connect is an old one: it waits again, before newer ones
}

bool bayeux_session_has_events(const bayeux_session *session)
{
    for (const bayeux_queue_item *item = session->first; item; item = item->next)
        if (!item->sent)
            return true;
    return false;
}

bool bayeux_session_is_behind(const bayeux_session *session)
{
    const bayeux_socket *socket = session->socket;
    size_t waiting = socket && socket->hooks.waiting ? socket->hooks.waiting(socket->user) : 0;

    for (const bayeux_queue_item *item = session->first; item; item = item->next)
        waiting += item->sent ? 0 : item->event->length;
    return waiting > BEHIND_BYTES;
}

void bayeux_session_drain(bayeux_session *session, live_buf *payload, cJSON *connect_reply)
{
    int64_t batch = 0;

    if (session->acks) { // then events ride on connect replies only
        if (!connect_reply)
            return;
        batch = ++session->batch;
        cJSON_AddNumberToObject(bayeux_reply_ext(connect_reply), "ack", (double)batch);
    }
    for (bayeux_queue_item *item = session->first; item; item = item->next) {
        if (item->sent)
            continue;
        live_buf_add_text(payload, live_buf_length(payload) > 1 ? "," : "");
        live_buf_add(payload, item->event->text, item->event->length);
        item->sent = batch != 0;
        item->batch =
            item->batch ? item->batch : batch; // an old connect does not undo an acknowledgement
        if (batch && live_buf_length(payload) > BATCH_BYTES)
            break; // the rest waits for the next connect
    }
    while (!batch && session->first)
        drop_first(session);
}

static bool put(bayeux_session *session, bayeux_event *event)
{
    bayeux_queue_item *item = calloc(1, sizeof *item);
    if (!item)
        return false;

    event->references++;
    item->event = event;
    *session->last = item;
    session->last = &item->next;
    session->queued++;
    return true;
}

void bayeux_session_deliver(bayeux_session *session, bayeux_event *event)
{
    int limit = session->server->options.max_queue;

    if (!put(session, event) || (limit && session->queued > limit)) {
        bayeux_session_remove(session, NULL);
        return;
    }
    session->server->unsettled = true;
    if (!session->server->handling)
        bayeux_session_flush(session);
}

void bayeux_session_flush(bayeux_session *session)
{
    if (!bayeux_session_has_events(session))
        return;
    if (session->held_reply && (session->poll || session->acks)) {
        bayeux_session_release(session);
    } else if (session->socket && !session->acks) {
        live_buf *payload = new_payload();
        bayeux_session_drain(session, payload, NULL);
        bayeux_socket_send(session->socket, payload);
    }
}

// The connect that is held

static void on_hold_over(live_timer *timer, void *user)
{
    (void)timer;
    bayeux_session_release(user);
}

static void on_expiry(live_timer *timer, void *user)
{
    bayeux_session *session = user;
    bayeux_socket *socket = session->socket;

    (void)timer;
    bayeux_session_remove(session, NULL);
    if (socket && !socket->closed) {
        socket->closed = true;
        socket->hooks.close(1000, "Destroy", socket->user);
    }
}

void bayeux_session_expect(bayeux_session *session)
{
    const bayeux_options *options = &session->server->options;

    live_timer_set(session->expiry, options->interval_ms + options->max_interval_ms, 0);
}

void bayeux_session_hold(bayeux_session *session, cJSON *reply, int64_t timeout_ms)
{
    session->held_reply = reply;
    live_timer_set(session->expiry, -1, 0);
    live_timer_set(session->hold, timeout_ms, 0);
}

// Timesync is told for how long the reply was held.
static void add_held_time(const bayeux_session *session, const cJSON *reply)
{
    const cJSON *timesync = live_json_get(live_json_get(reply, "ext"), "timesync");
    cJSON *spent = cJSON_GetObjectItemCaseSensitive(timesync, "p");

    if (spent)
        cJSON_SetNumberValue(spent, (double)live_loop_time_ms(session->server->loop) -
                                        live_json_real(timesync, "ts", 0));
}

void bayeux_session_release(bayeux_session *session)
{
    cJSON *reply = session->held_reply;
    bayeux_poll *poll = session->poll;
    live_buf *payload = new_payload();

    session->held_reply = NULL;
    session->poll = NULL;
    live_timer_set(session->hold, -1, 0);
    bayeux_session_expect(session);
    bayeux_session_drain(session, payload, reply);
    add_held_time(session, reply);
    bayeux_payload_add(payload, reply);
    cJSON_Delete(reply);
    if (poll) {
        live_buf_add_text(payload, "]");
        poll->reply(200, live_buf_data(payload), live_buf_length(payload), poll->user);
        live_buf_free(payload);
        free(poll);
    } else if (session->socket) {
        bayeux_socket_send(session->socket, payload);
    } else {
        live_buf_free(payload);
    }
}

// A successful reply would be taken as the sign for yet another connect: HTTP 408 is not.
void bayeux_session_replace_held(bayeux_session *session)
{
    static const char text[] = "[]";
    bayeux_poll *poll = session->poll;

    cJSON_Delete(session->held_reply);
    session->held_reply = NULL;
    session->poll = NULL;
    live_timer_set(session->hold, -1, 0);
    if (poll)
        poll->reply(408, text, sizeof text - 1, poll->user);
    free(poll);
}

void bayeux_poll_gone(bayeux_poll *poll)
{
    bayeux_session *session = poll->session;

    cJSON_Delete(session->held_reply);
    session->held_reply = NULL;
    session->poll = NULL;
    live_timer_set(session->hold, -1, 0);
    bayeux_session_expect(session);
    free(poll);
}

// Subscriptions

bool bayeux_session_covers(const bayeux_session *session, const char *channel)
{
    for (const bayeux_subscription *one = session->subscriptions; one; one = one->next)
        if (bayeux_channel_covers(one->channel, channel))
            return true;
    return false;
}

static bool has(const bayeux_session *session, const char *channel)
{
    for (const bayeux_subscription *one = session->subscriptions; one; one = one->next)
        if (strcmp(one->channel, channel) == 0)
            return true;
    return false;
}

static bool anyone_has(const bayeux_server *server, const char *channel)
{
    for (const bayeux_session *session = server->sessions; session; session = session->next)
        if (has(session, channel))
            return true;
    return false;
}

bool bayeux_session_subscribe(bayeux_session *session, const char *channel)
{
    const bayeux_options *options = &session->server->options;
    size_t length = strlen(channel) + 1;

    if (bayeux_channel_is_service(channel) || has(session, channel))
        return true;
    bool first = !anyone_has(session->server, channel);
    bayeux_subscription *one = calloc(1, sizeof *one + length);
    if (!one)
        return false;
    memcpy(one->channel, channel, length);
    one->next = session->subscriptions;
    session->subscriptions = one;
    if (first && options->on_subscribed)
        options->on_subscribed(channel, options->user);
    return true;
}

static void unsubscribe_at(bayeux_session *session, bayeux_subscription **slot)
{
    const bayeux_options *options = &session->server->options;
    bayeux_subscription *one = *slot;

    *slot = one->next;
    if (options->on_unsubscribed && !anyone_has(session->server, one->channel))
        options->on_unsubscribed(one->channel, options->user);
    free(one);
}

void bayeux_session_unsubscribe(bayeux_session *session, const char *channel)
{
    for (bayeux_subscription **slot = &session->subscriptions; *slot; slot = &(*slot)->next) {
        if (strcmp((*slot)->channel, channel) == 0) {
            unsubscribe_at(session, slot);
            return;
        }
    }
}

// Life

bayeux_session *bayeux_session_find(const bayeux_server *server, const char *id)
{
    for (bayeux_session *session = server->sessions; session; session = session->next)
        if (strcmp(session->id, id) == 0)
            return session;
    return NULL;
}

static bool make_id(char id[BAYEUX_ID_BYTES])
{
    unsigned char bytes[16];

    if (live_random(bytes, sizeof bytes, NULL))
        return false;
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(id + 2 * i, 3, "%02x", bytes[i]);
    return true;
}

bayeux_session *bayeux_session_new(bayeux_server *server, const char *browser)
{
    bayeux_session *session = calloc(1, sizeof *session);
    if (!session)
        return NULL;

    session->server = server;
    session->last = &session->first;
    session->next = server->sessions;
    session->link = &server->sessions;
    if (session->next)
        session->next->link = &session->next;
    server->sessions = session;
    snprintf(session->browser, sizeof session->browser, "%s", browser);
    if (!make_id(session->id) ||
        live_timer_new(server->loop, -1, 0, on_hold_over, session, &session->hold, NULL) ||
        live_timer_new(server->loop, -1, 0, on_expiry, session, &session->expiry, NULL)) {
        bayeux_session_remove(session, NULL);
        return NULL;
    }
    bayeux_session_expect(session);
    return session;
}

void bayeux_session_remove(bayeux_session *session, const char *reconnect)
{
    if (session->held_reply) {
        if (reconnect)
            cJSON_AddStringToObject(cJSON_AddObjectToObject(session->held_reply, "advice"),
                                    "reconnect", reconnect);
        bayeux_session_release(session);
    }
    if (session->socket)
        session->socket->session = NULL;
    *session->link = session->next;
    if (session->next)
        session->next->link = session->link;
    while (session->subscriptions)
        unsubscribe_at(session, &session->subscriptions);
    while (session->first)
        drop_first(session);
    live_timer_free(session->hold);
    live_timer_free(session->expiry);
    free(session);
}
