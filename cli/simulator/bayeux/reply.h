// SPDX-License-Identifier: Apache-2.0
// The reply to a message: whether it succeeded, how to go on, and the difference of the clocks.
#ifndef BAYEUX_REPLY_H
#define BAYEUX_REPLY_H

#include <cJSON.h>
#include <stdbool.h>

#include "session.h"

// With what is repeated of the message.
cJSON *bayeux_reply_new(const cJSON *message);

void bayeux_reply_succeed(cJSON *reply);
void bayeux_reply_fail(cJSON *reply, const char *error);

// The session is not known; the advice is to begin with a new one.
void bayeux_reply_fail_unknown(cJSON *reply, bool with_advice);

// How long to wait between two connects, and for the answer to one.
void bayeux_reply_advise(const bayeux_server *server, cJSON *reply);

// The same for the further sessions of one browser, whose connects are not held.
void bayeux_reply_advise_polling(const bayeux_server *server, cJSON *reply);

// What a client needs to learn the difference of the clocks; nothing once it knows it well. The time that the reply is
// held is added when it leaves.
void bayeux_reply_timesync(const bayeux_server *server, const cJSON *message, cJSON *reply);

cJSON *bayeux_reply_ext(cJSON *reply); // made when it is not there

#endif
