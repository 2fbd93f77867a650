// SPDX-License-Identifier: Apache-2.0
// Words of the query language, with their positions, and the one way a compilation fails.
#include "pipes/lexer.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// Longer ones first.
static const char *const symbols[] = {
    "=>", "->", "==", "!=", "<=", ">=", "&&", "||", "??", "//", "|>", "@@",
    "+",  "-",  "*",  "/",  "%",  "<",  ">",  "!",  "&",  "|",  "?",  ":",
    ",",  "(",  ")",  "[",  "]",  "#",  "$",  "\\", "@",  ".",  ";",
};

void pipes_lexer_init(pipes_lexer *lexer, pipes_arena *arena, const char *text, size_t length,
                      live_error *error)
{
    bool fits = length <= PIPES_MAX_BYTES;

    *lexer = (pipes_lexer){ .arena = arena, .length = fits ? length : 0, .error = error };
    lexer->text = pipes_arena_text(arena, text, lexer->length);
    if (!fits)
        pipes_fail_at(lexer, 0, 0, "the expression has more than %d bytes", PIPES_MAX_BYTES);
}

// Lines and columns count from 1, columns in characters.
static void place(const pipes_lexer *lexer, size_t offset, int *ret_line, int *ret_column)
{
    *ret_line = *ret_column = 1;
    for (size_t i = 0; i < offset && i < lexer->length; i++) {
        if (lexer->text[i] == '\n') {
            ++*ret_line;
            *ret_column = 1;
        } else if (((unsigned char)lexer->text[i] & 0xC0) != 0x80) {
            ++*ret_column;
        }
    }
}

static void fail_with(pipes_lexer *lexer, size_t begin, size_t end, const char *text)
{
    int line, column, end_line, end_column;

    if (lexer->failed)
        return;
    lexer->failed = true;
    lexer->token = (pipes_token){ .kind = PIPES_T_END, .text = "", .begin = begin, .end = end };
    lexer->at = lexer->length;
    place(lexer, begin, &line, &column);
    place(lexer, end, &end_line, &end_column);
    if (sim_profile_differs(lexer->profile, FACT_QUERY_POSITION)) {
        line--;
        column--;
        end_line--;
        end_column--;
    }
    live_fail(lexer->error, LIVE_E_PARSE, "PipeException: At (%d, %d->%d, %d): %s", line, column,
              end_line, end_column, text);
}

void *pipes_fail_at(pipes_lexer *lexer, size_t begin, size_t end, const char *format, ...)
{
    char text[160];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fail_with(lexer, begin, end, text);
    return NULL;
}

void *pipes_fail(pipes_lexer *lexer, const char *format, ...)
{
    char text[160];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fail_with(lexer, lexer->token.begin, lexer->token.end, text);
    return NULL;
}

bool pipes_lexer_enter(pipes_lexer *lexer)
{
    if (++lexer->depth > PIPES_MAX_DEPTH)
        pipes_fail_at(lexer, lexer->at, lexer->at, "nested more than %d deep", PIPES_MAX_DEPTH);
    return !lexer->failed;
}

void pipes_lexer_leave(pipes_lexer *lexer)
{
    lexer->depth--;
}

void *pipes_lexer_node(pipes_lexer *lexer, size_t bytes)
{
    if (++lexer->nodes > PIPES_MAX_NODES)
        pipes_fail_at(lexer, lexer->at, lexer->at, "more than %d parts", PIPES_MAX_NODES);
    return pipes_arena_alloc(lexer->arena, bytes);
}

bool pipes_is_name_byte(char byte)
{
    return isalnum((unsigned char)byte) || byte == '_' || (unsigned char)byte >= 0x80;
}

void pipes_lexer_skip_space(pipes_lexer *lexer)
{
    const char *text = lexer->text;

    for (;;) {
        while (isspace((unsigned char)text[lexer->at]))
            lexer->at++;
        if (text[lexer->at] != '-' || text[lexer->at + 1] != '-')
            return;
        while (lexer->at < lexer->length && text[lexer->at] != '\n')
            lexer->at++;
    }
}

// Where the closing quote stands, or the end of the text.
static size_t find_close(const pipes_lexer *lexer, size_t at, char close)
{
    while (at < lexer->length && lexer->text[at] != close)
        at += lexer->text[at] == '\\' ? 2 : 1;
    return at < lexer->length ? at : lexer->length;
}

