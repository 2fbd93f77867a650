// SPDX-License-Identifier: Apache-2.0
// What a thread asks the platform: it waits, the loop asks, and whoever gives up is let go.
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bot/ask.h"
#include "link/channel.h"
#include "link/passing.h"

#include <cmocka.h>

// A gateway of the test's own on the same loop; it answers what it is told to.
typedef struct fixture {
    live_loop *loop;
    ag_link *link;
    ag_asks *asks;
    int control;
    ag_channel *gateway;
    bool silent;
} fixture;

static void on_frame(const ag_frame *frame, void *user)
{
    fixture *f = user;

    if (frame->type == AG_FRAME_HELLO)
        ag_channel_send(f->gateway, AG_FRAME_WELCOME, 0, NULL, 0);
    if (f->silent || (frame->type != AG_FRAME_QUERY && frame->type != AG_FRAME_REQUEST))
        return;
    if (frame->type == AG_FRAME_REQUEST) {
        static const char verdict[] = "{\"code\":-9,\"http\":404,\"text\":\"HTTP 404\"}";
        ag_channel_send(f->gateway, AG_FRAME_END, frame->number, verdict, sizeof verdict - 1);
        return;
    }
    ag_channel_send(f->gateway, AG_FRAME_ROW, frame->number, "{\"n\":1}", 7);
    ag_channel_send(f->gateway, AG_FRAME_ROW, frame->number, "{\"n\":2}", 7);
    ag_channel_send(f->gateway, AG_FRAME_END, frame->number, NULL, 0);
}

static void on_closed(ag_channel *channel, void *user)
{
    ((fixture *)user)->gateway = NULL;
    ag_channel_free(channel);
}

static void on_orphaned(void *user)
{
    (void)user;
}

static int set_up(void **state)
{
    static const ag_channel_hooks hooks = { .on_frame = on_frame, .on_closed = on_closed };
    static fixture f;
    int control[2], ends[2];

    f = (fixture){ 0 };
    *state = &f;
    assert_int_equal(live_loop_new(&f.loop, NULL), LIVE_OK);
    assert_int_equal(ag_passing_pair(control, NULL), LIVE_OK);
    f.control = control[0];
    assert_int_equal(ag_link_new(f.loop, control[1], on_orphaned, NULL, &f.link, NULL), LIVE_OK);
    assert_int_equal(ag_asks_new(f.loop, f.link, &f.asks, NULL), LIVE_OK);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    assert_int_equal(ag_passing_send(f.control, "gateway", ends[0], NULL), LIVE_OK);
    close(ends[0]);
    return (int)ag_channel_new(f.loop, ends[1], &hooks, &f, &f.gateway, NULL);
}

static int tear_down(void **state)
{
    fixture *f = *state;

    ag_asks_free(f->asks);
    ag_link_free(f->link);
    ag_channel_free(f->gateway);
    close(f->control);
    live_loop_free(f->loop);
    return 0;
}

// The thread that asks.
typedef struct asker {
    fixture *f;
    pthread_t thread;
    bool given_up;
    ag_question_kind kind;
    int64_t timeout_ms;
    live_err err;
    live_error error;
    cJSON *rows;
} asker;

static void *ask(void *user)
{
    asker *asker = user;

    asker->err = ag_asks_ask(asker->f->asks, &asker->given_up, asker->kind, "{}", asker->timeout_ms,
                             &asker->rows, &asker->error);
    live_loop_interrupt(asker->f->loop);
    return NULL;
}

static void start(asker *asker, fixture *f, ag_question_kind kind, int64_t timeout_ms)
{
    *asker = (struct asker){ .f = f, .kind = kind, .timeout_ms = timeout_ms };
    assert_int_equal(pthread_create(&asker->thread, NULL, ask, asker), 0);
}

static void finish(asker *asker)
{
    assert_int_equal(live_loop_run(asker->f->loop, 10000, NULL), LIVE_OK);
    pthread_join(asker->thread, NULL);
}

static void its_rows_come_back_to_the_thread(void **state)
{
    asker asker;

    start(&asker, *state, AG_COLLECT, 5000);
    finish(&asker);
    assert_int_equal(asker.err, LIVE_OK);
    assert_int_equal(cJSON_GetArraySize(asker.rows), 2);
    cJSON_Delete(asker.rows);
}

static void a_failure_comes_back_with_its_code_and_status(void **state)
{
    asker asker;

    start(&asker, *state, AG_REQUEST, 5000);
    finish(&asker);
    assert_int_equal(asker.err, LIVE_E_NOTFOUND);
    assert_int_equal(asker.error.http, 404);
    assert_string_equal(asker.error.text, "HTTP 404");
    assert_null(asker.rows);
}

static void silence_ends_with_the_time_limit(void **state)
{
    asker asker;

    ((fixture *)*state)->silent = true;
    start(&asker, *state, AG_COLLECT, 30);
    finish(&asker);
    assert_int_equal(asker.err, LIVE_E_TIMEOUT);
    assert_true(asker.error.retry);
}

static void cancel(live_timer *timer, void *user)
{
    asker *asker = user;

    (void)timer;
    ag_asks_cancel(asker->f->asks, &asker->given_up);
}

static void who_gives_up_is_let_go_and_asks_no_more(void **state)
{
    fixture *f = *state;
    live_timer *timer = NULL;
    asker asker;

    f->silent = true;
    start(&asker, f, AG_COLLECT, 60000);
    assert_int_equal(live_timer_new(f->loop, 20, 0, cancel, &asker, &timer, NULL), LIVE_OK);
    finish(&asker);
    live_timer_free(timer);
    assert_int_equal(asker.err, LIVE_E_CLOSED);
    assert_int_equal(
        ag_asks_ask(f->asks, &asker.given_up, AG_COLLECT, "{}", 60000, &asker.rows, NULL),
        LIVE_E_CLOSED);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(its_rows_come_back_to_the_thread),
        CASE(a_failure_comes_back_with_its_code_and_status),
        CASE(silence_ends_with_the_time_limit),
        CASE(who_gives_up_is_let_go_and_asks_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
