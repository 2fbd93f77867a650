// SPDX-License-Identifier: Apache-2.0
// The CometD conversation of a client: states, the connect loop, subscriptions, recovery.
#include "bayeux/bayeux.h"

#include <inttypes.h>
#include <live/buf.h>
#include <live/json.h>
#include <live/json_rows.h>
#include <live/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "bayeux/advice.h"
#include "bayeux/extension.h"
#include "bayeux/notice.h"
#include "bayeux/reply.h"
#include "bayeux/subscription.h"
#include "bayeux/transport.h"

enum { NETWORK_DELAY_MS = 10000, BACKOFF_STEP_MS = 1000, BACKOFF_CAP_MS = 60000 };

enum { LEVELS_AROUND_ROWS = 4 };

typedef enum phase {
    HANDSHAKING,   // no session; a handshake is due or under way
    CONNECTING,    // a session, no connect has succeeded since the handshake or a failure
    CONNECTED,     // the connect loop runs
    DISCONNECTING, // a disconnect is due or under way
    TERMINATED,
} phase;

struct lv_bayeux {
    lv_bayeux_options options;
    phase phase;
    char *client_id;
    lv_transports transports;
    lv_extensions ext;
    lv_advice advice;
    uint64_t last_id;
    char slot_id[LV_SLOTS][LV_ID_BYTES]; // first id of the request under way; "": free
    live_buf *text;
    int64_t due_ms;                         // when the next handshake or connect may be sent
    int64_t backoff_ms;                     // what the last failure added
    int64_t other_due_ms, other_backoff_ms; // the same for the requests beside the connect
    bool established;                       // a session has stood before
    bool lost;                              // a connect failed and the application was told
    bool handshaken; // the session is new since the application was last told
    lv_subscriptions subscriptions;
    lv_notices notices;
    // With acknowledgements events count when the connect that brings their batch is answered: until then the server
    // may send them again.
    lv_notices unconfirmed;
    bool confirmed;
};

// States

static void terminate(lv_bayeux *b, const live_error *why)
{
    if (b->phase == TERMINATED)
        return;
    b->phase = TERMINATED;
    lv_notices_add(&b->notices, LV_NOTICE_TERMINATED, NULL, NULL, why);
}

static int64_t spread(const lv_bayeux *b, int64_t wait)
{
    if (!b->options.random)
        return wait;
    return wait + (int64_t)((double)wait / 5 * ((double)b->options.random() / UINT32_MAX));
}

static int64_t grow(const lv_bayeux *b, int64_t *backoff_ms)
{
    int64_t next = *backoff_ms + b->options.backoff_step_ms;

    *backoff_ms = next < b->options.backoff_cap_ms ? next : b->options.backoff_cap_ms;
    return spread(b, *backoff_ms);
}

// The session is gone: everything begins anew, subscriptions included.
static void handshake_again(lv_bayeux *b, int64_t due_ms)
{
    if (b->phase == HANDSHAKING || b->phase >= DISCONNECTING)
        return;
    lv_notices_add(&b->notices, LV_NOTICE_FORGOTTEN, NULL, NULL, NULL);
    b->phase = HANDSHAKING;
    free(b->client_id);
    b->client_id = NULL;
    b->due_ms = due_ms;
    lv_notices_clear(&b->unconfirmed);
    for (size_t i = 0; i < LV_SLOTS; i++)
        b->slot_id[i][0] = '\0'; // what is still under way belongs to the old session
    lv_subscriptions_renew(&b->subscriptions);
}

static void lose(lv_bayeux *b, const live_error *why)
{
    lv_notices_clear(&b->unconfirmed);
    if (b->phase == CONNECTED)
        b->phase = CONNECTING;
    if (!b->established)
        lv_notices_add(&b->notices, LV_NOTICE_UNREACHED, NULL, NULL, why);
    else if (!b->lost)
        lv_notices_add(&b->notices, LV_NOTICE_LOST, NULL, NULL, why);
    b->lost = b->established;
}

static void lose_and_wait(lv_bayeux *b, const live_error *why, int64_t now_ms)
{
    lose(b, why);
    b->due_ms = now_ms + lv_advice_interval(&b->advice) + grow(b, &b->backoff_ms);
}

