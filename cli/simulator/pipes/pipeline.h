// SPDX-License-Identifier: Apache-2.0
// A running program: rows and the clock go in, batches come out.
#ifndef PIPES_PIPELINE_H
#define PIPES_PIPELINE_H

#include "pipes/program.h"

// Gets each batch that comes out of the last stage; it is borrowed.
typedef void (*pipes_sink_fn)(const pipes_batch *batch, void *user);

// Program and context outlive the pipeline, whose clock starts at `begin_ms`.
pipes_pipeline *pipes_pipeline_new(const pipes_program *program, pipes_context *context,
                                   int64_t begin_ms, pipes_sink_fn sink, void *user);
void pipes_pipeline_free(pipes_pipeline *pipeline);

void pipes_pipeline_push(pipes_pipeline *pipeline, const pipes_batch *batch);

// The next output by the clock; INT64_MAX: none.
int64_t pipes_pipeline_due_ms(const pipes_pipeline *pipeline);

// Puts out what is due at this time, once for each stage; call it while due_ms() <= the time.
void pipes_pipeline_tick(pipes_pipeline *pipeline, int64_t time_ms);

// The clock jumps: what was due up to this time is left out.
void pipes_pipeline_skip(pipes_pipeline *pipeline, int64_t time_ms);

// The input ends: what waits for the end comes out.
void pipes_pipeline_end(pipes_pipeline *pipeline, int64_t end_ms);

// No more output from here on: for a sink that has seen enough.
void pipes_pipeline_stop(pipes_pipeline *pipeline);

#endif
