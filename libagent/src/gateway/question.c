// SPDX-License-Identifier: Apache-2.0
// What one worker asks of the platform.
#include "gateway/question.h"

#include <live/action.h>
#include <live/buf.h>
#include <live/json.h>
#include <live/log.h>
#include <live/query.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "link/verdict.h"

enum {
    MAX_ROWS_BYTES = 4 * 1024 * 1024,
    FIRST_WAIT_MS = 1000,
    LONGEST_WAIT_MS = 30000,
    TROUBLE_BYTES = 200,
    BEGIN_MS = 5000 // how long it is no trouble that the platform has not begun with a query
};

typedef struct question {
    struct question *next, **link;
    ag_questions *all;
    uint64_t number;
    cJSON *query; // NULL: a resource
    live_query *running;
    live_call *call;
    bool follow, overrun; // overrun: its rows found no room
    bool paused;          // until the worker has taken what waits
    live_timer *retry;
    int64_t wait_ms;
    char trouble[TROUBLE_BYTES]; // why it does not run; "": it does, as far as is known
    int64_t trouble_ms;          // since when, or when it was asked
    live_action action;          // its start, where the worker gave it a place in what it does
    bool starting;
    bool begun; // the platform has said something of it
} question;

struct ag_questions {
    live_loop *loop;
    live_client *client;
    const char *name;
    ag_channel *channel; // NULL: the worker is away
    question *first;
    live_buf *rows; // frames beyond the credit
    int64_t credit; // bytes of rows that the worker takes
};

// Its start, until the platform has begun with it or says why not.
static void begin_start(question *question)
{
    const char *place = live_json_str(question->query, "action", NULL);

    if (!place)
        return;
    live_action_begin_at(&question->action, place, "query.start", question->all->name);
    live_action_leave(&question->action);
    question->starting = true;
}

static void end_start(question *question, const live_error *why)
{
    if (!question->starting)
        return;
    question->starting = false;
    live_action_enter(&question->action);
    live_action_end(&question->action, why);
}

static void forget(question *question)
{
    live_error why = { 0 };

    live_fail(&why, LIVE_E_CLOSED, "nobody waits for it any more");
    end_start(question, &why);
    live_query_free(question->running);
    live_call_free(question->call);
    live_timer_free(question->retry);
    cJSON_Delete(question->query);
    *question->link = question->next;
    if (question->next)
        question->next->link = question->link;
    free(question);
}

static question *find(const ag_questions *questions, uint64_t number)
{
    question *question = questions->first;

    while (question && question->number != number)
        question = question->next;
    return question;
}

// Rows

// Sends whole frames of what waits, as long as there is credit; a verdict needs none.
static void send_rows(ag_questions *questions)
{
    ag_frame frame;
    size_t bytes = 1, offset = 0;

    while (questions->channel && offset < live_buf_length(questions->rows)) {
        if (ag_frame_read(questions->rows, offset, &frame, &bytes, NULL) || bytes == 0)
            break;
        bool is_row = frame.type == AG_FRAME_ROW || frame.type == AG_FRAME_LATE;
        if (is_row && questions->credit <= 0)
            break;
        ag_channel_send(questions->channel, frame.type, frame.number, frame.text, frame.length);
        questions->credit -= is_row ? (int64_t)frame.length : 0;
        offset += bytes;
    }
    live_buf_drop(questions->rows, offset);
}

static void add_row(const question *question, ag_frame_type type, const cJSON *row)
{
    char *text = NULL;

    if (live_json_print(row, &text, NULL))
        return;
    ag_frame_add(question->all->rows, type, question->number, text, strlen(text));
    live_free(text);
    send_rows(question->all);
}

// Tells how it ended, behind its rows, and forgets it.
static void end(question *question, const live_error *why)
{
    ag_questions *questions = question->all;
    char *verdict = ag_verdict_print(why);

    end_start(question, why);
    if (verdict)
        ag_frame_add(questions->rows, AG_FRAME_END, question->number, verdict, strlen(verdict));
    live_free(verdict);
    forget(question);
    send_rows(questions);
}

// Trouble: a query that is followed does not run. It is told once, and so is its end.

static void note_trouble(question *question, const live_error *why)
{
    bool first = !*question->trouble;

    end_start(question, why);
    snprintf(question->trouble, sizeof question->trouble, "%s", why->text);
    if (!first)
        return;
    question->trouble_ms = live_loop_time_ms(question->all->loop);
    live_log(LIVE_LOG_WARN, "gateway.query", "the query of %s does not run: %s",
             question->all->name, why->text);
}