static void stand(lv_bayeux *b)
{
    b->phase = CONNECTED;
    if (!b->established)
        lv_notices_add(&b->notices, LV_NOTICE_CONNECTED, NULL, NULL, NULL);
    else if (b->handshaken)
        lv_notices_add(&b->notices, LV_NOTICE_REHANDSHAKEN, NULL, NULL, NULL);
    else if (b->lost)
        lv_notices_add(&b->notices, LV_NOTICE_RESTORED, NULL, NULL, NULL);
    b->established = true;
    b->lost = b->handshaken = false;
}

// Requests

static cJSON *new_message(lv_bayeux *b, const char *channel, char id[LV_ID_BYTES])
{
    cJSON *message = cJSON_CreateObject();

    snprintf(id, LV_ID_BYTES, "%" PRIu64, ++b->last_id);
    cJSON_AddStringToObject(message, "channel", channel);
    cJSON_AddStringToObject(message, "id", id);
    if (b->client_id)
        cJSON_AddStringToObject(message, "clientId", b->client_id);
    return message;
}

static bool pack(lv_bayeux *b, lv_slot slot, const char *first_id, cJSON *messages,
                 lv_payload *payload)
{
    LV_AUTO(cJSON_Delete) cJSON *own = messages;

    live_buf_clear(b->text);
    live_buf_add_json(b->text, own);
    if (!own || live_buf_failed(b->text))
        return false;
    memmove(b->slot_id[slot], first_id, LV_ID_BYTES);
    payload->slot = slot;
    payload->once = b->phase != HANDSHAKING && !b->ext.ack;
    payload->transport = b->phase == HANDSHAKING ? LV_LONG_POLLING : b->transports.current;
    payload->text = live_buf_data(b->text);
    payload->length = live_buf_length(b->text);
    return true;
}

static bool pack_one(lv_bayeux *b, lv_slot slot, cJSON *message, const char *id,
                     lv_payload *payload)
{
    cJSON *messages = cJSON_CreateArray();

    cJSON_AddItemToArray(messages, message);
    payload->timeout_ms = b->options.max_network_delay_ms;
    return pack(b, slot, id, messages, payload);
}

static bool send_handshake(lv_bayeux *b, int64_t now_ms, lv_payload *payload)
{
    char id[LV_ID_BYTES];
    cJSON *message = new_message(b, "/meta/handshake", id);

    cJSON_AddStringToObject(message, "version", "1.0");
    cJSON_AddStringToObject(message, "minimumVersion", "1.0");
    cJSON_AddItemToObject(message, "supportedConnectionTypes", lv_transports_offer(&b->transports));
    lv_extensions_ask(&b->ext, message, now_ms);
    return pack_one(b, LV_SLOT_CONNECT, message, id, payload);
}

// Every interruption ends with a connect that is answered at once, so that the server's return shows.
static bool send_connect(lv_bayeux *b, int64_t now_ms, lv_payload *payload)
{
    char id[LV_ID_BYTES];
    bool at_once = b->phase == CONNECTING;
    cJSON *message = new_message(b, "/meta/connect", id);

    cJSON_AddStringToObject(message, "connectionType", lv_transport_name(b->transports.current));
    if (at_once)
        cJSON_AddNumberToObject(cJSON_AddObjectToObject(message, "advice"), "timeout", 0);
    lv_extensions_confirm(&b->ext, message, now_ms);
    bool packed = pack_one(b, LV_SLOT_CONNECT, message, id, payload);
    payload->timeout_ms += at_once ? 0 : lv_advice_timeout(&b->advice);
    return packed;
}

static bool send_disconnect(lv_bayeux *b, lv_payload *payload)
{
    char id[LV_ID_BYTES];
    cJSON *message = new_message(b, "/meta/disconnect", id);

    return pack_one(b, LV_SLOT_OTHER, message, id, payload);
}

// All subscriptions that are to be made or given up, in one payload.
static bool send_subscriptions(lv_bayeux *b, lv_payload *payload)
{
    cJSON *messages = cJSON_CreateArray();
    char first_id[LV_ID_BYTES] = "";

    for (lv_subscription *one = b->subscriptions.first; one; one = one->next) {
        if (one->wish != LV_WANTED && one->wish != LV_UNWANTED)
            continue;
        cJSON *message = new_message(
            b, one->wish == LV_WANTED ? "/meta/subscribe" : "/meta/unsubscribe", one->id);
        cJSON_AddStringToObject(message, "subscription", one->channel);
        cJSON_AddItemToArray(messages, message);
        one->wish = one->wish == LV_WANTED ? LV_ASKED : LV_DROPPING;
        if (!*first_id)
            memcpy(first_id, one->id, LV_ID_BYTES);
    }
    if (!messages || !messages->child) {
        cJSON_Delete(messages);
        return false;
    }
    payload->timeout_ms = b->options.max_network_delay_ms;
    return pack(b, LV_SLOT_OTHER, first_id, messages, payload);
}

