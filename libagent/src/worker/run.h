// SPDX-License-Identifier: Apache-2.0
// One running process, as its module sees it.
#ifndef AG_RUN_H
#define AG_RUN_H

#include <agent/run.h>
#include <live/buf.h>
#include <stdatomic.h>

#include "settings/adapters.h"
#include "worker/module.h"
#include "worker/output.h"
#include "worker/pool.h"

// What stands behind a process: a worker with its link, or a bench.
typedef struct ag_services {
    live_err (*emit)(agent_run *run, const char *text, size_t length, live_error *error);
    live_err (*flush)(agent_run *run, int64_t timeout_ms, live_error *error);
    live_err (*save)(agent_run *run, const char *key, const cJSON *value, live_error *error);
    live_err (*load)(agent_run *run, const char *key, cJSON **ret_value, live_error *error);
    // From a thread of the pool; `given_up` is what ag_asks_cancel() knows the asker by.
    live_err (*query)(agent_run *run, bool *given_up, const char *json, int64_t timeout_ms,
                      cJSON **ret_rows, live_error *error);
    live_err (*resource)(agent_run *run, bool *given_up, const char *path, cJSON **ret_body,
                         live_error *error);
    void (*give_up)(agent_run *run, bool *given_up); // from the loop: whoever asks so is told to go
} ag_services;

struct agent_run {
    const char *name;
    live_loop *loop;
    const ag_services *services;
    agent_process process;
    ag_config *config;
    void *state;
    bool late; // the row that is being delivered was missed at its time
    ag_output *output;
    ag_adapters *adapters; // NULL: no bot
    ag_pool *pool;         // made for the first answer
    int64_t answer_ms;     // an answer that takes longer ends the process; 0: none does
};

struct agent_watch {
    live_buf *expression;
    char *span;
};

// What a query is a part of, for the gateway that runs it.
void ag_query_place(cJSON *query);

// The JSON of what watch() wants, yours: live_free(); `*ret_text` NULL: nothing. Clears the watch.
live_err ag_watch_take(agent_watch *watch, char **ret_text, live_error *error);

#endif
