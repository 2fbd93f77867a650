// SPDX-License-Identifier: Apache-2.0
// Reads filters, byte by byte: their words follow other rules than those of expressions.
#include "pipes/define.h"
#include "pipes/filter_node.h"
#include "pipes/letters.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct filter_parser {
    pipes_lexer *lexer;
    pipes_hints *hints; // NULL where none may stand
} filter_parser;

// A word as it is read: a name, or a pattern.
typedef struct filter_word {
    const char *text;    // stars as they are written
    const char *pattern; // folded, unescaped stars as PIPES_ANY_TEXT
    int edits;
} filter_word;

static const pipes_filter_field type_field = { .path = { "__type" }, .count = 1 };

static char peek(const filter_parser *parser)
{
    return parser->lexer->text[parser->lexer->at];
}

static bool looking_at(const filter_parser *parser, const char *text)
{
    return strncmp(parser->lexer->text + parser->lexer->at, text, strlen(text)) == 0;
}

static bool accept(filter_parser *parser, const char *text)
{
    if (!looking_at(parser, text))
        return false;
    parser->lexer->at += strlen(text);
    return true;
}

static bool at_end(const filter_parser *parser)
{
    return parser->lexer->failed || parser->lexer->at >= parser->lexer->length ||
           looking_at(parser, "=>");
}

static void *fail_here(filter_parser *parser, const char *what)
{
    pipes_lexer *lexer = parser->lexer;

    if (lexer->at >= lexer->length)
        return pipes_fail_at(lexer, lexer->at, lexer->at, "%s, but the filter ends", what);
    return pipes_fail_at(lexer, lexer->at, lexer->at + 1, "%s, not '%.1s'", what,
                         lexer->text + lexer->at);
}

static pipes_filter *node(filter_parser *parser, pipes_filter_kind kind)
{
    pipes_filter *made = pipes_lexer_node(parser->lexer, sizeof *made);

    made->kind = kind;
    return made;
}

static pipes_filter *join(filter_parser *parser, pipes_filter_kind kind, pipes_filter *left,
                          pipes_filter *right)
{
    if (!left || !right)
        return NULL;
    if (left->is_hint || right->is_hint)
        return left->is_hint ? right : left;
    pipes_filter *made = node(parser, kind);
    made->left = left;
    made->right = right;
    return made;
}

static bool ends_word(const filter_parser *parser)
{
    char byte = peek(parser);

    if (!byte || isspace((unsigned char)byte) || strchr("()[]{}:|&,\"'", byte))
        return true;
    return looking_at(parser, "=>") || looking_at(parser, "->") || looking_at(parser, "!:") ||
           looking_at(parser, "$:") || looking_at(parser, "#:");
}

// "~n" at the end of a word.
static bool accept_edits(filter_parser *parser, int *ret_edits)
{
    size_t back = parser->lexer->at;

    if (!accept(parser, "~") || !isdigit((unsigned char)peek(parser))) {
        parser->lexer->at = back;
        return false;
    }
    *ret_edits = peek(parser) - '0';
    parser->lexer->at++;
    if (ends_word(parser))
        return true;
    parser->lexer->at = back;
    return false;
}

static size_t word_length(const filter_parser *parser)
{
    filter_parser ahead = *parser;
    pipes_lexer copy = *parser->lexer;

    ahead.lexer = &copy;
    while (!ends_word(&ahead)) {
        bool escaped = peek(&ahead) == '\\' && copy.at + 1 < copy.length;
        copy.at += escaped ? 2 : 1;
    }
    return copy.at - parser->lexer->at;
}

// Reads a word; an empty one is a mistake.
static bool read_word(filter_parser *parser, filter_word *ret_word)
{
    pipes_lexer *lexer = parser->lexer;
    size_t room = word_length(parser) + 1, length = 0;
    char *text, *pattern;

    if (room == 1) {
        fail_here(parser, "a word expected");
        return false;
    }
    text = pipes_arena_alloc(lexer->arena, room);
    pattern = pipes_arena_alloc(lexer->arena, room);
    *ret_word = (filter_word){ .text = text };
    while (!ends_word(parser) && !accept_edits(parser, &ret_word->edits)) {
        bool star = peek(parser) == '*';
        if (peek(parser) == '\\' && sim_profile_differs(lexer->profile, FACT_FILTER_ESCAPE)) {
            fail_here(parser, "a letter expected");
            return false;
        }
        if (peek(parser) == '\\' && lexer->at + 1 < lexer->length)
            lexer->at++;
        text[length] = peek(parser);
        pattern[length++] = star ? PIPES_ANY_TEXT : peek(parser);
        lexer->at++;
    }
    ret_word->pattern = pipes_lower(lexer->arena, pattern);
    return true;
}