// A WebSocket is opened by its connect, never by what goes beside it.
static bool other_is_free(const lv_bayeux *b)
{
    bool open = b->transports.current == LV_LONG_POLLING || b->phase != CONNECTING ||
                *b->slot_id[LV_SLOT_CONNECT];

    return open && !*b->slot_id[LV_SLOT_OTHER];
}

bool lv_bayeux_next(lv_bayeux *b, int64_t now_ms, lv_payload *payload)
{
    bool connect_free = !*b->slot_id[LV_SLOT_CONNECT];

    if (b->phase == HANDSHAKING)
        return connect_free && now_ms >= b->due_ms && send_handshake(b, now_ms, payload);
    if (b->phase == DISCONNECTING)
        return !*b->slot_id[LV_SLOT_OTHER] && send_disconnect(b, payload);
    if (b->phase == TERMINATED)
        return false;
    if (connect_free && now_ms >= b->due_ms && send_connect(b, now_ms, payload))
        return true;
    return other_is_free(b) && now_ms >= b->other_due_ms && send_subscriptions(b, payload);
}

int64_t lv_bayeux_due(const lv_bayeux *b)
{
    bool stands = b->phase == CONNECTING || b->phase == CONNECTED;
    int64_t due =
        b->phase < DISCONNECTING && !*b->slot_id[LV_SLOT_CONNECT] ? b->due_ms : LIVE_FOREVER;

    bool waits = stands && other_is_free(b) && lv_subscriptions_wait(&b->subscriptions);

    if (waits && (due == LIVE_FOREVER || b->other_due_ms < due))
        due = b->other_due_ms;
    return due;
}

// Answers

// Is it to the slot's request? One that the server sent without an id is to the only one of its channel.
static bool answers(const lv_bayeux *b, const cJSON *reply, lv_slot slot)
{
    return *b->slot_id[slot] &&
           (!lv_reply_has_id(reply) || lv_reply_id_is(reply, b->slot_id[slot]));
}

static void accept_handshake(lv_bayeux *b, const cJSON *message, int64_t now_ms)
{
    live_error error = { 0 };
    const char *client_id = live_json_str(message, "clientId", "");

    if (!lv_transports_choose(&b->transports, message)) {
        live_fail(&error, LIVE_E_UNSUPPORTED, "/meta/handshake: no transport in common");
        terminate(b, &error);
        return;
    }
    b->client_id = *client_id ? strdup(client_id) : NULL;
    if (!b->client_id) {
        live_fail(&error, LIVE_E_PROTOCOL, "/meta/handshake: the answer has no clientId");
        lose_and_wait(b, &error, now_ms);
        return;
    }
    lv_extensions_begin(&b->ext, message, now_ms);
    b->phase = CONNECTING;
    b->handshaken = true;
    b->backoff_ms = 0;
    b->due_ms = b->other_due_ms = now_ms;
}

static void on_handshake(lv_bayeux *b, const cJSON *message, int64_t now_ms)
{
    live_error error = { 0 };

    if (b->phase != HANDSHAKING || !answers(b, message, LV_SLOT_CONNECT))
        return;
    b->slot_id[LV_SLOT_CONNECT][0] = '\0';
    if (lv_reply_success(message)) {
        accept_handshake(b, message, now_ms);
        return;
    }
    lv_reply_refusal(message, LIVE_E_AUTH, &error);
    if (b->advice.reconnect == LV_RECONNECT_NONE || b->advice.reconnect == LV_RECONNECT_UNKNOWN)
        terminate(b, &error);
    else
        lose_and_wait(b, &error, now_ms);
}

static void on_refused_connect(lv_bayeux *b, const cJSON *message, int64_t now_ms)
{
    live_error error = { 0 };
    bool unknown = lv_reply_unknown_client(message) && b->advice.reconnect == LV_RECONNECT_UNSET;

    lv_reply_refusal(message, LIVE_E_CLOSED, &error);
    if (b->advice.reconnect == LV_RECONNECT_NONE) {
        terminate(b, &error);
    } else if (b->advice.reconnect == LV_RECONNECT_HANDSHAKE || unknown) {
        lose(b, &error);
        handshake_again(b, now_ms + lv_advice_interval(&b->advice));
    } else {
        lose_and_wait(b, &error, now_ms);
    }
}

