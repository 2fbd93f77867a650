// SPDX-License-Identifier: Apache-2.0
// One running query: a machine of phases, driven by one timer; events wait until real time begins.
#include "query.h"

#include "history.h"
#include "memory.h"
#include "message.h"
#include "otherwise.h"
#include "pipes/pipeline.h"
#include "question.h"
#include "slice.h"
#include <live/json.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MESSAGE_ROWS = 100,
    BEHIND_MS = 2, // between two looks whether the listener has caught up
    SPAN_EVERY_MS = 60000,
};

typedef enum query_phase { STARTING, HISTORY, REALTIME, STOPPING, DONE } query_phase;

struct sim_query {
    sim_store *store;
    live_loop *loop;
    live_timer *timer;
    sim_listener *listener;
    sim_query_fn emit;
    bool (*is_behind)(void *user);
    void *user;

    uint64_t id;
    const sim_profile *profile;
    sim_question question;
    bool follow, announced;
    query_phase phase;
    char *stop_reason, *stop_text; // of STOPPING
    bool stop_by_user;

    pipes_pipeline *main, *reducing; // reducing: behind main, for the history only
    pipes_context context;
    int64_t started_ms, next_span_ms;

    sim_history history;
    uint64_t read_count, out_count;
    sim_row **held; // received while the history is read
    size_t held_count, held_capacity;
    cJSON *content; // rows of the message under construction

    int busy;  // callbacks at work: a free waits for them
    bool dead; // freed
};

static void emit(sim_query *query, cJSON *message)
{
    if (query->dead)
        cJSON_Delete(message);
    else
        query->emit(message, query->user);
}

// Tells `__queries`.
static void announce(const sim_query *query, const char *action)
{
    cJSON *event = sim_question_event(&query->question, action, query->id);

    if (sim_store_put(query->store, event, NULL, NULL))
        return; // out of memory: nothing to tell
}

static void announce_stop(sim_query *query)
{
    if (query->announced)
        announce(query, "stop");
    query->announced = false;
}

// Rows on their way out

static void emit_rows(sim_query *query, cJSON *rows)
{
    bool content = sim_profile_is(query->profile, FACT_QUERY_CONTENT, "content");

    emit(query, sim_message_event(content ? "content" : "events", rows));
}

static void flush_content(sim_query *query)
{
    cJSON *rows = query->content;

    query->content = NULL;
    if (rows)
        emit_rows(query, rows);
}

// A result that nobody else holds gives its object away.
static cJSON *json_of(sim_row *row)
{
    if (row->refs > 1 || row->number > 0)
        return cJSON_Duplicate(row->json, true);
    cJSON *json = row->json;
    row->json = NULL;
    return json;
}

static void put_out(const pipes_batch *batch, void *user)
{
    sim_query *query = user;

    if (!query->content)
        query->content = cJSON_CreateArray();
    for (size_t i = 0; i < batch->count; i++) {
        cJSON *json = json_of(batch->rows[i]);
        sim_otherwise_row(query->profile, json);
        cJSON_AddItemToArray(query->content, json);
    }
    query->out_count += batch->count;
    bool may_wait = query->phase == HISTORY && pipes_program_is_per_row(query->question.program) &&
                    cJSON_GetArraySize(query->content) < MESSAGE_ROWS;
    if (!may_wait)
        flush_content(query);
}

static void reduce(const pipes_batch *batch, void *user)
{
    sim_query *query = user;

    if (query->reducing)
        pipes_pipeline_push(query->reducing, batch);
    else
        put_out(batch, user);
}

// Rows on their way in

// `.timestamp:field`: the event at the time that the field says; a new reference.
static sim_row *timed_row(const sim_query *query, sim_row *row)
{
    const char *field = query->question.program->hints.timestamp_field;
    double time = field ? live_json_real(row->json, field, HUGE_VAL) : HUGE_VAL;

    if (!(time > -9e15 && time < 9e15)) // or it is none
        return sim_row_ref(row);
    int64_t time_ms = (int64_t)time;
    cJSON *json = cJSON_Duplicate(row->json, true);
    cJSON_DeleteItemFromObjectCaseSensitive(json, "timestamp");
    live_json_add_int(json, "timestamp", time_ms);
    return sim_row_new(json, time_ms);
}

static bool matches(const sim_query *query, const sim_row *row)
{
    const pipes_program *program = query->question.program;

    return program->filter && pipes_filter_matches(program->filter, row->json) &&
           (!program->hints.where || pipes_filter_matches(program->hints.where, row->json));
}

