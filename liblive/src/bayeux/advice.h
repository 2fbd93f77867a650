// SPDX-License-Identifier: Apache-2.0
// How the server wants the client to go on.
#ifndef LV_ADVICE_H
#define LV_ADVICE_H

#include <cJSON.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum lv_reconnect {
    LV_RECONNECT_UNSET,
    LV_RECONNECT_RETRY,
    LV_RECONNECT_HANDSHAKE,
    LV_RECONNECT_NONE,
    LV_RECONNECT_UNKNOWN, // a word that is none of these
} lv_reconnect;

typedef struct lv_advice {
    lv_reconnect reconnect;
    int64_t interval_ms; // negative: do not reconnect
    int64_t timeout_ms;
    bool multiple_clients;
} lv_advice;

void lv_advice_init(lv_advice *advice);

// New advice replaces the old one; what it does not say falls back to the defaults. Members of its section
// for the transport win. NULL or no object: the old one stays. `hosts` is left out: credentials go to the
// address of the settings and nowhere else.
void lv_advice_read(lv_advice *advice, const cJSON *json, const char *transport);

int64_t lv_advice_interval(const lv_advice *advice); // never negative
int64_t lv_advice_timeout(const lv_advice *advice);

#endif
