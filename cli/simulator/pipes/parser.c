// SPDX-License-Identifier: Apache-2.0
// Reads expressions by recursive descent; binary operators by the levels of their table.
#include "pipes/parser.h"

#include "pipes/define.h"
#include "pipes/operators.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static pipes_expression *node(pipes_parser *parser, pipes_eval_fn eval)
{
    pipes_expression *made = pipes_lexer_node(&parser->lexer, sizeof *made);

    made->eval = eval;
    made->label = "";
    return made;
}

static char *join(pipes_parser *parser, const char *a, const char *between, const char *b)
{
    size_t length = strlen(a) + strlen(between) + strlen(b);
    char *text = pipes_arena_alloc(parser->lexer.arena, length + 1);

    stpcpy(stpcpy(stpcpy(text, a), between), b);
    return text;
}

static pipes_expression *unary(pipes_parser *parser, pipes_eval_fn eval, pipes_expression *operand)
{
    pipes_expression *made = node(parser, eval);

    made->args[0] = operand;
    made->label = operand->label;
    made->has_aggregate = operand->has_aggregate;
    return made;
}

void *pipes_parser_copy(pipes_parser *parser, const void *bytes, size_t length)
{
    void *copy = pipes_arena_alloc(parser->lexer.arena, length);

    if (length > 0)
        memcpy(copy, bytes, length);
    return copy;
}

// The source text from `begin` as a name: what is no letter or digit becomes one `_`.
static const char *label_of(pipes_parser *parser, size_t begin, size_t end)
{
    char *text = pipes_arena_alloc(parser->lexer.arena, end - begin + 1);
    size_t length = 0;

    for (size_t i = begin; i < end; i++) {
        char byte = parser->lexer.text[i];
        if (pipes_is_name_byte(byte))
            text[length++] = byte;
        else if (length > 0 && text[length - 1] != '_')
            text[length++] = '_';
    }
    while (length > 0 && text[length - 1] == '_')
        text[--length] = '\0';
    return text;
}

// The source text itself, without the blanks behind it.
static const char *text_of(pipes_parser *parser, size_t begin, size_t end)
{
    while (end > begin && isspace((unsigned char)parser->lexer.text[end - 1]))
        end--;
    return pipes_arena_text(parser->lexer.arena, parser->lexer.text + begin, end - begin);
}

// Names the result of f(x, 0.5) "f_x_0_5".
static const char *call_label(pipes_parser *parser, const char *name, pipes_expression **args,
                              size_t count)
{
    const char *label = name;

    for (size_t i = 0; i < count; i++)
        if (*args[i]->label)
            label = join(parser, label, "_", args[i]->label);
    char *plain = join(parser, label, "", "");
    for (char *at = plain; *at; at++)
        if (*at == '.')
            *at = '_';
    return strlen(plain) <= 200 ? plain : name;
}

static pipes_expression *literal(pipes_parser *parser, pipes_value value)
{
    pipes_expression *made = node(parser, pipes_eval_literal);

    made->literal = value;
    made->label = label_of(parser, parser->lexer.token.begin, parser->lexer.token.end);
    pipes_lexer_next(&parser->lexer);
    return made;
}

static pipes_expression *make_aggregate(pipes_parser *parser, pipes_expression *made)
{
    if (!parser->aggregates_allowed)
        return pipes_fail(&parser->lexer, "the aggregate '%.40s' has no window here", made->name);
    if (made->has_aggregate)
        return pipes_fail(&parser->lexer, "the aggregate '%.40s' holds another one", made->name);
    if (parser->aggregate_count == PIPES_MAX_AGGREGATES)
        return pipes_fail(&parser->lexer, "more than %d aggregates", PIPES_MAX_AGGREGATES);
    made->eval = pipes_eval_aggregate;
    made->has_aggregate = true;
    made->slot = parser->aggregate_count;
    parser->aggregates[parser->aggregate_count++] = made;
    return made;
}

static pipes_expression *call_defined(pipes_parser *parser, const pipes_definition *defined,
                                      pipes_expression **args, size_t count)
{
    pipes_expression *body = pipes_expand(parser, defined, args, count);

    if (!body)
        return NULL;
    pipes_expression *made = unary(parser, pipes_eval_same, body); // with a name of its own
    made->label = call_label(parser, defined->name, args, count);
    return made;
}