const char *pipes_lexer_quoted(pipes_lexer *lexer, char close)
{
    static const char escapes[] = "n\nt\tr\r";
    size_t begin = lexer->at++, end = find_close(lexer, lexer->at, close);
    char *text = pipes_arena_alloc(lexer->arena, end - begin);
    size_t length = 0;

    if (end == lexer->length)
        return pipes_fail_at(lexer, begin, end, "no closing %c", close);
    while (lexer->at < end) {
        char byte = lexer->text[lexer->at++];
        if (byte == '\\') {
            byte = lexer->text[lexer->at++];
            const char *known = isalpha((unsigned char)byte) ? strchr(escapes, byte) : NULL;
            byte = known ? known[1] : byte;
        }
        text[length++] = byte;
    }
    lexer->at++;
    return text;
}

static void read_number(pipes_lexer *lexer, pipes_token *token)
{
    const char *at = lexer->text + lexer->at;
    char *end;

    token->kind = PIPES_T_NUMBER;
    token->number = strtod(at, &end);
    if (at[0] == '0' && (at[1] == 'x' || at[1] == 'X')) { // no hexadecimal here: 0, then a name
        token->number = 0;
        lexer->at++;
        return;
    }
    lexer->at += (size_t)(end - at);
}

static void read_name(pipes_lexer *lexer, pipes_token *token)
{
    const char *text = lexer->text;

    token->kind = PIPES_T_NAME;
    while (pipes_is_name_byte(text[lexer->at]) ||
           (text[lexer->at] == '.' && pipes_is_name_byte(text[lexer->at + 1])))
        lexer->at++;
}

static void read_symbol(pipes_lexer *lexer, pipes_token *token)
{
    token->kind = PIPES_T_SYMBOL;
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        size_t length = strlen(symbols[i]);
        if (strncmp(lexer->text + lexer->at, symbols[i], length) == 0) {
            lexer->at += length;
            return;
        }
    }
    pipes_fail_at(lexer, lexer->at, lexer->at + 1, "unexpected character '%c'",
                  isprint((unsigned char)lexer->text[lexer->at]) ? lexer->text[lexer->at] : '?');
}

void pipes_lexer_next(pipes_lexer *lexer)
{
    if (lexer->failed)
        return;
    pipes_lexer_skip_space(lexer);

    const char *at = lexer->text + lexer->at;
    pipes_token token = { .kind = PIPES_T_END, .text = "", .begin = lexer->at };
    if (lexer->at >= lexer->length) {
        token.end = lexer->at;
        lexer->token = token;
        return;
    }
    if (isdigit((unsigned char)*at) || (*at == '.' && isdigit((unsigned char)at[1]))) {
        read_number(lexer, &token);
    } else if (pipes_is_name_byte(*at)) {
        read_name(lexer, &token);
    } else if (*at == '"' || *at == '\'' || *at == '{') {
        token.kind = *at == '{' ? PIPES_T_QUOTED : PIPES_T_TEXT;
        token.text = pipes_lexer_quoted(lexer, *at == '{' ? '}' : *at);
    } else {
        read_symbol(lexer, &token);
    }
    if (lexer->failed)
        return;
    token.end = lexer->at;
    if (token.kind != PIPES_T_TEXT && token.kind != PIPES_T_QUOTED)
        token.text = pipes_arena_text(lexer->arena, at, token.end - token.begin);
    lexer->token = token;
}

bool pipes_lexer_is(const pipes_lexer *lexer, const char *symbol)
{
    return lexer->token.kind == PIPES_T_SYMBOL && strcmp(lexer->token.text, symbol) == 0;
}

bool pipes_lexer_is_word(const pipes_lexer *lexer, const char *word)
{
    return lexer->token.kind == PIPES_T_NAME && strcasecmp(lexer->token.text, word) == 0;
}

bool pipes_lexer_accept(pipes_lexer *lexer, const char *symbol)
{
    if (!pipes_lexer_is(lexer, symbol))
        return false;
    pipes_lexer_next(lexer);
    return true;
}

bool pipes_lexer_accept_word(pipes_lexer *lexer, const char *word)
{
    if (!pipes_lexer_is_word(lexer, word))
        return false;
    pipes_lexer_next(lexer);
    return true;
}

bool pipes_lexer_expect(pipes_lexer *lexer, const char *symbol)
{
    if (pipes_lexer_accept(lexer, symbol))
        return true;
    if (lexer->token.kind == PIPES_T_END)
        pipes_fail(lexer, "'%s' expected, but the expression ends", symbol);
    else
        pipes_fail(lexer, "'%s' expected, not '%.40s'", symbol, lexer->token.text);
    return false;
}
