// SPDX-License-Identifier: Apache-2.0
// How sure it is that a text asks for a skill, by the examples of all skills.
#include "engine/classifier.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SLIP_MIN_BYTES = 8 }; // of both words together

// A word of an example.
typedef struct form {
    int term;
    char folded[WORD_BYTES];
} form;

typedef struct example {
    size_t count;
    form *forms;
} example;

typedef struct skill {
    size_t count;
    example *examples;
} skill;

struct classifier {
    vocabulary vocabulary;
    size_t count;
    skill *skills;
};

// How much a word of each kind counts: as a known one, and as one that a skill does not know.
static const struct {
    double known, unknown;
} weights[] = {
    [WORD_CONTENT] = { 1, 1 },  [WORD_LIGHT] = { .3, .3 }, [WORD_QUESTION] = { .4, 2 },
    [WORD_NEGATION] = { 1, 1 }, [WORD_NAME] = { .2, .5 },  [WORD_SUBJECT] = { .2, 2 },
};

// How much of a word is known that an example has in another number ("asset" for "assets"), in another form ("started" for
// "start": that tells of it) or with a slip ("strat"), and of one that only other examples of the skill have.
static const double other_number = .6, other_form = .3, slip = .8, other_example = .7;

// How much of an example a text must have that has none of its words of content: "what is" is not "what is SPP".
static const double share_without_content = .75;

// How much a sentence counts that begins with another word than the example.
static const double other_begin = .8;

// Life

// `number` of its skill, from 1.
static live_err add_example(classifier *classifier, size_t number, const char *text,
                            example *example, live_error *error)
{
    tokens tokens;
    live_err err = vocabulary_add(&classifier->vocabulary, number, text, &tokens, error);

    if (err)
        return err;
    example->forms = calloc(tokens.count + 1, sizeof *example->forms);
    if (!example->forms)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    for (size_t i = 0; i < tokens.count; i++) {
        form *form = &example->forms[example->count++];
        form->term = tokens.items[i].term;
        memcpy(form->folded, tokens.items[i].word.folded, sizeof form->folded);
    }
    return LIVE_OK;
}

static live_err add_skill(classifier *classifier, skill *skill, const char *const *examples,
                          live_error *error)
{
    static const char *const none[] = { NULL };
    live_err err = LIVE_OK;

    examples = examples ? examples : none;
    while (examples[skill->count])
        skill->count++;
    skill->examples = calloc(skill->count + 1, sizeof *skill->examples);
    if (!skill->examples)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    for (size_t i = 0; !err && examples[i]; i++)
        err =
            add_example(classifier, classifier->count + 1, examples[i], &skill->examples[i], error);
    return err;
}

static live_err fill(classifier *classifier, const char *const *const *examples, size_t count,
                     live_error *error)
{
    live_err err = vocabulary_init(&classifier->vocabulary, error);

    if (err)
        return err;
    classifier->skills = calloc(count + 1, sizeof *classifier->skills);
    if (!classifier->skills)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    for (; !err && classifier->count < count; classifier->count++)
        err = add_skill(classifier, &classifier->skills[classifier->count],
                        examples[classifier->count], error);
    return err;
}

live_err classifier_new(const char *const *const *examples, size_t count,
                        classifier **ret_classifier, live_error *error)
{
    classifier *classifier = calloc(1, sizeof *classifier);

    if (!classifier)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    live_err err = fill(classifier, examples, count, error);
    if (err)
        classifier_free(classifier);
    else
        *ret_classifier = classifier;
    return err;
}

void classifier_free(classifier *classifier)
{
    if (!classifier)
        return;
    for (size_t i = 0; i < classifier->count; i++) {
        skill *skill = &classifier->skills[i];
        for (size_t k = 0; skill->examples && k < skill->count; k++)
            free(skill->examples[k].forms);
        free(skill->examples);
    }
    vocabulary_clear(&classifier->vocabulary);
    free(classifier->skills);
    free(classifier);
}

// Words

static double weight(const classifier *classifier, int term)
{
    const struct term *own = &classifier->vocabulary.terms[term];

    return weights[own->kind].known / sqrt((double)own->skills);
}

// Whether a letter too many or too few, or two that are swapped, make the one word the other. A wrong letter is none: it
// makes "charge" of "change".
static bool is_slip(const char *a, const char *b)
{
    size_t long_a = strlen(a), long_b = strlen(b), same = 0, end = 0;

    if (long_a + long_b < SLIP_MIN_BYTES || *a != *b)
        return false;
    while (a[same] && a[same] == b[same])
        same++;
    while (end < long_a - same && end < long_b - same && a[long_a - end - 1] == b[long_b - end - 1])
        end++;
    size_t rest_a = long_a - same - end, rest_b = long_b - same - end;
    bool swapped = rest_a == 2 && rest_b == 2 && a[same] == b[same + 1] && a[same + 1] == b[same];
    return swapped || rest_a + rest_b == 1;
}

