// SPDX-License-Identifier: Apache-2.0
// The words of all examples, and a sentence in their terms.
#include "engine/vocabulary.h"

#include <stdlib.h>
#include <string.h>

live_err vocabulary_init(vocabulary *vocabulary, live_error *error)
{
    return words_reader_new(&vocabulary->reader, error);
}

void vocabulary_clear(vocabulary *vocabulary)
{
    words_reader_free(vocabulary->reader);
    free(vocabulary->terms);
}

static int find(const vocabulary *vocabulary, const char *stem)
{
    for (size_t i = 0; i < vocabulary->count; i++)
        if (strcmp(vocabulary->terms[i].stem, stem) == 0)
            return (int)i;
    return NO_TERM;
}

static bool is_name(const vocabulary *vocabulary, const word *word, vocabulary_name_fn is_name,
                    void *user)
{
    if (word->kind != WORD_CONTENT || find(vocabulary, word->stem) != NO_TERM)
        return word->kind == WORD_NAME;
    return word->capitals || (is_name && is_name(word->folded, user));
}

static void add_token(const vocabulary *vocabulary, const word *word, tokens *tokens)
{
    token *own = &tokens->items[tokens->count++];

    own->word = *word;
    own->term = find(vocabulary, word->stem);
}

// One name stands for all of them.
static void add_name(const vocabulary *vocabulary, bool first, tokens *tokens)
{
    static const word subject = { .kind = WORD_SUBJECT, .stem = "^" }, name = { .kind = WORD_NAME };

    for (size_t i = 0; i < tokens->count; i++)
        if (tokens->items[i].word.kind >= WORD_NAME)
            return;
    add_token(vocabulary, first ? &subject : &name, tokens);
}

void vocabulary_read(vocabulary *vocabulary, const char *text, vocabulary_name_fn is_known_name,
                     void *user, tokens *ret_tokens)
{
    words sentence;
    bool begun = false;

    words_read(vocabulary->reader, text, &sentence);
    ret_tokens->count = 0;
    ret_tokens->more = sentence.more;
    for (size_t i = 0; i < sentence.count; i++) {
        const word *word = &sentence.items[i];
        if (is_name(vocabulary, word, is_known_name, user))
            add_name(vocabulary, !begun, ret_tokens);
        else if (word->kind != WORD_FILLER && word->kind != WORD_NUMBER)
            add_token(vocabulary, word, ret_tokens);
        begun = begun || word->kind != WORD_FILLER;
    }
}

static int add_term(vocabulary *vocabulary, const word *word)
{
    term *terms = realloc(vocabulary->terms, (vocabulary->count + 1) * sizeof *terms);

    if (!terms)
        return NO_TERM;
    vocabulary->terms = terms;
    term *own = &terms[vocabulary->count];
    *own = (term){ .kind = word->kind };
    memcpy(own->stem, word->stem, sizeof own->stem);
    return (int)vocabulary->count++;
}

live_err vocabulary_add(vocabulary *vocabulary, size_t skill, const char *text, tokens *ret_tokens,
                        live_error *error)
{
    vocabulary_read(vocabulary, text, NULL, NULL, ret_tokens);
    for (size_t i = 0; i < ret_tokens->count; i++) {
        token *own = &ret_tokens->items[i];
        if (own->term == NO_TERM)
            own->term = add_term(vocabulary, &own->word);
        if (own->term == NO_TERM)
            return live_fail(error, LIVE_E_NOMEM, "out of memory");
        term *term = &vocabulary->terms[own->term];
        term->skills += term->last != skill;
        term->last = skill;
    }
    return LIVE_OK;
}
