// SPDX-License-Identifier: Apache-2.0
// A compiled query: its filter and the chain of its stages.
#include "pipes/program.h"

#include "memory.h"
#include "pipes/define.h"
#include <stdlib.h>
#include <strings.h>

enum { MAX_STAGES = 64, MAX_BRANCHES = 16 };

static bool append(pipes_parser *parser, pipes_program *program, pipes_stage *stage)
{
    pipes_stage **last = &program->first;

    if (++program->stage_count > MAX_STAGES)
        return pipes_fail(&parser->lexer, "more than %d stages", MAX_STAGES);
    while (*last)
        last = &(*last)->next;
    *last = stage;
    return true;
}

static bool parse_chain(pipes_parser *parser, pipes_program *program);
static bool parse_stages(pipes_parser *parser, pipes_program *program);

// [chain {union chain}], behind the bracket.
static bool parse_branches(pipes_parser *parser, pipes_stage *stage)
{
    pipes_lexer *lexer = &parser->lexer;
    pipes_program *branches[MAX_BRANCHES];
    size_t count = 0;

    stage->kind = &pipes_branch_stage;
    if (!pipes_lexer_enter(lexer))
        return false;
    do {
        if (count == MAX_BRANCHES)
            return pipes_fail(lexer, "more than %d branches", MAX_BRANCHES);
        branches[count] = pipes_lexer_node(lexer, sizeof **branches);
        pipes_lexer_accept(lexer, "=>");
        if (!parse_chain(parser, branches[count++]))
            return false;
    } while (pipes_lexer_accept_word(lexer, "union"));
    pipes_lexer_leave(lexer);
    stage->branches = pipes_parser_copy(parser, branches, count * sizeof *branches);
    stage->branch_count = count;
    return pipes_lexer_expect(lexer, "]");
}

// @name(argument, …) of a definition: the stages of its body.
static bool parse_defined(pipes_parser *parser, pipes_program *program,
                          const pipes_definition *defined)
{
    pipes_binding bindings[PIPES_MAX_PARAMETERS] = { 0 };
    const pipes_binding *outer_bindings = parser->bindings;
    size_t outer_count = parser->binding_count;
    pipes_expression *args[PIPES_MAX_ARGS];
    size_t count = 0;
    pipes_lexer outer;

    parser->aggregates_allowed = false; // they belong to one stage
    if (pipes_lexer_accept(&parser->lexer, "(") && !pipes_parse_args(parser, args, &count))
        return false;
    if (!pipes_bind(parser, defined, args, count, bindings))
        return false;
    parser->bindings = bindings;
    parser->binding_count = defined->count;
    if (pipes_part_open(&parser->lexer, &defined->body, &outer)) {
        pipes_lexer_next(&parser->lexer);
        pipes_lexer_accept(&parser->lexer, "=>");
        parse_stages(parser, program);
    }
    pipes_part_close(&parser->lexer, &outer);
    parser->bindings = outer_bindings;
    parser->binding_count = outer_count;
    return !parser->lexer.failed;
}

// The kind of stage that the current token names; NULL: none has the name.
static const pipes_stage_kind *find_stage(const pipes_lexer *lexer)
{
    bool take = strcasecmp(lexer->token.text, "take") == 0 &&
                sim_profile_differs(lexer->profile, FACT_STAGE_UNKNOWN);

    return pipes_stage_find(take ? "compress" : lexer->token.text); // which lets everything pass
}

static bool parse_stage(pipes_parser *parser, pipes_program *program)
{
    pipes_lexer *lexer = &parser->lexer;
    pipes_stage *stage = pipes_arena_alloc(lexer->arena, sizeof *stage);

    stage->kind = &pipes_select_stage;
    parser->aggregate_count = 0;
    if (pipes_lexer_accept(lexer, "["))
        return parse_branches(parser, stage) && append(parser, program, stage);
    if (pipes_lexer_accept(lexer, "@")) {
        const pipes_definition *defined =
            pipes_definition_find(lexer, PIPES_D_STAGE, lexer->token.text);
        stage->kind = find_stage(lexer);
        if (lexer->token.kind != PIPES_T_NAME || (!stage->kind && !defined))
            return pipes_fail(lexer, "unknown stage '@%.40s'", lexer->token.text);
        pipes_lexer_next(lexer);
        if (defined)
            return parse_defined(parser, program, defined);
    }
    parser->aggregates_allowed = stage->kind == &pipes_select_stage;
    return stage->kind->parse(parser, stage) && !lexer->failed && append(parser, program, stage);
}