static bool read_value_text(filter_parser *parser, filter_word *ret_word)
{
    char quote = peek(parser);

    if (quote != '"' && quote != '\'')
        return read_word(parser, ret_word);

    const char *text = pipes_lexer_quoted(parser->lexer, quote);
    if (!text)
        return false;
    *ret_word = (filter_word){ .text = text, .pattern = pipes_lower(parser->lexer->arena, text) };
    return true;
}

static pipes_filter *term(filter_parser *parser, const filter_word *word,
                          const pipes_filter_field *field)
{
    pipes_filter *made = node(parser, PIPES_F_TERM);

    made->field = *field;
    made->as_text = field->as_text;
    made->pattern = word->pattern;
    made->edits = word->edits;
    made->numeric = pipes_text_is_number(word->text, &made->number);
    made->profile = parser->lexer->profile;
    if (strcmp(word->pattern, (char[]){ PIPES_ANY_TEXT, '\0' }) == 0)
        made->kind = field->count == 1 && strcmp(field->path[0], "__type") == 0 ? PIPES_F_ALL
                                                                                : PIPES_F_PRESENT;
    return made;
}

// A star directly behind a group applies to each of its words.
static void add_star(filter_parser *parser, pipes_filter *filter)
{
    if (!filter)
        return;
    add_star(parser, filter->left);
    add_star(parser, filter->right);
    if (filter->kind != PIPES_F_TERM)
        return;
    size_t length = strlen(filter->pattern);
    char *pattern = pipes_arena_alloc(parser->lexer->arena, length + 2);
    memcpy(pattern, filter->pattern, length);
    pattern[length] = PIPES_ANY_TEXT;
    filter->pattern = pattern;
    filter->numeric = false;
}

static bool read_bound(filter_parser *parser, pipes_bound *ret_bound)
{
    filter_word word;

    pipes_lexer_skip_space(parser->lexer);
    if (!read_value_text(parser, &word))
        return false;
    bool open = strcmp(word.text, "*") == 0;
    ret_bound->text = open ? NULL : pipes_lower(parser->lexer->arena, word.text);
    ret_bound->numeric = !open && pipes_text_is_number(word.text, &ret_bound->number);
    pipes_lexer_skip_space(parser->lexer);
    return true;
}

static pipes_filter *parse_range(filter_parser *parser, const pipes_filter_field *field)
{
    pipes_filter *made = node(parser, PIPES_F_RANGE);

    made->field = *field;
    made->low.inclusive = peek(parser) == '[';
    parser->lexer->at++;
    if (!read_bound(parser, &made->low))
        return NULL;
    if (!accept(parser, ",") && !accept(parser, "TO") && !accept(parser, "to"))
        return fail_here(parser, "',' or 'TO' expected in the range");
    if (!read_bound(parser, &made->high))
        return NULL;
    made->high.inclusive = peek(parser) == ']';
    if (!accept(parser, "]") && !accept(parser, ")"))
        return fail_here(parser, "']' or ')' expected behind the range");
    return made;
}

// "(200, 300]" and "(a TO b)" are ranges, "(a|b)" and "(a b)" are groups: told by the second word.
static bool is_range(const filter_parser *parser)
{
    pipes_lexer copy = *parser->lexer;
    filter_parser ahead = { .lexer = &copy };

    if (peek(&ahead) == '[')
        return true;
    copy.at++;
    pipes_lexer_skip_space(&copy);
    if (peek(&ahead) == '"' || peek(&ahead) == '\'')
        return false;
    copy.at += word_length(&ahead);
    pipes_lexer_skip_space(&copy);
    return peek(&ahead) == ',' || ((looking_at(&ahead, "TO") || looking_at(&ahead, "to")) &&
                                   isspace((unsigned char)copy.text[copy.at + 2]));
}

static pipes_filter *parse_or(filter_parser *parser, const pipes_filter_field *field);

static pipes_filter *parse_group(filter_parser *parser, const pipes_filter_field *field)
{
    if (!pipes_lexer_enter(parser->lexer))
        return NULL;
    parser->lexer->at++;
    pipes_filter *inside = parse_or(parser, field);
    if (inside && !accept(parser, ")"))
        inside = fail_here(parser, "')' expected");
    if (inside && peek(parser) == '*') {
        parser->lexer->at++;
        add_star(parser, inside);
    }
    pipes_lexer_leave(parser->lexer);
    return inside;
}

