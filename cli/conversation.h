// SPDX-License-Identifier: Apache-2.0
// A conversation in a room: its messages as they come, and what is said there.
#ifndef CONVERSATION_H
#define CONVERSATION_H

#include "session.h"

typedef struct conversation_options {
    const char *room_id, *author; // author: a name to speak under; NULL
    const char *say;    // one text, whose answer ends it; NULL: the lines of standard input
    int64_t timeout_ms; // for that answer
} conversation_options;

// LIVE_E_TIMEOUT: nobody answered.
live_err conversation_run(session *session, const conversation_options *options, live_error *error);

#endif
