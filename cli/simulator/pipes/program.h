// SPDX-License-Identifier: Apache-2.0
// A compiled query: its filter and the chain of its stages.
#ifndef PIPES_PROGRAM_H
#define PIPES_PROGRAM_H

#include "pipes/filter.h"
#include "pipes/stage.h"
#include <live/error.h>

struct pipes_program {
    pipes_arena *arena;
    const pipes_filter *filter; // NULL: no events are read
    pipes_hints hints;
    pipes_stage *first; // NULL: matching events as they are
    size_t stage_count;
};

// Compiles `[filter] {=> stage}`, as the platform of the profile reads it (NULL: as we believe). LIVE_E_PARSE: the error's text is what the platform says,
// "PipeException: At (line, column->line, column): …".
live_err sim_pipes_compile(const sim_profile *profile, const char *text, size_t length,
                           pipes_program **ret_program, live_error *error);

// Compiles one stage alone, as a reducer is.
live_err sim_pipes_compile_stage(const sim_profile *profile, const char *text, size_t length,
                                 pipes_program **ret_program, live_error *error);
void pipes_program_free(pipes_program *program);

// Tells the windows `over @@span` what the span of the query is, before it runs.
void pipes_program_set_span(pipes_program *program, const sim_span *span);

// Whether a stage works by the clock, so that rows have to come in order of time.
bool pipes_program_is_timed(const pipes_program *program);

// Whether each output belongs to one input row alone, so that outputs may share a message.
bool pipes_program_is_per_row(const pipes_program *program);

// Whether a stage puts out at the end only.
bool pipes_program_waits_for_end(const pipes_program *program);

#endif