static void on_connect(lv_bayeux *b, const cJSON *message, int64_t now_ms)
{
    live_error error = { 0 };

    if (b->phase == HANDSHAKING || !answers(b, message, LV_SLOT_CONNECT)) {
        lv_notices_clear(&b->unconfirmed); // late: of a connect that was given up
        return;
    }
    b->slot_id[LV_SLOT_CONNECT][0] = '\0';
    if (b->phase >= DISCONNECTING)
        return;
    if (!lv_reply_success(message)) {
        on_refused_connect(b, message, now_ms);
        return;
    }
    if (b->advice.reconnect == LV_RECONNECT_NONE || b->advice.interval_ms < 0) {
        live_fail(&error, LIVE_E_CLOSED, "/meta/connect: the server wants no further connect");
        terminate(b, &error);
        return;
    }
    b->backoff_ms = 0;
    b->due_ms = now_ms + lv_advice_interval(&b->advice);
    lv_transports_prove(&b->transports);
    lv_extensions_read(&b->ext, message, now_ms);
    b->confirmed = true;
    stand(b);
}

static void on_subscribe(lv_bayeux *b, const cJSON *message, int64_t now_ms)
{
    live_error error = { 0 };
    lv_subscription *one = lv_subscriptions_answered(&b->subscriptions, LV_ASKED, message);

    if (!one)
        return;
    if (lv_reply_success(message)) {
        one->wish = LV_ACTIVE;
        b->other_backoff_ms = 0;
        lv_notices_add(&b->notices, LV_NOTICE_SUBSCRIBED, one->channel, NULL, NULL);
        return;
    }
    lv_reply_refusal(message, LIVE_E_AUTH, &error);
    if (lv_reply_unknown_client(message) || b->advice.reconnect == LV_RECONNECT_HANDSHAKE) {
        lose(b, &error);
        handshake_again(b, now_ms + b->other_backoff_ms); // at once, unless it was in vain before
        grow(b, &b->other_backoff_ms);
        return;
    }
    lv_notices_add(&b->notices, LV_NOTICE_DENIED, one->channel, NULL, &error);
    lv_subscriptions_remove(&b->subscriptions, one);
}

static void on_unsubscribe(lv_bayeux *b, const cJSON *message, int64_t now_ms)
{
    lv_subscription *one = lv_subscriptions_answered(&b->subscriptions, LV_DROPPING, message);

    (void)now_ms;
    if (one)
        lv_subscriptions_remove(&b->subscriptions,
                                one); // whatever the server says: it is not wanted any more
}

static void on_disconnect(lv_bayeux *b, const cJSON *message, int64_t now_ms)
{
    (void)message;
    (void)now_ms;
    if (b->phase == DISCONNECTING)
        terminate(b, NULL);
}

static const struct {
    const char *channel;
    void (*handle)(lv_bayeux *b, const cJSON *message, int64_t now_ms);
} replies[] = {
    { "/meta/handshake", on_handshake },   { "/meta/connect", on_connect },
    { "/meta/subscribe", on_subscribe },   { "/meta/unsubscribe", on_unsubscribe },
    { "/meta/disconnect", on_disconnect },
};

static void on_message(lv_bayeux *b, cJSON *message, int64_t now_ms)
{
    const char *channel = live_json_str(message, "channel", "");
    bool was_polling = b->advice.multiple_clients;

    lv_advice_read(&b->advice, live_json_get(message, "advice"),
                   lv_transport_name(b->transports.current));
    if (b->advice.multiple_clients && !was_polling)
        lv_notices_add(&b->notices, LV_NOTICE_POLLING, NULL, NULL, NULL);
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
        if (strcmp(channel, replies[i].channel) == 0) {
            replies[i].handle(b, message, now_ms);
            return;
        }
    }
    // One copy, however many subscriptions fit.
    if (strncmp(channel, "/meta/", 6) != 0 && live_json_get(message, "data") &&
        lv_subscriptions_cover(&b->subscriptions, channel))
        lv_notices_add(b->ext.ack ? &b->unconfirmed : &b->notices, LV_NOTICE_EVENT, channel,
                       cJSON_DetachItemFromObjectCaseSensitive(message, "data"), NULL);
}