static void note_running(question *question)
{
    question->begun = true;
    end_start(question, NULL);
    if (!*question->trouble)
        return;
    question->trouble[0] = '\0';
    live_log(LIVE_LOG_INFO, "gateway.following", "the query of %s runs again", question->all->name);
}

// Queries

static void start_query(question *question);

static void try_later(question *question)
{
    question->wait_ms = question->wait_ms ? question->wait_ms * 2 : FIRST_WAIT_MS;
    if (question->wait_ms > LONGEST_WAIT_MS)
        question->wait_ms = LONGEST_WAIT_MS;
    live_timer_set(question->retry, question->wait_ms, 0);
}

// What was missed and will not come.
static void on_gap(live_query *query, const live_gap *gap, void *user)
{
    (void)query;
    live_log(LIVE_LOG_WARN, "gateway.gap", "%s has missed the rows from %lld to %lld",
             ((question *)user)->all->name, (long long)gap->begin_ms, (long long)gap->end_ms);
}

static void pause_query(question *question, live_query *query)
{
    question->paused = true;
    live_query_pause(query);
    live_log(LIVE_LOG_WARN, "gateway.rows", "%s takes its rows too slowly: its query waits for it",
             question->all->name);
    live_timer_set(question->retry, FIRST_WAIT_MS, 0);
}

// A worker that does not keep up must not hold the platform's other rows: its query ends, and one that is followed
// waits until the worker has taken what is there; what it misses meanwhile is made up for.
static live_flow on_row(live_query *query, const cJSON *row, void *user)
{
    question *question = user;
    const ag_questions *questions = question->all;

    add_row(question, live_query_is_late(query) ? AG_FRAME_LATE : AG_FRAME_ROW, row);
    note_running(question);
    question->wait_ms = 0;
    if (live_buf_length(questions->rows) <= MAX_ROWS_BYTES && !live_buf_failed(questions->rows))
        return LIVE_CONTINUE;
    if (question->follow && !live_buf_failed(questions->rows)) {
        pause_query(question, query);
        return LIVE_CONTINUE;
    }
    question->overrun = true;
    return LIVE_STOP;
}

static void on_overrun(question *question)
{
    live_error why = { 0 };

    if (!question->follow) {
        live_fail(&why, LIVE_E_LIMIT, "its rows come faster than they are taken");
        end(question, &why);
        return;
    }
    live_log(LIVE_LOG_WARN, "gateway.rows",
             "%s takes its rows too slowly: its query begins again later", question->all->name);
    live_timer_set(question->retry, FIRST_WAIT_MS, 0);
}

// The fault of the expression itself ends a query that is followed; anything else is the platform's or the link's
// condition and passes.
static void on_end(live_query *query, const live_error *why, void *user)
{
    question *question = user;

    (void)query;
    if (question->overrun) {
        on_overrun(question);
        return;
    }
    if (!question->follow || !why || why->code == LIVE_E_PARSE) {
        end(question, why);
        return;
    }
    note_trouble(question, why);
    try_later(question);
}

// The platform has begun with it, or has something else to say; how it ends on_end() is told.
static void on_word(live_query *query, const char *type, const cJSON *data, void *user)
{
    (void)query;
    (void)data;
    if (strcmp(type, "stop") != 0 && strcmp(type, "destroy") != 0)
        note_running(user);
}

// It ran, and does not for a while.
static void on_trouble(live_query *query, const live_error *why, void *user)
{
    (void)query;
    if (why)
        note_trouble(user, why);
    else
        note_running(user);
}

static void start_query(question *question)
{
    live_query_options options = LIVE_QUERY_OPTIONS_INIT;
    live_error error = { 0 };

    live_query_free(question->running);
    question->running = NULL;
    question->overrun = question->paused = question->begun = false;
    if (!*question->trouble)
        question->trouble_ms = live_loop_time_ms(question->all->loop);
    options.realtime = question->follow;
    options.on_control = on_word;
    options.on_gap = on_gap;
    options.on_trouble = question->follow ? on_trouble : NULL;
    options.span = live_json_str(question->query, "span", NULL);
    options.provider = live_json_str(question->query, "provider", NULL);
    options.reducer = live_json_str(question->query, "reducer", NULL);
    options.no_preload = live_json_bool(question->query, "no_preload", false);
    if (live_query_start(question->all->client, live_json_str(question->query, "expression", ""),
                         &options, on_row, on_end, question, &question->running, &error))
        on_end(NULL, &error, question);
}

static void resume_query(question *question)
{
    question->paused = false;
    live_query_resume(question->running);
}

