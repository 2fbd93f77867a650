// SPDX-License-Identifier: Apache-2.0
// Reads expressions, items and periods for the stages that hold them.
#ifndef PIPES_PARSER_H
#define PIPES_PARSER_H

#include "pipes/expression.h"
#include "pipes/lexer.h"

enum { PIPES_MAX_AGGREGATES = 64, PIPES_MAX_ITEMS = 64 };

// What a parameter stands for while the body of its definition is read.
typedef struct pipes_binding {
    const char *name;
    pipes_expression *value;
} pipes_binding;

typedef struct pipes_parser {
    pipes_lexer lexer;
    bool aggregates_allowed; // where a stage has windows
    pipes_expression *aggregates[PIPES_MAX_AGGREGATES];
    size_t aggregate_count;
    const pipes_binding *bindings;
    size_t binding_count;
} pipes_parser;

// An expression with the name of its result.
typedef struct pipes_item {
    pipes_expression *expression;
    const char *name;
    bool descending; // as a sort key
    bool expand;     // its members become the fields
} pipes_item;

// Each returns NULL, false or 0 when the lexer has failed.
pipes_expression *pipes_parse_expression(pipes_parser *parser);
bool pipes_parse_item(pipes_parser *parser, pipes_item *ret_item);

// Items between commas, at least one; a comma before a clause is tolerated.
size_t pipes_parse_items(pipes_parser *parser, pipes_item items[PIPES_MAX_ITEMS]);

// Whether a clause of a select starts here: by, over, every, at the end.
bool pipes_at_clause(const pipes_parser *parser);

// [number] unit
bool pipes_parse_period(pipes_parser *parser, sim_period *ret_period);

// Expressions up to ")", behind the `count` that are there; false as above.
bool pipes_parse_args(pipes_parser *parser, pipes_expression *args[PIPES_MAX_ARGS], size_t *count);

void *pipes_parser_copy(pipes_parser *parser, const void *bytes, size_t length);

#endif
