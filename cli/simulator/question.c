// SPDX-License-Identifier: Apache-2.0
// What a query asks: its texts, the programs that are made of them, and its span.
#include "question.h"

#include "memory.h"
#include "otherwise.h"
#include <live/json.h>
#include <stdlib.h>
#include <string.h>

static bool is_given(const char *text)
{
    return text && *text && strcmp(text, "None") != 0;
}

void sim_question_init(sim_question *question, const sim_profile *profile,
                       const sim_query_options *options)
{
    *question =
        (sim_question){ .profile = profile,
                        .expression = sim_copy(options->expression ? options->expression : ""),
                        .description = sim_copy(options->description),
                        .span_text = is_given(options->span) ? sim_copy(options->span) : NULL };
}

void sim_question_clear(sim_question *question)
{
    pipes_program_free(question->program);
    pipes_program_free(question->reducer);
    free(question->expression);
    free(question->description);
    free(question->span_text);
}

static live_err compile_texts(sim_question *question, const sim_query_options *options,
                              live_error *error)
{
    const char *expression = question->expression, *reducer = options->reducer;
    live_err err = sim_pipes_compile(question->profile, expression, strlen(expression),
                                     &question->program, error);

    if (!err && is_given(reducer))
        err = sim_pipes_compile_stage(question->profile, reducer, strlen(reducer),
                                      &question->reducer, error);
    return err;
}

live_err sim_question_compile(sim_question *question, const sim_query_options *options,
                              int64_t now_ms, live_error *error)
{
    question->mistake = options->follow ? FACT_QUERY_MISTAKE_FOLLOWING : FACT_QUERY_MISTAKE;
    if (is_given(options->provider) && strcmp(options->provider, "pipes") != 0) {
        question->mistake = FACT_QUERY_PROVIDER;
        return live_fail(error, LIVE_E_UNSUPPORTED, "unknown query provider '%.60s'",
                         options->provider);
    }
    live_err err = compile_texts(question, options, error);
    if (!err)
        err = sim_otherwise_span(question->profile, options->span, now_ms, options->zone,
                                 &question->span, error);
    if (!err && options->follow && pipes_program_waits_for_end(question->program) &&
        sim_profile_is(question->profile, FACT_END_FOLLOWING, "error"))
        err = live_fail(error, LIVE_E_PARSE, "'at the end' never comes while following");
    if (!err)
        pipes_program_set_span(question->program, &question->span);
    if (!err && question->reducer)
        pipes_program_set_span(question->reducer, &question->span);
    return err;
}

cJSON *sim_question_event(const sim_question *question, const char *action, uint64_t id)
{
    cJSON *event = cJSON_CreateObject();

    cJSON_AddStringToObject(event, "__type", "__queries");
    cJSON_AddStringToObject(event, "__src", "core");
    cJSON_AddStringToObject(event, "action", action);
    live_json_add_int(event, "id", (int64_t)id);
    cJSON_AddStringToObject(event, "expression", question->expression);
    if (!sim_profile_differs(question->profile, FACT_QUERY_DESCRIPTION))
        cJSON_AddStringToObject(event, "description",
                                question->description ? question->description : "");
    if (question->span_text && !sim_profile_differs(question->profile, FACT_QUERY_ANNOUNCED_SPAN))
        cJSON_AddStringToObject(event, "span", question->span_text);
    return event;
}
