// SPDX-License-Identifier: Apache-2.0
// What a child says: its lines go to the log, and the last of them are kept as the reason of its end.
#ifndef AG_WORDS_H
#define AG_WORDS_H

#include <cJSON.h>
#include <live/loop.h>

#include "log/journal.h"

typedef struct ag_words ag_words;

// `name` is who speaks; both are borrowed and outlive it.
live_err ag_words_new(live_loop *loop, ag_journal *journal, const char *name, ag_words **ret_words,
                      live_error *error);
void ag_words_free(ag_words *words);

// What the child gets as its output; stays the words'.
int ag_words_fd(const ag_words *words);

// The child has ended: what it said until now are its last words.
void ag_words_end(ag_words *words);

// Of the last one that ended: its last word of error, "" where it said none; its last lines, the oldest first, NULL where none
// has ended.
const char *ag_words_error(const ag_words *words);
const cJSON *ag_words_lines(const ag_words *words);

#endif
