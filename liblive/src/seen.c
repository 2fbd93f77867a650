// SPDX-License-Identifier: Apache-2.0
// The rows that were delivered last, by their times.
#include "seen.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 65536, FIRST_ROWS = 16 };

static void forget_oldest(lv_seen *seen)
{
    int64_t time_ms = seen->rows[seen->first++].time_ms;

    seen->count--;
    if (time_ms >= seen->floor_ms)
        seen->floor_ms = time_ms + 1;
}

// Room behind the last row. What was forgotten is used again once it is half of all.
static bool make_room(lv_seen *seen)
{
    size_t room = seen->room ? seen->room * 2 : FIRST_ROWS;

    if (seen->count == MOST_ROWS)
        forget_oldest(seen);
    if (seen->first + seen->count < seen->room)
        return true;
    if (seen->first > 0 && seen->first >= seen->room / 2) {
        memmove(seen->rows, seen->rows + seen->first, seen->count * sizeof *seen->rows);
        seen->first = 0;
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
    size_t at = seen->first + seen->count++;
    for (; at > seen->first && seen->rows[at - 1].time_ms > time_ms; at--)
        seen->rows[at] = seen->rows[at - 1];
    seen->rows[at] = (lv_seen_row){ time_ms, hash };
    return true;
}

void lv_seen_forget(lv_seen *seen, int64_t before_ms)
{
    while (seen->count && seen->rows[seen->first].time_ms < before_ms)
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
            repeats[kept - 1].count += repeats[i].count;
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
    for (; count < seen->count; count++) {
        const lv_seen_row *row = &seen->rows[seen->first + count];
        repeats[count] = (lv_seen_repeat){ row->hash, row->time_ms >= since_ms };
    }
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
