// SPDX-License-Identifier: Apache-2.0
// What threads of the pool ask the platform.
#include "bot/ask.h"

#include <pthread.h>
#include <stdlib.h>

#include "worker/bell.h"

enum { MAX_ROWS = 1000000 };

// On the stack of the thread that waits. All but `given_up`, `posted` and `over` is the loop's while it is posted.
typedef struct ask {
    struct ask *next;
    ag_asks *asks;
    bool *given_up;
    bool started, over;
    ag_question_kind kind;
    const char *text;
    int64_t timeout_ms;
    ag_question *question;
    live_timer *timer;
    cJSON *rows;
    live_error why; // code LIVE_OK: it simply ended
} ask;

struct ag_asks {
    live_loop *loop;
    ag_link *link;
    pthread_mutex_t mutex;
    pthread_cond_t answered;
    ask *first;   // those that are not over
    ag_bell bell; // there is a new one
};

// The thread goes on as soon as the mutex is free: the last touch.
static void finish_locked(ask *ask)
{
    struct ask **at = &ask->asks->first;

    ag_question_free(ask->question);
    live_timer_free(ask->timer);
    while (*at != ask)
        at = &(*at)->next;
    *at = ask->next;
    ask->over = true;
    pthread_cond_broadcast(&ask->asks->answered);
}

static void finish(ask *ask)
{
    ag_asks *asks = ask->asks;

    pthread_mutex_lock(&asks->mutex);
    finish_locked(ask);
    pthread_mutex_unlock(&asks->mutex);
}

static void on_row(const cJSON *row, void *user)
{
    ask *ask = user;

    if (cJSON_GetArraySize(ask->rows) >= MAX_ROWS) {
        live_fail(&ask->why, LIVE_E_LIMIT, "more than %d rows", MAX_ROWS);
        finish(ask);
        return;
    }
    cJSON_AddItemToArray(ask->rows, cJSON_Duplicate(row, true));
}

static void on_end(const live_error *why, void *user)
{
    ask *ask = user;

    if (why)
        ask->why = *why;
    finish(ask);
}

static void on_timeout(live_timer *timer, void *user)
{
    ask *ask = user;

    (void)timer;
    live_fail(&ask->why, LIVE_E_TIMEOUT, "the platform did not answer within %lld ms",
              (long long)ask->timeout_ms);
    ask->why.retry = true;
    finish(ask);
}

static void start(ask *ask)
{
    static const ag_question_hooks hooks = { .on_row = on_row, .on_end = on_end };

    ask->started = true;
    live_err err = live_timer_new(ask->asks->loop, ask->timeout_ms, 0, on_timeout, ask, &ask->timer,
                                  &ask->why);
    if (!err)
        err = ag_link_ask(ask->asks->link, ask->kind, ask->text, &hooks, ask, &ask->question,
                          &ask->why);
    if (err)
        finish(ask);
}

static ask *find_new(ag_asks *asks)
{
    pthread_mutex_lock(&asks->mutex);
    ask *ask = asks->first;
    while (ask && ask->started)
        ask = ask->next;
    pthread_mutex_unlock(&asks->mutex);
    return ask;
}

static void on_bell(void *user)
{
    ag_asks *asks = user;
    ask *ask;

    while ((ask = find_new(asks)))
        start(ask);
}

static live_err closed(live_error *error)
{
    live_fail(error, LIVE_E_CLOSED, "the bot is ending");
    if (error)
        error->retry = true;
    return LIVE_E_CLOSED;
}

static live_err wait_for(ask *ask, live_error *error)
{
    ag_asks *asks = ask->asks;

    pthread_mutex_lock(&asks->mutex);
    if (*ask->given_up) {
        pthread_mutex_unlock(&asks->mutex);
        return closed(error);
    }
    ask->next = asks->first;
    asks->first = ask;
    ag_bell_ring(&asks->bell);
    while (!ask->over)
        pthread_cond_wait(&asks->answered, &asks->mutex);
    pthread_mutex_unlock(&asks->mutex);
    if (ask->why.code && error)
        *error = ask->why;
    return ask->why.code;
}

live_err ag_asks_ask(ag_asks *asks, bool *given_up, ag_question_kind kind, const char *text,
                     int64_t timeout_ms, cJSON **ret_rows, live_error *error)
{
    ask ask = { .asks = asks,
                .given_up = given_up,
                .kind = kind,
                .text = text,
                .timeout_ms = timeout_ms,
                .rows = cJSON_CreateArray() };
    live_err err = wait_for(&ask, error);

    if (err)
        cJSON_Delete(ask.rows);
    else
        *ret_rows = ask.rows;
    return err;
}

void ag_asks_cancel(ag_asks *asks, bool *given_up)
{
    pthread_mutex_lock(&asks->mutex);
    *given_up = true;
    for (ask *ask = asks->first, *next; ask; ask = next) {
        next = ask->next;
        if (ask->given_up != given_up)
            continue;
        closed(&ask->why);
        finish_locked(ask);
    }
    pthread_mutex_unlock(&asks->mutex);
}

live_err ag_asks_new(live_loop *loop, ag_link *link, ag_asks **ret_asks, live_error *error)
{
    ag_asks *asks = calloc(1, sizeof *asks);
    if (!asks)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    asks->loop = loop;
    asks->link = link;
    pthread_mutex_init(&asks->mutex, NULL);
    pthread_cond_init(&asks->answered, NULL);
    live_err err = ag_bell_init(&asks->bell, loop, on_bell, asks, error);
    if (err) {
        ag_asks_free(asks);
        return err;
    }
    *ret_asks = asks;
    return LIVE_OK;
}

void ag_asks_free(ag_asks *asks)
{
    if (!asks)
        return;
    ag_bell_clear(&asks->bell);
    pthread_cond_destroy(&asks->answered);
    pthread_mutex_destroy(&asks->mutex);
    free(asks);
}
