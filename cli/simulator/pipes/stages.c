// SPDX-License-Identifier: Apache-2.0
// The table of special stages: @filter, @sort, @top, @latest, @set, @throttle and the like.
#include "memory.h"
#include "pipes/stage.h"

#include <live/json.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// Parsers

static bool keep_items(pipes_parser *parser, pipes_stage *stage, const pipes_item *items,
                       size_t count)
{
    stage->items = pipes_parser_copy(parser, items, count * sizeof *items);
    stage->item_count = count;
    return count > 0;
}

static bool parse_by(pipes_parser *parser, pipes_stage *stage)
{
    pipes_item by[PIPES_MAX_ITEMS];

    if (!pipes_lexer_accept_word(&parser->lexer, "by"))
        return !parser->lexer.failed;
    stage->by_count = pipes_parse_items(parser, by);
    stage->by = pipes_parser_copy(parser, by, stage->by_count * sizeof *by);
    return stage->by_count > 0;
}

static bool parse_one(pipes_parser *parser, pipes_stage *stage)
{
    pipes_item item;

    return pipes_parse_item(parser, &item) && keep_items(parser, stage, &item, 1);
}

static bool parse_many(pipes_parser *parser, pipes_stage *stage)
{
    pipes_item items[PIPES_MAX_ITEMS];
    size_t count = pipes_parse_items(parser, items);

    // Where `desc` is for the keys behind it, too.
    if (sim_profile_differs(parser->lexer.profile, FACT_SORT_DESC))
        for (size_t i = 1; i < count; i++)
            items[i].descending |= items[i - 1].descending;
    return keep_items(parser, stage, items, count);
}

static bool parse_nothing(pipes_parser *parser, pipes_stage *stage)
{
    (void)stage;
    return !parser->lexer.failed;
}

static bool parse_limit(pipes_parser *parser, pipes_stage *stage)
{
    if (parser->lexer.token.kind != PIPES_T_NUMBER || parser->lexer.token.number < 1) {
        pipes_fail(&parser->lexer, "a number of rows expected");
        return false;
    }
    stage->limit = parser->lexer.token.number;
    pipes_lexer_next(&parser->lexer);
    return pipes_lexer_expect(&parser->lexer, ",");
}

// @top n, key [desc] {, key} [by k]
static bool parse_top(pipes_parser *parser, pipes_stage *stage)
{
    return parse_limit(parser, stage) && parse_many(parser, stage) && parse_by(parser, stage);
}

// @throttle [n,] period [by k]
static bool parse_throttle(pipes_parser *parser, pipes_stage *stage)
{
    pipes_lexer before = parser->lexer;

    stage->limit = 1;
    pipes_lexer_next(&parser->lexer);
    bool counted = pipes_lexer_is(&parser->lexer, ",");
    if (!parser->lexer.failed)
        parser->lexer = before;
    if (counted && !parse_limit(parser, stage))
        return false;
    return pipes_parse_period(parser, &stage->period) && parse_by(parser, stage);
}

// Behaviour

static void pass(pipes_run *run, const pipes_batch *batch)
{
    pipes_forward(run, batch);
}

static void batch_filter(pipes_run *run, const pipes_batch *batch)
{
    sim_row **kept = sim_alloc(batch->count, sizeof(sim_row *));
    pipes_batch out = { .time_ms = batch->time_ms, .rows = kept };

    for (size_t i = 0; i < batch->count; i++) {
        pipes_env env = pipes_run_env(run, batch->rows[i]);
        pipes_value value = pipes_evaluate(run->stage->items[0].expression, &env);
        bool unknown = value.kind == PIPES_NULL &&
                       sim_profile_differs(env.context->profile, FACT_EXPRESSION_NULL_CONDITION);
        if (pipes_is_true(value) || unknown)
            kept[out.count++] = batch->rows[i];
    }
    pipes_forward(run, &out);
    free(kept);
}

// A row while it is sorted: its keys are evaluated once.
typedef struct sort_entry {
    sim_row *row;
    size_t index; // keeps the sort stable
    pipes_value *keys;
    const pipes_stage *stage;
} sort_entry;

// Null comes last; of different kinds numbers come before text.
static int compare_keys(pipes_value a, pipes_value b)
{
    int order;

    if (pipes_compare(a, b, &order))
        return order;
    if ((a.kind == PIPES_NULL) != (b.kind == PIPES_NULL))
        return a.kind == PIPES_NULL ? 1 : -1;
    return (a.kind > b.kind) - (a.kind < b.kind);
}

static int compare_entries(const void *left, const void *right)
{
    const sort_entry *a = left, *b = right;

    for (size_t i = 0; i < a->stage->item_count; i++) {
        int order = compare_keys(a->keys[i], b->keys[i]);
        if (order)
            return a->stage->items[i].descending ? -order : order;
    }
    return (a->index > b->index) - (a->index < b->index);
}

