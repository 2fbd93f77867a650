// SPDX-License-Identifier: Apache-2.0
// The rows that were delivered last, by their times.
#include "seen.h"

#include <stdlib.h>

enum { MOST_ROWS = 65536, FIRST_ROWS = 16 };

// A heap: no row is older than the one above it.

static void swap(lv_seen_row *one, lv_seen_row *other)
{
    lv_seen_row kept = *one;

    *one = *other;
    *other = kept;
}

static void rise(lv_seen_row *rows, size_t at)
{
    while (at > 0 && rows[at].time_ms < rows[(at - 1) / 2].time_ms) {
        swap(&rows[at], &rows[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

static void sink(lv_seen_row *rows, size_t count)
{
    size_t at = 0, child;

    while ((child = at * 2 + 1) < count) {
        if (child + 1 < count && rows[child + 1].time_ms < rows[child].time_ms)
            child++;
        if (rows[at].time_ms <= rows[child].time_ms)
            return;
        swap(&rows[at], &rows[child]);
        at = child;
    }
}

static void forget_oldest(lv_seen *seen)
{
    int64_t time_ms = seen->rows[0].time_ms;

    seen->rows[0] = seen->rows[--seen->count];
    sink(seen->rows, seen->count);
    if (time_ms >= seen->floor_ms)
        seen->floor_ms = time_ms + 1;
}

static bool make_room(lv_seen *seen)
{
    size_t room = seen->room ? seen->room * 2 : FIRST_ROWS;

    if (seen->count < seen->room)
        return true;
    if (seen->room == MOST_ROWS) {
        forget_oldest(seen);
        return true;
    }
    lv_seen_row *more = realloc(seen->rows, room * sizeof *more);
    if (!more)
        return false;
    seen->rows = more;
    seen->room = room;
    return true;
}

bool lv_seen_add(lv_seen *seen, int64_t time_ms, uint64_t hash)
{
    if (!make_room(seen))
        return false;
    seen->rows[seen->count] = (lv_seen_row){ time_ms, hash };
    rise(seen->rows, seen->count++);
    return true;
}

void lv_seen_forget(lv_seen *seen, int64_t before_ms)
{
    while (seen->count && seen->rows[0].time_ms < before_ms)
        forget_oldest(seen);
}

void lv_seen_clear(lv_seen *seen)
{
    free(seen->rows);
    free(seen->repeats);
    *seen = (lv_seen){ 0 };
}

// Repeats

static int compare(const void *one, const void *other)
{
    uint64_t first = ((const lv_seen_repeat *)one)->hash;
    uint64_t second = ((const lv_seen_repeat *)other)->hash;

    return first < second ? -1 : first > second;
}

// One for each hash.
static size_t unite(lv_seen_repeat *repeats, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        if (kept && repeats[kept - 1].hash == repeats[i].hash)
            repeats[kept - 1].count++;
        else
            repeats[kept++] = repeats[i];
    }
    return kept;
}

live_err lv_seen_expect(lv_seen *seen, int64_t since_ms, live_error *error)
{
    lv_seen_repeat *repeats = malloc((seen->count + 1) * sizeof *repeats);
    size_t count = 0;

    if (!repeats)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    for (size_t i = 0; i < seen->count; i++)
        if (seen->rows[i].time_ms >= since_ms)
            repeats[count++] = (lv_seen_repeat){ seen->rows[i].hash, 1 };
    qsort(repeats, count, sizeof *repeats, compare);
    free(seen->repeats);
    seen->repeats = repeats;
    seen->repeat_count = unite(repeats, count);
    return LIVE_OK;
}

void lv_seen_expect_no_more(lv_seen *seen)
{
    free(seen->repeats);
    seen->repeats = NULL;
    seen->repeat_count = 0;
}

bool lv_seen_is_repeat(lv_seen *seen, uint64_t hash)
{
    lv_seen_repeat wanted = { .hash = hash };
    lv_seen_repeat *found = seen->repeat_count ? bsearch(&wanted, seen->repeats, seen->repeat_count,
                                                         sizeof wanted, compare)
                                               : NULL;

    if (!found || found->count == 0)
        return false;
    found->count--;
    return true;
}
