// SPDX-License-Identifier: Apache-2.0
// The CometD server: what each message of a payload does, and the answer to the payload.
#include "bayeux_server.h"

#include <live/json.h>
#include <stdlib.h>
#include <string.h>

#include "channel.h"
#include "session.h"

enum { TIMEOUT_MS = 30000, MAX_INTERVAL_MS = 10000, MULTI_SESSION_INTERVAL_MS = 2000 };

// What a message came with.
typedef struct payload {
    bayeux_server *server;
    const char *browser;
    bayeux_socket *socket;   // NULL: HTTP
    bool alone;              // the payload holds no other message
    bayeux_session *session; // whose events the answer carries
    cJSON *connect_reply;    // of this payload's connect
    int64_t hold_ms;         // for how long it may be held; 0: it is answered now
} payload;

// Replies

static cJSON *new_reply(const cJSON *message)
{
    static const char *const repeated[] = { "channel", "id", "subscription" };
    cJSON *reply = cJSON_CreateObject();

    for (size_t i = 0; i < sizeof repeated / sizeof *repeated; i++) {
        const cJSON *value = live_json_get(message, repeated[i]);
        if (value)
            cJSON_AddItemToObject(reply, repeated[i], cJSON_Duplicate(value, true));
    }
    return reply;
}

static void succeed(cJSON *reply)
{
    cJSON_AddBoolToObject(reply, "successful", true);
}

static void fail(cJSON *reply, const char *error)
{
    cJSON_AddBoolToObject(reply, "successful", false);
    cJSON_AddStringToObject(reply, "error", error);
}

static void advise(const bayeux_server *server, cJSON *reply)
{
    cJSON *advice = cJSON_AddObjectToObject(reply, "advice");

    cJSON_AddStringToObject(advice, "reconnect", "retry");
    cJSON_AddNumberToObject(advice, "interval", (double)server->options.interval_ms);
    cJSON_AddNumberToObject(advice, "timeout", (double)server->options.timeout_ms);
}

static void fail_unknown(cJSON *reply, bool with_advice)
{
    fail(reply, "402::session_unknown");
    if (!with_advice)
        return;
    cJSON *advice = cJSON_AddObjectToObject(reply, "advice");
    cJSON_AddStringToObject(advice, "reconnect", "handshake");
    cJSON_AddNumberToObject(advice, "interval", 0);
}

// From now on events of the session leave by this socket; over HTTP, with its connects.
static void bind_socket(const payload *payload, bayeux_session *session)
{
    bayeux_socket *socket = payload->socket;

    if (session->socket == socket)
        return;
    if (session->socket)
        session->socket->session = NULL;
    if (socket && socket->session)
        socket->session->socket = NULL;
    if (socket)
        socket->session = session;
    session->socket = socket;
    payload->server->unsettled = true;
}

// The session that a message names, if its transport may speak for it. Any message over a WebSocket binds it.
static bayeux_session *find_session(const payload *payload, const cJSON *message)
{
    const char *id = live_json_str(message, "clientId", "");
    bayeux_session *session = bayeux_session_find(payload->server, id);

    if (session && !payload->socket && payload->server->options.require_cookie &&
        strcmp(session->browser, payload->browser) != 0)
        return NULL;
    if (session && payload->socket)
        bind_socket(payload, session);
    return session;
}