// The batch's rows in order; free() the array.
static sim_row **sorted(pipes_run *run, const pipes_batch *batch)
{
    const pipes_stage *stage = run->stage;
    sort_entry *entries = sim_alloc(batch->count, sizeof *entries);
    sim_row **rows = sim_alloc(batch->count, sizeof(sim_row *));

    for (size_t i = 0; i < batch->count; i++) {
        pipes_env env = pipes_run_env(run, batch->rows[i]);
        entries[i] = (sort_entry){
            .row = batch->rows[i],
            .index = i,
            .stage = stage,
            .keys = pipes_arena_alloc(env.arena, stage->item_count * sizeof(pipes_value)),
        };
        for (size_t j = 0; j < stage->item_count; j++)
            entries[i].keys[j] = pipes_evaluate(stage->items[j].expression, &env);
    }
    qsort(entries, batch->count, sizeof *entries, compare_entries);
    for (size_t i = 0; i < batch->count; i++)
        rows[i] = entries[i].row;
    free(entries);
    return rows;
}

static void batch_top(pipes_run *run, const pipes_batch *batch)
{
    sim_row **rows = sorted(run, batch);
    pipes_table counts = { 0 }; // per key of `by`, as a number in the pointer's place
    live_buf *key = live_buf_new();
    size_t kept = 0;

    for (size_t i = 0; i < batch->count; i++) {
        live_buf_clear(key);
        pipes_run_key(run, rows[i], key);
        uintptr_t *count = (uintptr_t *)pipes_table_at(&counts, live_buf_data(key));
        if ((double)(*count)++ < run->stage->limit)
            rows[kept++] = rows[i];
    }
    pipes_forward(run, &(pipes_batch){ batch->time_ms, rows, kept });
    live_buf_free(key);
    pipes_table_clear(&counts, NULL);
    free(rows);
}

// @latest keeps the newest batch until the end.
typedef struct latest_state {
    sim_row **rows;
    size_t count, capacity;
    int64_t time_ms;
} latest_state;

static void clear_latest(pipes_run *run)
{
    latest_state *state = run->state;

    for (size_t i = 0; i < state->count; i++)
        sim_row_unref(state->rows[i]);
    free(state->rows);
    *state = (latest_state){ 0 };
}

static void batch_latest(pipes_run *run, const pipes_batch *batch)
{
    latest_state *state = run->state;

    clear_latest(run);
    state->rows = sim_alloc(batch->count, sizeof(sim_row *));
    state->count = batch->count;
    state->time_ms = batch->time_ms;
    for (size_t i = 0; i < batch->count; i++)
        state->rows[i] = sim_row_ref(batch->rows[i]);
}

// Where @sort sorts everything it waits for the end.
static void batch_sort(pipes_run *run, const pipes_batch *batch)
{
    latest_state *state = run->state;

    if (sim_profile_differs(pipes_run_env(run, NULL).context->profile, FACT_SORT_SCOPE)) {
        for (size_t i = 0; i < batch->count; i++) {
            state->rows = sim_grow(state->rows, state->count, &state->capacity, sizeof(sim_row *));
            state->rows[state->count++] = sim_row_ref(batch->rows[i]);
        }
        state->time_ms = batch->time_ms;
        return;
    }
    sim_row **rows = sorted(run, batch);
    pipes_forward(run, &(pipes_batch){ batch->time_ms, rows, batch->count });
    free(rows);
}

static void end_sort(pipes_run *run, int64_t end_ms)
{
    latest_state *state = run->state;
    pipes_batch kept = { state->time_ms, state->rows, state->count };
    sim_row **rows = sorted(run, &kept);

    (void)end_ms;
    pipes_forward(run, &(pipes_batch){ state->time_ms, rows, state->count });
    free(rows);
    clear_latest(run);
}

static void end_latest(pipes_run *run, int64_t end_ms)
{
    latest_state *state = run->state;

    (void)end_ms;
    pipes_forward(run, &(pipes_batch){ state->time_ms, state->rows, state->count });
    clear_latest(run);
}

// Forwards the batch with each row replaced by what `change` makes of it (a new reference).
static void batch_changed(pipes_run *run, const pipes_batch *batch,
                          sim_row *(*change)(pipes_run *run, const sim_row *row))
{
    sim_row **rows = sim_alloc(batch->count, sizeof(sim_row *));
    size_t count = 0;

    for (size_t i = 0; i < batch->count; i++) {
        sim_row *row = change(run, batch->rows[i]);
        if (row)
            rows[count++] = row;
    }
    pipes_forward(run, &(pipes_batch){ batch->time_ms, rows, count });
    for (size_t i = 0; i < count; i++)
        sim_row_unref(rows[i]);
    free(rows);
}

