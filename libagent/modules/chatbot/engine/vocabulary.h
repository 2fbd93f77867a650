// SPDX-License-Identifier: Apache-2.0
// The words of all examples, and a sentence in their terms.
#ifndef CHATBOT_VOCABULARY_H
#define CHATBOT_VOCABULARY_H

#include "engine/words.h"

// A word in all its forms: they share a stem.
typedef struct term {
    char stem[WORD_BYTES];
    word_kind kind;
    size_t skills; // that have it
    size_t last;   // of them, from 1
} term;

typedef struct vocabulary {
    words_reader *reader;
    size_t count;
    term *terms;
} vocabulary;

enum { NO_TERM = -1 };

// A word of a sentence that counts. Its stem is in the vocabulary at `term`, or in no example at all.
typedef struct token {
    int term;
    word word;
} token;

typedef struct tokens {
    size_t count, more;
    token items[WORDS_MAX];
} tokens;

// Whether a word (in lower case) is part of a name, of an asset or a curve.
typedef bool (*vocabulary_name_fn)(const char *word, void *user);

live_err vocabulary_init(vocabulary *vocabulary, live_error *error);
void vocabulary_clear(vocabulary *vocabulary);

// Leaves out what says nothing. Of names only says that there is one, and whether the sentence begins with it: they are of
// the kinds WORD_NAME and WORD_SUBJECT, whichever name it is. Words of the vocabulary are no names.
void vocabulary_read(vocabulary *vocabulary, const char *text, vocabulary_name_fn is_name,
                     void *user, tokens *ret_tokens);

// Adds the words of an example of a skill, numbered from 1, and puts their terms into the tokens.
live_err vocabulary_add(vocabulary *vocabulary, size_t skill, const char *text, tokens *ret_tokens,
                        live_error *error);

#endif
