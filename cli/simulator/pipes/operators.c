// SPDX-License-Identifier: Apache-2.0
// How each node of an expression evaluates, and the table of binary operators.
#include "pipes/operators.h"

#include <live/json.h>
#include <math.h>
#include <string.h>
#include <strings.h>

static pipes_value arg(const pipes_expression *expression, size_t index, pipes_env *env)
{
    return pipes_evaluate(expression->args[index], env);
}

pipes_value pipes_eval_literal(const pipes_expression *expression, pipes_env *env)
{
    (void)env;
    return expression->literal;
}

pipes_value pipes_eval_field(const pipes_expression *expression, pipes_env *env)
{
    return env->row ? pipes_of_json(live_json_get(env->row->json, expression->name)) : pipes_null();
}

pipes_value pipes_eval_item(const pipes_expression *expression, pipes_env *env)
{
    (void)expression;
    return env->item;
}

pipes_value pipes_eval_row(const pipes_expression *expression, pipes_env *env)
{
    (void)expression;
    return env->row ? pipes_of_json(env->row->json) : pipes_null();
}

pipes_value pipes_eval_member(const pipes_expression *expression, pipes_env *env)
{
    pipes_value map = arg(expression, 0, env);

    return map.kind == PIPES_JSON ? pipes_of_json(live_json_get(map.json, expression->name))
                                  : pipes_null();
}

pipes_value pipes_eval_index(const pipes_expression *expression, pipes_env *env)
{
    pipes_value operands[] = { arg(expression, 0, env), arg(expression, 1, env) };

    return pipes_function_find("get", 2)->call(operands, 2, env);
}

pipes_value pipes_eval_to_number(const pipes_expression *expression, pipes_env *env)
{
    return pipes_to_number(arg(expression, 0, env));
}

pipes_value pipes_eval_to_text(const pipes_expression *expression, pipes_env *env)
{
    return pipes_to_text(arg(expression, 0, env), env->arena);
}

pipes_value pipes_eval_negative(const pipes_expression *expression, pipes_env *env)
{
    pipes_value value = arg(expression, 0, env);

    return value.kind == PIPES_NUMBER ? pipes_number(-value.number) : pipes_null();
}

pipes_value pipes_eval_not(const pipes_expression *expression, pipes_env *env)
{
    return pipes_boolean(!pipes_is_true(arg(expression, 0, env)));
}

pipes_value pipes_eval_choice(const pipes_expression *expression, pipes_env *env)
{
    return arg(expression, pipes_is_true(arg(expression, 0, env)) ? 1 : 2, env);
}

pipes_value pipes_eval_apply(const pipes_expression *expression, pipes_env *env)
{
    pipes_value list = arg(expression, 0, env), outer = env->item;
    const cJSON *element;

    if (list.kind != PIPES_JSON)
        return pipes_null();
    cJSON *applied = pipes_arena_own(env->arena, cJSON_CreateArray());
    cJSON_ArrayForEach (element, list.json) {
        env->item = pipes_of_json(element);
        cJSON *json = pipes_to_json(arg(expression, 1, env));
        cJSON_AddItemToArray(applied, json ? json : cJSON_CreateNull());
    }
    env->item = outer;
    return pipes_of_json(applied);
}

static void evaluate_list(const pipes_expression *expression, pipes_env *env, pipes_value *values)
{
    for (size_t i = 0; i < expression->count; i++)
        values[i] = pipes_evaluate(expression->list[i], env);
}

pipes_value pipes_eval_sequence(const pipes_expression *expression, pipes_env *env)
{
    pipes_value values[PIPES_MAX_ARGS];

    evaluate_list(expression, env, values);
    return pipes_function_find("seq", 0)->call(values, expression->count, env);
}

pipes_value pipes_eval_call(const pipes_expression *expression, pipes_env *env)
{
    pipes_value values[PIPES_MAX_ARGS];

    evaluate_list(expression, env, values);
    return expression->function->call(values, expression->count, env);
}

pipes_value pipes_eval_aggregate(const pipes_expression *expression, pipes_env *env)
{
    pipes_value value = expression->aggregate->result(&env->tallies[expression->slot], env->arena);
    bool zero = value.kind == PIPES_NULL &&
                sim_profile_differs(env->context->profile, FACT_WINDOW_EMPTY_VALUE);

    return zero ? pipes_number(0) : value;
}

pipes_value pipes_eval_filter(const pipes_expression *expression, pipes_env *env)
{
    return pipes_boolean(env->row && pipes_filter_matches(expression->filter, env->row->json));
}

pipes_value pipes_eval_same(const pipes_expression *expression, pipes_env *env)
{
    return arg(expression, 0, env);
}

pipes_value pipes_eval_span(const pipes_expression *expression, pipes_env *env)
{
    (void)expression;
    return pipes_text(env->context->span_text);
}

// Of arithmetic: null may count as 0.
static pipes_value operand(const pipes_expression *expression, size_t index, pipes_env *env)
{
    pipes_value value = arg(expression, index, env);
    bool zero = value.kind == PIPES_NULL &&
                sim_profile_differs(env->context->profile, FACT_EXPRESSION_NULL);

    return zero ? pipes_number(0) : value;
}

// Two numbers, or nothing.
static bool two_numbers(const pipes_expression *expression, pipes_env *env, double *a, double *b)
{
    pipes_value left = operand(expression, 0, env), right = operand(expression, 1, env);

    *a = left.number;
    *b = right.number;
    return left.kind == PIPES_NUMBER && right.kind == PIPES_NUMBER;
}

