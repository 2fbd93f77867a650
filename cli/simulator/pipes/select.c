// SPDX-License-Identifier: Apache-2.0
// The select stage at work: projections, windows, groups.
#include "pipes/select.h"

#include "memory.h"
#include <live/json.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_KEPT = 1000000 }; // rows of one sliding window; the oldest fall out

typedef struct select_group {
    cJSON *keys; // the values of `by`, by name
    pipes_tally *tallies;
    size_t tally_count;
    sim_row *last;
} select_group;

typedef struct select_state {
    pipes_table groups;
    sim_row **kept; // of a sliding window: kept[first] to kept[first + count - 1]
    size_t first, count, capacity;
    int64_t last_ms, next_ms; // the outputs before and to come
    size_t seen;              // rows since the last output
    bool ended;
} select_state;

static void set_field(const pipes_env *env, cJSON *json, const char *name, pipes_value value,
                      size_t *left)
{
    cJSON *made = pipes_to_field(value, left);

    if (!made && sim_profile_differs(env->context->profile, FACT_QUERY_NULL_FIELDS))
        made = cJSON_CreateNull();
    if (!made)
        return;
    cJSON_DeleteItemFromObjectCaseSensitive(json, name);
    cJSON_AddItemToObject(json, name, made);
}

void pipes_select_fields(const pipes_stage *stage, pipes_env *env, cJSON *json)
{
    size_t left = PIPES_MAX_ROW_BYTES;

    for (size_t i = 0; i < stage->item_count; i++) {
        const pipes_item *item = &stage->items[i];
        pipes_value value = pipes_evaluate(item->expression, env);
        if (!item->expand) {
            set_field(env, json, item->name, value, &left);
            continue;
        }
        const cJSON *member = value.kind == PIPES_JSON ? value.json->child : NULL;
        for (; member; member = member->next)
            if (member->string)
                set_field(env, json, member->string, pipes_of_json(member), &left);
    }
}

static void drop_group(void *thing)
{
    select_group *group = thing;

    for (size_t i = 0; i < group->tally_count; i++)
        pipes_tally_clear(&group->tallies[i]);
    free(group->tallies);
    cJSON_Delete(group->keys);
    sim_row_unref(group->last);
    free(group);
}

static void forget_groups(select_state *state)
{
    pipes_table_clear(&state->groups, drop_group);
}

// After a window: the groups are gone, or stay without rows.
static void empty_groups(pipes_run *run)
{
    select_state *state = run->state;
    const sim_profile *profile = pipes_run_env(run, NULL).context->profile;

    if (!run->stage->by_count || !sim_profile_differs(profile, FACT_WINDOW_EMPTY_GROUP)) {
        forget_groups(state);
        return;
    }
    for (size_t i = 0; i < state->groups.count; i++) {
        select_group *group = state->groups.entries[i].thing;
        for (size_t j = 0; j < group->tally_count; j++)
            pipes_tally_clear(&group->tallies[j]);
    }
}

static cJSON *key_values(pipes_run *run, const sim_row *row)
{
    cJSON *keys = cJSON_CreateObject();
    pipes_env env = pipes_run_env(run, row);
    size_t left = PIPES_MAX_ROW_BYTES;

    for (size_t i = 0; i < run->stage->by_count; i++)
        set_field(&env, keys, run->stage->by[i].name,
                  pipes_evaluate(run->stage->by[i].expression, &env), &left);
    return keys;
}

// The group of a row; `row` NULL: the one group of an ungrouped stage.
static select_group *group_of(pipes_run *run, const sim_row *row)
{
    select_state *state = run->state;
    live_buf *key = live_buf_new();

    if (row)
        pipes_run_key(run, row, key);
    void **place = pipes_table_at(&state->groups, live_buf_data(key));
    live_buf_free(key);
    if (!*place) {
        select_group *group = sim_alloc(1, sizeof *group);
        group->tally_count = run->stage->aggregate_count;
        group->tallies = sim_alloc(group->tally_count, sizeof *group->tallies);
        group->keys = row ? key_values(run, row) : NULL;
        *place = group;
    }
    return *place;
}