static void on_retry(live_timer *timer, void *user)
{
    question *question = user;

    if (live_buf_length(question->all->rows) > 0) // not drained yet
        live_timer_set(timer, FIRST_WAIT_MS, 0);
    else if (question->paused)
        resume_query(question);
    else
        start_query(question);
}

// Resources

static void on_reply(const cJSON *body, const live_error *error, void *user)
{
    question *question = user;

    question->call = NULL;
    if (body)
        add_row(question, AG_FRAME_ROW, body);
    end(question, error);
}

static void start_request(question *question, const ag_frame *frame)
{
    char *path = strndup(frame->text, frame->length);
    live_error error = { 0 };
    live_err err = path ? live_client_call(question->all->client, path, NULL, on_reply, question,
                                           &question->call, &error)
                        : live_fail(&error, LIVE_E_NOMEM, "out of memory");

    free(path);
    if (err)
        end(question, &error);
}

// Frames

static question *add(ag_questions *questions, uint64_t number)
{
    question *question = calloc(1, sizeof *question);
    if (!question)
        return NULL;

    question->all = questions;
    question->number = number;
    if (live_timer_new(questions->loop, -1, 0, on_retry, question, &question->retry, NULL)) {
        free(question);
        return NULL;
    }
    question->next = questions->first;
    question->link = &questions->first;
    if (question->next)
        question->next->link = &question->next;
    questions->first = question;
    return question;
}

// Without a platform what is followed waits, like the events do; the rest cannot be answered.
static bool can_ask(question *question)
{
    live_error error = { 0 };

    if (question->all->client)
        return true;
    if (question->follow)
        return false;
    live_fail(&error, LIVE_E_CONNECT, "the settings name no platform");
    end(question, &error);
    return false;
}

void ag_questions_query(ag_questions *questions, const ag_frame *frame)
{
    question *question = add(questions, frame->number);
    live_error error = { 0 };

    if (!question)
        return;
    if (live_json_parse(frame->text, frame->length, &question->query, &error)) {
        end(question, &error);
        return;
    }
    question->follow = live_json_bool(question->query, "follow", false);
    begin_start(question);
    if (can_ask(question))
        start_query(question);
}

void ag_questions_request(ag_questions *questions, const ag_frame *frame)
{
    question *question = add(questions, frame->number);

    if (question && can_ask(question))
        start_request(question, frame);
}

void ag_questions_cancel(ag_questions *questions, const ag_frame *frame)
{
    question *question = find(questions, frame->number);

    if (question)
        forget(question);
}

void ag_questions_credit(ag_questions *questions, const ag_frame *frame)
{
    questions->credit += (int64_t)(frame->number & 0x7fffffff);
    send_rows(questions);
}

// Life

void ag_questions_attach(ag_questions *questions, ag_channel *channel)
{
    while (questions->first)
        // NOLINTNEXTLINE(clang-analyzer-unix.Malloc): each takes itself out of the list
        forget(questions->first);
    live_buf_clear(questions->rows);
    questions->credit = 0;
    questions->channel = channel;
}

// Also one that was asked and of which nothing was heard: it has not run yet.
static bool is_in_trouble(const question *question)
{
    int64_t asked_ms = question->trouble_ms;

    return *question->trouble ||
           (question->follow && question->running && !question->begun && !question->paused &&
            live_loop_time_ms(question->all->loop) - asked_ms > BEGIN_MS);
}

const char *ag_questions_trouble(const ag_questions *questions, int64_t *ret_since_ms)
{
    const question *longest = NULL;

    for (const question *one = questions->first; one; one = one->next)
        if (is_in_trouble(one) && (!longest || one->trouble_ms < longest->trouble_ms))
            longest = one;
    if (!longest)
        return NULL;
    *ret_since_ms = longest->trouble_ms;
    return *longest->trouble ? longest->trouble : "the platform has not begun with it";
}

live_err ag_questions_new(live_loop *loop, live_client *client, const char *name,
                          ag_questions **ret_questions, live_error *error)
{
    ag_questions *questions = calloc(1, sizeof *questions);
    live_buf *rows = live_buf_new();

    if (!questions || !rows) {
        free(questions);
        live_buf_free(rows);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }
    *questions = (ag_questions){ .loop = loop, .client = client, .name = name, .rows = rows };
    *ret_questions = questions;
    return LIVE_OK;
}

void ag_questions_free(ag_questions *questions)
{
    if (!questions)
        return;
    ag_questions_attach(questions, NULL);
    live_buf_free(questions->rows);
    free(questions);
}