static pipes_filter *parse_macro(filter_parser *parser, const pipes_filter_field *field)
{
    pipes_lexer *lexer = parser->lexer;
    pipes_filter *inside = NULL;
    filter_word name;
    pipes_lexer outer;

    lexer->at += 2;
    if (!read_word(parser, &name))
        return NULL;
    const pipes_definition *defined = pipes_definition_find(lexer, PIPES_D_MACRO, name.text);
    if (!defined)
        return pipes_fail_at(lexer, lexer->at - strlen(name.text), lexer->at,
                             "unknown macro '@@%.40s'", name.text);
    if (pipes_part_open(lexer, &defined->body, &outer)) {
        inside = parse_or(parser, field);
        if (inside && lexer->at < lexer->length)
            inside = fail_here(parser, "';' expected");
    }
    pipes_part_close(lexer, &outer);
    return inside;
}

static pipes_filter *parse_value(filter_parser *parser, const pipes_filter_field *field)
{
    filter_word word;

    pipes_lexer_skip_space(parser->lexer);
    if (looking_at(parser, "@@"))
        return parse_macro(parser, field);
    if (peek(parser) == '[' || (peek(parser) == '(' && is_range(parser)))
        return parse_range(parser, field);
    if (peek(parser) == '(')
        return parse_group(parser, field);
    return read_value_text(parser, &word) ? term(parser, &word, field) : NULL;
}

// Reads "->b->c", then "$" or "#".
static bool read_field_rest(filter_parser *parser, pipes_filter_field *field)
{
    while (accept(parser, "->")) {
        filter_word word;
        if (field->count == PIPES_MAX_PATH) {
            fail_here(parser, "a shorter path expected");
            return false;
        }
        if (peek(parser) == '{')
            word.text = pipes_lexer_quoted(parser->lexer, '}');
        else if (!read_word(parser, &word))
            return false;
        field->path[field->count++] = word.text;
    }
    if (looking_at(parser, "$:"))
        field->as_text = true;
    if (looking_at(parser, "$:") || looking_at(parser, "#:"))
        parser->lexer->at++;
    return !parser->lexer->failed;
}

static pipes_filter *parse_field(filter_parser *parser, const char *name)
{
    pipes_filter_field field = { .path = { name }, .count = 1 };

    if (!name || !read_field_rest(parser, &field))
        return NULL;
    if (!accept(parser, "!:") && !accept(parser, ":"))
        return fail_here(parser, "':' expected behind the field");
    return parse_value(parser, &field);
}

static void set_flags(pipes_hints *hints, const char *value)
{
    for (const char *at = value; *at; at += strcspn(at, ",")) {
        at += strspn(at, ", ");
        hints->reversed |= strncasecmp(at, "reversed", 8) == 0;
    }
}

static bool set_where(filter_parser *parser, const char *value)
{
    pipes_lexer *outer = parser->lexer;
    pipes_lexer inner = { .arena = outer->arena,
                          .profile = outer->profile,
                          .text = value,
                          .length = strlen(value),
                          .error = outer->error,
                          .depth = outer->depth,
                          .nodes = outer->nodes };
    filter_parser inside = { .lexer = &inner };
    pipes_filter *where = parse_or(&inside, &type_field);

    if (where && inner.at < inner.length)
        where = fail_here(&inside, "the end of .where expected");
    outer->failed |= inner.failed;
    parser->hints->where = where;
    return where;
}

static pipes_filter *negated(filter_parser *parser, pipes_filter *inside)
{
    pipes_filter *made = node(parser, PIPES_F_NOT);

    made->left = inside;
    made->profile = parser->lexer->profile;
    return made;
}

// .name:value
static pipes_filter *parse_hint(filter_parser *parser)
{
    filter_word name, value;

    parser->lexer->at++;
    if (!read_word(parser, &name))
        return NULL;
    accept(parser, "!");
    if (!accept(parser, ":"))
        return fail_here(parser, "':' expected behind the hint");
    if (!read_value_text(parser, &value))
        return NULL;
    if (strcasecmp(name.text, "flags") == 0)
        set_flags(parser->hints, value.text);
    else if (strcasecmp(name.text, "timestamp") == 0)
        parser->hints->timestamp_field = value.text;
    else if (strcasecmp(name.text, "limit") == 0)
        parser->hints->limit = strtoll(value.text, NULL, 10);
    else if (strcasecmp(name.text, "where") == 0 && !set_where(parser, value.text))
        return NULL;

    pipes_filter *made = node(parser, PIPES_F_ALL);
    // In a group it may be what it looks like: a condition, which nothing meets.
    bool branch =
        parser->lexer->depth > 0 && sim_profile_differs(parser->lexer->profile, FACT_FILTER_HINTS);
    made->is_hint = !branch;
    return branch ? negated(parser, made) : made;
}