static void push(sim_query *query, sim_row *row)
{
    sim_row *timed = timed_row(query, row);
    sim_row *rows[] = { timed };

    pipes_pipeline_push(query->main, &(pipes_batch){ timed->time_ms, rows, 1 });
    sim_row_unref(timed);
}

static void tell_skipped(sim_query *query)
{
    cJSON *message = sim_message_plain("skippedRealtime");

    if (sim_profile_is(query->profile, FACT_QUERY_SKIPPED, "more"))
        cJSON_AddNumberToObject(message, "count", 1);
    if (sim_profile_is(query->profile, FACT_QUERY_SKIPPED, "absent"))
        cJSON_Delete(message);
    else
        emit(query, message);
}

static void receive_now(sim_query *query, sim_row *row)
{
    if (!matches(query, row))
        return;
    if (live_json_bool(row->json, "__skiprealtime", false))
        tell_skipped(query);
    else
        push(query, row);
}

// Life and death

static void destroy(sim_query *query)
{
    sim_history_clear(&query->history);
    for (size_t i = 0; i < query->held_count; i++)
        sim_row_unref(query->held[i]);
    free(query->held);
    cJSON_Delete(query->content);
    pipes_pipeline_free(query->main);
    pipes_pipeline_free(query->reducing);
    sim_question_clear(&query->question);
    free(query->stop_reason);
    free(query->stop_text);
    free(query);
}

static void leave(sim_query *query)
{
    if (--query->busy == 0 && query->dead)
        destroy(query);
}

static void on_event(sim_row *row, void *user)
{
    sim_query *query = user;

    query->busy++;
    if (query->phase == REALTIME) {
        receive_now(query, row);
    } else if (query->phase < REALTIME && matches(query, row)) {
        query->held =
            sim_grow(query->held, query->held_count, &query->held_capacity, sizeof *query->held);
        query->held[query->held_count++] = sim_row_ref(row);
    }
    leave(query);
}

// The next turn is a stop.
static void plan_stop(sim_query *query, const char *reason, const char *text, bool by_user)
{
    if (query->phase >= STOPPING)
        return;
    query->phase = STOPPING;
    query->stop_reason = sim_copy(reason);
    query->stop_text = sim_copy(text);
    query->stop_by_user = by_user;
}

static void tell_destroy(sim_query *query)
{
    cJSON *message = sim_message_plain("destroy");
    bool mistaken = strcmp(query->stop_reason, "Error") == 0;

    if (sim_profile_differs(query->profile, FACT_QUERY_DESTROY))
        cJSON_AddStringToObject(message, "reason", query->stop_reason);
    if (mistaken && sim_profile_is(query->profile, query->question.mistake, "stop"))
        cJSON_Delete(message);
    else
        emit(query, message);
}

static void stop_now(sim_query *query)
{
    sim_listener_free(query->listener);
    query->listener = NULL;
    query->phase = DONE;
    announce_stop(query);
    emit(query, sim_message_stop(query->stop_reason, query->stop_text, query->stop_by_user));
    tell_destroy(query);
}

// History

// Where this platform tells it: before the end of the history, or after.
static void tell_performance(sim_query *query, const char *place)
{
    int64_t took_ms = live_loop_time_ms(query->loop) - query->started_ms;

    if (sim_profile_is(query->profile, FACT_QUERY_PERFORMANCE, place))
        emit(query, sim_message_performance(query->read_count, took_ms));
}

static void tell_span(sim_query *query, const char *place)
{
    if (sim_profile_is(query->profile, FACT_QUERY_SPAN_EVENT, place))
        emit(query, sim_message_span(&query->question.span));
}

static bool wants_type(const char *type, void *user)
{
    const sim_query *query = user;

    return pipes_filter_may_match_type(query->question.program->filter, type);
}

static bool has_enough(const sim_query *query)
{
    int64_t limit = query->question.program->hints.limit;

    bool events = sim_profile_differs(query->profile, FACT_QUERY_PARTIAL);
    uint64_t counted = events ? query->read_count : query->out_count;

    return query->dead ||
           (query->question.span.partial && counted >= (uint64_t)query->question.span.partial) ||
           (limit > 0 && query->read_count >= (uint64_t)limit);
}

// Puts out what is due by `time_ms`, within the slice; false: not all of it.
static bool tick_until(sim_query *query, int64_t time_ms, sim_slice *slice)
{
    int64_t due_ms;

    while (!query->dead && (due_ms = pipes_pipeline_due_ms(query->main)) <= time_ms) {
        if (!sim_slice_take(slice))
            return false;
        pipes_pipeline_tick(query->main, due_ms);
    }
    return true;
}

