// SPDX-License-Identifier: Apache-2.0
// Definitions in front of a query. Their bodies are found by their end and read where they are used.
#include "pipes/define.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

// Reading

// Behind a quoted text or a {name} that begins here.
static size_t behind_quotes(const pipes_lexer *lexer, size_t at)
{
    char close = lexer->text[at] == '{' ? '}' : lexer->text[at];

    for (at++; at < lexer->length && lexer->text[at] != close; at++)
        if (lexer->text[at] == '\\' && at + 1 < lexer->length)
            at++;
    return at < lexer->length ? at + 1 : lexer->length;
}

// The first of `stops` outside quotes, brackets and comments; the end of the text when there is none.
static size_t find_stop(const pipes_lexer *lexer, size_t at, const char *stops)
{
    int open = 0;

    while (at < lexer->length) {
        const char *text = lexer->text + at;
        if (open == 0 && strchr(stops, *text))
            return at;
        if (*text == '(' || *text == ')')
            open += *text == '(' ? 1 : -1;
        if (text[0] == '-' && text[1] == '-')
            at += strcspn(text, "\n");
        else
            at = strchr("\"'{", *text) ? behind_quotes(lexer, at) : at + 1;
    }
    return lexer->length;
}

static pipes_part part_of(const pipes_lexer *lexer, size_t begin, size_t end)
{
    return (pipes_part){ .text = pipes_arena_text(lexer->arena, lexer->text, end),
                         .begin = begin,
                         .end = end };
}

static bool accept(pipes_lexer *lexer, const char *text)
{
    pipes_lexer_skip_space(lexer);
    if (strncmp(lexer->text + lexer->at, text, strlen(text)) != 0)
        return false;
    lexer->at += strlen(text);
    return true;
}

static bool expected(pipes_lexer *lexer, const char *what)
{
    pipes_fail_at(lexer, lexer->at, lexer->at + 1, "%s expected in the definition", what);
    return false;
}

static const char *read_name(pipes_lexer *lexer)
{
    size_t begin;

    pipes_lexer_skip_space(lexer);
    begin = lexer->at;
    while (pipes_is_name_byte(lexer->text[lexer->at]) ||
           (lexer->at > begin && lexer->text[lexer->at] == '.'))
        lexer->at++;
    if (lexer->at > begin)
        return pipes_arena_text(lexer->arena, lexer->text + begin, lexer->at - begin);
    expected(lexer, "a name");
    return NULL;
}

static bool read_parameter(pipes_lexer *lexer, pipes_definition *definition)
{
    if (definition->count == PIPES_MAX_PARAMETERS)
        return expected(lexer, "fewer parameters are");
    pipes_parameter *parameter = &definition->parameters[definition->count++];
    parameter->name = read_name(lexer);
    if (parameter->name && accept(lexer, "=")) {
        size_t end = find_stop(lexer, lexer->at, ",)");
        parameter->fallback = part_of(lexer, lexer->at, end);
        lexer->at = end;
    }
    return parameter->name;
}

static bool read_parameters(pipes_lexer *lexer, pipes_definition *definition)
{
    if (!accept(lexer, "(") || accept(lexer, ")"))
        return true;
    do {
        if (!read_parameter(lexer, definition))
            return false;
    } while (accept(lexer, ","));
    return accept(lexer, ")") || expected(lexer, "')'");
}

static bool read_definition(pipes_lexer *lexer)
{
    pipes_definition *made = pipes_lexer_node(lexer, sizeof *made);

    made->kind = accept(lexer, "@@")  ? PIPES_D_MACRO
                 : accept(lexer, "@") ? PIPES_D_STAGE
                                      : PIPES_D_FUNCTION;
    made->name = read_name(lexer);
    if (!made->name || !read_parameters(lexer, made))
        return false;
    if (!accept(lexer, ":"))
        return expected(lexer, "':'");
    size_t end = find_stop(lexer, lexer->at, ";");
    if (end == lexer->length)
        return expected(lexer, "';' behind the body");
    made->body = part_of(lexer, lexer->at, end);
    lexer->at = end + 1;
    made->next = lexer->definitions;
    lexer->definitions = made;
    return !lexer->failed;
}

