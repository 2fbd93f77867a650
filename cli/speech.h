// SPDX-License-Identifier: Apache-2.0
// What `live say` and `live annotate` share: texts from words or from lines, each made an event and sent.
#ifndef SPEECH_H
#define SPEECH_H

#include <argp.h>

#include "session.h"

typedef struct speech {
    const char *name, *noun; // "live say", "message"
    const char *settings, *room_id, *author;
    char **words;
    int word_count;
    live_err (*make)(const char *text, const live_author *author, cJSON **ret_event,
                     live_error *error);
} speech;

#define SPEECH_INIT                                                                                \
    {                                                                                              \
        .settings = "settings.json"                                                                \
    }

// Their options, of which each says for itself what a room is to it.
#define SPEECH_OPTIONS(of_room)                                                                    \
    { "settings", 's', "FILE", 0, "names the platform (default: settings.json)", 0 },              \
        { "room", 'r', "ID", 0, of_room, 0 },                                                      \
    {                                                                                              \
        "author", 'a', "NAME", 0, "the name to speak under", 0                                     \
    }

// For a parser: those options, and the words.
error_t speech_parse(speech *speech, int key, char *value, struct argp_state *state);

// Sends all of it and returns the exit code.
int speech_run(const speech *speech);

#endif
