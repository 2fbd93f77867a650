// SPDX-License-Identifier: Apache-2.0
// A value while it is computed: borrowed from a row or from the arena of the evaluation.
#ifndef PIPES_VALUE_H
#define PIPES_VALUE_H

#include "pipes/arena.h"
#include <cJSON.h>
#include <stdbool.h>

typedef enum pipes_kind {
    PIPES_NULL,
    PIPES_BOOLEAN,
    PIPES_NUMBER, // always finite: what is not becomes null
    PIPES_TEXT,
    PIPES_JSON // an array or an object
} pipes_kind;

typedef struct pipes_value {
    pipes_kind kind;
    union {
        bool truth;
        double number;
        const char *text;
        const cJSON *json;
    };
} pipes_value;

pipes_value pipes_null(void);
pipes_value pipes_boolean(bool truth);
pipes_value pipes_number(double number);
pipes_value pipes_text(const char *text); // borrowed; NULL is null

pipes_value pipes_of_json(const cJSON *json); // borrowed; NULL is null
cJSON *pipes_to_json(pipes_value value);      // the caller's; NULL for null

// What the fields of a row may hold, roughly: rows that hold rows double with each stage.
enum { PIPES_MAX_ROW_BYTES = 4 * 1024 * 1024 };

// As pipes_to_json(); what has more than `*left` bytes is NULL too. Takes off what it has.
cJSON *pipes_to_field(pipes_value value, size_t *left);

pipes_value pipes_to_number(pipes_value value); // null when impossible
pipes_value pipes_to_text(pipes_value value, pipes_arena *arena);

// Reads a number that fills the whole text.
bool pipes_text_is_number(const char *text, double *ret_number);

bool pipes_is_true(pipes_value value);
bool pipes_equal(pipes_value a, pipes_value b);

// Numbers by size, text by bytes; false when the two have no order.
bool pipes_compare(pipes_value a, pipes_value b, int *ret_order);

#endif