// A filter may name the event type "def": only what ends with ';' is a definition.
static bool at_definition(const pipes_lexer *lexer)
{
    const char *text = lexer->text + lexer->at;

    return strncasecmp(text, "def", 3) == 0 && isspace((unsigned char)text[3]) &&
           find_stop(lexer, lexer->at, ";") < lexer->length;
}

bool pipes_definitions_read(pipes_lexer *lexer)
{
    pipes_lexer_skip_space(lexer);
    for (int count = 0; at_definition(lexer); count++) {
        if (count == PIPES_MAX_DEFINITIONS)
            return expected(lexer, "no more than 32 are");
        lexer->at += 3;
        if (!read_definition(lexer))
            return false;
        pipes_lexer_skip_space(lexer);
    }
    return !lexer->failed;
}

const pipes_definition *pipes_definition_find(const pipes_lexer *lexer, pipes_definition_kind kind,
                                              const char *name)
{
    const pipes_definition *each = lexer->definitions;

    while (each && (each->kind != kind || strcasecmp(each->name, name) != 0))
        each = each->next;
    return each;
}

// Using

bool pipes_part_open(pipes_lexer *lexer, const pipes_part *part, pipes_lexer *ret_outer)
{
    *ret_outer = *lexer;
    if (!pipes_lexer_enter(lexer))
        return false;
    lexer->text = part->text;
    lexer->at = part->begin;
    lexer->length = part->end;
    return true;
}

void pipes_part_close(pipes_lexer *lexer, const pipes_lexer *outer)
{
    int nodes = lexer->nodes;
    bool failed = lexer->failed;

    *lexer = *outer;
    lexer->nodes = nodes;
    lexer->failed = failed;
    if (failed) { // as after any mistake
        lexer->token = (pipes_token){ .kind = PIPES_T_END, .text = "" };
        lexer->at = lexer->length;
    }
}

// A part that is one expression.
static pipes_expression *parse_part(pipes_parser *parser, const pipes_part *part,
                                    const pipes_binding *bindings, size_t count)
{
    const pipes_binding *outer_bindings = parser->bindings;
    size_t outer_count = parser->binding_count;
    pipes_expression *made = NULL;
    pipes_lexer outer;

    parser->bindings = bindings;
    parser->binding_count = count;
    if (pipes_part_open(&parser->lexer, part, &outer)) {
        pipes_lexer_next(&parser->lexer);
        made = pipes_parse_expression(parser);
        if (made && parser->lexer.token.kind != PIPES_T_END)
            made =
                pipes_fail(&parser->lexer, "';' expected, not '%.40s'", parser->lexer.token.text);
    }
    pipes_part_close(&parser->lexer, &outer);
    parser->bindings = outer_bindings;
    parser->binding_count = outer_count;
    return made;
}

bool pipes_bind(pipes_parser *parser, const pipes_definition *definition, pipes_expression **args,
                size_t count, pipes_binding bindings[PIPES_MAX_PARAMETERS])
{
    if (count > definition->count) {
        pipes_fail(&parser->lexer, "'%.60s' takes %zu arguments", definition->name,
                   definition->count);
        return false;
    }
    for (size_t i = 0; i < definition->count; i++) {
        const pipes_parameter *parameter = &definition->parameters[i];
        if (i >= count && !parameter->fallback.text) {
            pipes_fail(&parser->lexer, "'%.60s' lacks its argument '%.60s'", definition->name,
                       parameter->name);
            return false;
        }
        bindings[i].name = parameter->name;
        bindings[i].value = i < count ? args[i] : parse_part(parser, &parameter->fallback, NULL, 0);
        if (!bindings[i].value)
            return false;
    }
    return true;
}

pipes_expression *pipes_expand(pipes_parser *parser, const pipes_definition *definition,
                               pipes_expression **args, size_t count)
{
    pipes_binding bindings[PIPES_MAX_PARAMETERS] = { 0 };

    if (!pipes_bind(parser, definition, args, count, bindings))
        return NULL;
    return parse_part(parser, &definition->body, bindings, definition->count);
}