// The list, a message, its data and their list are around the rows of queries; a message that is alone may be in no list.
static size_t levels_around_rows(const char *text, size_t length)
{
    size_t space = 0;

    while (space < length && strchr(" \t\r\n", text[space]))
        space++;
    return space < length && text[space] == '{' ? LEVELS_AROUND_ROWS - 1 : LEVELS_AROUND_ROWS;
}

// The rows stay text. What is mended is read as a whole.
static live_err read_messages(const char *text, size_t length, cJSON **ret_messages,
                              live_error *error)
{
    const size_t levels = levels_around_rows(text, length);

    if (live_json_parse_outer(text, length, levels, ret_messages, NULL) == LIVE_OK)
        return LIVE_OK;
    return live_json_parse_mended(text, length, ret_messages, NULL, error);
}

static void on_messages(lv_bayeux *b, cJSON *messages, int64_t now_ms)
{
    cJSON *first = cJSON_IsObject(messages) ? messages : messages->child;

    for (cJSON *message = first; message; message = message->next)
        on_message(b, message, now_ms);
    if (b->confirmed)
        lv_notices_move(&b->notices, &b->unconfirmed);
    b->confirmed = false;
}

// The requests beside the connect are over: what has no answer is asked for again, what is given up forgotten.
static void end_other(lv_bayeux *b, int64_t now_ms)
{
    if (lv_subscriptions_fail(
            &b->subscriptions)) // the connect loop may be well meanwhile: a wait of its own
        b->other_due_ms = now_ms + grow(b, &b->other_backoff_ms);
    else
        b->other_backoff_ms = 0;
    if (b->phase == DISCONNECTING)
        terminate(b, NULL);
}

void lv_bayeux_answer(lv_bayeux *b, lv_slot slot, const char *text, size_t length, int64_t now_ms)
{
    LV_AUTO(cJSON_Delete) cJSON *messages = NULL;
    live_error error = { 0 };
    char asked[LV_ID_BYTES];

    memcpy(asked, b->slot_id[slot], LV_ID_BYTES);
    live_err err = read_messages(text, length, &messages, &error);
    if (err) {
        live_error_context(&error, err, "/cometd: the answer is no JSON");
        error.retry = true;
        lv_bayeux_fail(b, slot, &error, now_ms);
        return;
    }
    on_messages(b, messages, now_ms);
    // Its reply frees the connect's slot. Subscriptions were matched one by one.
    if (!*asked || strcmp(b->slot_id[slot], asked) != 0)
        return;
    if (slot == LV_SLOT_OTHER) {
        b->slot_id[slot][0] = '\0';
        end_other(b, now_ms);
        return;
    }
    live_fail(&error, LIVE_E_PROTOCOL, "the answer lacks the reply to the request");
    error.retry = true;
    lv_bayeux_fail(b, slot, &error, now_ms);
}

live_err lv_bayeux_receive(lv_bayeux *b, const char *text, size_t length, int64_t now_ms,
                           live_error *error)
{
    LV_AUTO(cJSON_Delete) cJSON *messages = NULL;
    live_err err = read_messages(text, length, &messages, error);

    if (err)
        return live_error_context(error, err, "WebSocket: a message that is no JSON");
    if (!cJSON_IsArray(messages) && !cJSON_IsObject(messages))
        return live_fail(error, LIVE_E_PROTOCOL, "WebSocket: a message that is no list");
    on_messages(b, messages, now_ms);
    if (b->phase < DISCONNECTING && !lv_subscriptions_awaited(&b->subscriptions))
        b->slot_id[LV_SLOT_OTHER][0] = '\0';
    return LIVE_OK;
}

bool lv_bayeux_acknowledges(const lv_bayeux *b)
{
    return b->ext.ack;
}

bool lv_bayeux_clock_offset(const lv_bayeux *b, int64_t *ret_ms)
{
    return lv_extensions_offset(&b->ext, ret_ms);
}

int64_t lv_bayeux_clock_doubt(const lv_bayeux *b)
{
    return lv_extensions_doubt(&b->ext);
}

bool lv_bayeux_awaits(const lv_bayeux *b, lv_slot slot)
{
    return *b->slot_id[slot];
}

// Failures