static pipes_expression *make_call(pipes_parser *parser, const pipes_token *name,
                                   pipes_expression **args, size_t count)
{
    const pipes_definition *defined =
        pipes_definition_find(&parser->lexer, PIPES_D_FUNCTION, name->text);
    pipes_expression *made = node(parser, pipes_eval_call);

    if (defined)
        return call_defined(parser, defined, args, count);
    made->name = name->text;
    made->list = pipes_parser_copy(parser, args, count * sizeof *args);
    made->count = count;
    for (size_t i = 0; i < count; i++)
        made->has_aggregate |= args[i]->has_aggregate;
    made->label = call_label(parser, name->text, args, count);
    made->function = pipes_function_find(name->text, count);
    made->aggregate = pipes_aggregate_find(name->text, count);
    if (made->function)
        return made;
    if (made->aggregate && strcasecmp(name->text, "count") == 0 &&
        sim_profile_differs(parser->lexer.profile, FACT_COUNT_NULL))
        made->count = 0; // every row counts, whatever is counted
    if (made->aggregate)
        return make_aggregate(parser, made);
    if (pipes_is_function(name->text))
        return pipes_fail_at(&parser->lexer, name->begin, name->end,
                             "the function '%.60s' does not take %zu arguments", name->text, count);
    return pipes_fail_at(&parser->lexer, name->begin, name->end, "unknown function '%.60s'",
                         name->text);
}

bool pipes_parse_args(pipes_parser *parser, pipes_expression *args[PIPES_MAX_ARGS], size_t *count)
{
    if (pipes_lexer_accept(&parser->lexer, ")"))
        return true;
    do {
        if (*count == PIPES_MAX_ARGS) {
            pipes_fail(&parser->lexer, "more than %d arguments", PIPES_MAX_ARGS);
            return false;
        }
        args[*count] = pipes_parse_expression(parser);
        if (!args[(*count)++])
            return false;
    } while (pipes_lexer_accept(&parser->lexer, ","));
    return pipes_lexer_expect(&parser->lexer, ")");
}

static pipes_expression *parse_field(pipes_parser *parser)
{
    pipes_expression *made = node(parser, pipes_eval_field);

    made->name = made->label = parser->lexer.token.text;
    if (parser->lexer.token.kind == PIPES_T_NAME && strcmp(made->name, "_") == 0)
        made->eval = pipes_eval_item;
    pipes_lexer_next(&parser->lexer);
    return made;
}

// Each use of an argument is a copy that counts: shared, a short text could mean endless work.
// NULL: too many.
static pipes_expression *copy_of(pipes_parser *parser, pipes_expression *expression)
{
    if (expression->eval == pipes_eval_aggregate)
        return expression; // its result is there already
    pipes_expression *copy = pipes_lexer_node(&parser->lexer, sizeof *copy);
    *copy = *expression;
    copy->list =
        pipes_parser_copy(parser, expression->list, expression->count * sizeof *copy->list);
    for (size_t i = 0; i < expression->count && !parser->lexer.failed; i++)
        copy->list[i] = copy_of(parser, expression->list[i]);
    for (size_t i = 0; i < 3 && !parser->lexer.failed; i++)
        copy->args[i] = expression->args[i] ? copy_of(parser, expression->args[i]) : NULL;
    return parser->lexer.failed ? NULL : copy;
}

// What a parameter stands for here; NULL: the name is none.
static pipes_expression *find_bound(const pipes_parser *parser, const char *name)
{
    for (size_t i = 0; i < parser->binding_count; i++)
        if (strcmp(parser->bindings[i].name, name) == 0)
            return parser->bindings[i].value;
    return NULL;
}

static pipes_expression *parse_name(pipes_parser *parser)
{
    static const struct {
        const char *name;
        pipes_kind kind;
        bool truth;
    } words[] = {
        { "null", PIPES_NULL, false },
        { "true", PIPES_BOOLEAN, true },
        { "false", PIPES_BOOLEAN, false },
    };
    pipes_token name = parser->lexer.token;
    pipes_expression *args[PIPES_MAX_ARGS];
    size_t count = 0;

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(name.text, words[i].name) == 0)
            return literal(parser, (pipes_value){ .kind = words[i].kind, .truth = words[i].truth });
    pipes_expression *field = parse_field(parser);
    if (!pipes_lexer_accept(&parser->lexer, "(")) {
        pipes_expression *bound = find_bound(parser, name.text);
        return bound ? copy_of(parser, bound) : field;
    }
    return pipes_parse_args(parser, args, &count) ? make_call(parser, &name, args, count) : NULL;
}

