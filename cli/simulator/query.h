// SPDX-License-Identifier: Apache-2.0
// One running query: history, then real time, as the messages that go out on its channel.
#ifndef SIM_QUERY_H
#define SIM_QUERY_H

#include "span.h"
#include "store.h"
#include <cJSON.h>
#include <live/error.h>
#include <stdbool.h>

typedef struct sim_query sim_query;

// As POSTed to /rest/query. Text is copied. "" and "None" count as NULL.
typedef struct sim_query_options {
    const char *provider;    // NULL: "pipes"
    const char *expression;  // what to run
    const char *span;        // NULL: no history
    const char *reducer;     // a stage for the history only, such as "@latest"
    const char *description; // shown in `__queries`
    bool follow;             // go on in real time
    bool preload;            // read the history first
    sim_zone zone;           // for calendar arithmetic
    // Asked with emit's `user`: whoever listens has not taken what there is, and the history waits. NULL: nobody is.
    bool (*is_behind)(void *user);
} sim_query_options;

// Called from the loop with one message for the channel (taken), such as
// {"type":"event","content":[…]}. The last one is {"type":"destroy"}. May free the query.
typedef void (*sim_query_fn)(cJSON *data, void *user);

// Starts a query: to be called when its channel is subscribed. Its mistakes (no such provider, a
// syntax error, an invalid span) are no failure here; they come as messages: stop(Error), destroy.
// The query stays until sim_query_free(), also after `destroy`.
live_err sim_query_start(sim_store *store, const sim_query_options *options, sim_query_fn emit,
                         void *user, sim_query **ret_query, live_error *error);

// Ends the query without a message; announces its stop in `__queries`. Before the store is freed.
void sim_query_free(sim_query *query);

// Stops it as an operator would: `stop` with the reason, then `destroy`, from the loop.
void sim_query_stop(sim_query *query, const char *reason, const char *message);

uint64_t sim_query_id(const sim_query *query);  // as in `__queries`
bool sim_query_is_done(const sim_query *query); // `destroy` was emitted

#endif