// Stages between "=>".
static bool parse_chain(pipes_parser *parser, pipes_program *program)
{
    do {
        if (!parse_stage(parser, program))
            return false;
    } while (pipes_lexer_accept(&parser->lexer, "=>"));
    return !parser->lexer.failed;
}

// … up to the end.
static bool parse_stages(pipes_parser *parser, pipes_program *program)
{
    if (!parse_chain(parser, program))
        return false;
    if (parser->lexer.token.kind != PIPES_T_END)
        pipes_fail(&parser->lexer, "'=>' or the end expected, not '%.40s'",
                   parser->lexer.token.text);
    return !parser->lexer.failed;
}

static bool parse_query(pipes_parser *parser, pipes_program *program)
{
    if (!pipes_definitions_read(&parser->lexer) ||
        !pipes_filter_parse(&parser->lexer, &program->hints, &program->filter))
        return false;
    if (parser->lexer.token.kind == PIPES_T_END) {
        if (!program->filter)
            pipes_fail(&parser->lexer, "the expression is empty");
        return !parser->lexer.failed;
    }
    return pipes_lexer_expect(&parser->lexer, "=>") && parse_stages(parser, program);
}

static bool parse_lone_stage(pipes_parser *parser, pipes_program *program)
{
    pipes_lexer_next(&parser->lexer);
    pipes_lexer_accept(&parser->lexer, "=>");
    return !parser->lexer.failed && parse_stages(parser, program);
}

static live_err compile(const sim_profile *profile, const char *text, size_t length,
                        bool (*parse)(pipes_parser *parser, pipes_program *program),
                        pipes_program **ret_program, live_error *error)
{
    pipes_program *program = sim_alloc(1, sizeof *program);
    pipes_parser parser = { 0 };

    program->arena = pipes_arena_new();
    pipes_lexer_init(&parser.lexer, program->arena, text, length, error);
    parser.lexer.profile = profile;
    if (parser.lexer.failed || !parse(&parser, program)) {
        pipes_program_free(program);
        return LIVE_E_PARSE;
    }
    *ret_program = program;
    return LIVE_OK;
}

live_err sim_pipes_compile(const sim_profile *profile, const char *text, size_t length,
                           pipes_program **ret_program, live_error *error)
{
    return compile(profile, text, length, parse_query, ret_program, error);
}

live_err sim_pipes_compile_stage(const sim_profile *profile, const char *text, size_t length,
                                 pipes_program **ret_program, live_error *error)
{
    return compile(profile, text, length, parse_lone_stage, ret_program, error);
}

void pipes_program_free(pipes_program *program)
{
    if (!program)
        return;
    pipes_arena_free(program->arena);
    free(program);
}

void pipes_program_set_span(pipes_program *program, const sim_span *span)
{
    bool moves = span->length.ms || span->length.months;

    for (pipes_stage *stage = program->first; stage; stage = stage->next) {
        for (size_t i = 0; i < stage->branch_count; i++)
            pipes_program_set_span(stage->branches[i], span);
        if (stage->window.over != PIPES_OVER_SPAN)
            continue;
        stage->window.over = moves ? PIPES_OVER_LAST : PIPES_OVER_ALL;
        stage->window.length = span->length;
    }
}

static bool has_output(const pipes_program *program, pipes_output output)
{
    for (const pipes_stage *stage = program->first; stage; stage = stage->next) {
        if (stage->window.output == output)
            return true;
        for (size_t i = 0; i < stage->branch_count; i++)
            if (has_output(stage->branches[i], output))
                return true;
    }
    return false;
}

bool pipes_program_is_timed(const pipes_program *program)
{
    return has_output(program, PIPES_EVERY_PERIOD);
}

bool pipes_program_waits_for_end(const pipes_program *program)
{
    return has_output(program, PIPES_AT_THE_END);
}

bool pipes_program_is_per_row(const pipes_program *program)
{
    for (const pipes_stage *stage = program->first; stage; stage = stage->next)
        if (!stage->kind->per_row || stage->window.output != PIPES_PER_ROW)
            return false;
    return true;
}