// Arithmetic: null unless both sides are numbers.
#define EVAL_ARITHMETIC(name, formula)                                                             \
    static pipes_value name(const pipes_expression *expression, pipes_env *env)                    \
    {                                                                                              \
        double a, b;                                                                               \
        return two_numbers(expression, env, &a, &b) ? pipes_number(formula) : pipes_null();        \
    }
EVAL_ARITHMETIC(eval_subtract, a - b)
EVAL_ARITHMETIC(eval_multiply, a *b)
EVAL_ARITHMETIC(eval_divide, a / b)
EVAL_ARITHMETIC(eval_floor_divide, floor(a / b))
EVAL_ARITHMETIC(eval_modulo, fmod(a, b))

static pipes_value eval_add(const pipes_expression *expression, pipes_env *env)
{
    pipes_value operands[] = { operand(expression, 0, env), operand(expression, 1, env) };

    if (operands[0].kind == PIPES_NUMBER && operands[1].kind == PIPES_NUMBER)
        return pipes_number(operands[0].number + operands[1].number);
    bool text = operands[0].kind == PIPES_TEXT || operands[1].kind == PIPES_TEXT;
    if (sim_profile_differs(env->context->profile, FACT_EXPRESSION_ADD_TEXT))
        return pipes_null();
    if (!text || operands[0].kind == PIPES_NULL || operands[1].kind == PIPES_NULL)
        return pipes_null();
    return pipes_function_find("concat", 2)->call(operands, 2, env);
}

// Order: null unless both sides are numbers or both are text.
#define EVAL_ORDER(name, test)                                                                     \
    static pipes_value name(const pipes_expression *expression, pipes_env *env)                    \
    {                                                                                              \
        int order;                                                                                 \
        if (!pipes_compare(arg(expression, 0, env), arg(expression, 1, env), &order))              \
            return pipes_null();                                                                   \
        return pipes_boolean(order test 0);                                                        \
    }
EVAL_ORDER(eval_less, <)
EVAL_ORDER(eval_less_equal, <=)
EVAL_ORDER(eval_greater, >)
EVAL_ORDER(eval_greater_equal, >=)

static bool are_equal(const pipes_expression *expression, pipes_env *env)
{
    pipes_value a = arg(expression, 0, env), b = arg(expression, 1, env);

    if (a.kind == PIPES_TEXT && b.kind == PIPES_TEXT &&
        sim_profile_differs(env->context->profile, FACT_EXPRESSION_EQUAL))
        return strcasecmp(a.text, b.text) == 0;
    return pipes_equal(a, b);
}

static pipes_value eval_equal(const pipes_expression *expression, pipes_env *env)
{
    return pipes_boolean(are_equal(expression, env));
}

static pipes_value eval_unequal(const pipes_expression *expression, pipes_env *env)
{
    return pipes_boolean(!are_equal(expression, env));
}

static pipes_value eval_and(const pipes_expression *expression, pipes_env *env)
{
    return pipes_boolean(pipes_is_true(arg(expression, 0, env)) &&
                         pipes_is_true(arg(expression, 1, env)));
}

static pipes_value eval_or(const pipes_expression *expression, pipes_env *env)
{
    return pipes_boolean(pipes_is_true(arg(expression, 0, env)) ||
                         pipes_is_true(arg(expression, 1, env)));
}

static pipes_value eval_coalesce(const pipes_expression *expression, pipes_env *env)
{
    pipes_value value = arg(expression, 0, env);

    return value.kind == PIPES_NULL ? arg(expression, 1, env) : value;
}

static const pipes_operator operators[] = {
    { "??", 1, eval_coalesce },
    { "|", 2, eval_or },
    { "||", 2, eval_or },
    { "&", 3, eval_and },
    { "&&", 3, eval_and },
    { "==", 4, eval_equal },
    { "!=", 4, eval_unequal },
    { "<", 5, eval_less },
    { "<=", 5, eval_less_equal },
    { ">", 5, eval_greater },
    { ">=", 5, eval_greater_equal },
    { "+", 6, eval_add },
    { "-", 6, eval_subtract },
    { "*", 7, eval_multiply },
    { "/", 7, eval_divide },
    { "//", 7, eval_floor_divide },
    { "%", 7, eval_modulo },
};

const pipes_operator *pipes_operator_find(const char *symbol)
{
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (strcmp(operators[i].symbol, symbol) == 0)
            return &operators[i];
    return NULL;
}

static pipes_value of_kind(const pipes_expression *expression, pipes_env *env, pipes_kind kind)
{
    pipes_value value = arg(expression, 0, env);

    return value.kind == kind ? value : pipes_null();
}

static pipes_value eval_number(const pipes_expression *expression, pipes_env *env)
{
    return of_kind(expression, env, PIPES_NUMBER);
}

static pipes_value eval_string(const pipes_expression *expression, pipes_env *env)
{
    return of_kind(expression, env, PIPES_TEXT);
}

static pipes_value eval_boolean(const pipes_expression *expression, pipes_env *env)
{
    return of_kind(expression, env, PIPES_BOOLEAN);
}

pipes_eval_fn pipes_type_find(const char *name)
{
    // An object is any value: `lastv(value:object)` must see numbers.
    static const struct {
        const char *name;
        pipes_eval_fn eval;
    } types[] = {
        { "object", pipes_eval_same }, { "comparable", pipes_eval_same }, { "number", eval_number },
        { "string", eval_string },     { "boolean", eval_boolean },
    };

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcasecmp(types[i].name, name) == 0)
            return types[i].eval;
    return NULL;
}
