// SPDX-License-Identifier: Apache-2.0
// What each kind of message does.
#include "handler.h"

#include <live/json.h>
#include <string.h>

#include "channel.h"
#include "reply.h"

// Sessions

// From now on events of the session leave by this socket; over HTTP, with its connects.
static void bind_socket(const bayeux_arrival *arrival, bayeux_session *session)
{
    bayeux_socket *socket = arrival->socket;

    if (session->socket == socket)
        return;
    if (session->socket)
        session->socket->session = NULL;
    if (socket && socket->session)
        socket->session->socket = NULL;
    if (socket)
        socket->session = session;
    session->socket = socket;
    arrival->server->unsettled = true;
}

// The session that a message names, if its transport may speak for it. Any message over a WebSocket binds it.
static bayeux_session *find_session(const bayeux_arrival *arrival, const cJSON *message)
{
    const char *id = live_json_str(message, "clientId", "");
    bayeux_session *session = bayeux_session_find(arrival->server, id);

    if (session && !arrival->socket && arrival->server->options.require_cookie &&
        strcmp(session->browser, arrival->browser) != 0)
        return NULL;
    if (session && arrival->socket)
        bind_socket(arrival, session);
    return session;
}

// Handshake

static bool shares_transport(const bayeux_server *server, const cJSON *message)
{
    const cJSON *type;

    cJSON_ArrayForEach (type, live_json_get(message, "supportedConnectionTypes")) {
        if (cJSON_IsString(type) &&
            (strcmp(type->valuestring, "long-polling") == 0 ||
             (strcmp(type->valuestring, "websocket") == 0 && !server->options.no_websocket)))
            return true;
    }
    return false;
}

static void add_transports(const bayeux_server *server, cJSON *reply)
{
    static const char *const types[] = { "long-polling", "websocket" };
    int count = server->options.no_websocket ? 1 : 2;

    cJSON_AddItemToObject(reply, "supportedConnectionTypes", cJSON_CreateStringArray(types, count));
}

static void on_handshake(bayeux_arrival *arrival, const cJSON *message, cJSON *reply)
{
    bayeux_server *server = arrival->server;
    const bayeux_options *options = &server->options;
    const cJSON *ext = live_json_get(message, "ext");

    add_transports(server, reply);
    if (!shares_transport(server, message)) {
        bayeux_reply_fail(reply, "403::no_transport_in_common");
        return;
    }
    if (options->may_handshake && !options->may_handshake(ext, options->user)) {
        bayeux_reply_fail(reply, "403::handshake_denied");
        cJSON_AddStringToObject(cJSON_AddObjectToObject(reply, "advice"), "reconnect", "none");
        return;
    }
    bayeux_session *session = bayeux_session_new(server, arrival->browser);
    if (!session) {
        bayeux_reply_fail(reply, "500::no_session");
        return;
    }
    bind_socket(arrival, session);
    session->acks = !options->no_ack && cJSON_IsTrue(live_json_get(ext, "ack"));
    if (session->acks)
        cJSON_AddBoolToObject(bayeux_reply_ext(reply), "ack", true);
    bayeux_reply_succeed(reply);
    cJSON_AddStringToObject(reply, "clientId", session->id);
    cJSON_AddStringToObject(reply, "version", "1.0");
    cJSON_AddStringToObject(reply, "minimumVersion", "1.0");
    bayeux_reply_advise(server, reply);
}

// Connect

static int held_of_browser(const bayeux_server *server, const bayeux_session *asking)
{
    int count = 0;

    for (const bayeux_session *session = server->sessions; session; session = session->next)
        count += session != asking && session->poll && *asking->browser &&
                 strcmp(session->browser, asking->browser) == 0;
    return count;
}

static bool browser_is_busy(const bayeux_arrival *arrival, const bayeux_session *session)
{
    int limit = arrival->server->options.max_sessions_per_browser;

    return limit && !arrival->socket && held_of_browser(arrival->server, session) >= limit;
}

static void on_connect(bayeux_arrival *arrival, const cJSON *message, cJSON *reply)
{
    const bayeux_server *server = arrival->server;
    bayeux_session *session = find_session(arrival, message);
    const cJSON *wish = live_json_get(message, "advice");
    int64_t timeout = live_json_int(wish, "timeout", server->options.timeout_ms);

    if (!session) {
        bayeux_reply_fail_unknown(reply, true);
        return;
    }
    if (session->held_reply)
        bayeux_session_replace_held(session);
    bind_socket(arrival, session);
    if (session->acks)
        bayeux_session_acknowledge(session, live_json_int(live_json_get(message, "ext"), "ack", 0));
    bayeux_reply_succeed(reply);
    arrival->session = session;
    arrival->connect_reply = reply;
    if (browser_is_busy(arrival, session))
        bayeux_reply_advise_polling(server, reply);
    else if (!session->connected || wish)
        bayeux_reply_advise(server, reply);
    if (timeout > server->options.timeout_ms)
        timeout = server->options.timeout_ms;
    bool ready = bayeux_session_has_events(session) && (!arrival->socket || session->acks);
    if (arrival->alone && (session->connected || server->options.holds_first_connect) &&
        timeout > 0 && !ready && !browser_is_busy(arrival, session))
        arrival->hold_ms = timeout;
    session->connected = true;
}

