// SPDX-License-Identifier: Apache-2.0
// What a query asks: its texts, the programs that are made of them, and its span.
#ifndef SIM_QUESTION_H
#define SIM_QUESTION_H

#include "pipes/program.h"
#include "profile.h"
#include "query.h"

typedef struct sim_question {
    const sim_profile *profile;
    char *expression, *description, *span_text;
    pipes_program *program, *reducer; // NULL: none, or mistaken
    sim_span span;
    fact_id mistake; // which fact tells what follows one
} sim_question;

void sim_question_init(sim_question *question, const sim_profile *profile,
                       const sim_query_options *options);
void sim_question_clear(sim_question *question);

// Whoever asks is told of a mistake by what `question->mistake` says.
live_err sim_question_compile(sim_question *question, const sim_query_options *options,
                              int64_t now_ms, live_error *error);

// The event that `__queries` gets of it, when the query starts and stops.
cJSON *sim_question_event(const sim_question *question, const char *action, uint64_t id);

#endif