// Timesync: what a client needs to learn the difference of the clocks; nothing once it knows it well. The time
// that the reply is held is added when it leaves.
static void answer_timesync(const payload *payload, const cJSON *message, cJSON *reply)
{
    const cJSON *asked = live_json_get(live_json_get(message, "ext"), "timesync");
    bool estimates =
        live_json_get(asked, "l") && live_json_get(asked, "o"); // the old form has none
    double now = (double)live_loop_time_ms(payload->server->loop);
    double lag = live_json_real(asked, "l", 0), offset = live_json_real(asked, "o", 0);
    double sent = live_json_real(asked, "tc", 0), accuracy = sent + offset + lag - now;

    if (payload->server->options.no_timesync || !cJSON_IsObject(asked) ||
        (accuracy > -25 && accuracy < 25 && lag != 0))
        return;
    cJSON *answer = cJSON_AddObjectToObject(bayeux_reply_ext(reply), "timesync");
    cJSON_AddNumberToObject(answer, "tc", sent);
    cJSON_AddNumberToObject(answer, "ts", now);
    cJSON_AddNumberToObject(answer, "p", 0);
    if (estimates)
        cJSON_AddNumberToObject(answer, "a", accuracy);
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

static void on_handshake(payload *payload, const cJSON *message, cJSON *reply)
{
    bayeux_server *server = payload->server;
    const bayeux_options *options = &server->options;
    const cJSON *ext = live_json_get(message, "ext");

    add_transports(server, reply);
    if (!shares_transport(server, message)) {
        fail(reply, "403::no_transport_in_common");
        return;
    }
    if (options->may_handshake && !options->may_handshake(ext, options->user)) {
        fail(reply, "403::handshake_denied");
        cJSON_AddStringToObject(cJSON_AddObjectToObject(reply, "advice"), "reconnect", "none");
        return;
    }
    bayeux_session *session = bayeux_session_new(server, payload->browser);
    if (!session) {
        fail(reply, "500::no_session");
        return;
    }
    bind_socket(payload, session);
    session->acks = !options->no_ack && cJSON_IsTrue(live_json_get(ext, "ack"));
    if (session->acks)
        cJSON_AddBoolToObject(bayeux_reply_ext(reply), "ack", true);
    succeed(reply);
    cJSON_AddStringToObject(reply, "clientId", session->id);
    cJSON_AddStringToObject(reply, "version", "1.0");
    cJSON_AddStringToObject(reply, "minimumVersion", "1.0");
    advise(server, reply);
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

static bool browser_is_busy(const payload *payload, const bayeux_session *session)
{
    int limit = payload->server->options.max_sessions_per_browser;

    return limit && !payload->socket && held_of_browser(payload->server, session) >= limit;
}

static void advise_polling(const bayeux_server *server, cJSON *reply)
{
    cJSON *advice = cJSON_AddObjectToObject(reply, "advice");

    cJSON_AddBoolToObject(advice, "multiple-clients", true);
    cJSON_AddStringToObject(advice, "reconnect", "retry");
    cJSON_AddNumberToObject(advice, "interval", MULTI_SESSION_INTERVAL_MS);
    cJSON_AddNumberToObject(advice, "timeout", (double)server->options.timeout_ms);
}

static void on_connect(payload *payload, const cJSON *message, cJSON *reply)
{
    const bayeux_server *server = payload->server;
    bayeux_session *session = find_session(payload, message);
    const cJSON *wish = live_json_get(message, "advice");
    int64_t timeout = live_json_int(wish, "timeout", server->options.timeout_ms);

    if (!session) {
        fail_unknown(reply, true);
        return;
    }
    if (session->held_reply)
        bayeux_session_replace_held(session);
    bind_socket(payload, session);
    if (session->acks)
        bayeux_session_acknowledge(session, live_json_int(live_json_get(message, "ext"), "ack", 0));
    succeed(reply);
    payload->session = session;
    payload->connect_reply = reply;
    if (browser_is_busy(payload, session))
        advise_polling(server, reply);
    else if (!session->connected || wish)
        advise(server, reply);
    if (timeout > server->options.timeout_ms)
        timeout = server->options.timeout_ms;
    bool ready = bayeux_session_has_events(session) && (!payload->socket || session->acks);
    if (payload->alone && (session->connected || server->options.holds_first_connect) &&
        timeout > 0 && !ready && !browser_is_busy(payload, session))
        payload->hold_ms = timeout;
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
static void each_subscription(payload *payload, const cJSON *message, cJSON *reply,
                              const char *(*act)(bayeux_session *, const cJSON *))
{
    bayeux_session *session = find_session(payload, message);
    const cJSON *subscription = live_json_get(message, "subscription"), *one;
    const char *refusal = NULL;

    if (!session) {
        fail_unknown(reply, false);
        return;
    }
    if (!subscription) {
        fail(reply, "403::subscription_missing");
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
        fail(reply, refusal);
    else
        succeed(reply);
    payload->session = payload->session ? payload->session : session;
}

static void on_subscribe(payload *payload, const cJSON *message, cJSON *reply)
{
    each_subscription(payload, message, reply, subscribe_one);
}

static void on_unsubscribe(payload *payload, const cJSON *message, cJSON *reply)
{
    each_subscription(payload, message, reply, unsubscribe_one);
}

static void on_disconnect(payload *payload, const cJSON *message, cJSON *reply)
{
    bayeux_session *session = find_session(payload, message);

    if (!session) {
        fail_unknown(reply, false);
        return;
    }
    succeed(reply);
    bayeux_session_remove(session, "none");
}

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

static void deliver(bayeux_server *server, const char *channel, const cJSON *data)
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
    deliver(server, channel, data);
    cJSON_Delete(data);
}

bool bayeux_is_behind(const bayeux_server *server, const char *channel)
{
    for (const bayeux_session *session = server->sessions; session; session = session->next)
        if (bayeux_session_covers(session, channel) && bayeux_session_is_behind(session))
            return true;
    return false;
}

static void on_publish(payload *payload, const cJSON *message, cJSON *reply)
{
    bayeux_session *session = find_session(payload, message);
    const char *channel = live_json_str(message, "channel", "");
    const cJSON *data = live_json_get(message, "data");

    if (!session) {
        fail_unknown(reply, false);
        return;
    }
    if (bayeux_channel_is_meta(channel) || bayeux_channel_is_pattern(channel) || !data) {
        fail(reply, "403:denied_by_security_policy:publish_denied");
        return;
    }
    succeed(reply);
    payload->session = payload->session ? payload->session : session;
    if (!bayeux_channel_is_service(channel))
        deliver(payload->server, channel, data);
}

// Payloads

static const struct {
    const char *channel;
    void (*handle)(payload *payload, const cJSON *message, cJSON *reply);
} handlers[] = {
    { "/meta/handshake", on_handshake },   { "/meta/connect", on_connect },
    { "/meta/subscribe", on_subscribe },   { "/meta/unsubscribe", on_unsubscribe },
    { "/meta/disconnect", on_disconnect },
};

static void handle_message(payload *payload, const cJSON *message, cJSON *reply)
{
    const char *channel = live_json_str(message, "channel", NULL);

    if (!channel) {
        fail(reply, "400::channel_missing");
        return;
    }
    if (!bayeux_channel_valid(channel)) {
        fail(reply, "405::channel_invalid");
        return;
    }
    for (size_t i = 0; i < sizeof handlers / sizeof *handlers; i++) {
        if (strcmp(channel, handlers[i].channel) == 0) {
            handlers[i].handle(payload, message, reply);
            return;
        }
    }
    on_publish(payload, message, reply);
}

// A message may cost a session its life (its queue overflows): the answer then carries nothing of it.
static void forget_removed(payload *payload)
{
    if (!payload->session)
        return;
    for (const bayeux_session *session = payload->server->sessions; session;
         session = session->next)
        if (session == payload->session)
            return;
    payload->session = NULL;
    payload->hold_ms = 0;
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
static cJSON *handle_messages(payload *payload, const cJSON *messages)
{
    cJSON *replies = cJSON_CreateArray();
    const cJSON *first = first_message(messages);

    payload->alone = !cJSON_IsArray(messages) || !first->next;
    for (const cJSON *message = first; message; message = message->next) {
        cJSON *reply = new_reply(message);
        cJSON_AddItemToArray(replies, reply);
        handle_message(payload, message, reply);
        forget_removed(payload);
        answer_timesync(payload, message, reply);
        if (is_handshake(message) || !cJSON_IsArray(messages))
            break;
    }
    return replies;
}

// A subscription's first events follow its reply; a connect's reply goes last.
static void write_answer(payload *payload, cJSON *replies, live_buf *text)
{
    cJSON *reply;

    cJSON_ArrayForEach (reply, replies) {
        if (reply != payload->connect_reply)
            bayeux_payload_add(text, reply);
    }
    if (payload->session && (payload->connect_reply || !payload->socket))
        bayeux_session_drain(payload->session, text, payload->connect_reply);
    if (payload->session && payload->connect_reply)
        bayeux_session_expect(payload->session);
    if (payload->connect_reply)
        bayeux_payload_add(text, payload->connect_reply);
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
static void hold(payload *payload, cJSON *replies)
{
    cJSON *reply = cJSON_DetachItemViaPointer(replies, payload->connect_reply);

    bayeux_session_hold(payload->session, reply, payload->hold_ms);
}

static bayeux_poll *hold_poll(payload *payload, cJSON *replies, bayeux_reply_fn reply, void *user)
{
    bayeux_poll *poll = calloc(1, sizeof *poll);
    if (!poll)
        return NULL;
    *poll = (bayeux_poll){ .session = payload->session, .reply = reply, .user = user };
    payload->session->poll = poll;
    hold(payload, replies);
    return poll;
}

bayeux_poll *bayeux_post(bayeux_server *server, const char *text, size_t length,
                         const char *browser, bayeux_reply_fn reply, void *user)
{
    static const char refusal[] = "{\"message\":\"a JSON array of messages is due\"}";
    payload payload = { .server = server, .browser = browser };
    cJSON *messages = NULL;
    bayeux_poll *poll = NULL;

    if (!parse(server, text, length, &messages) || !messages) {
        reply(400, refusal, sizeof refusal - 1, user);
        return NULL;
    }
    server->handling = true;
    cJSON *replies = handle_messages(&payload, messages);
    if (payload.hold_ms)
        poll = hold_poll(&payload, replies, reply, user);
    if (!poll) {
        live_buf *answer = live_buf_new();
        live_buf_add_text(answer, "[");
        write_answer(&payload, replies, answer);
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
    payload payload = { .server = socket->server, .browser = "", .socket = socket };
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
    cJSON *replies = handle_messages(&payload, messages);
    live_buf *answer = live_buf_new();
    live_buf_add_text(answer, "[");
    if (payload.hold_ms)
        hold(&payload, replies);
    else
        write_answer(&payload, replies, answer);
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
