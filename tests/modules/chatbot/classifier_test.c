// SPDX-License-Identifier: Apache-2.0
// Which skill a sentence asks for: a labelled set, and what must not change with one more skill.
#include "engine/classifier.h"

#include <live/file.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/adapters.h"
#include "cmocka_all.h"

enum { SKILLS = 9, MAX_LINE_BYTES = 512 };

static const double threshold = 0.6; // the default of the settings

static const char *const monitors_examples[] = {
    "start the monitors", "run the monitors", "start monitoring", "monitor", "monitors", NULL,
};
static const char *const trades_examples[] = {
    "number of trades over",
    "count the trades on",
    "how many trades",
    NULL,
};
// As the sample of `live add-module` has them.
static const char *const busy_examples[] = {
    "how busy was this machine over the last minute",
    "what was the load of this machine over the last 5 minutes",
    "how much memory was used",
    NULL,
};
// Its words are in none of the sentences.
static const char *const mud_examples[] = {
    "mix fresh mud",
    "report mud losses",
    "compute the hydrostatic gradient",
    NULL,
};

static const char *const names[SKILLS] = {
    "help",     "asset_list", "asset_select", "current_value", "analysis",
    "monitors", "trades",     "busy",         "mud",
};
static const char *const *const examples[SKILLS] = {
    help_examples,          asset_list_examples, asset_select_examples,
    current_value_examples, analysis_examples,   monitors_examples,
    trades_examples,        busy_examples,       mud_examples,
};

static bool is_name(const char *word, void *user)
{
    static const char *const known[] = {
        "rig", "frac", "crew", "pump", "spp", "rpm", "hkld", "rop"
    };

    (void)user;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i], word) == 0)
            return true;
    return false;
}

static size_t choose(classifier *classifier, size_t count, const char *sentence,
                     double scores[SKILLS])
{
    size_t best = SKILLS;

    classifier_score(classifier, sentence, is_name, NULL, scores);
    for (size_t i = 0; i < count; i++)
        if (scores[i] >= threshold && (best == SKILLS || scores[i] > scores[best]))
            best = i;
    return best;
}

static classifier *skilled(size_t count)
{
    classifier *made = NULL;
    live_error error = { 0 };

    if (classifier_new(examples, count, &made, &error))
        fail_msg("%s", error.text);
    return made;
}

// The labelled sentences

typedef struct sentence {
    bool harmful;
    char label[32];
    const char *text;
} sentence;

// The next sentence; its line is cut out of the text.
static bool next_sentence(char **cursor, sentence *ret_sentence)
{
    char *line;

    while ((line = strsep(cursor, "\n"))) {
        char *colon = strstr(line, ": ");
        if (*line == '#' || !colon)
            continue;
        *colon = '\0';
        ret_sentence->harmful = *line == '!';
        snprintf(ret_sentence->label, sizeof ret_sentence->label, "%s",
                 line + ret_sentence->harmful);
        ret_sentence->text = colon + 2;
        return true;
    }
    return false;
}

static char *read_sentences(void)
{
    char *text = NULL;
    size_t length;
    live_error error = { 0 };

    if (live_file_read(LIVE_TEST_DATA "/chatbot/sentences.txt", &text, &length, &error))
        fail_msg("%s", error.text);
    return text;
}

// Skills that change or start something.
static bool acts(size_t skill)
{
    return skill < SKILLS &&
           (strcmp(names[skill], "asset_select") == 0 || strcmp(names[skill], "analysis") == 0 ||
            strcmp(names[skill], "monitors") == 0);
}

static void nineteen_of_twenty_sentences_reach_their_skill_and_none_starts_anything(void **unused)
{
    classifier *classifier = skilled(SKILLS);
    char *text = read_sentences(), *cursor = text;
    size_t all = 0, right = 0, harm = 0;
    double scores[SKILLS];
    sentence own;

    (void)unused;
    while (next_sentence(&cursor, &own)) {
        size_t chosen = choose(classifier, SKILLS, own.text, scores);
        const char *name = chosen < SKILLS ? names[chosen] : "none";
        bool same = strcmp(name, own.label) == 0;
        all++;
        right += same;
        harm += !same && acts(chosen);
        if (!same)
            print_message("%s%s: %s -> %s %.2f\n", own.harmful ? "!" : "", own.label, own.text,
                          name, chosen < SKILLS ? scores[chosen] : 0);
    }
    print_message("%zu of %zu right, %zu harmful\n", right, all, harm);
    assert_true(all >= 150);
    assert_true(right * 100 >= all * 95);
    assert_int_equal(harm, 0);
    live_free(text);
    classifier_free(classifier);
}

static void one_more_skill_changes_no_score_of_sentences_without_its_words(void **unused)
{
    classifier *few = skilled(SKILLS - 1), *more = skilled(SKILLS);
    char *text = read_sentences(), *cursor = text;
    double before[SKILLS], after[SKILLS];
    sentence own;

    (void)unused;
    while (next_sentence(&cursor, &own)) {
        choose(few, SKILLS - 1, own.text, before);
        choose(more, SKILLS, own.text, after);
        assert_memory_equal(before, after, (SKILLS - 1) * sizeof *before);
        assert_true(after[SKILLS - 1] == 0);
    }
    live_free(text);
    classifier_free(more);
    classifier_free(few);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nineteen_of_twenty_sentences_reach_their_skill_and_none_starts_anything),
        cmocka_unit_test(one_more_skill_changes_no_score_of_sentences_without_its_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
