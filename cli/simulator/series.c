// SPDX-License-Identifier: Apache-2.0
// Rows in the order of (time, number): appended at the end, dropped at the front, cheaply.
#include "series.h"

#include "memory.h"
#include <stdlib.h>
#include <string.h>

static bool is_before(const sim_row *row, int64_t time_ms, uint64_t number)
{
    return row->time_ms < time_ms || (row->time_ms == time_ms && row->number < number);
}

sim_row *sim_series_at(const sim_series *series, size_t index)
{
    return series->rows[series->first + index];
}

size_t sim_series_find(const sim_series *series, int64_t time_ms, uint64_t number)
{
    size_t low = 0, high = series->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (is_before(sim_series_at(series, middle), time_ms, number))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// The gap at the front is closed once it is the larger half, so each row moves once or twice.
static void close_gap(sim_series *series)
{
    if (series->first < 64 || series->first < series->count)
        return;
    memmove(series->rows, series->rows + series->first, series->count * sizeof *series->rows);
    series->first = 0;
}

void sim_series_insert(sim_series *series, sim_row *row)
{
    close_gap(series);
    series->rows = sim_grow(series->rows, series->first + series->count, &series->capacity,
                            sizeof *series->rows);

    size_t index = series->count;
    if (index > 0 && !is_before(sim_series_at(series, index - 1), row->time_ms, row->number))
        index = sim_series_find(series, row->time_ms, row->number);

    sim_row **place = series->rows + series->first + index;
    memmove(place + 1, place, (series->count - index) * sizeof *place);
    *place = row;
    series->count++;
}

bool sim_series_remove(sim_series *series, const sim_row *row)
{
    size_t index = sim_series_find(series, row->time_ms, row->number);

    if (index >= series->count || sim_series_at(series, index) != row)
        return false;

    sim_row **place = series->rows + series->first + index;
    sim_row *found = *place;
    if (index == 0)
        series->first++;
    else
        memmove(place, place + 1, (series->count - index - 1) * sizeof *place);
    series->count--;
    sim_row_unref(found);
    return true;
}

void sim_series_clear(sim_series *series)
{
    for (size_t i = 0; i < series->count; i++)
        sim_row_unref(sim_series_at(series, i));
    free(series->rows);
    memset(series, 0, sizeof *series);
}
