// SPDX-License-Identifier: Apache-2.0
// A running program: rows and the clock go in, batches come out.
#include "pipes/pipeline.h"

#include "memory.h"
#include <stdlib.h>

enum { CATCH_UP_MAX = 10000 };

struct pipes_pipeline {
    const pipes_program *program;
    pipes_context *context;
    pipes_arena *scratch;
    pipes_run *runs; // one a stage
    pipes_sink_fn sink;
    void *user;
    int depth; // of stages at work: the scratch memory is reset outside of them
    bool stopped;
};

static void enter(pipes_pipeline *pipeline)
{
    pipeline->depth++;
}

static void leave(pipes_pipeline *pipeline)
{
    if (--pipeline->depth == 0)
        pipes_arena_reset(pipeline->scratch);
}

pipes_env pipes_run_env(pipes_run *run, const sim_row *row)
{
    return (pipes_env){ .arena = run->pipeline->scratch,
                        .context = run->pipeline->context,
                        .time_ms = row ? row->time_ms : 0,
                        .row = row };
}

bool pipes_run_stopped(const pipes_run *run)
{
    return run->pipeline->stopped;
}

void pipes_run_key(pipes_run *run, const sim_row *row, live_buf *key)
{
    pipes_env env = pipes_run_env(run, row);

    for (size_t i = 0; i < run->stage->by_count; i++)
        pipes_key_add(key, pipes_evaluate(run->stage->by[i].expression, &env));
}

// The outputs before the batch come first. A time far ahead (a source's own may be anything) skips
// those that nobody would read.
static void catch_up(pipes_run *run, int64_t time_ms)
{
    const pipes_stage_kind *kind = run->stage->kind;

    if (!kind->due_ms)
        return;
    for (int ticks = 0; kind->due_ms(run) <= time_ms && !pipes_run_stopped(run); ticks++) {
        if (ticks == CATCH_UP_MAX)
            kind->start(run, time_ms);
        else
            kind->tick(run);
    }
}

static void enter_stage(pipes_run *run, const pipes_batch *batch)
{
    catch_up(run, batch->time_ms);
    run->stage->kind->batch(run, batch);
}

static void hand_on(pipes_pipeline *pipeline, pipes_run *to, const pipes_batch *batch)
{
    if (pipeline->stopped || batch->count == 0)
        return;
    if (to)
        enter_stage(to, batch);
    else
        pipeline->sink(batch, pipeline->user);
}

void pipes_forward(pipes_run *run, const pipes_batch *batch)
{
    hand_on(run->pipeline, run->next, batch);
}

void pipes_pipeline_push(pipes_pipeline *pipeline, const pipes_batch *batch)
{
    enter(pipeline);
    hand_on(pipeline, pipeline->runs, batch);
    leave(pipeline);
}

int64_t pipes_pipeline_due_ms(const pipes_pipeline *pipeline)
{
    int64_t due_ms = INT64_MAX;

    for (const pipes_run *run = pipeline->runs; run && !pipeline->stopped; run = run->next) {
        int64_t own_ms = run->stage->kind->due_ms ? run->stage->kind->due_ms(run) : INT64_MAX;
        due_ms = own_ms < due_ms ? own_ms : due_ms;
    }
    return due_ms;
}

void pipes_pipeline_tick(pipes_pipeline *pipeline, int64_t time_ms)
{
    enter(pipeline);
    for (pipes_run *run = pipeline->runs; run && !pipeline->stopped; run = run->next)
        if (run->stage->kind->due_ms && run->stage->kind->due_ms(run) <= time_ms)
            run->stage->kind->tick(run);
    leave(pipeline);
}

void pipes_pipeline_skip(pipes_pipeline *pipeline, int64_t time_ms)
{
    for (pipes_run *run = pipeline->runs; run; run = run->next)
        if (run->stage->kind->start)
            run->stage->kind->start(run, time_ms);
}

void pipes_pipeline_end(pipes_pipeline *pipeline, int64_t end_ms)
{
    enter(pipeline);
    for (pipes_run *run = pipeline->runs; run && !pipeline->stopped; run = run->next)
        if (run->stage->kind->end)
            run->stage->kind->end(run, end_ms);
    leave(pipeline);
}

void pipes_pipeline_stop(pipes_pipeline *pipeline)
{
    pipeline->stopped = true;
}

static void start_runs(pipes_pipeline *pipeline, int64_t begin_ms)
{
    pipes_run **last = &pipeline->runs;

    for (const pipes_stage *stage = pipeline->program->first; stage; stage = stage->next) {
        pipes_run *run = sim_alloc(1, sizeof *run);
        *run = (pipes_run){ .stage = stage,
                            .pipeline = pipeline,
                            .state = sim_alloc(1, stage->kind->state_size) };
        if (stage->kind->start)
            stage->kind->start(run, begin_ms);
        *last = run;
        last = &run->next;
    }
}

pipes_pipeline *pipes_pipeline_new(const pipes_program *program, pipes_context *context,
                                   int64_t begin_ms, pipes_sink_fn sink, void *user)
{
    pipes_pipeline *pipeline = sim_alloc(1, sizeof *pipeline);

    *pipeline = (pipes_pipeline){ .program = program,
                                  .context = context,
                                  .scratch = pipes_arena_new(),
                                  .sink = sink,
                                  .user = user };
    start_runs(pipeline, begin_ms);
    return pipeline;
}

void pipes_pipeline_free(pipes_pipeline *pipeline)
{
    if (!pipeline)
        return;
    while (pipeline->runs) {
        pipes_run *run = pipeline->runs;
        pipeline->runs = run->next;
        if (run->stage->kind->clear)
            run->stage->kind->clear(run);
        free(run->state);
        free(run);
    }
    pipes_arena_free(pipeline->scratch);
    free(pipeline);
}