static pipes_expression *parse_brackets(pipes_parser *parser)
{
    pipes_expression *items[PIPES_MAX_ARGS];
    size_t count = 0, begin = parser->lexer.token.begin;

    pipes_lexer_next(&parser->lexer);
    if (!pipes_parse_args(parser, items, &count))
        return NULL;
    if (count == 1)
        return items[0];
    pipes_expression *made = node(parser, pipes_eval_sequence);
    made->list = pipes_parser_copy(parser, items, count * sizeof *items);
    made->count = count;
    made->label = label_of(parser, begin, parser->lexer.token.begin);
    for (size_t i = 0; i < count; i++)
        made->has_aggregate |= items[i]->has_aggregate;
    return made;
}

static pipes_expression *parse_condition(pipes_parser *parser)
{
    pipes_expression *made = node(parser, pipes_eval_filter);
    size_t begin = parser->lexer.token.begin;

    parser->lexer.at = parser->lexer.token.end; // the filter's words are read byte by byte
    made->filter = pipes_filter_parse_condition(&parser->lexer);
    if (!made->filter)
        return NULL;
    made->label = label_of(parser, begin, parser->lexer.token.begin);
    return made;
}

static pipes_expression *parse_macro(pipes_parser *parser)
{
    static const char *const names[] = { "span", "fullspan", "userspan" };

    pipes_lexer_next(&parser->lexer);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!pipes_lexer_accept_word(&parser->lexer, names[i]))
            continue;
        pipes_expression *made = node(parser, pipes_eval_span);
        made->label = names[i];
        return made;
    }
    const pipes_definition *defined =
        pipes_definition_find(&parser->lexer, PIPES_D_MACRO, parser->lexer.token.text);
    if (!defined)
        return pipes_fail(&parser->lexer, "unknown macro '@@%.40s'", parser->lexer.token.text);
    pipes_lexer_next(&parser->lexer);
    return call_defined(parser, defined, NULL, 0);
}

static pipes_expression *parse_primary(pipes_parser *parser)
{
    pipes_lexer *lexer = &parser->lexer;

    switch (lexer->token.kind) {
    case PIPES_T_NUMBER: return literal(parser, pipes_number(lexer->token.number));
    case PIPES_T_TEXT: return literal(parser, pipes_text(lexer->token.text));
    case PIPES_T_QUOTED: return parse_field(parser);
    case PIPES_T_NAME: return parse_name(parser);
    case PIPES_T_END: return pipes_fail(lexer, "an expression expected, but the text ends");
    case PIPES_T_SYMBOL: break;
    }
    if (pipes_lexer_is(lexer, "("))
        return parse_brackets(parser);
    if (pipes_lexer_is(lexer, "\\"))
        return parse_condition(parser);
    if (pipes_lexer_is(lexer, "@@"))
        return parse_macro(parser);
    if (pipes_lexer_accept(lexer, "*"))
        return node(parser, pipes_eval_row);
    return pipes_fail(lexer, "an expression expected, not '%.40s'", lexer->token.text);
}

// agg:if(condition)
static pipes_expression *parse_if(pipes_parser *parser, pipes_expression *aggregate)
{
    bool allowed = parser->aggregates_allowed;

    if (!aggregate->aggregate || aggregate->eval != pipes_eval_aggregate || aggregate->condition)
        return pipes_fail(&parser->lexer, "':if' belongs behind an aggregate");
    pipes_lexer_next(&parser->lexer);
    if (!pipes_lexer_expect(&parser->lexer, "("))
        return NULL;
    parser->aggregates_allowed = false;
    aggregate->condition = pipes_parse_expression(parser);
    parser->aggregates_allowed = allowed;
    return aggregate->condition && pipes_lexer_expect(&parser->lexer, ")") ? aggregate : NULL;
}

// value:f(x) is f(value, x); value:f is f(value); value:type selects by type.
static pipes_expression *parse_method(pipes_parser *parser, pipes_expression *receiver)
{
    pipes_token name = parser->lexer.token;
    pipes_expression *args[PIPES_MAX_ARGS] = { receiver };
    size_t count = 1;

    if (name.kind != PIPES_T_NAME)
        return pipes_fail(&parser->lexer, "a function expected behind ':'");
    if (pipes_lexer_is_word(&parser->lexer, "if"))
        return parse_if(parser, receiver);
    pipes_lexer_next(&parser->lexer);
    if (pipes_lexer_accept(&parser->lexer, "("))
        return pipes_parse_args(parser, args, &count) ? make_call(parser, &name, args, count)
                                                      : NULL;
    if (pipes_type_find(name.text))
        return unary(parser, pipes_type_find(name.text), receiver);
    return make_call(parser, &name, args, count);
}

