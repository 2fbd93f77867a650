// SPDX-License-Identifier: Apache-2.0
// Fuzzes the query language: whatever compiles also runs, over a few events and some ticks.
#include "pipes/pipeline.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const events[] = {
    "{\"__type\":\"a\",\"n\":1,\"s\":\"text\",\"m\":{\"k\":[1,2]}}",
    "{\"__type\":\"b\",\"n\":\"2\",\"s\":null,\"list\":[\"x\",3,true]}",
};

static void swallow(const pipes_batch *batch, void *user)
{
    (void)batch, (void)user;
}

static void run(const pipes_program *program)
{
    pipes_context context = { .end_ms = 6, .span_text = "last hour", .random = 1 };
    pipes_pipeline *pipeline = pipes_pipeline_new(program, &context, 0, swallow, NULL);
    int ticks = 20;

    for (size_t i = 0; i < 2; i++) {
        sim_row *row = sim_row_new(cJSON_Parse(events[i]), 2 * (int64_t)i + 1);
        while (ticks-- > 0 && pipes_pipeline_due_ms(pipeline) <= row->time_ms)
            pipes_pipeline_tick(pipeline, pipes_pipeline_due_ms(pipeline));
        if (program->filter && pipes_filter_matches(program->filter, row->json) && ticks > 0)
            pipes_pipeline_push(pipeline, &(pipes_batch){ row->time_ms, &row, 1 });
        sim_row_unref(row);
    }
    pipes_pipeline_end(pipeline, 6);
    pipes_pipeline_free(pipeline);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pipes_program *program;
    live_error error = { 0 };

    if (sim_pipes_compile(NULL, (const char *)data, size, &program, &error))
        return 0;
    run(program);
    pipes_program_free(program);
    return 0;
}