// One slice of the history; true: there is more.
static bool read_slice(sim_query *query)
{
    sim_slice slice = sim_slice_new();

    while (!has_enough(query)) {
        sim_row *row = sim_history_peek(&query->history);
        int64_t time_ms = row ? row->time_ms : query->question.span.end_ms;
        if (row && query->history.cursor.reversed)
            time_ms = INT64_MIN;
        if (!tick_until(query, time_ms, &slice))
            return true;
        if (!row)
            return false;
        row = sim_history_take(&query->history);
        if (!query->dead && matches(query, row)) {
            query->read_count++;
            push(query, row);
        }
        sim_row_unref(row);
        if (!sim_slice_take(&slice))
            return true;
    }
    return false;
}

static void end_pipelines(sim_query *query)
{
    bool at_end = sim_profile_is(query->profile, FACT_END_FOLLOWING, "history");

    if (!query->follow || (at_end && pipes_program_waits_for_end(query->question.program)))
        pipes_pipeline_end(query->main, query->question.span.end_ms);
    if (query->reducing) {
        pipes_pipeline_end(query->reducing, query->question.span.end_ms);
        pipes_pipeline_free(query->reducing);
        query->reducing = NULL;
    }
    flush_content(query);
    if (sim_profile_differs(query->profile, FACT_QUERY_EMPTY_BATCH))
        emit_rows(query, cJSON_CreateArray());
}

static void begin_realtime(sim_query *query)
{
    emit(query, sim_message_plain("startRealTime"));
    query->phase = REALTIME;
    query->next_span_ms = live_loop_time_ms(query->loop) + SPAN_EVERY_MS;
    for (size_t i = 0; i < query->held_count; i++) {
        if (!query->dead)
            receive_now(query, query->held[i]);
        sim_row_unref(query->held[i]);
    }
    query->held_count = 0;
}

static void end_history(sim_query *query)
{
    int64_t now_ms = live_loop_time_ms(query->loop);

    end_pipelines(query);
    tell_performance(query, "before");
    emit(query, sim_message_end_history(now_ms, now_ms - query->started_ms));
    tell_performance(query, "after");
    tell_span(query, "after");
    if (query->dead)
        return;
    if (query->follow)
        begin_realtime(query);
    else
        plan_stop(query, "NoRealTime", NULL, false);
}

static bool is_behind(const sim_query *query)
{
    return query->phase == HISTORY && query->is_behind && query->is_behind(query->user);
}

static void turn_history(sim_query *query)
{
    if (is_behind(query))
        return;
    bool more = query->question.span.has_history && read_slice(query);

    if (query->dead)
        return;
    if (!more) {
        end_history(query);
        return;
    }
    int64_t now_ms = live_loop_time_ms(query->loop), took_ms = now_ms - query->started_ms;
    emit(query, sim_message_progress(query->history.cursor.last_ms - query->question.span.begin_ms,
                                     query->question.span.end_ms - query->question.span.begin_ms,
                                     (double)query->read_count * 1000.0 /
                                         (double)(took_ms > 0 ? took_ms : 1)));
}

static void warn_of_limits(sim_query *query)
{
    const pipes_program *program = query->question.program, *reducer = query->question.reducer;

    if (program->hints.reversed && pipes_program_is_timed(program))
        emit(query, sim_message_warning("windows by time read forwards: 'reversed' has no effect"));
    if (query->follow && pipes_program_waits_for_end(program))
        emit(query, sim_message_warning("'at the end' puts out at the end of the history only"));
    if (reducer && reducer->first && strcmp(reducer->first->kind->name, "compress") == 0)
        emit(query, sim_message_warning("the reducer '@compress' passes everything here"));
}

static void turn_start(sim_query *query)
{
    query->phase = HISTORY;
    emit(query, sim_message_start(query->question.program));
    tell_span(query, "before");
    warn_of_limits(query);
}

// Real time

static void turn_realtime(sim_query *query)
{
    int64_t now_ms = live_loop_time_ms(query->loop);
    sim_slice slice = sim_slice_new();

    sim_store_flush(query->store); // what came before a tick counts for it
    if (query->dead || query->phase != REALTIME)
        return;
    tick_until(query, now_ms, &slice);
    if (now_ms >= query->next_span_ms) {
        query->next_span_ms += SPAN_EVERY_MS;
        sim_span_move(&query->question.span, now_ms, query->context.zone);
        emit(query, sim_message_span(&query->question.span));
    }
}

static void arm(sim_query *query)
{
    int64_t after_ms = 0;

    if (query->phase == DONE)
        return;
    if (is_behind(query))
        after_ms = BEHIND_MS;
    if (query->phase == REALTIME) {
        int64_t due_ms = pipes_pipeline_due_ms(query->main);
        if (query->next_span_ms < due_ms)
            due_ms = query->next_span_ms;
        after_ms = due_ms - live_loop_time_ms(query->loop);
    }
    live_timer_set(query->timer, after_ms > 0 ? after_ms : 0, 0);
}

