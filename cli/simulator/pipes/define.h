// SPDX-License-Identifier: Apache-2.0
// Definitions in front of a query: "def @@rigs: (a|b);", "def double(x, by=2): x * by;",
// "def @busy(least): @filter load > least;". Each is read anew where it is used.
#ifndef PIPES_DEFINE_H
#define PIPES_DEFINE_H

#include "pipes/parser.h"

typedef enum pipes_definition_kind {
    PIPES_D_MACRO,   // @@name: a value of a filter, or an expression
    PIPES_D_STAGE,   // @name
    PIPES_D_FUNCTION // name
} pipes_definition_kind;

// A part of the query: its text up to the part's end, so that mistakes have their position.
typedef struct pipes_part {
    const char *text; // NULL: there is none
    size_t begin, end;
} pipes_part;

typedef struct pipes_parameter {
    const char *name;
    pipes_part fallback;
} pipes_parameter;

enum { PIPES_MAX_DEFINITIONS = 32, PIPES_MAX_PARAMETERS = 8 };

struct pipes_definition {
    const pipes_definition *next;
    pipes_definition_kind kind;
    const char *name;
    pipes_parameter parameters[PIPES_MAX_PARAMETERS];
    size_t count;
    pipes_part body;
};

// Reads the definitions at the beginning; the lexer stands behind them. False: it has failed.
bool pipes_definitions_read(pipes_lexer *lexer);

// NULL: nothing of this kind has the name.
const pipes_definition *pipes_definition_find(const pipes_lexer *lexer, pipes_definition_kind kind,
                                              const char *name);

// Goes on in a part, one level deeper; `ret_outer` is for the way back. False: too deep.
bool pipes_part_open(pipes_lexer *lexer, const pipes_part *part, pipes_lexer *ret_outer);
void pipes_part_close(pipes_lexer *lexer, const pipes_lexer *outer);

// Binds arguments to parameters, with their fallbacks where there are none left.
bool pipes_bind(pipes_parser *parser, const pipes_definition *definition, pipes_expression **args,
                size_t count, pipes_binding bindings[PIPES_MAX_PARAMETERS]);

// The body of a macro or function as an expression; NULL: the lexer has failed.
pipes_expression *pipes_expand(pipes_parser *parser, const pipes_definition *definition,
                               pipes_expression **args, size_t count);

#endif
