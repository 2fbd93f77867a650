// SPDX-License-Identifier: Apache-2.0
// The filter before the first stage: which events a query reads.
#ifndef PIPES_FILTER_H
#define PIPES_FILTER_H

#include "pipes/lexer.h"
#include <cJSON.h>
#include <stdint.h>

typedef struct pipes_filter pipes_filter;

// Written in the filter as `.name:value`; they apply to the whole query.
typedef struct pipes_hints {
    bool reversed;               // newest first
    const char *timestamp_field; // index by another field; NULL: `timestamp`
    int64_t limit;               // events read from the store; 0: no limit
    const pipes_filter *where;   // a further condition
} pipes_hints;

// Parses from `lexer->at` up to "=>" or the end, which becomes the current token. *ret_filter is
// NULL when there is none: no events are read. False: the lexer has failed.
bool pipes_filter_parse(pipes_lexer *lexer, pipes_hints *hints, const pipes_filter **ret_filter);

// Parses one condition from `lexer->at`, as after "\" in an expression; then the next token.
const pipes_filter *pipes_filter_parse_condition(pipes_lexer *lexer);

bool pipes_filter_matches(const pipes_filter *filter, const cJSON *event);

// Whether an event of this type may match, whatever else it holds.
bool pipes_filter_may_match_type(const pipes_filter *filter, const char *type);

#endif