static bool ends_with(const char *word, const char *ending)
{
    size_t length = strlen(word), own = strlen(ending);

    return length > own && strcmp(word + length - own, ending) == 0;
}

static bool tells(const char *word)
{
    return ends_with(word, "ed") || ends_with(word, "ing");
}

// How much of a token the form of an example is, 0 to 1.
static double likeness(const token *token, const form *form)
{
    bool same = strcmp(token->word.folded, form->folded) == 0 || token->word.kind != WORD_CONTENT;

    if (token->term == form->term && same)
        return 1;
    if (token->term == form->term)
        return tells(token->word.folded) == tells(form->folded) ? other_number : other_form;
    bool near = token->term == NO_TERM && token->word.kind == WORD_CONTENT &&
                is_slip(token->word.folded, form->folded);
    return near ? slip : 0;
}

// What a skill knows of one token.
typedef struct match {
    double likeness;
    int term;
} match;

static match match_example(const token *token, const example *example)
{
    match best = { 0, NO_TERM };

    for (size_t i = 0; i < example->count; i++) {
        double own = likeness(token, &example->forms[i]);
        if (own > best.likeness)
            best = (match){ own, example->forms[i].term };
    }
    return best;
}

static match match_skill(const token *token, const skill *skill)
{
    match best = { 0, NO_TERM };

    for (size_t i = 0; i < skill->count; i++) {
        match own = match_example(token, &skill->examples[i]);
        if (own.likeness > best.likeness)
            best = own;
    }
    return best;
}

// Scores

// Whether the first word of content is the same: "start the monitors" is no "the monitors start".
static bool begins_alike(const classifier *classifier, const tokens *tokens, const example *example)
{
    size_t i = 0, k = 0;

    while (i < tokens->count && tokens->items[i].word.kind != WORD_CONTENT)
        i++;
    while (k < example->count &&
           classifier->vocabulary.terms[example->forms[k].term].kind != WORD_CONTENT)
        k++;
    return i == tokens->count || k == example->count ||
           likeness(&tokens->items[i], &example->forms[k]) > 0;
}

// The share of the text that an example has, times the root of the share of the example that the text has.
static double score_example(const classifier *classifier, const tokens *tokens,
                            const match *by_skill, const example *example)
{
    double known = 0, unknown = (double)tokens->more, had = 0, all = 0;
    bool content = false;

    for (size_t i = 0; i < tokens->count; i++) {
        const token *token = &tokens->items[i];
        match own = match_example(token, example);
        double here = own.likeness, there = by_skill[i].likeness * other_example;
        double best = here > there ? here : there;
        if (here == 0 && token->word.kind == WORD_NEGATION)
            return 0; // whatever is asked for, it is not this
        if (best > 0)
            known += best * weight(classifier, by_skill[i].term);
        unknown += (1 - best) * weights[token->word.kind].unknown;
        had += here > 0 ? here * weight(classifier, own.term) : 0;
        content = content || (here > 0 && token->word.kind == WORD_CONTENT);
    }
    for (size_t i = 0; i < example->count; i++)
        all += weight(classifier, example->forms[i].term);
    double share = all > 0 ? had / all : 0;
    if (known == 0 || (!content && share < share_without_content))
        return 0;
    double order = begins_alike(classifier, tokens, example) ? 1 : other_begin;
    return known / (known + unknown) * sqrt(share) * order;
}

static double score_skill(const classifier *classifier, const tokens *tokens, const skill *skill)
{
    match by_skill[WORDS_MAX];
    double best = 0;

    for (size_t i = 0; i < tokens->count; i++)
        by_skill[i] = match_skill(&tokens->items[i], skill);
    for (size_t i = 0; i < skill->count; i++) {
        double own = score_example(classifier, tokens, by_skill, &skill->examples[i]);
        best = own > best ? own : best;
    }
    return best;
}

void classifier_score(classifier *classifier, const char *text, vocabulary_name_fn is_name,
                      void *user, double *ret_scores)
{
    tokens tokens;

    vocabulary_read(&classifier->vocabulary, text, is_name, user, &tokens);
    for (size_t i = 0; i < classifier->count; i++)
        ret_scores[i] = score_skill(classifier, &tokens, &classifier->skills[i]);
}
