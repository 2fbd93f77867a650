// SPDX-License-Identifier: Apache-2.0
// The tree of a filter, between its parser and its matcher.
#ifndef PIPES_FILTER_NODE_H
#define PIPES_FILTER_NODE_H

#include "pipes/filter.h"
#include "pipes/value.h"

#define PIPES_ANY_TEXT '\x01' // an unescaped `*` in a pattern

enum { PIPES_MAX_PATH = 8 };

typedef enum pipes_filter_kind {
    PIPES_F_ALL,
    PIPES_F_AND,
    PIPES_F_OR,
    PIPES_F_NOT,
    PIPES_F_PRESENT,
    PIPES_F_TERM,
    PIPES_F_RANGE
} pipes_filter_kind;

// What a condition is about: `a->b$` is the path a, b, compared as text.
typedef struct pipes_filter_field {
    const char *path[PIPES_MAX_PATH];
    size_t count;
    bool as_text;
} pipes_filter_field;

typedef struct pipes_bound {
    const char *text; // folded; NULL: open
    double number;
    bool numeric, inclusive;
} pipes_bound;

struct pipes_filter {
    pipes_filter_kind kind;
    const sim_profile *profile; // NULL: as we believe
    bool is_hint;               // stands where a hint stood; restricts nothing
    pipes_filter *left, *right;
    pipes_filter_field field;
    const char *pattern; // of a term: folded, stars as PIPES_ANY_TEXT
    double number;
    bool numeric, as_text;
    int edits;
    pipes_bound low, high;
};

#endif
