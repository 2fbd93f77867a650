// SPDX-License-Identifier: Apache-2.0
// The extensions of a conversation: acknowledged delivery, and the server's clock.
#ifndef LV_EXTENSION_H
#define LV_EXTENSION_H

#include <cJSON.h>
#include <stdbool.h>
#include <stdint.h>

enum { LV_TIME_SAMPLES = 10 };

typedef struct lv_extensions {
    bool ack_wanted, ack; // asked for; agreed to for this session
    int64_t batch;        // the last one that was taken
    bool timesync;        // asked for
    int64_t lags[LV_TIME_SAMPLES], offsets[LV_TIME_SAMPLES]; // of the last answers
    int64_t samples;                                         // so far
} lv_extensions;

// Adds what is to be said with a handshake, and with a connect.
void lv_extensions_ask(const lv_extensions *ext, cJSON *message, int64_t now_ms);
void lv_extensions_confirm(const lv_extensions *ext, cJSON *message, int64_t now_ms);

// Reads what the handshake's reply agrees to: nothing is left of an older session.
void lv_extensions_begin(lv_extensions *ext, const cJSON *reply, int64_t now_ms);

// Reads a successful connect's reply.
void lv_extensions_read(lv_extensions *ext, const cJSON *reply, int64_t now_ms);

// The server's clock minus ours, in milliseconds, averaged. False: it has not said.
bool lv_extensions_offset(const lv_extensions *ext, int64_t *ret_ms);

// By how much that may be wrong, either way.
int64_t lv_extensions_doubt(const lv_extensions *ext);

#endif
