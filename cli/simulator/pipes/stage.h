// SPDX-License-Identifier: Apache-2.0
// What a stage is when it is compiled, and what it does when it runs.
#ifndef PIPES_STAGE_H
#define PIPES_STAGE_H

#include "pipes/parser.h"

// Rows of one output instant. The array and its rows are borrowed for the call.
typedef struct pipes_batch {
    int64_t time_ms;
    sim_row *const *rows;
    size_t count;
} pipes_batch;

typedef struct pipes_run pipes_run;
typedef struct pipes_pipeline pipes_pipeline;
typedef struct pipes_stage pipes_stage;
typedef struct pipes_program pipes_program;

// The behaviour of one kind of stage; empty slots mean "nothing to do".
typedef struct pipes_stage_kind {
    const char *name;
    bool (*parse)(pipes_parser *parser, pipes_stage *stage);
    size_t state_size;
    void (*start)(pipes_run *run, int64_t begin_ms);
    void (*batch)(pipes_run *run, const pipes_batch *batch);
    int64_t (*due_ms)(const pipes_run *run); // its next output by the clock; INT64_MAX: none
    void (*tick)(pipes_run *run);            // puts that one out
    void (*end)(pipes_run *run, int64_t end_ms);
    void (*clear)(pipes_run *run);
    bool per_row; // each output belongs to one input row
} pipes_stage_kind;

typedef enum pipes_over {
    PIPES_OVER_NOTHING,
    PIPES_OVER_LAST,
    PIPES_OVER_ALL,
    PIPES_OVER_SPAN // that of the query, until it is known
} pipes_over;

typedef enum pipes_output {
    PIPES_PER_ROW, // a projection, without a window
    PIPES_EVERY_PERIOD,
    PIPES_EVERY_ITEMS, // each `items` rows
    PIPES_EVERY_BATCH,
    PIPES_AT_THE_END
} pipes_output;

typedef struct pipes_window {
    pipes_over over;
    sim_period length; // of PIPES_OVER_LAST
    pipes_output output;
    sim_period period; // of PIPES_EVERY_PERIOD
    size_t items;
} pipes_window;

// What the parsers fill; each kind uses its part.
struct pipes_stage {
    const pipes_stage_kind *kind;
    pipes_stage *next;
    pipes_item *items; // fields, sort keys, or the condition
    size_t item_count;
    pipes_item *by;
    size_t by_count;
    pipes_expression **aggregates;
    size_t aggregate_count;
    pipes_window window;
    sim_period period; // of a throttle
    double limit;
    pipes_program **branches; // of [a union b]; parts of the whole program
    size_t branch_count;
};

// One stage of a running pipeline.
struct pipes_run {
    const pipes_stage *stage;
    pipes_pipeline *pipeline;
    void *state; // of kind->state_size
    pipes_run *next;
};

// NULL: no special stage has the name.
const pipes_stage_kind *pipes_stage_find(const char *name);
// Without a name: projections, windows, groups.
extern const pipes_stage_kind pipes_select_stage;
extern const pipes_stage_kind pipes_branch_stage; // [a union b]

// Of the pipeline, for its stages.
void pipes_forward(pipes_run *run, const pipes_batch *batch); // to the next stage
pipes_env pipes_run_env(pipes_run *run, const sim_row *row);
bool pipes_run_stopped(const pipes_run *run);

// Evaluates the values of `by` into a key.
void pipes_run_key(pipes_run *run, const sim_row *row, live_buf *key);

#endif