// The row whose fields stand beside the aggregates.
static void keep_last(const sim_profile *profile, select_group *group, sim_row *row)
{
    if (sim_profile_is(profile, FACT_SCALAR_ROW, "null") ||
        (group->last && sim_profile_is(profile, FACT_SCALAR_ROW, "first")))
        return;
    sim_row_unref(group->last);
    group->last = sim_row_ref(row);
}

static void fold(pipes_run *run, sim_row *row)
{
    select_group *group = group_of(run, row);
    pipes_env env = pipes_run_env(run, row);

    env.tallies = group->tallies;
    pipes_tallies_add(run->stage->aggregates, run->stage->aggregate_count, &env);
    keep_last(env.context->profile, group, row);
}

// The time of a window is its end, or its begin.
static int64_t shown_ms(pipes_run *run, int64_t time_ms)
{
    const pipes_window *window = &run->stage->window;
    const pipes_context *context = pipes_run_env(run, NULL).context;
    bool begin = window->output == PIPES_EVERY_PERIOD &&
                 sim_profile_differs(context->profile, FACT_WINDOW_TIME);

    return begin ? sim_period_add(window->period, time_ms, -1, context->zone) : time_ms;
}

static sim_row *group_row(pipes_run *run, const select_group *group, int64_t time_ms)
{
    cJSON *json = cJSON_CreateObject();
    pipes_env env = pipes_run_env(run, group->last);
    size_t left = PIPES_MAX_ROW_BYTES;

    env.tallies = group->tallies;
    env.time_ms = time_ms;
    live_json_add_int(json, "timestamp", shown_ms(run, time_ms));
    if (group->keys)
        for (const cJSON *key = group->keys->child; key; key = key->next)
            set_field(&env, json, key->string, pipes_of_json(key), &left);
    pipes_select_fields(run->stage, &env, json);
    return sim_row_new(json, time_ms);
}

static void forward_group(pipes_run *run, const select_group *group, int64_t time_ms)
{
    sim_row *row = group_row(run, group, time_ms);

    pipes_forward(run, &(pipes_batch){ time_ms, &row, 1 });
    sim_row_unref(row);
}

// Whether the stage puts out at the end, and is other there.
static bool is_at_end(pipes_run *run, fact_id id)
{
    return run->stage->window.output == PIPES_AT_THE_END &&
           sim_profile_differs(pipes_run_env(run, NULL).context->profile, id);
}

// Whether an empty window puts nothing out where we believe in a row.
static bool is_silent(pipes_run *run)
{
    const pipes_stage *stage = run->stage;
    const sim_profile *profile = pipes_run_env(run, NULL).context->profile;

    if (stage->item_count + stage->by_count == 0)
        return sim_profile_is(profile, FACT_CLAUSE_ALONE, "nothing");
    if (stage->by_count > 0)
        return false;
    return is_at_end(run, FACT_END_EMPTY) ||
           (stage->window.output == PIPES_EVERY_PERIOD && stage->aggregate_count > 0 &&
            sim_profile_differs(profile, FACT_WINDOW_EMPTY));
}

static bool is_before(const pipes_stage *stage, const sim_row *a, const sim_row *b)
{
    for (size_t i = 0; i < stage->by_count; i++) {
        const char *name = stage->by[i].name;
        int order = strcmp(live_json_str(a->json, name, ""), live_json_str(b->json, name, ""));
        if (order)
            return order < 0;
    }
    return false;
}

// By the texts of their keys; groups are few where this is tried.
static void sort_by_group(const pipes_stage *stage, sim_row **rows, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        sim_row *row = rows[i];
        size_t at = i;
        for (; at > 0 && is_before(stage, row, rows[at - 1]); at--)
            rows[at] = rows[at - 1];
        rows[at] = row;
    }
}

