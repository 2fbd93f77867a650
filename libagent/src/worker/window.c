// SPDX-License-Identifier: Apache-2.0
// A window of rows over the last stretch of an index.
#include <agent/curve.h>
#include <live/json.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct entry {
    double index;
    cJSON *row;
} entry;

struct agent_window {
    const agent_map *mnemonics;
    char *index;
    double duration;
    entry *entries; // in the order of their index
    size_t count, room;
    bool *seen, *told; // by mnemonic
};

live_err agent_window_new(const agent_map *mnemonics, const char *index, double duration,
                          agent_window **ret_window, live_error *error)
{
    agent_window *window = calloc(1, sizeof *window);

    if (window) {
        window->mnemonics = mnemonics;
        window->duration = duration;
        window->index = strdup(index);
        window->seen = calloc(mnemonics->count + 1, sizeof *window->seen);
        window->told = calloc(mnemonics->count + 1, sizeof *window->told);
    }
    if (!window || !window->index || !window->seen || !window->told) {
        agent_window_free(window);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }
    *ret_window = window;
    return LIVE_OK;
}

// Drops the first `count` rows.
static void drop(agent_window *window, size_t count)
{
    for (size_t i = 0; i < count; i++)
        cJSON_Delete(window->entries[i].row);
    window->count -= count;
    if (count > 0 && window->count > 0)
        memmove(window->entries, window->entries + count, window->count * sizeof(entry));
}

void agent_window_free(agent_window *window)
{
    if (!window)
        return;
    drop(window, window->count);
    free(window->entries);
    free(window->index);
    free(window->seen);
    free(window->told);
    free(window);
}

static bool has_value(const cJSON *row, const char *mnemonic)
{
    const cJSON *value = live_json_get(row, mnemonic);
    return value && !cJSON_IsNull(value);
}

// Whether a row has all curves; the ones it has are noted.
static bool is_complete(agent_window *window, const cJSON *row)
{
    bool complete = true;

    for (size_t i = 0; i < window->mnemonics->count; i++) {
        bool there = has_value(row, window->mnemonics->values[i]);
        window->seen[i] = window->seen[i] || there;
        complete = complete && there;
    }
    return complete;
}

static bool make_room(agent_window *window)
{
    size_t room = window->room ? window->room * 2 : 64;
    entry *entries = window->count < window->room
                         ? window->entries
                         : realloc(window->entries, room * sizeof *entries);

    if (!entries)
        return false;
    window->room = window->count < window->room ? window->room : room;
    window->entries = entries;
    return true;
}

static void put(agent_window *window, double index, cJSON *row)
{
    size_t at = window->count;

    while (at > 0 && window->entries[at - 1].index > index)
        at--;
    memmove(window->entries + at + 1, window->entries + at, (window->count - at) * sizeof(entry));
    window->entries[at] = (entry){ .index = index, .row = row };
    window->count++;
}

static void purge(agent_window *window)
{
    double newest = window->entries[window->count - 1].index;
    size_t old = 0;

    while (window->entries[old].index <= newest - window->duration && old + 1 < window->count)
        old++;
    drop(window, old);
}

live_err agent_window_add(agent_window *window, const cJSON *row, agent_window_result *ret_result,
                          live_error *error)
{
    const double index = live_json_real(row, window->index, (double)NAN);

    if (!is_complete(window, row) || isnan(index)) {
        *ret_result = AGENT_WINDOW_INCOMPLETE;
        return LIVE_OK;
    }
    cJSON *copy = cJSON_Duplicate(row, true);
    if (!copy || !make_room(window)) {
        cJSON_Delete(copy);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }
    const entry *last = window->count ? &window->entries[window->count - 1] : NULL;
    *ret_result = !last || index >= last->index             ? AGENT_WINDOW_ADDED
                  : index <= last->index - window->duration ? AGENT_WINDOW_RESET
                                                            : AGENT_WINDOW_OUTDATED;
    if (*ret_result == AGENT_WINDOW_RESET)
        drop(window, window->count);
    put(window, index, copy);
    purge(window);
    return LIVE_OK;
}

size_t agent_window_count(const agent_window *window)
{
    return window->count;
}

const cJSON *agent_window_at(const agent_window *window, size_t index)
{
    return index < window->count ? window->entries[index].row : NULL;
}

const char *agent_window_missing(agent_window *window)
{
    for (size_t i = 0; i < window->mnemonics->count; i++) {
        if (window->seen[i] || window->told[i])
            continue;
        window->told[i] = true;
        return window->mnemonics->values[i];
    }
    return NULL;
}
