// SPDX-License-Identifier: Apache-2.0
// [a union b]: each branch gets every row, and the outputs of all go on.
#include "memory.h"
#include "pipes/pipeline.h"

#include <stdlib.h>

typedef struct branch_state {
    pipes_pipeline **each; // one a branch
} branch_state;

static void pass_on(const pipes_batch *batch, void *user)
{
    pipes_forward(user, batch);
}

static void start_branches(pipes_run *run, int64_t begin_ms)
{
    branch_state *state = run->state;
    size_t count = run->stage->branch_count;

    if (state->each) { // again: the time has jumped
        for (size_t i = 0; i < count; i++)
            pipes_pipeline_skip(state->each[i], begin_ms);
        return;
    }
    state->each = sim_alloc(count, sizeof(pipes_pipeline *));
    for (size_t i = 0; i < count; i++)
        state->each[i] = pipes_pipeline_new(
            run->stage->branches[i], pipes_run_env(run, NULL).context, begin_ms, pass_on, run);
}

static void push_branches(pipes_run *run, const pipes_batch *batch)
{
    const branch_state *state = run->state;

    for (size_t i = 0; i < run->stage->branch_count; i++)
        pipes_pipeline_push(state->each[i], batch);
}

static int64_t branches_due(const pipes_run *run)
{
    const branch_state *state = run->state;
    int64_t due_ms = INT64_MAX;

    for (size_t i = 0; i < run->stage->branch_count; i++) {
        int64_t own_ms = pipes_pipeline_due_ms(state->each[i]);
        due_ms = own_ms < due_ms ? own_ms : due_ms;
    }
    return due_ms;
}

static void tick_branches(pipes_run *run)
{
    const branch_state *state = run->state;
    int64_t time_ms = branches_due(run);

    for (size_t i = 0; i < run->stage->branch_count; i++)
        if (pipes_pipeline_due_ms(state->each[i]) <= time_ms)
            pipes_pipeline_tick(state->each[i], time_ms);
}

static void end_branches(pipes_run *run, int64_t end_ms)
{
    const branch_state *state = run->state;

    for (size_t i = 0; i < run->stage->branch_count; i++)
        pipes_pipeline_end(state->each[i], end_ms);
}

static void clear_branches(pipes_run *run)
{
    branch_state *state = run->state;

    for (size_t i = 0; state->each && i < run->stage->branch_count; i++)
        pipes_pipeline_free(state->each[i]);
    free(state->each);
}

const pipes_stage_kind pipes_branch_stage = {
    .name = "union",
    .state_size = sizeof(branch_state),
    .start = start_branches,
    .batch = push_branches,
    .due_ms = branches_due,
    .tick = tick_branches,
    .end = end_branches,
    .clear = clear_branches,
};
