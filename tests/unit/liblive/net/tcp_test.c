// SPDX-License-Identifier: Apache-2.0
// The TCP input's connection: made when needed, kept, made again; nothing is lost or sent by halves.
#include "net/tcp.h"

#include <live/buf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "resolver.h"
#include "tcp_peer.h"

typedef struct fixture {
    live_loop *loop;
    tcp_peer *peer;
    lv_tcp *tcp;
    int written, failed, due; // writes: done, failed, awaited
    live_error error;         // of the last that failed
    const char *until;        // the loop stops when the newest end has received this
} fixture;

static void stop_when_done(fixture *f)
{
    const tcp_end *end = tcp_peer_end(f->peer, tcp_peer_count(f->peer));
    bool arrived = !f->until || (end && strcmp(live_buf_data(end->received), f->until) == 0);

    if (arrived && f->written + f->failed >= f->due)
        live_loop_stop(f->loop);
}

static void on_change(tcp_end *end, void *user)
{
    (void)end;
    stop_when_done(user);
}

static void on_written(const live_error *error, void *user)
{
    fixture *f = user;

    if (error) {
        f->failed++;
        f->error = *error;
    } else {
        f->written++;
    }
    stop_when_done(f);
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    assert_int_equal(live_loop_new(&f->loop, NULL), LIVE_OK);
    f->peer = tcp_peer_new(f->loop, on_change, f);
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;

    lv_tcp_free(f->tcp);
    tcp_peer_free(f->peer);
    live_loop_free(f->loop);
    free(f);
    return 0;
}

static void open_to(fixture *f, const char *host, int port, int64_t timeout_ms)
{
    lv_tcp_options options = { .host = host, .port = port, .timeout_ms = timeout_ms };

    assert_int_equal(lv_tcp_new(f->loop, &options, &f->tcp, NULL), LIVE_OK);
}

static lv_write *write_text(fixture *f, const char *text)
{
    lv_write *write = NULL;

    assert_int_equal(lv_tcp_write(f->tcp, strdup(text), strlen(text), on_written, f, &write, NULL),
                     LIVE_OK);
    f->due++;
    return write;
}

static void run(fixture *f, const char *until)
{
    f->until = until;
    assert_int_equal(live_loop_run(f->loop, 10000, NULL), LIVE_OK);
}

static void lines_go_over_one_connection_that_is_kept(void **state)
{
    fixture *f = *state;

    open_to(f, "127.0.0.1", tcp_peer_port(f->peer), 5000);
    write_text(f, "1\n");
    write_text(f, "2\n");
    run(f, "1\n2\n");
    write_text(f, "3\n");
    run(f, "1\n2\n3\n");
    assert_int_equal(tcp_peer_count(f->peer), 1);
    assert_int_equal(f->written, 3);
}

static void nothing_happens_inside_the_call(void **state)
{
    fixture *f = *state;

    open_to(f, "127.0.0.1", tcp_peer_port(f->peer), 5000);
    write_text(f, "1\n");
    assert_int_equal(f->written + f->failed, 0);
}

static void a_connection_the_server_closed_is_made_again(void **state)
{
    fixture *f = *state;

    open_to(f, "127.0.0.1", tcp_peer_port(f->peer), 5000);
    write_text(f, "1\n");
    run(f, "1\n");
    tcp_end_close(tcp_peer_end(f->peer, 1));
    assert_int_equal(live_loop_run(f->loop, 20, NULL), LIVE_E_TIMEOUT);
    write_text(f, "2\n");
    run(f, "2\n");
    assert_int_equal(tcp_peer_count(f->peer), 2);
    assert_int_equal(f->failed, 0);
}

static void what_the_server_says_is_of_no_interest(void **state)
{
    fixture *f = *state;

    open_to(f, "127.0.0.1", tcp_peer_port(f->peer), 5000);
    write_text(f, "1\n");
    run(f, "1\n");
    tcp_end_send(tcp_peer_end(f->peer, 1), "hello\n");
    write_text(f, "2\n");
    run(f, "1\n2\n");
    assert_int_equal(tcp_peer_count(f->peer), 1);
}

static void P_12_a_refused_connection_is_told_and_may_be_tried_again(void **state)
{
    fixture *f = *state;

    open_to(f, "127.0.0.1", tcp_unused_port(), 5000);
    write_text(f, "1\n");
    write_text(f, "2\n");
    run(f, NULL);
    assert_int_equal(f->failed, 2);
    assert_int_equal(f->error.code, LIVE_E_CONNECT);
    assert_true(f->error.retry);
    assert_non_null(strstr(f->error.text, "TCP input 127.0.0.1 port "));
    assert_non_null(strstr(f->error.text, "Connection refused"));
}

