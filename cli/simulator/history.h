// SPDX-License-Identifier: Apache-2.0
// The rows of the store that a query reads before real time begins, one after the other.
#ifndef SIM_HISTORY_H
#define SIM_HISTORY_H

#include "store.h"

enum { SIM_HISTORY_AHEAD = 512 };

typedef struct sim_history {
    const sim_store *store; // NULL: it has no rows
    sim_cursor cursor;
    sim_row *ahead[SIM_HISTORY_AHEAD]; // read at once, not yet taken
    size_t at, count;
} sim_history;

// The next row, borrowed; NULL: the end.
sim_row *sim_history_peek(sim_history *history);

// Takes the row that was peeked at: a reference for the caller.
sim_row *sim_history_take(sim_history *history);

// The time of its oldest row; where there is none, `otherwise_ms`. Before the first row is read.
int64_t sim_history_begin_ms(const sim_history *history, int64_t otherwise_ms);

void sim_history_clear(sim_history *history);

#endif