// Before a session has ever stood, what trying again cannot mend ends it.
static bool is_final(const lv_bayeux *b, const live_error *why)
{
    bool refused =
        why->http == 401 || (why->http >= 300 && why->http < 400) || why->code == LIVE_E_TLS;

    return b->phase == HANDSHAKING && (refused || (!b->established && !why->retry));
}

void lv_bayeux_fail(lv_bayeux *b, lv_slot slot, const live_error *why, int64_t now_ms)
{
    if (!*b->slot_id[slot])
        return; // of an older session
    b->slot_id[slot][0] = '\0';
    if (slot == LV_SLOT_OTHER) {
        // Any answer may bring events. Without acknowledgements they are gone with it, as those of a connect.
        if (b->phase == CONNECTED && !b->ext.ack && why->code != LIVE_E_CONNECT)
            lose(b, why);
        end_other(b, now_ms);
        return;
    }
    if (b->phase >= DISCONNECTING)
        return;
    if (is_final(b, why)) {
        terminate(b, why);
        return;
    }
    lose_and_wait(b, why, now_ms);
}

void lv_bayeux_lose_socket(lv_bayeux *b, const live_error *why, int64_t now_ms)
{
    if (b->transports.current != LV_WEBSOCKET || b->phase == HANDSHAKING || b->phase == TERMINATED)
        return; // of an older session
    b->slot_id[LV_SLOT_CONNECT][0] = b->slot_id[LV_SLOT_OTHER][0] = '\0';
    lv_subscriptions_fail(&b->subscriptions);
    lv_notices_clear(&b->unconfirmed);
    if (b->phase == DISCONNECTING) {
        terminate(b, NULL);
        return;
    }
    switch (lv_transports_lose(&b->transports, why)) {
    case LV_LOSS_UNFIT: b->due_ms = now_ms; return;
    case LV_LOSS_FINAL:
        lose(b, why);
        handshake_again(b, now_ms);
        return;
    default: lose_and_wait(b, why, now_ms);
    }
}

// Wishes

live_err lv_bayeux_subscribe(lv_bayeux *b, const char *channel, live_error *error)
{
    return lv_subscriptions_add(&b->subscriptions, channel, error);
}

void lv_bayeux_unsubscribe(lv_bayeux *b, const char *channel)
{
    lv_subscriptions_drop(&b->subscriptions, channel);
}

bool lv_bayeux_take(lv_bayeux *b, lv_notice *ret_notice)
{
    return lv_notices_take(&b->notices, ret_notice);
}

void lv_bayeux_disconnect(lv_bayeux *b)
{
    if (b->phase < DISCONNECTING && !b->client_id)
        terminate(b, NULL);
    if (b->phase < DISCONNECTING)
        b->phase = DISCONNECTING;
}

char *lv_bayeux_last_word(lv_bayeux *b)
{
    lv_payload payload = { 0 };

    if (!b->client_id || b->phase == TERMINATED)
        return NULL;
    b->phase = TERMINATED;
    return send_disconnect(b, &payload) ? strdup(payload.text) : NULL;
}

live_err lv_bayeux_new(const lv_bayeux_options *options, int64_t now_ms, lv_bayeux **ret_bayeux,
                       live_error *error)
{
    lv_bayeux *b = calloc(1, sizeof *b);
    live_buf *text = live_buf_new();
    if (!b || !text) {
        free(b);
        live_buf_free(text);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }

    *b = (lv_bayeux){ .options = *options, .text = text, .due_ms = now_ms };
    b->transports.websocket = options->websocket;
    b->ext.ack_wanted = options->ack;
    b->ext.timesync = options->timesync;
    lv_advice_init(&b->advice);
    if (!b->options.max_network_delay_ms)
        b->options.max_network_delay_ms = NETWORK_DELAY_MS;
    if (!b->options.backoff_step_ms)
        b->options.backoff_step_ms = BACKOFF_STEP_MS;
    if (!b->options.backoff_cap_ms)
        b->options.backoff_cap_ms = BACKOFF_CAP_MS;
    *ret_bayeux = b;
    return LIVE_OK;
}

void lv_bayeux_free(lv_bayeux *b)
{
    if (!b)
        return;
    lv_notices_clear(&b->notices);
    lv_notices_clear(&b->unconfirmed);
    lv_subscriptions_clear(&b->subscriptions);
    live_buf_free(b->text);
    free(b->client_id);
    free(b);
}