static void forward_groups(pipes_run *run, int64_t time_ms)
{
    select_state *state = run->state;

    if (!state->groups.count && is_silent(run))
        return;
    if (run->stage->by_count == 0 || (!state->groups.count && is_at_end(run, FACT_END_EMPTY_GROUP)))
        group_of(run, NULL); // an empty window has a row, too
    size_t count = state->groups.count;
    sim_row **rows = sim_alloc(count, sizeof(sim_row *));
    for (size_t i = 0; i < count; i++)
        rows[i] = group_row(run, state->groups.entries[i].thing, time_ms);
    if (sim_profile_differs(pipes_run_env(run, NULL).context->profile, FACT_GROUP_ORDER))
        sort_by_group(run->stage, rows, count);
    pipes_forward(run, &(pipes_batch){ time_ms, rows, count });
    for (size_t i = 0; i < count; i++)
        sim_row_unref(rows[i]);
    free(rows);
}

static void drop_first(select_state *state)
{
    sim_row_unref(state->kept[state->first++]);
    state->count--;
    if (state->first >= 64 && state->first >= state->count) {
        for (size_t i = 0; i < state->count; i++)
            state->kept[i] = state->kept[state->first + i];
        state->first = 0;
    }
}

static void keep(select_state *state, sim_row *row)
{
    if (state->count == MAX_KEPT)
        drop_first(state);
    state->kept =
        sim_grow(state->kept, state->first + state->count, &state->capacity, sizeof(sim_row *));
    state->kept[state->first + state->count++] = sim_row_ref(row);
}

static int64_t window_begin(pipes_run *run, int64_t time_ms)
{
    sim_zone zone = pipes_run_env(run, NULL).context->zone;

    return sim_period_add(run->stage->window.length, time_ms, -1, zone);
}

// Computes the groups of a sliding window anew, from the rows of [begin, end_ms).
static void refold(pipes_run *run, int64_t time_ms, int64_t end_ms)
{
    select_state *state = run->state;
    int64_t begin_ms = window_begin(run, time_ms);

    while (state->count > 0 && state->kept[state->first]->time_ms < begin_ms)
        drop_first(state);
    forget_groups(state);
    for (size_t i = 0; i < state->count; i++) {
        sim_row *row = state->kept[state->first + i];
        if (row->time_ms >= begin_ms && row->time_ms < end_ms)
            fold(run, row);
    }
}

// `over last …` alone passes the rows of the window on.
static void forward_kept(pipes_run *run, int64_t time_ms, int64_t end_ms)
{
    select_state *state = run->state;
    sim_row **rows = sim_alloc(state->count, sizeof(sim_row *));
    int64_t begin_ms = window_begin(run, time_ms);
    size_t count = 0;

    while (state->count > 0 && state->kept[state->first]->time_ms < begin_ms)
        drop_first(state);
    for (size_t i = 0; i < state->count; i++)
        if (state->kept[state->first + i]->time_ms < end_ms)
            rows[count++] = state->kept[state->first + i];
    pipes_forward(run, &(pipes_batch){ time_ms, rows, count });
    free(rows);
}

// One output instant: the window's rows are those before `end_ms`.
static void put_out(pipes_run *run, int64_t time_ms, int64_t end_ms)
{
    const pipes_stage *stage = run->stage;
    select_state *state = run->state;

    if (stage->window.over == PIPES_OVER_LAST && stage->item_count + stage->by_count == 0) {
        forward_kept(run, time_ms, end_ms);
    } else {
        if (stage->window.over == PIPES_OVER_LAST)
            refold(run, time_ms, end_ms);
        forward_groups(run, time_ms);
    }
    if (stage->window.over == PIPES_OVER_NOTHING)
        empty_groups(run);
    state->last_ms = time_ms;
    state->seen = 0;
}

static void put_out_row(pipes_run *run, const sim_row *row)
{
    select_state *state = run->state;

    if (run->stage->window.over == PIPES_OVER_LAST)
        refold(run, row->time_ms, row->time_ms + 1);
    forward_group(run, group_of(run, row), row->time_ms);
    state->seen = 0;
}

