// SPDX-License-Identifier: Apache-2.0
// What `live say` and `live annotate` share: texts from words or from lines, each made an event and sent.
#ifndef SPEECH_H
#define SPEECH_H

#include "session.h"

typedef struct speech {
    const char *name, *noun; // "live say", "message"
    const char *settings, *room_id, *author;
    char **words;
    int word_count;
    live_err (*make)(const char *text, const live_author *author, cJSON **ret_event,
                     live_error *error);
} speech;

// Sends all of it and returns the exit code.
int speech_run(const speech *speech);

#endif
