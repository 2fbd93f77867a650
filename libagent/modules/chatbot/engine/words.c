// SPDX-License-Identifier: Apache-2.0
// The words of a sentence: folded, stemmed, and what kind each is.
#include "engine/words.h"

#include <agent/chat.h>
#include <ctype.h>
#include <libstemmer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// What "not" is part of.
#define NOTS                                                                                       \
    "dont doesnt didnt isnt arent wasnt werent wont cant cannot shouldnt wouldnt couldnt havent "  \
    "hasnt"

// Words whose forms have no stem in common.
static const struct {
    const char *stem, *forms;
} irregular[] = {
    { "not", NOTS },       { "be", "is are was were am been" },
    { "have", "has had" }, { "do", "does" },
    { "what", "whats" },
};

// Words whose kind does not depend on what the adapters know. All others are content.
static const struct {
    word_kind kind;
    const char *words;
} lexicon[] = {
    { WORD_FILLER,
      "a an the and or of to for in on at by with from about into "
      "i me my we us our you your it its this that these those them "
      "please pls kindly can could would will shall may might "
      "want wants need needs like let lets just so well then also too else again all any some "
      "another other others every each both anyone anybody someone something anything "
      "everything thing things kind kinds sort sorts moment "
      "hey hi hello hola dear good morning afternoon evening buddy friend bot "
      "thanks thank thx cheers ok okay yes yeah yep sure great cool nice perfect" },
    { WORD_LIGHT, "now right today currently there here get give last past "
                  "over during ago "
                  "second seconds minute minutes hour hours day days week weeks" },
    { WORD_QUESTION, "is are was were am be been do does did has have had should must "
                     "why who whom whose when where how what whats which whether if" },
    { WORD_NEGATION,
      NOTS " no not nope never nothing none nobody without neither nor except instead avoid "
           "stop off cancel abort halt quit undo forget" },
};

struct words_reader {
    struct sb_stemmer *stemmer;
};

live_err words_reader_new(words_reader **ret_reader, live_error *error)
{
    words_reader *reader = calloc(1, sizeof *reader);

    if (reader)
        reader->stemmer = sb_stemmer_new("english", "UTF_8");
    if (!reader || !reader->stemmer) {
        free(reader);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }
    *ret_reader = reader;
    return LIVE_OK;
}

void words_reader_free(words_reader *reader)
{
    if (!reader)
        return;
    sb_stemmer_delete(reader->stemmer);
    free(reader);
}

// Cutting

// The typographic apostrophe, U+2019, counts as the plain one.
static size_t apostrophe_length(const char *at)
{
    if (*at == '\'')
        return 1;
    return strncmp(at, "\xE2\x80\x99", 3) == 0 ? 3 : 0;
}

// The bytes of a character of a word; 0: it is none. Beyond ASCII those of all scripts are, punctuation and pictures not.
static size_t letter_length(const char *at)
{
    const unsigned char first = (unsigned char)at[0];

    if (first < 0x80)
        return isalnum(first) || first == '_';
    if (first < 0xC3 || first >= 0xF0 || (first == 0xE2 && (unsigned char)at[1] <= 0x81))
        return 0;
    return first >= 0xE0 && at[1] ? 2 + (at[2] != '\0') : 1 + (at[1] != '\0');
}

static bool is_joint(const char *at)
{
    return (*at == '-' || *at == '.' || *at == '/') && letter_length(at + 1);
}

bool words_go_on(const char *text, const char *at, size_t length)
{
    const unsigned char before = at - text >= 2 ? (unsigned char)at[-2] : ' ';
    bool joined = at > text && is_joint(at - 1) && (isalnum(before) || before >= 0x80);

    return joined || is_joint(at + length);
}

// The bytes of a word that begins here, with what holds its parts together; 0: none begins.
static size_t whole_length(const char *text)
{
    size_t length = 0, step;

    while ((step = letter_length(text + length)) > 0 ||
           (length > 0 && (step = apostrophe_length(text + length)) > 0 &&
            letter_length(text + length + step)) ||
           (length > 0 && (step = is_joint(text + length))))
        length += step;
    return length;
}

// The bytes up to the first joint.
static size_t part_length(const char *text, size_t length)
{
    size_t part = 0;

    while (part < length && !is_joint(text + part))
        part++;
    return part;
}