// A late row belongs to a window that is closed.
static bool is_late(pipes_run *run, const sim_row *row)
{
    const select_state *state = run->state;
    const pipes_window *window = &run->stage->window;

    if (window->output != PIPES_EVERY_PERIOD || window->over == PIPES_OVER_ALL)
        return false;
    if (window->over == PIPES_OVER_NOTHING)
        return row->time_ms < state->last_ms;
    return row->time_ms < window_begin(run, state->next_ms);
}

static void take_row(pipes_run *run, sim_row *row)
{
    const pipes_window *window = &run->stage->window;
    select_state *state = run->state;

    if (is_late(run, row))
        return;
    if (window->over == PIPES_OVER_LAST)
        keep(state, row);
    else
        fold(run, row);
    state->seen++;
    if (window->output != PIPES_EVERY_ITEMS || state->seen < window->items)
        return;
    if (window->items == 1)
        put_out_row(run, row);
    else
        put_out(run, row->time_ms, row->time_ms + 1);
}

static void project(pipes_run *run, const pipes_batch *batch)
{
    sim_row **rows = sim_alloc(batch->count, sizeof(sim_row *));

    for (size_t i = 0; i < batch->count; i++) {
        pipes_env env = pipes_run_env(run, batch->rows[i]);
        cJSON *json = cJSON_CreateObject();
        live_json_add_int(json, "timestamp", batch->rows[i]->time_ms);
        pipes_select_fields(run->stage, &env, json);
        rows[i] = sim_row_new(json, batch->rows[i]->time_ms);
    }
    pipes_forward(run, &(pipes_batch){ batch->time_ms, rows, batch->count });
    for (size_t i = 0; i < batch->count; i++)
        sim_row_unref(rows[i]);
    free(rows);
}

static void select_batch(pipes_run *run, const pipes_batch *batch)
{
    if (run->stage->window.output == PIPES_PER_ROW) {
        project(run, batch);
        return;
    }
    for (size_t i = 0; i < batch->count; i++)
        take_row(run, batch->rows[i]);
    if (run->stage->window.output == PIPES_EVERY_BATCH)
        put_out(run, batch->time_ms, batch->time_ms + 1);
}

static void select_start(pipes_run *run, int64_t begin_ms)
{
    select_state *state = run->state;

    state->last_ms = begin_ms;
    state->next_ms = INT64_MAX;
    if (run->stage->window.output == PIPES_EVERY_PERIOD)
        state->next_ms = sim_period_next(run->stage->window.period, begin_ms,
                                         pipes_run_env(run, NULL).context->zone);
}

static int64_t select_due(const pipes_run *run)
{
    const select_state *state = run->state;

    return state->ended ? INT64_MAX : state->next_ms;
}

static void select_tick(pipes_run *run)
{
    select_state *state = run->state;
    int64_t time_ms = state->next_ms;

    state->next_ms =
        sim_period_next(run->stage->window.period, time_ms, pipes_run_env(run, NULL).context->zone);
    put_out(run, time_ms, time_ms);
}

// The last window, also when it is not full.
static void select_end(pipes_run *run, int64_t end_ms)
{
    select_state *state = run->state;
    pipes_output output = run->stage->window.output;

    state->ended = true;
    bool partial =
        !sim_profile_differs(pipes_run_env(run, NULL).context->profile, FACT_WINDOW_PARTIAL);
    if (output == PIPES_AT_THE_END ||
        (output == PIPES_EVERY_PERIOD && partial && (state->last_ms < end_ms || state->seen > 0)))
        put_out(run, end_ms, end_ms + 1);
}

static void select_clear(pipes_run *run)
{
    select_state *state = run->state;

    forget_groups(state);
    while (state->count > 0)
        drop_first(state);
    free(state->kept);
}

const pipes_stage_kind pipes_select_stage = {
    .name = "select",
    .parse = pipes_select_parse,
    .state_size = sizeof(select_state),
    .start = select_start,
    .batch = select_batch,
    .due_ms = select_due,
    .tick = select_tick,
    .end = select_end,
    .clear = select_clear,
    .per_row = true,
};
