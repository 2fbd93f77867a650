// SPDX-License-Identifier: Apache-2.0
// Reads a select: items, then the clauses by, over, every and at the end, in any order.
#include "pipes/select.h"

static bool parse_by(pipes_parser *parser, pipes_stage *stage)
{
    pipes_item by[PIPES_MAX_ITEMS];
    bool allowed = parser->aggregates_allowed;

    parser->aggregates_allowed = false;
    stage->by_count = pipes_parse_items(parser, by);
    stage->by = pipes_parser_copy(parser, by, stage->by_count * sizeof *by);
    parser->aggregates_allowed = allowed;
    return stage->by_count > 0;
}

// @@span and its like, behind "@@".
static bool parse_over_span(pipes_parser *parser, pipes_stage *stage)
{
    stage->window.over = PIPES_OVER_SPAN;
    if (pipes_lexer_accept_word(&parser->lexer, "span") ||
        pipes_lexer_accept_word(&parser->lexer, "fullspan") ||
        pipes_lexer_accept_word(&parser->lexer, "userspan"))
        return true;
    pipes_fail(&parser->lexer, "unknown macro '@@%.40s'", parser->lexer.token.text);
    return false;
}

// over all, over last [n] unit, over @@span
static bool parse_over(pipes_parser *parser, pipes_stage *stage)
{
    if (pipes_lexer_accept(&parser->lexer, "@@"))
        return parse_over_span(parser, stage);
    if (pipes_lexer_accept_word(&parser->lexer, "all")) {
        stage->window.over = PIPES_OVER_ALL;
        return true;
    }
    if (!pipes_lexer_accept_word(&parser->lexer, "last")) {
        pipes_fail(&parser->lexer, "'last' or 'all' expected behind 'over'");
        return false;
    }
    stage->window.over = PIPES_OVER_LAST;
    return pipes_parse_period(parser, &stage->window.length);
}

// every item, every n items, every batch, every [n] unit
static bool parse_every(pipes_parser *parser, pipes_stage *stage)
{
    pipes_lexer before = parser->lexer;
    pipes_window *window = &stage->window;

    window->items = 1;
    if (parser->lexer.token.kind == PIPES_T_NUMBER) {
        double items = parser->lexer.token.number;
        window->items = items >= 1 && items <= 1e6 ? (size_t)items : 1;
        pipes_lexer_next(&parser->lexer);
    }
    window->output = PIPES_EVERY_ITEMS;
    if (pipes_lexer_accept_word(&parser->lexer, "item") ||
        pipes_lexer_accept_word(&parser->lexer, "items"))
        return true;
    window->output = PIPES_EVERY_BATCH;
    if (pipes_lexer_accept_word(&parser->lexer, "batch"))
        return true;
    window->output = PIPES_EVERY_PERIOD;
    if (!parser->lexer.failed)
        parser->lexer = before;
    return pipes_parse_period(parser, &window->period);
}

static bool parse_at(pipes_parser *parser, pipes_stage *stage)
{
    stage->window.output = PIPES_AT_THE_END;
    if (pipes_lexer_accept_word(&parser->lexer, "the") &&
        pipes_lexer_accept_word(&parser->lexer, "end"))
        return true;
    pipes_fail(&parser->lexer, "'at the end' expected");
    return false;
}

static const struct clause {
    const char *word;
    bool (*parse)(pipes_parser *parser, pipes_stage *stage);
} clauses[] = {
    { "by", parse_by },
    { "over", parse_over },
    { "every", parse_every },
    { "at", parse_at },
};

static bool parse_clauses(pipes_parser *parser, pipes_stage *stage)
{
    for (size_t i = 0; i < sizeof clauses / sizeof *clauses;) {
        if (!pipes_lexer_accept_word(&parser->lexer, clauses[i].word)) {
            i++;
            continue;
        }
        if (!clauses[i].parse(parser, stage))
            return false;
        i = 0;
    }
    return !parser->lexer.failed;
}

// Without a word on output: a row each, or, with a window or aggregates, everything so far at
// each batch.
static void complete_window(const sim_profile *profile, pipes_stage *stage)
{
    pipes_window *window = &stage->window;
    bool windowed = stage->aggregate_count || stage->by_count || window->over;

    if (window->output == PIPES_PER_ROW && windowed) {
        bool at_end = sim_profile_is(profile, FACT_AGGREGATE_ALONE, "at-end");
        window->output = at_end ? PIPES_AT_THE_END : PIPES_EVERY_BATCH;
        if (!window->over && !sim_profile_is(profile, FACT_AGGREGATE_ALONE, "each"))
            window->over = PIPES_OVER_ALL;
    }
    if (window->output == PIPES_EVERY_ITEMS && window->items == 1 && !window->over)
        window->over = PIPES_OVER_ALL;
}

// What another platform may refuse.
static bool check_as_profiled(pipes_parser *parser, const pipes_stage *stage)
{
    const sim_profile *profile = parser->lexer.profile;
    bool alone = stage->item_count + stage->by_count == 0;

    if (alone && sim_profile_is(profile, FACT_CLAUSE_ALONE, "error"))
        return pipes_fail(&parser->lexer, "a clause without a field");
    if (stage->aggregate_count && stage->window.output == PIPES_PER_ROW && !stage->window.over &&
        sim_profile_is(profile, FACT_AGGREGATE_ALONE, "error"))
        return pipes_fail(&parser->lexer, "an aggregate without a clause");
    for (size_t i = 0; i < stage->item_count && stage->aggregate_count; i++)
        if (!stage->items[i].expression->has_aggregate &&
            sim_profile_is(profile, FACT_SCALAR_ROW, "error"))
            return pipes_fail(&parser->lexer, "a field beside an aggregate");
    return true;
}

bool pipes_select_parse(pipes_parser *parser, pipes_stage *stage)
{
    pipes_item items[PIPES_MAX_ITEMS];
    bool expand = pipes_lexer_accept_word(&parser->lexer, "expand");

    if (!pipes_at_clause(parser)) {
        stage->item_count = pipes_parse_items(parser, items);
        if (stage->item_count == 0)
            return false;
        items[0].expand = expand;
    }
    stage->items = pipes_parser_copy(parser, items, stage->item_count * sizeof *items);
    if (!parse_clauses(parser, stage))
        return false;
    stage->aggregate_count = parser->aggregate_count;
    stage->aggregates = pipes_parser_copy(parser, parser->aggregates,
                                          parser->aggregate_count * sizeof *parser->aggregates);
    if (!check_as_profiled(parser, stage))
        return false;
    complete_window(parser->lexer.profile, stage);
    return true;
}
