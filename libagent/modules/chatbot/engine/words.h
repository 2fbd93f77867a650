// SPDX-License-Identifier: Apache-2.0
// The words of a sentence: folded, stemmed, and what kind each is.
#ifndef CHATBOT_WORDS_H
#define CHATBOT_WORDS_H

#include <live/error.h>
#include <stdbool.h>
#include <stddef.h>

enum { WORD_BYTES = 32, WORDS_MAX = 64 };

typedef enum word_kind {
    WORD_CONTENT,  // says what is wanted
    WORD_LIGHT,    // says a little of it: "now", "minutes"
    WORD_QUESTION, // makes it a question: "is", "why"
    WORD_NEGATION, // turns it into its opposite: "not", "stop"
    WORD_FILLER,   // says nothing: "the", "please", "thanks"
    WORD_NUMBER,   // has digits only
    WORD_NAME,     // has letters and digits, as RIG-12 does
    WORD_SUBJECT   // a name that a sentence begins with: it says something of that
} word_kind;

typedef struct word {
    word_kind kind;
    bool capitals; // written in capitals, as SPP is, in a sentence that is not
    char folded[WORD_BYTES], stem[WORD_BYTES];
} word;

// A sentence: its first words, each once, and how many more there were.
typedef struct words {
    size_t count, more;
    word items[WORDS_MAX];
} words;

// Whether a part of a text is part of a longer name, held together by '-', '.' or '/': RIG-1 and RIG are parts of RIG-1-A.
bool words_go_on(const char *text, const char *at, size_t length);

typedef struct words_reader words_reader; // holds a stemmer; for one thread at a time

live_err words_reader_new(words_reader **ret_reader, live_error *error);
void words_reader_free(words_reader *reader);

void words_read(words_reader *reader, const char *text, words *ret_words);

#endif
