// SPDX-License-Identifier: Apache-2.0
// The CometD conversation of a client, without sockets and without a clock: payloads in, payloads out.
#ifndef LV_BAYEUX_H
#define LV_BAYEUX_H

#include <cJSON.h>
#include <live/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct lv_bayeux lv_bayeux;

// At most one request of each slot is under way: nothing waits behind a connect that is held.
typedef enum lv_slot { LV_SLOT_CONNECT, LV_SLOT_OTHER, LV_SLOTS } lv_slot;

// What carries a payload. Handshakes go by HTTP, also those of a session that goes on over a WebSocket.
typedef enum lv_transport { LV_LONG_POLLING, LV_WEBSOCKET } lv_transport;

typedef struct lv_payload {
    lv_slot slot;
    lv_transport transport;
    const char *text; // JSON; valid until the next call
    size_t length;
    int64_t timeout_ms; // how long its answer may take
    bool
        once; // its answer may hold events that the server has then forgotten: not to be sent twice unseen
} lv_payload;

typedef enum lv_notice_kind {
    LV_NOTICE_EVENT,        // channel, data
    LV_NOTICE_SUBSCRIBED,   // channel
    LV_NOTICE_DENIED,       // channel, error
    LV_NOTICE_CONNECTED,    // the session stands for the first time
    LV_NOTICE_UNREACHED,    // no session has stood yet, and this is why not; at each try; error
    LV_NOTICE_LOST,         // a connect failed; error
    LV_NOTICE_RESTORED,     // the same session stands again
    LV_NOTICE_FORGOTTEN,    // the server no longer knows the session; a new handshake follows
    LV_NOTICE_REHANDSHAKEN, // a new session stands; events may have been missed
    LV_NOTICE_POLLING,      // another session of this browser cookie is served instead
    LV_NOTICE_TERMINATED,   // nothing more will be sent; error, or code LIVE_OK after a disconnect
} lv_notice_kind;

typedef struct lv_notice {
    lv_notice_kind kind;
    char *channel; // NULL where there is none
    cJSON *data;
    live_error error;
} lv_notice;

typedef struct lv_bayeux_options {
    bool websocket;               // offer WebSocket, before long-polling
    bool ack, timesync;           // ask for these extensions
    int64_t max_network_delay_ms; // 0: 10000
    int64_t backoff_step_ms;      // 0: 1000; each failure in a row adds this
    int64_t backoff_cap_ms;       // 0: 60000
    uint32_t (*random)(void);     // spreads the waits by up to a fifth; NULL: no spread
} lv_bayeux_options;

// Begins with a handshake, due at once.
live_err lv_bayeux_new(const lv_bayeux_options *options, int64_t now_ms, lv_bayeux **ret_bayeux,
                       live_error *error);
void lv_bayeux_free(lv_bayeux *bayeux);

// The next payload that is due and may be sent now. False: nothing at the moment.
bool lv_bayeux_next(lv_bayeux *bayeux, int64_t now_ms, lv_payload *ret_payload);

// When lv_bayeux_next() has something without any input; LIVE_FOREVER (-1): never.
int64_t lv_bayeux_due(const lv_bayeux *bayeux);

// The answer (HTTP 200) to the payload of the slot, or why there was none (`http` is its status, if any).
void lv_bayeux_answer(lv_bayeux *bayeux, lv_slot slot, const char *text, size_t length,
                      int64_t now_ms);
void lv_bayeux_fail(lv_bayeux *bayeux, lv_slot slot, const live_error *why, int64_t now_ms);

// A message of the WebSocket. On failure it is to be closed, as one that broke.
live_err lv_bayeux_receive(lv_bayeux *bayeux, const char *text, size_t length, int64_t now_ms,
                           live_error *error);

// The WebSocket could not be opened, or is no more: it ended, or an answer on it is overdue. What was sent on it
// has no answer.
void lv_bayeux_lose_socket(lv_bayeux *bayeux, const live_error *why, int64_t now_ms);

// Whether the server sends again what did not arrive: then no event is lost with a connection.
bool lv_bayeux_acknowledges(const lv_bayeux *bayeux);

// The server's clock minus the one of `now_ms`. False: it has not said.
bool lv_bayeux_clock_offset(const lv_bayeux *bayeux, int64_t *ret_ms);

// By how much that may be wrong, either way.
int64_t lv_bayeux_clock_doubt(const lv_bayeux *bayeux);

// Whether the slot's request has not been answered.
bool lv_bayeux_awaits(const lv_bayeux *bayeux, lv_slot slot);

// What happened, oldest first. The caller frees it with lv_notice_clear(). False: nothing.
bool lv_bayeux_take(lv_bayeux *bayeux, lv_notice *ret_notice);
void lv_notice_clear(lv_notice *notice);

// Subscriptions are made again after every new handshake until they are given up or denied.
live_err lv_bayeux_subscribe(lv_bayeux *bayeux, const char *channel, live_error *error);
void lv_bayeux_unsubscribe(lv_bayeux *bayeux, const char *channel);

// Ends the session; also stops a handshake that is under way.
void lv_bayeux_disconnect(lv_bayeux *bayeux);

// The text of a disconnect for a session that stands, to be sent as a last word; NULL otherwise.
// Yours: live_free().
char *lv_bayeux_last_word(lv_bayeux *bayeux);

// Whether a channel name fits a subscription: "/a/*" one more segment, "/a/**" one or more.
bool lv_bayeux_matches(const char *subscription, const char *channel);

#endif