static void close_at_once(tcp_end *end, void *user)
{
    (void)user;
    tcp_end_close(end);
}

static void a_server_that_closes_each_connection_is_not_asked_for_ever(void **state)
{
    fixture *f = *state;
    tcp_peer *full = tcp_peer_new(f->loop, close_at_once, NULL);

    open_to(f, "127.0.0.1", tcp_peer_port(full), 5000);
    write_text(f, "1\n");
    run(f, NULL);
    assert_int_equal(f->failed, 1);
    assert_int_equal(f->error.code, LIVE_E_CLOSED);
    assert_true(f->error.retry);
    assert_int_equal(tcp_peer_count(full), 1);
    tcp_peer_free(full);
}

static void a_name_is_resolved_while_the_loop_goes_on(void **state)
{
    fixture *f = *state;

    open_to(f, "slow.test", tcp_peer_port(f->peer), 5000);
    write_text(f, "1\n");
    assert_int_equal(live_loop_run(f->loop, 0, NULL), LIVE_OK);
    resolver_wait_until_asked();
    assert_int_equal(live_loop_run(f->loop, 10, NULL), LIVE_E_TIMEOUT); // it is not held up
    write_text(f, "2\n");
    resolver_go_on();
    run(f, "1\n2\n");
    assert_int_equal(tcp_peer_count(f->peer), 1);
}

static void a_name_that_takes_too_long_is_a_failure(void **state)
{
    fixture *f = *state;

    open_to(f, "slow.test", tcp_peer_port(f->peer), 20);
    write_text(f, "1\n");
    run(f, NULL);
    assert_int_equal(f->error.code, LIVE_E_CONNECT);
    assert_true(f->error.retry);
    assert_non_null(strstr(f->error.text, "its name was not resolved in time"));
    resolver_wait_until_asked();
    resolver_go_on();
}

static void a_name_nobody_knows_is_a_failure_that_names_it(void **state)
{
    fixture *f = *state;

    open_to(f, "nobody.test", tcp_peer_port(f->peer), 5000);
    write_text(f, "1\n");
    run(f, NULL);
    assert_int_equal(f->error.code, LIVE_E_CONNECT);
    assert_non_null(strstr(f->error.text, "TCP input: nobody.test: "));
}

static void each_address_of_a_name_is_tried(void **state)
{
    fixture *f = *state;

    open_to(f, "two.test", tcp_peer_port(f->peer), 5000); // nobody listens on the first
    write_text(f, "1\n");
    run(f, "1\n");
    assert_int_equal(f->failed, 0);
}

static void an_address_that_does_not_answer_is_left_for_the_next(void **state)
{
    fixture *f = *state;
    int fds[CLOG_FDS];

    tcp_clog("127.0.0.2", tcp_peer_port(f->peer), fds);
    open_to(f, "two.test", tcp_peer_port(f->peer), 60);
    write_text(f, "1\n");
    run(f, "1\n");
    assert_int_equal(f->failed, 0);
    tcp_unclog(fds);
}

static void the_only_address_that_does_not_answer_is_a_failure_in_time(void **state)
{
    fixture *f = *state;
    int fds[CLOG_FDS];

    open_to(f, "127.0.0.1", tcp_clog("127.0.0.1", 0, fds), 60);
    write_text(f, "1\n");
    run(f, NULL);
    assert_int_equal(f->error.code, LIVE_E_CONNECT);
    assert_non_null(strstr(f->error.text, "no connection in time"));
    tcp_unclog(fds);
}

static void a_write_that_meets_the_close_of_a_kept_connection_goes_over_a_new_one(void **state)
{
    fixture *f = *state;

    open_to(f, "127.0.0.1", tcp_peer_port(f->peer), 5000);
    write_text(f, "1\n");
    run(f, "1\n");
    tcp_end_close(tcp_peer_end(f->peer, 1));
    write_text(f, "2\n");
    run(f, "2\n");
    assert_int_equal(tcp_peer_count(f->peer), 2);
    assert_int_equal(f->failed, 0);
}

static void when_no_address_answers_the_last_one_says_why(void **state)
{
    fixture *f = *state;

    open_to(f, "two.test", tcp_unused_port(), 5000);
    write_text(f, "1\n");
    run(f, NULL);
    assert_int_equal(f->failed, 1);
    assert_non_null(strstr(f->error.text, "Connection refused"));
}

static void a_write_that_was_not_begun_is_forgotten_without_harm(void **state)
{
    fixture *f = *state;

    open_to(f, "127.0.0.1", tcp_peer_port(f->peer), 5000);
    lv_write *first = write_text(f, "1\n");
    write_text(f, "2\n");
    lv_write *last = write_text(f, "3\n");
    lv_write_free(last);
    lv_write_free(first);
    f->due -= 2;
    write_text(f, "4\n");
    run(f, "2\n4\n");
}