static sim_row *with_fields(pipes_run *run, const sim_row *row)
{
    cJSON *json = cJSON_Duplicate(row->json, true);
    pipes_env env = pipes_run_env(run, row);
    size_t left = PIPES_MAX_ROW_BYTES;

    for (size_t i = 0; i < run->stage->item_count; i++) {
        const pipes_item *item = &run->stage->items[i];
        cJSON *value = pipes_to_field(pipes_evaluate(item->expression, &env), &left);
        cJSON_DeleteItemFromObjectCaseSensitive(json, item->name);
        if (value)
            cJSON_AddItemToObject(json, item->name, value);
    }
    return sim_row_new(json, row->time_ms);
}

static void batch_set(pipes_run *run, const pipes_batch *batch)
{
    batch_changed(run, batch, with_fields);
}

static sim_row *yielded(pipes_run *run, const sim_row *row)
{
    pipes_env env = pipes_run_env(run, row);
    pipes_value map = pipes_evaluate(run->stage->items[0].expression, &env);
    size_t left = PIPES_MAX_ROW_BYTES;
    cJSON *json =
        map.kind == PIPES_JSON && cJSON_IsObject(map.json) ? pipes_to_field(map, &left) : NULL;

    if (!json)
        return NULL;
    if (!live_json_get(json, "timestamp"))
        live_json_add_int(json, "timestamp", row->time_ms);
    return sim_row_new(json, row->time_ms);
}

static void batch_yield(pipes_run *run, const pipes_batch *batch)
{
    batch_changed(run, batch, yielded);
}

// @throttle lets `limit` rows pass in each period, which starts at the first that passes.
typedef struct throttle_gate {
    int64_t until_ms;
    double passed;
} throttle_gate;

enum { MAX_GATES = 100000 }; // keys of one throttle; beyond them all start anew

static bool passes_gate(pipes_run *run, const sim_row *row, live_buf *key)
{
    pipes_table *gates = run->state;

    live_buf_clear(key);
    pipes_run_key(run, row, key);
    if (gates->count >= MAX_GATES)
        pipes_table_clear(gates, free);
    void **place = pipes_table_at(gates, live_buf_data(key));
    if (!*place)
        *place = sim_alloc(1, sizeof(throttle_gate));

    throttle_gate *gate = *place;
    if (gate->passed == 0 || row->time_ms >= gate->until_ms) {
        sim_zone zone = pipes_run_env(run, row).context->zone;
        gate->until_ms = sim_period_add(run->stage->period, row->time_ms, 1, zone);
        gate->passed = 0;
    }
    return gate->passed++ < run->stage->limit;
}

static void batch_throttle(pipes_run *run, const pipes_batch *batch)
{
    sim_row **kept = sim_alloc(batch->count, sizeof(sim_row *));
    live_buf *key = live_buf_new();
    size_t count = 0;

    for (size_t i = 0; i < batch->count; i++)
        if (passes_gate(run, batch->rows[i], key))
            kept[count++] = batch->rows[i];
    pipes_forward(run, &(pipes_batch){ batch->time_ms, kept, count });
    live_buf_free(key);
    free(kept);
}

static void clear_throttle(pipes_run *run)
{
    pipes_table_clear(run->state, free);
}

static const pipes_stage_kind stages[] = {
    { .name = "filter", .parse = parse_one, .batch = batch_filter, .per_row = true },
    { .name = "sort",
      .parse = parse_many,
      .state_size = sizeof(latest_state),
      .batch = batch_sort,
      .end = end_sort,
      .clear = clear_latest },
    { .name = "top", .parse = parse_top, .batch = batch_top },
    { .name = "latest",
      .parse = parse_nothing,
      .state_size = sizeof(latest_state),
      .batch = batch_latest,
      .end = end_latest,
      .clear = clear_latest },
    { .name = "set", .parse = parse_many, .batch = batch_set, .per_row = true },
    { .name = "yield", .parse = parse_one, .batch = batch_yield, .per_row = true },
    { .name = "throttle",
      .parse = parse_throttle,
      .state_size = sizeof(pipes_table),
      .batch = batch_throttle,
      .clear = clear_throttle,
      .per_row = true },
    { .name = "meta", .parse = parse_many, .batch = pass, .per_row = true },
    // thins out for display; everything passes here
    { .name = "compress", .parse = parse_many, .batch = pass, .per_row = true },
};

const pipes_stage_kind *pipes_stage_find(const char *name)
{
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        if (strcasecmp(stages[i].name, name) == 0)
            return &stages[i];
    return NULL;
}
