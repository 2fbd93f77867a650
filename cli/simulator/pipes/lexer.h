// SPDX-License-Identifier: Apache-2.0
// Words of the query language, with their positions, and the one way a compilation fails.
#ifndef PIPES_LEXER_H
#define PIPES_LEXER_H

#include "pipes/arena.h"
#include "profile.h"
#include <live/error.h>
#include <stdbool.h>

typedef enum pipes_token_kind {
    PIPES_T_END,
    PIPES_T_NUMBER,
    PIPES_T_TEXT,   // 'text' or "text"
    PIPES_T_NAME,   // a name, with dots inside
    PIPES_T_QUOTED, // {any name}
    PIPES_T_SYMBOL
} pipes_token_kind;

typedef struct pipes_token {
    pipes_token_kind kind;
    const char *text; // without quotes; a symbol as it is written
    double number;
    size_t begin, end; // offsets
} pipes_token;

typedef struct pipes_definition pipes_definition;

typedef struct pipes_lexer {
    pipes_arena *arena;
    const sim_profile *profile; // NULL: the language as we believe it to be
    const char *text;           // ends with NUL
    size_t length;
    size_t at;         // where the next token is looked for
    pipes_token token; // the current one
    int depth;         // of the parser, bounded
    int nodes;         // of the trees, bounded: chains of operators are as deep as they are long
    bool failed;       // sticky: the first mistake is the one reported
    live_error *error;
    const pipes_definition *definitions; // of the query, the last one first
} pipes_lexer;

enum { PIPES_MAX_DEPTH = 100, PIPES_MAX_NODES = 4000, PIPES_MAX_BYTES = 256 * 1024 };

void pipes_lexer_init(pipes_lexer *lexer, pipes_arena *arena, const char *text, size_t length,
                      live_error *error);

// Reads the next token; at a mistake the token becomes the end.
void pipes_lexer_next(pipes_lexer *lexer);
void pipes_lexer_skip_space(pipes_lexer *lexer); // and comments

bool pipes_lexer_is(const pipes_lexer *lexer, const char *symbol);
bool pipes_lexer_is_word(const pipes_lexer *lexer, const char *word); // in any case of letters
bool pipes_lexer_accept(pipes_lexer *lexer, const char *symbol);
bool pipes_lexer_accept_word(pipes_lexer *lexer, const char *word);
bool pipes_lexer_expect(pipes_lexer *lexer, const char *symbol);

// Reads a quoted text that starts at `at`, escapes resolved.
const char *pipes_lexer_quoted(pipes_lexer *lexer, char close);

// "PipeException: At (line, column->line, column): …", once. Returns NULL, for parsers to return.
void *pipes_fail_at(pipes_lexer *lexer, size_t begin, size_t end, const char *format, ...)
    LIVE_FORMAT(4, 5);

// Room for a node of a tree, zeroed. Too many fail the lexer, but there is room all the same.
void *pipes_lexer_node(pipes_lexer *lexer, size_t bytes);

// At the current token.
void *pipes_fail(pipes_lexer *lexer, const char *format, ...) LIVE_FORMAT(2, 3);

bool pipes_lexer_enter(pipes_lexer *lexer); // one level deeper; fails beyond PIPES_MAX_DEPTH
void pipes_lexer_leave(pipes_lexer *lexer);

bool pipes_is_name_byte(char byte); // letters, digits, `_`, and all beyond ASCII

#endif