static pipes_expression *parse_member(pipes_parser *parser, pipes_expression *map)
{
    pipes_token name = parser->lexer.token;

    if (name.kind != PIPES_T_NAME && name.kind != PIPES_T_QUOTED)
        return pipes_fail(&parser->lexer, "a name expected behind '->'");
    pipes_lexer_next(&parser->lexer);
    pipes_expression *made = unary(parser, pipes_eval_member, map);
    const sim_profile *profile = parser->lexer.profile;
    bool last = sim_profile_is(profile, FACT_NAME_MEMBER, "last") || strlen(map->label) > 200;
    const char *between = sim_profile_is(profile, FACT_NAME_MEMBER, "text") ? "->" : "_";
    made->name = name.text;
    made->label = last ? name.text : join(parser, map->label, between, name.text);
    return made;
}

static pipes_expression *parse_index(pipes_parser *parser, pipes_expression *list)
{
    pipes_expression *made = unary(parser, pipes_eval_index, list);

    made->args[1] = pipes_parse_expression(parser);
    if (!made->args[1] || !pipes_lexer_expect(&parser->lexer, "]"))
        return NULL;
    made->has_aggregate |= made->args[1]->has_aggregate;
    if (strlen(list->label) + strlen(made->args[1]->label) < 200)
        made->label = join(parser, list->label, "_", made->args[1]->label);
    return made;
}

static pipes_expression *parse_to_number(pipes_parser *parser, pipes_expression *value)
{
    pipes_expression *made = unary(parser, pipes_eval_to_number, value);
    const pipes_token *token = &parser->lexer.token;

    // a#round(2): the colon may be missing here
    if (token->kind == PIPES_T_NAME && parser->lexer.text[token->end] == '(')
        return parse_method(parser, made);
    return made;
}

static pipes_expression *parse_to_text(pipes_parser *parser, pipes_expression *value)
{
    return unary(parser, pipes_eval_to_text, value);
}

static const struct postfix {
    const char *symbol;
    pipes_expression *(*parse)(pipes_parser *parser, pipes_expression *operand);
} postfixes[] = {
    { ":", parse_method },    { "->", parse_member }, { "[", parse_index },
    { "#", parse_to_number }, { "$", parse_to_text },
};

static pipes_expression *parse_postfix(pipes_parser *parser)
{
    pipes_expression *made = parse_primary(parser);

    for (size_t i = 0; made && i < sizeof postfixes / sizeof *postfixes;) {
        if (pipes_lexer_accept(&parser->lexer, postfixes[i].symbol)) {
            made = postfixes[i].parse(parser, made);
            i = 0;
        } else {
            i++;
        }
    }
    return parser->lexer.failed ? NULL : made;
}

static pipes_expression *parse_unary(pipes_parser *parser)
{
    pipes_eval_fn eval = pipes_lexer_is(&parser->lexer, "-")   ? pipes_eval_negative
                         : pipes_lexer_is(&parser->lexer, "!") ? pipes_eval_not
                                                               : NULL;

    if (!eval)
        return parse_postfix(parser);
    if (!pipes_lexer_enter(&parser->lexer))
        return NULL;
    pipes_lexer_next(&parser->lexer);
    pipes_expression *operand = parse_unary(parser);
    pipes_lexer_leave(&parser->lexer);
    return operand ? unary(parser, eval, operand) : NULL;
}

// Where arithmetic is done in the order in which it is written.
static int level_of(const pipes_parser *parser, const pipes_operator *operator)
{
    bool in_order = sim_profile_differs(parser->lexer.profile, FACT_EXPRESSION_PRECEDENCE);

    return in_order && operator->level == PIPES_PRODUCT_LEVEL ? PIPES_PRODUCT_LEVEL - 1 :
                                                              operator->level;
}

static bool adds_text(const pipes_expression *left, const pipes_expression *right)
{
    return (left && left->eval == pipes_eval_literal && left->literal.kind == PIPES_TEXT) ||
           (right && right->eval == pipes_eval_literal && right->literal.kind == PIPES_TEXT);
}

static pipes_expression *binary(pipes_parser *parser, pipes_eval_fn eval, pipes_expression *left,
                                pipes_expression *right)
{
    if (!left || !right)
        return NULL;
    pipes_expression *made = unary(parser, eval, left);
    made->args[1] = right;
    made->label = NULL; // by its text, if anybody asks
    made->has_aggregate = left->has_aggregate || right->has_aggregate;
    return made;
}