static pipes_filter *parse_primary(filter_parser *parser, const pipes_filter_field *field)
{
    if (parser->hints && peek(parser) == '.' &&
        isalpha((unsigned char)parser->lexer->text[parser->lexer->at + 1]))
        return parse_hint(parser);
    if (peek(parser) == '{')
        return parse_field(parser, pipes_lexer_quoted(parser->lexer, '}'));
    if (!pipes_is_name_byte(peek(parser)))
        return parse_value(parser, field);

    filter_word word;
    if (!read_word(parser, &word))
        return NULL;
    if (looking_at(parser, ":") || looking_at(parser, "!:") || looking_at(parser, "->") ||
        looking_at(parser, "$:") || looking_at(parser, "#:"))
        return parse_field(parser, word.text);
    return term(parser, &word, field);
}

static pipes_filter *parse_unary(filter_parser *parser, const pipes_filter_field *field)
{
    bool negative = false;

    pipes_lexer_skip_space(parser->lexer);
    while (!looking_at(parser, "->") && accept(parser, "-")) {
        negative = !negative;
        pipes_lexer_skip_space(parser->lexer);
    }
    pipes_filter *inside = parse_primary(parser, field);
    pipes_lexer_skip_space(parser->lexer);
    return inside && negative && !inside->is_hint ? negated(parser, inside) : inside;
}

static pipes_filter *parse_and(filter_parser *parser, const pipes_filter_field *field)
{
    pipes_filter *made = parse_unary(parser, field);

    while (made && !at_end(parser) && !strchr("|),", peek(parser))) {
        if (!accept(parser, "&&"))
            accept(parser, "&");
        made = join(parser, PIPES_F_AND, made, parse_unary(parser, field));
    }
    return made;
}

static pipes_filter *parse_tight_or(filter_parser *parser, const pipes_filter_field *field)
{
    pipes_filter *made = parse_unary(parser, field);

    while (made && !at_end(parser) && (accept(parser, "||") || accept(parser, "|")))
        made = join(parser, PIPES_F_OR, made, parse_unary(parser, field));
    return made;
}

// Where or binds tighter.
static pipes_filter *parse_loose_and(filter_parser *parser, const pipes_filter_field *field)
{
    pipes_filter *made = parse_tight_or(parser, field);

    while (made && !at_end(parser) && !strchr("),", peek(parser))) {
        if (!accept(parser, "&&"))
            accept(parser, "&");
        made = join(parser, PIPES_F_AND, made, parse_tight_or(parser, field));
    }
    return made;
}

static pipes_filter *parse_or(filter_parser *parser, const pipes_filter_field *field)
{
    if (sim_profile_differs(parser->lexer->profile, FACT_FILTER_PRECEDENCE))
        return parse_loose_and(parser, field);
    pipes_filter *made = parse_and(parser, field);

    while (made && !at_end(parser) && (accept(parser, "||") || accept(parser, "|")))
        made = join(parser, PIPES_F_OR, made, parse_and(parser, field));
    return made;
}

bool pipes_filter_parse(pipes_lexer *lexer, pipes_hints *hints, const pipes_filter **ret_filter)
{
    filter_parser parser = { .lexer = lexer, .hints = hints };

    *ret_filter = NULL;
    pipes_lexer_skip_space(lexer);
    if (!at_end(&parser)) {
        *ret_filter = parse_or(&parser, &type_field);
        if (*ret_filter && !at_end(&parser))
            fail_here(&parser, "a condition or '=>' expected");
    }
    pipes_lexer_next(lexer);
    return !lexer->failed;
}

const pipes_filter *pipes_filter_parse_condition(pipes_lexer *lexer)
{
    filter_parser parser = { .lexer = lexer };
    pipes_filter *made = pipes_lexer_enter(lexer) ? parse_unary(&parser, &type_field) : NULL;

    pipes_lexer_leave(lexer);
    pipes_lexer_next(lexer);
    return made;
}
