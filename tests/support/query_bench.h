// SPDX-License-Identifier: Apache-2.0
// A simulated platform for tests of queries: a store on a clock of its own, and what a query says.
#ifndef QUERY_BENCH_H
#define QUERY_BENCH_H

#include "platform/world.h"
#include "query.h"
#include <live/live.h>

#define BENCH_START_MS INT64_C(1700000040000) // a whole minute

typedef struct query_bench {
    live_loop *loop;
    sim_store *store;
    sim_query *query;
    cJSON *messages; // all of them, in order
} query_bench;

void bench_open(query_bench *bench);
void bench_close(query_bench *bench);

// Stores an event at BENCH_START_MS + offset_ms, as history.
void bench_load(query_bench *bench, int64_t offset_ms, const char *json);

// A world of this document, which has single quotes for double ones.
sim_world *bench_world(const char *json);

// Sends an event now; single quotes stand for double ones.
void bench_send(query_bench *bench, const char *json);

// Lets the clock run.
void bench_run(query_bench *bench, int64_t ms);

// Starts a query and lets it do what it can do at once.
void bench_query(query_bench *bench, const char *expression, const char *span, bool follow);
void bench_start(query_bench *bench, const sim_query_options *options);

// Runs a query over the history from -1 h to now, to its end; the rows as JSON text, in ret_text.
const char *bench_rows(query_bench *bench, const char *expression);

// The rows of all messages so far, as JSON text, batches in brackets of their own; valid until the
// next call.
const char *bench_batches(query_bench *bench);

// The types of all messages so far, "start span …"; runs of `event` and `progress` count as one.
const char *bench_types(query_bench *bench);

// The first message of a type; NULL: none.
const cJSON *bench_message(query_bench *bench, const char *type);
void bench_forget(query_bench *bench); // the messages so far

#endif
