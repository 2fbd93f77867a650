// SPDX-License-Identifier: Apache-2.0
// Evaluation of expressions, and the tallies of their aggregates.
#include "pipes/expression.h"

pipes_value pipes_evaluate(const pipes_expression *expression, pipes_env *env)
{
    return expression->eval(expression, env);
}

void pipes_tallies_add(pipes_expression *const *aggregates, size_t count, pipes_env *env)
{
    for (size_t i = 0; i < count; i++) {
        const pipes_expression *each = aggregates[i];
        pipes_value args[PIPES_MAX_ARGS];

        if (each->condition && !pipes_is_true(pipes_evaluate(each->condition, env)))
            continue;
        for (size_t j = 0; j < each->count; j++)
            args[j] = pipes_evaluate(each->list[j], env);
        each->aggregate->add(&env->tallies[each->slot], args, each->count);
    }
}

void pipes_tally_clear(pipes_tally *tally)
{
    cJSON_Delete(tally->kept);
    pipes_table_clear(&tally->distinct, NULL);
    *tally = (pipes_tally){ 0 };
}
