// SPDX-License-Identifier: Apache-2.0
// What a reply of the server says.
#ifndef LV_REPLY_H
#define LV_REPLY_H

#include <cJSON.h>
#include <live/error.h>
#include <stdbool.h>

// Only a JSON true is success.
bool lv_reply_success(const cJSON *reply);

// The three digits its `error` begins with; 0: none.
int lv_reply_error_code(const cJSON *reply);

// Whether the server does not know the session, or no more.
bool lv_reply_unknown_client(const cJSON *reply);

// Some servers send the id as a number, and some leave it out.
bool lv_reply_has_id(const cJSON *reply);
bool lv_reply_id_is(const cJSON *reply, const char *id);

// Whether `subscription` names the channel, as a text or in a list; also when there is no such member.
bool lv_reply_is_about(const cJSON *reply, const char *channel);

// Whether the handshake's reply lists the transport.
bool lv_reply_offers(const cJSON *reply, const char *transport);

// Fills `error` with the server's words and returns the code.
live_err lv_reply_refusal(const cJSON *reply, live_err code, live_error *error);

#endif