static pipes_expression *parse_binary(pipes_parser *parser, int level)
{
    pipes_expression *left = parse_unary(parser);

    while (left && parser->lexer.token.kind == PIPES_T_SYMBOL) {
        const pipes_operator *found = pipes_operator_find(parser->lexer.token.text);
        if (!found || level_of(parser, found) < level)
            break;
        pipes_lexer_next(&parser->lexer);
        pipes_expression *right = parse_binary(parser, level_of(parser, found) + 1);
        if (adds_text(left, right) && strcmp(found->symbol, "+") == 0 &&
            sim_profile_is(parser->lexer.profile, FACT_EXPRESSION_ADD_TEXT, "error"))
            return pipes_fail(&parser->lexer, "'+' adds numbers");
        left = binary(parser, found->eval, left, right);
    }
    return left;
}

// condition ? a, b
static pipes_expression *parse_choice(pipes_parser *parser, pipes_expression *condition)
{
    pipes_expression *yes = pipes_parse_expression(parser);
    if (!yes || !pipes_lexer_expect(&parser->lexer, ","))
        return NULL;

    pipes_expression *made =
        binary(parser, pipes_eval_choice, condition, pipes_parse_expression(parser));
    if (!made)
        return NULL;
    made->args[2] = made->args[1];
    made->args[1] = yes;
    made->has_aggregate |= yes->has_aggregate;
    return made;
}

pipes_expression *pipes_parse_expression(pipes_parser *parser)
{
    size_t begin = parser->lexer.token.begin;

    if (!pipes_lexer_enter(&parser->lexer))
        return NULL;
    pipes_expression *made = parse_binary(parser, PIPES_LOWEST_LEVEL);
    if (made && pipes_lexer_accept(&parser->lexer, "?"))
        made = parse_choice(parser, made);
    while (made && pipes_lexer_accept(&parser->lexer, "|>"))
        made = binary(parser, pipes_eval_apply, made, parse_binary(parser, PIPES_LOWEST_LEVEL));
    if (made && !made->label) {
        size_t end = parser->lexer.token.begin;
        if (end - begin > 200)
            end = begin + 200;
        made->label = sim_profile_differs(parser->lexer.profile, FACT_NAME_ARITHMETIC)
                          ? text_of(parser, begin, end)
                          : label_of(parser, begin, end);
    }
    pipes_lexer_leave(&parser->lexer);
    return parser->lexer.failed ? NULL : made;
}

static const char *parse_alias(pipes_parser *parser)
{
    pipes_token name = parser->lexer.token;

    if (name.kind != PIPES_T_NAME && name.kind != PIPES_T_QUOTED && name.kind != PIPES_T_TEXT)
        return pipes_fail(&parser->lexer, "a name expected behind 'as'");
    pipes_lexer_next(&parser->lexer);
    return name.text;
}

bool pipes_parse_item(pipes_parser *parser, pipes_item *ret_item)
{
    pipes_item item = { .expression = pipes_parse_expression(parser) };

    if (!item.expression)
        return false;
    item.name = *item.expression->label ? item.expression->label : "value";
    if (pipes_lexer_accept_word(&parser->lexer, "as"))
        item.name = parse_alias(parser);
    else if (pipes_lexer_accept_word(&parser->lexer, "desc"))
        item.descending = true;
    else
        pipes_lexer_accept_word(&parser->lexer, "asc");
    *ret_item = item;
    return !parser->lexer.failed;
}

size_t pipes_parse_items(pipes_parser *parser, pipes_item items[PIPES_MAX_ITEMS])
{
    size_t count = 0;

    do {
        if (count > 0 && pipes_at_clause(parser))
            return count;
        if (count == PIPES_MAX_ITEMS) {
            pipes_fail(&parser->lexer, "more than %d items", PIPES_MAX_ITEMS);
            return 0;
        }
        if (!pipes_parse_item(parser, &items[count++]))
            return 0;
    } while (pipes_lexer_accept(&parser->lexer, ","));
    return count;
}

bool pipes_at_clause(const pipes_parser *parser)
{
    static const char *const words[] = { "by", "over", "every", "at" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (pipes_lexer_is_word(&parser->lexer, words[i]))
            return true;
    return false;
}

bool pipes_parse_period(pipes_parser *parser, sim_period *ret_period)
{
    pipes_token number = parser->lexer.token;
    double count = 1;

    if (number.kind == PIPES_T_NUMBER) {
        count = number.number;
        pipes_lexer_next(&parser->lexer);
    }
    if (parser->lexer.token.kind != PIPES_T_NAME ||
        !sim_period_of(count, parser->lexer.token.text, ret_period)) {
        pipes_fail(&parser->lexer, "a period such as '10 seconds' expected");
        return false;
    }
    pipes_lexer_next(&parser->lexer);
    return true;
}