// What a short form stands for: "what's" is what, "i'm" is I, "don't" stays dont.
static size_t length_before_short_form(const char *text, size_t length)
{
    static const char *const endings[] = { "s", "m", "re", "ve", "ll", "d" };
    size_t at = 0;

    while (at < length && !apostrophe_length(text + at))
        at++;
    if (at == length)
        return length;
    size_t from = at + apostrophe_length(text + at);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (strlen(endings[i]) == length - from &&
            strncasecmp(text + from, endings[i], length - from) == 0)
            return at;
    return length;
}

// Kinds

static bool has(const char *text, int (*is)(int))
{
    for (; *text; text++)
        if (is((unsigned char)*text))
            return true;
    return false;
}

static word_kind kind_of(const char *folded)
{
    if (has(folded, isdigit))
        return has(folded, isalpha) ? WORD_NAME : WORD_NUMBER;
    for (size_t i = 0; i < sizeof lexicon / sizeof *lexicon; i++)
        if (agent_find_word(lexicon[i].words, folded))
            return lexicon[i].kind;
    return WORD_CONTENT;
}

static void stem(words_reader *reader, word *word)
{
    for (size_t i = 0; i < sizeof irregular / sizeof *irregular; i++) {
        if (agent_find_word(irregular[i].forms, word->folded)) {
            snprintf(word->stem, sizeof word->stem, "%s", irregular[i].stem);
            return;
        }
    }
    const sb_symbol *stemmed = sb_stemmer_stem(reader->stemmer, (const sb_symbol *)word->folded,
                                               (int)strlen(word->folded));
    size_t length = stemmed ? (size_t)sb_stemmer_length(reader->stemmer) : 0;

    if (length == 0 || length >= WORD_BYTES) {
        memcpy(word->stem, word->folded, sizeof word->stem);
        return;
    }
    memcpy(word->stem, stemmed, length);
    word->stem[length] = '\0';
}

static bool is_known(const words *sentence, const word *word)
{
    for (size_t i = 0; i < sentence->count; i++)
        if (strcmp(sentence->items[i].stem, word->stem) == 0 &&
            sentence->items[i].kind == word->kind)
            return true;
    return false;
}

static void add_word(words_reader *reader, const char *written, bool capitals, words *sentence)
{
    word word = { .capitals = capitals && written[0] && written[1] && !has(written, islower) };

    for (size_t i = 0; written[i]; i++)
        word.folded[i] = (char)tolower((unsigned char)written[i]);
    word.kind = kind_of(word.folded);
    stem(reader, &word);
    if (is_known(sentence, &word))
        return;
    if (sentence->count < WORDS_MAX)
        sentence->items[sentence->count++] = word;
    else
        sentence->more++;
}

// A copy without its apostrophes; a longer word is cut.
static void copy_word(const char *text, size_t length, char ret_word[WORD_BYTES])
{
    size_t kept = 0, step;

    for (size_t i = 0; i < length; i += step) {
        size_t apostrophe = apostrophe_length(text + i), letter = letter_length(text + i);
        step = apostrophe ? apostrophe : letter ? letter : 1;
        if (apostrophe || kept + step >= WORD_BYTES)
            continue;
        memcpy(ret_word + kept, text + i, step);
        kept += step;
    }
    ret_word[kept] = '\0';
}

// The bytes of the next word. Only those with a digit, such as RIG-1, keep their joints.
static size_t next_length(const char *text)
{
    size_t length = whole_length(text);

    for (size_t i = 0; i < length; i++)
        if (isdigit((unsigned char)text[i]))
            return length;
    return part_length(text, length);
}

void words_read(words_reader *reader, const char *text, words *ret_words)
{
    bool capitals = has(text, islower);
    char written[WORD_BYTES];
    size_t length;

    ret_words->count = ret_words->more = 0;
    for (; *text; text += length ? length : 1) {
        length = next_length(text);
        size_t kept = length_before_short_form(text, length);
        copy_word(text, kept, written);
        if (*written)
            add_word(reader, written, capitals, ret_words);
        if (kept < length && kind_of(written) == WORD_QUESTION)
            add_word(reader, "is", capitals, ret_words); // "what's"
    }
}
