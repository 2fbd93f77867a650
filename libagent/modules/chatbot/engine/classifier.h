// SPDX-License-Identifier: Apache-2.0
// How sure it is that a text asks for a skill, by the examples of all skills.
//
// A word weighs the more the fewer skills have it. For each example of a skill: the share of the text's weight that is in
// it, times the root of the share of its own weight that is in the text; the best example counts. Neither share depends on
// a skill that has no word of the text: one more adapter changes nothing for sentences that have nothing to do with it.
#ifndef CHATBOT_CLASSIFIER_H
#define CHATBOT_CLASSIFIER_H

#include "engine/vocabulary.h"

typedef struct classifier classifier; // for one thread at a time

// Examples of `count` skills: each a list that NULL ends, or NULL for none.
live_err classifier_new(const char *const *const *examples, size_t count,
                        classifier **ret_classifier, live_error *error);
void classifier_free(classifier *classifier);

// Fills one score a skill, from 0 to 1. Names speak neither for nor against; `is_name` may be NULL.
void classifier_score(classifier *classifier, const char *text, vocabulary_name_fn is_name,
                      void *user, double *ret_scores);

#endif
