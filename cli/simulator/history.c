// SPDX-License-Identifier: Apache-2.0
// The rows of the store that a query reads before real time begins.
#include "history.h"

sim_row *sim_history_peek(sim_history *history)
{
    if (history->at == history->count) {
        history->at = 0;
        history->count = history->store ? sim_store_read(history->store, &history->cursor,
                                                         history->ahead, SIM_HISTORY_AHEAD)
                                        : 0;
    }
    return history->count > 0 ? history->ahead[history->at] : NULL;
}

sim_row *sim_history_take(sim_history *history)
{
    return history->ahead[history->at++];
}

int64_t sim_history_begin_ms(const sim_history *history, int64_t otherwise_ms)
{
    sim_cursor oldest = history->cursor;
    sim_row *row;

    oldest.reversed = false;
    if (!history->store || sim_store_read(history->store, &oldest, &row, 1) == 0)
        return otherwise_ms;
    int64_t time_ms = row->time_ms;
    sim_row_unref(row);
    return time_ms;
}

void sim_history_clear(sim_history *history)
{
    while (history->at < history->count)
        sim_row_unref(history->ahead[history->at++]);
}
