// SPDX-License-Identifier: Apache-2.0
// Expressions: trees whose nodes know how to evaluate themselves.
#ifndef PIPES_EXPRESSION_H
#define PIPES_EXPRESSION_H

#include "pipes/filter.h"
#include "pipes/table.h"
#include "pipes/value.h"
#include "row.h"
#include "span.h"
#include <stdint.h>

typedef struct pipes_expression pipes_expression;
typedef struct pipes_function pipes_function;
typedef struct pipes_aggregate pipes_aggregate;

// What a whole query shares.
typedef struct pipes_context {
    const sim_profile *profile; // NULL: as we believe
    sim_zone zone;
    int64_t begin_ms, end_ms; // of the span
    const char *span_text;    // as given; NULL: none
    uint64_t random;          // state of random()
} pipes_context;

// The running state of one aggregate in one group.
typedef struct pipes_tally {
    double count, number, squares;
    bool any;
    cJSON *kept;
    pipes_table distinct;
} pipes_tally;

// What an expression is evaluated over.
typedef struct pipes_env {
    pipes_arena *arena; // for what is made on the way
    pipes_context *context;
    int64_t time_ms;      // of the row, or of the output
    const sim_row *row;   // NULL: there is none, every field is null
    pipes_value item;     // `_`
    pipes_tally *tallies; // of the group, by slot
} pipes_env;

typedef pipes_value (*pipes_eval_fn)(const pipes_expression *expression, pipes_env *env);

enum { PIPES_MAX_ARGS = 32 };

struct pipes_expression {
    pipes_eval_fn eval;
    pipes_expression *args[3]; // operands; more of them hang on `list`
    pipes_expression **list;
    size_t count; // of the list
    pipes_value literal;
    const char *name;  // of a field, member, operator or function
    const char *label; // the name of its result without `as`
    const pipes_filter *filter;
    const pipes_function *function;
    const pipes_aggregate *aggregate;
    pipes_expression *condition; // of an aggregate; may be NULL
    size_t slot;                 // of an aggregate
    bool has_aggregate;          // here or below
};

// A scalar function; `call` sees its arguments evaluated.
struct pipes_function {
    const char *name;
    size_t least, most;
    pipes_value (*call)(const pipes_value *args, size_t count, pipes_env *env);
};

struct pipes_aggregate {
    const char *name;
    size_t least, most;
    void (*add)(pipes_tally *tally, const pipes_value *args, size_t count);
    pipes_value (*result)(const pipes_tally *tally, pipes_arena *arena);
};

const pipes_function *pipes_function_find(const char *name, size_t count);
const pipes_aggregate *pipes_aggregate_find(const char *name, size_t count);

// Whether either table has the name, with any number of arguments.
bool pipes_is_function(const char *name);

pipes_value pipes_evaluate(const pipes_expression *expression, pipes_env *env);

// Adds the row of `env` to the tallies of the aggregates.
void pipes_tallies_add(pipes_expression *const *aggregates, size_t count, pipes_env *env);
void pipes_tally_clear(pipes_tally *tally);

#endif
