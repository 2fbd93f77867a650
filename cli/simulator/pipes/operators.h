// SPDX-License-Identifier: Apache-2.0
// The table of binary operators, and the nodes that are no operator.
#ifndef PIPES_OPERATORS_H
#define PIPES_OPERATORS_H

#include "pipes/expression.h"

typedef struct pipes_operator {
    const char *symbol;
    int level; // a higher one binds tighter
    pipes_eval_fn eval;
} pipes_operator;

enum { PIPES_LOWEST_LEVEL = 1, PIPES_PRODUCT_LEVEL = 7 };

// NULL: no binary operator.
const pipes_operator *pipes_operator_find(const char *symbol);

pipes_value pipes_eval_literal(const pipes_expression *expression, pipes_env *env);
pipes_value pipes_eval_field(const pipes_expression *expression, pipes_env *env);
pipes_value pipes_eval_item(const pipes_expression *expression, pipes_env *env);
pipes_value pipes_eval_row(const pipes_expression *expression, pipes_env *env);
pipes_value pipes_eval_member(const pipes_expression *expression, pipes_env *env);
pipes_value pipes_eval_index(const pipes_expression *expression, pipes_env *env);
pipes_value pipes_eval_to_number(const pipes_expression *expression, pipes_env *env);
pipes_value pipes_eval_to_text(const pipes_expression *expression, pipes_env *env);
pipes_value pipes_eval_negative(const pipes_expression *expression, pipes_env *env);
pipes_value pipes_eval_not(const pipes_expression *expression, pipes_env *env);
pipes_value pipes_eval_choice(const pipes_expression *expression, pipes_env *env);
pipes_value pipes_eval_apply(const pipes_expression *expression, pipes_env *env);
pipes_value pipes_eval_sequence(const pipes_expression *expression, pipes_env *env);
pipes_value pipes_eval_call(const pipes_expression *expression, pipes_env *env);
pipes_value pipes_eval_aggregate(const pipes_expression *expression, pipes_env *env);
pipes_value pipes_eval_filter(const pipes_expression *expression, pipes_env *env);
pipes_value pipes_eval_same(const pipes_expression *expression, pipes_env *env);
pipes_value pipes_eval_span(const pipes_expression *expression, pipes_env *env);

// The node of `value:type`; NULL: no such type.
pipes_eval_fn pipes_type_find(const char *name);

#endif
