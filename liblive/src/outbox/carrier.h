// SPDX-License-Identifier: Apache-2.0
// What takes a batch to the platform: the REST input, the TCP input, or a test.
#ifndef LV_CARRIER_H
#define LV_CARRIER_H

#include <live/client.h>
#include <stdbool.h>
#include <stdint.h>

// `error` is NULL when the batch was taken. `retry_after_ms` is what the platform asked for; 0: nothing.
typedef void (*lv_carried_fn)(const live_error *error, int64_t retry_after_ms, void *user);

typedef struct lv_trip lv_trip; // a batch on its way

typedef struct lv_carrier {
    bool lines; // it takes a line an event, not an array
    // The text stays the caller's until the trip is over.
    live_err (*send)(struct lv_carrier *carrier, const char *text, size_t length, lv_carried_fn fn,
                     void *user, lv_trip **ret_trip, live_error *error);
    // Before trips are cancelled for good: whether the other side has certainly taken this one. May wait two seconds for
    // its word. NULL: a trip that is under way never has been.
    bool (*settle)(lv_trip *trip);
    void (*cancel)(lv_trip *trip); // NULL is fine
    void (*free)(struct lv_carrier *carrier);
} lv_carrier;

live_err lv_carrier_rest(live_client *client, bool gzip, lv_carrier **ret_carrier,
                         live_error *error);
live_err lv_carrier_tcp(live_client *client, lv_carrier **ret_carrier, live_error *error);

#endif