static void turn(live_timer *timer, void *user)
{
    static void (*const turns[])(sim_query * query) = {
        [STARTING] = turn_start,
        [HISTORY] = turn_history,
        [REALTIME] = turn_realtime,
        [STOPPING] = stop_now,
        [DONE] = NULL,
    };
    sim_query *query = user;

    (void)timer;
    query->busy++;
    if (turns[query->phase])
        turns[query->phase](query);
    if (!query->dead)
        arm(query);
    leave(query);
}

// Start

// What stands in the store at this moment is history, the present millisecond included.
static void open_history(sim_query *query)
{
    const pipes_program *program = query->question.program;
    const sim_span *span = &query->question.span;

    query->history.store = program->filter ? query->store : NULL;
    query->history.cursor = (sim_cursor){
        .begin_ms = span->begin_ms,
        .end_ms = span->open ? query->started_ms + 1 : span->end_ms,
        .before_number = sim_store_next_number(query->store),
        .reversed = program->hints.reversed && !pipes_program_is_timed(program),
        .wants_type = wants_type,
        .user = query,
    };
}

// Where the first window begins: that of a query for "everything" where its first event is.
static int64_t clock_begin(const sim_query *query)
{
    const sim_span *span = &query->question.span;

    if (!span->has_history)
        return query->started_ms;
    return span->begin_ms > 0 ? span->begin_ms
                              : sim_history_begin_ms(&query->history, span->end_ms);
}

static void open_pipelines(sim_query *query, sim_zone zone)
{
    const sim_question *question = &query->question;
    int64_t begin_ms = clock_begin(query);

    query->context = (pipes_context){
        .profile = query->profile,
        .zone = zone,
        .begin_ms = question->span.begin_ms,
        .end_ms = question->span.end_ms,
        .span_text = question->span_text,
        .random = (uint64_t)query->started_ms * UINT64_C(0x9E3779B97F4A7C15) + query->id,
    };
    query->main = pipes_pipeline_new(question->program, &query->context, begin_ms, reduce, query);
    if (question->reducer && question->span.has_history)
        query->reducing =
            pipes_pipeline_new(question->reducer, &query->context, begin_ms, put_out, query);
}

static void prepare(sim_query *query, const sim_query_options *options)
{
    bool stays = sim_profile_differs(query->profile, FACT_QUERY_PAST_FOLLOWING);

    if (!options->preload)
        query->question.span.has_history = false;
    query->follow = options->follow && (query->question.span.open || stays);
    open_history(query);
    open_pipelines(query, options->zone);
    if (query->follow)
        query->listener = sim_store_listen(query->store, on_event, query);
}

live_err sim_query_start(sim_store *store, const sim_query_options *options, sim_query_fn emit_fn,
                         void *user, sim_query **ret_query, live_error *error)
{
    sim_query *query = sim_alloc(1, sizeof *query);
    live_error mistake = { 0 };

    *query = (sim_query){ .store = store,
                          .profile = sim_store_profile(store),
                          .loop = sim_store_loop(store),
                          .emit = emit_fn,
                          .is_behind = options->is_behind,
                          .user = user,
                          .id = sim_store_next_query(store),
                          .started_ms = live_loop_time_ms(sim_store_loop(store)) };
    sim_question_init(&query->question, query->profile, options);
    live_err err = live_timer_new(query->loop, 0, 0, turn, query, &query->timer, error);
    if (err) {
        destroy(query);
        return err;
    }
    query->announced = true;
    announce(query, "start");
    if (sim_question_compile(&query->question, options, query->started_ms, &mistake))
        plan_stop(query, "Error", mistake.text, false);
    else
        prepare(query, options);
    *ret_query = query;
    return LIVE_OK;
}

void sim_query_free(sim_query *query)
{
    if (!query)
        return;
    announce_stop(query);
    sim_listener_free(query->listener);
    live_timer_free(query->timer);
    query->listener = NULL;
    query->timer = NULL;
    query->dead = true;
    if (query->main)
        pipes_pipeline_stop(query->main);
    if (query->busy == 0)
        destroy(query);
}

void sim_query_stop(sim_query *query, const char *reason, const char *message)
{
    plan_stop(query, reason, message, true);
    if (query->phase != DONE)
        live_timer_set(query->timer, 0, 0);
}

uint64_t sim_query_id(const sim_query *query)
{
    return query->id;
}

bool sim_query_is_done(const sim_query *query)
{
    return query->phase == DONE;
}