static void without_writes_left_a_lookup_ends(void **state)
{
    fixture *f = *state;

    open_to(f, "slow.test", tcp_peer_port(f->peer), 5000);
    lv_write *write = write_text(f, "1\n");
    assert_int_equal(live_loop_run(f->loop, 0, NULL), LIVE_OK);
    resolver_wait_until_asked();
    lv_write_free(write);
    resolver_go_on();
    assert_int_equal(live_loop_run(f->loop, 20, NULL), LIVE_E_TIMEOUT); // the peer's listener
    assert_int_equal(tcp_peer_count(f->peer), 0);
}

static char *big_text(size_t length)
{
    char *text = malloc(length);

    memset(text, 'x', length);
    return text;
}

static void a_server_that_takes_no_bytes_is_left(void **state)
{
    fixture *f = *state;
    enum { BIG_BYTES = 64 * 1024 * 1024 };
    lv_write *write = NULL;

    open_to(f, "127.0.0.1", tcp_peer_port(f->peer), 100);
    assert_int_equal(lv_tcp_write(f->tcp, strdup("1\n"), 2, on_written, f, &write, NULL), LIVE_OK);
    f->due = 1;
    run(f, "1\n");
    live_io_want(tcp_peer_end(f->peer, 1)->io, 0); // it reads no more
    assert_int_equal(
        lv_tcp_write(f->tcp, big_text(BIG_BYTES), BIG_BYTES, on_written, f, &write, NULL), LIVE_OK);
    f->due++;
    run(f, NULL);
    assert_int_equal(f->error.code, LIVE_E_TIMEOUT);
    assert_non_null(strstr(f->error.text, "it takes no bytes in time"));
}

static void a_line_that_was_cut_off_does_not_stay_on_the_connection(void **state)
{
    fixture *f = *state;
    enum { BIG_BYTES = 64 * 1024 * 1024 };
    lv_write *write = NULL;

    open_to(f, "127.0.0.1", tcp_peer_port(f->peer), 5000);
    write_text(f, "1\n");
    run(f, "1\n");
    live_io_want(tcp_peer_end(f->peer, 1)->io, 0);
    assert_int_equal(
        lv_tcp_write(f->tcp, big_text(BIG_BYTES), BIG_BYTES, on_written, f, &write, NULL), LIVE_OK);
    assert_int_equal(live_loop_run(f->loop, 50, NULL), LIVE_E_TIMEOUT);
    lv_write_free(write);
    write_text(f, "2\n");
    run(f, "2\n");
    assert_int_equal(tcp_peer_count(f->peer), 2);
}

static void everything_may_be_freed_at_any_time(void **state)
{
    fixture *f = *state;

    lv_tcp_free(NULL);
    lv_write_free(NULL);
    open_to(f, "slow.test", tcp_peer_port(f->peer), 5000);
    write_text(f, "1\n");
    assert_int_equal(live_loop_run(f->loop, 0, NULL), LIVE_OK);
    resolver_wait_until_asked();
    lv_tcp_free(f->tcp);
    f->tcp = NULL;
    resolver_go_on();
    assert_int_equal(f->written + f->failed, 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(lines_go_over_one_connection_that_is_kept),
        CASE(nothing_happens_inside_the_call),
        CASE(a_connection_the_server_closed_is_made_again),
        CASE(what_the_server_says_is_of_no_interest),
        CASE(P_12_a_refused_connection_is_told_and_may_be_tried_again),
        CASE(a_server_that_closes_each_connection_is_not_asked_for_ever),
        CASE(a_name_is_resolved_while_the_loop_goes_on),
        CASE(a_name_that_takes_too_long_is_a_failure),
        CASE(a_name_nobody_knows_is_a_failure_that_names_it),
        CASE(each_address_of_a_name_is_tried),
        CASE(an_address_that_does_not_answer_is_left_for_the_next),
        CASE(the_only_address_that_does_not_answer_is_a_failure_in_time),
        CASE(a_write_that_meets_the_close_of_a_kept_connection_goes_over_a_new_one),
        CASE(when_no_address_answers_the_last_one_says_why),
        CASE(a_write_that_was_not_begun_is_forgotten_without_harm),
        CASE(without_writes_left_a_lookup_ends),
        CASE(a_server_that_takes_no_bytes_is_left),
        CASE(a_line_that_was_cut_off_does_not_stay_on_the_connection),
        CASE(everything_may_be_freed_at_any_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
