// SPDX-License-Identifier: Apache-2.0
// What libcurl's outcomes mean here, and what a person can do about them.
#ifndef LV_OUTCOME_H
#define LV_OUTCOME_H

#include <curl/curl.h>
#include <live/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct lv_outcome {
    CURL *easy;
    CURLcode result;
    const char *name;    // of the request, for people
    const char *detail;  // of libcurl; ""
    bool unanswered_ask; // a server asked for the client's certificate, and none has answered since
    bool too_long;       // the answer, for
    size_t max_body_bytes;
    int64_t timeout_ms;
} lv_outcome;

// When `result` is not CURLE_OK.
live_err lv_outcome_fail(const lv_outcome *outcome, live_error *error);

// LIVE_OK for a status from 200 to 299.
live_err lv_outcome_status(const lv_outcome *outcome, int status, live_error *error);

#endif