// Subscriptions

static const char *refuse_subscription(const bayeux_options *options, const cJSON *subscription)
{
    if (!cJSON_IsString(subscription) || !bayeux_channel_valid(subscription->valuestring))
        return "403::subscription_invalid";
    if (bayeux_channel_is_meta(subscription->valuestring))
        return "403:denied_by_security_policy:subscribe_denied";
    if (options->may_subscribe && !options->may_subscribe(subscription->valuestring, options->user))
        return "403::subscription_refused";
    return NULL;
}

static const char *subscribe_one(bayeux_session *session, const cJSON *subscription)
{
    const char *refusal = refuse_subscription(&session->server->options, subscription);

    if (refusal)
        return refusal;
    return bayeux_session_subscribe(session, subscription->valuestring) ? NULL : "500::no_memory";
}

static const char *unsubscribe_one(bayeux_session *session, const cJSON *subscription)
{
    if (!cJSON_IsString(subscription))
        return "403::subscription_invalid";
    bayeux_session_unsubscribe(session, subscription->valuestring);
    return NULL;
}

// One reply for one name or for an array of them; the first refusal makes it unsuccessful.
static void each_subscription(bayeux_arrival *arrival, const cJSON *message, cJSON *reply,
                              const char *(*act)(bayeux_session *, const cJSON *))
{
    bayeux_session *session = find_session(arrival, message);
    const cJSON *subscription = live_json_get(message, "subscription"), *one;
    const char *refusal = NULL;

    if (!session) {
        bayeux_reply_fail_unknown(reply, false);
        return;
    }
    if (!subscription) {
        bayeux_reply_fail(reply, "403::subscription_missing");
        return;
    }
    if (cJSON_IsArray(subscription)) {
        cJSON_ArrayForEach (one, subscription) {
            if (!refusal)
                refusal = act(session, one);
        }
    } else {
        refusal = act(session, subscription);
    }
    if (refusal)
        bayeux_reply_fail(reply, refusal);
    else
        bayeux_reply_succeed(reply);
    arrival->session = arrival->session ? arrival->session : session;
}

static void on_subscribe(bayeux_arrival *arrival, const cJSON *message, cJSON *reply)
{
    each_subscription(arrival, message, reply, subscribe_one);
}

static void on_unsubscribe(bayeux_arrival *arrival, const cJSON *message, cJSON *reply)
{
    each_subscription(arrival, message, reply, unsubscribe_one);
}

static void on_disconnect(bayeux_arrival *arrival, const cJSON *message, cJSON *reply)
{
    bayeux_session *session = find_session(arrival, message);

    if (!session) {
        bayeux_reply_fail_unknown(reply, false);
        return;
    }
    bayeux_reply_succeed(reply);
    bayeux_session_remove(session, "none");
}

// Publishing

static void on_publish(bayeux_arrival *arrival, const cJSON *message, cJSON *reply)
{
    bayeux_session *session = find_session(arrival, message);
    const char *channel = live_json_str(message, "channel", "");
    const cJSON *data = live_json_get(message, "data");

    if (!session) {
        bayeux_reply_fail_unknown(reply, false);
        return;
    }
    if (bayeux_channel_is_meta(channel) || bayeux_channel_is_pattern(channel) || !data) {
        bayeux_reply_fail(reply, "403:denied_by_security_policy:publish_denied");
        return;
    }
    bayeux_reply_succeed(reply);
    arrival->session = arrival->session ? arrival->session : session;
    if (!bayeux_channel_is_service(channel))
        bayeux_deliver(arrival->server, channel, data);
}

// By the channel

static const struct {
    const char *channel;
    void (*handle)(bayeux_arrival *arrival, const cJSON *message, cJSON *reply);
} handlers[] = {
    { "/meta/handshake", on_handshake },   { "/meta/connect", on_connect },
    { "/meta/subscribe", on_subscribe },   { "/meta/unsubscribe", on_unsubscribe },
    { "/meta/disconnect", on_disconnect },
};

void bayeux_handle(bayeux_arrival *arrival, const cJSON *message, cJSON *reply)
{
    const char *channel = live_json_str(message, "channel", NULL);

    if (!channel) {
        bayeux_reply_fail(reply, "400::channel_missing");
        return;
    }
    if (!bayeux_channel_valid(channel)) {
        bayeux_reply_fail(reply, "405::channel_invalid");
        return;
    }
    for (size_t i = 0; i < sizeof handlers / sizeof *handlers; i++) {
        if (strcmp(channel, handlers[i].channel) == 0) {
            handlers[i].handle(arrival, message, reply);
            return;
        }
    }
    on_publish(arrival, message, reply);
}
