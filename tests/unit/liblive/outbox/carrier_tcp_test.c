// SPDX-License-Identifier: Apache-2.0
// Delivery to the TCP input, which acknowledges nothing: what its program has not read comes again.
#include <live/time.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "client.h"
#include "cmocka_all.h"
#include "net/tcp.h"
#include "outbox_bench.h"
#include "peer_thread.h"

// The platform's end, on the bench's loop or on that of a thread.
typedef struct platform {
    outbox_bench *bench;
    live_loop *loop; // of the thread; NULL: none
    tcp_peer *peer;
    live_client *client;
    size_t deaf;         // so many connections are not read from
    bool half;           // the first one is closed once something of it was read
    bool stays;          // it does not end when the other side has
    _Atomic size_t ends; // connections that the other side has ended
} platform;

static void note_lines(outbox_bench *bench, live_buf *received)
{
    const char *text = live_buf_data(received);
    const char *last = memrchr(text, '\n', live_buf_length(received));
    char *lines = last ? strndup(text, (size_t)(last + 1 - text)) : NULL;

    if (!lines)
        return;
    outbox_note(bench, lines);
    live_buf_drop(received, strlen(lines));
    free(lines);
}

static void read_half(platform *platform, tcp_end *end)
{
    char some[1000];
    ssize_t got = recv(end->fd, some, sizeof some, 0);

    if (got <= 0)
        return;
    live_buf_add(end->received, some, (size_t)got);
    note_lines(platform->bench, end->received);
    tcp_end_close(end); // what is not read resets it
    platform->half = false;
}

static void on_change(tcp_end *end, void *user)
{
    platform *platform = user;

    if (end->number <= platform->deaf) {
        live_io_want(end->io, 0);
        return;
    }
    note_lines(platform->bench, end->received);
    platform->ends += end->left;
    if (end->left && !platform->stays)
        tcp_end_close(end);
}

static void open_platform(platform *platform, outbox_bench *bench)
{
    live_client_options options = { .tcp_host = "127.0.0.1" };

    platform->bench = bench;
    platform->peer =
        tcp_peer_new(platform->loop ? platform->loop : bench->loop, on_change, platform);
    options.tcp_port = tcp_peer_port(platform->peer);
    assert_int_equal(live_client_new(bench->loop, &options, &platform->client, NULL), LIVE_OK);
    outbox_start(bench);
}

static void close_platform(platform *platform)
{
    live_outbox_detach(platform->bench->outbox);
    live_client_free(platform->client);
    tcp_peer_free(platform->peer);
    live_loop_free(platform->loop);
}

static void attach(const platform *platform)
{
    assert_int_equal(live_outbox_attach(platform->bench->outbox, platform->client, NULL), LIVE_OK);
}

static void turn(const outbox_bench *bench)
{
    assert_int_not_equal(live_loop_run(bench->loop, 5, NULL), LIVE_E_SYSTEM);
}

static void put_all(outbox_bench *bench, long first, long last)
{
    for (long n = first; n <= last; n++)
        outbox_put(bench, n);
}

// Until each number from 1 to `last` was taken.
static void expect_all(outbox_bench *bench, long last)
{
    char *seen = calloc((size_t)last + 1, 1);
    const int64_t deadline = live_time_monotonic_ms() + 30000;
    long there = 0;
    size_t at = 0;

    while (there < last) {
        for (; at < bench->taken; at++) {
            const long n = bench->numbers[at];
            there += n >= 1 && n <= last && !seen[n];
            if (n >= 1 && n <= last)
                seen[n] = 1;
        }
        if (there < last && live_time_monotonic_ms() > deadline)
            fail_msg("%ld of %ld events came", there, last);
        turn(bench);
    }
    free(seen);
}

// A hundred events, all of them handed to the platform's kernel.
static void open_and_send_hundred(platform *platform, outbox_bench *bench)
{
    open_platform(platform, bench);
    put_all(bench, 1, 100);
    attach(platform);
    outbox_drain(bench);
}

static void each_event_is_a_line_in_its_order_over_one_connection(void **state)
{
    outbox_bench *bench = *state;
    platform platform = { .stays = false };

    open_platform(&platform, bench);
    put_all(bench, 1, 1000);
    assert_int_equal(live_outbox_put_text(bench->outbox, "{\n\"n\":1001\n}", 12, NULL), LIVE_OK);
    attach(&platform);
    outbox_drain(bench);
    expect_all(bench, 1001);
    for (long n = 1; n <= 1001; n++)
        assert_int_equal(bench->numbers[n - 1], n);
    assert_int_equal(tcp_peer_count(platform.peer), 1);
    close_platform(&platform);
}

static void what_a_platform_had_not_read_when_it_died_comes_again(void **state)
{
    outbox_bench *bench = *state;
    platform platform = { .deaf = 1 };

    open_and_send_hundred(&platform, bench);
    assert_int_equal(bench->taken, 0);
    tcp_end_close(tcp_peer_end(platform.peer, 1));
    expect_all(bench, 100); // nothing else was put
    assert_int_equal(tcp_peer_count(platform.peer), 2);
    assert_int_equal(bench->taken, 100);
    close_platform(&platform);
}

static void what_comes_again_goes_before_newer_events(void **state)
{
    outbox_bench *bench = *state;
    platform platform = { .deaf = 1 };

    open_and_send_hundred(&platform, bench);
    tcp_end_close(tcp_peer_end(platform.peer, 1));
    put_all(bench, 101, 200);
    expect_all(bench, 200);
    for (long n = 1; n <= 200; n++)
        assert_int_equal(bench->numbers[n - 1], n);
    close_platform(&platform);
}

static void what_a_platform_had_read_half_of_comes_again(void **state)
{
    outbox_bench *bench = *state;
    platform platform = { .deaf = 1 };

    open_and_send_hundred(&platform, bench);
    read_half(&platform, tcp_peer_end(platform.peer, 1));
    const size_t half = bench->taken;
    assert_true(half > 0 && half < 100);
    expect_all(bench, 100);
    assert_int_equal(bench->taken, half + 100);
    close_platform(&platform);
}

static void after_an_end_in_order_nothing_comes_again(void **state)
{
    outbox_bench *bench = *state;
    platform platform = { .stays = false };

    open_platform(&platform, bench);
    put_all(bench, 1, 100);
    attach(&platform);
    expect_all(bench, 100);
    tcp_end_close(tcp_peer_end(platform.peer, 1));
    put_all(bench, 101, 110);
    expect_all(bench, 110);
    assert_int_equal(bench->taken, 110);
    assert_int_equal(tcp_peer_count(platform.peer), 2);
    close_platform(&platform);
}

static void at_the_end_what_is_under_way_is_waited_for(void **state)
{
    enum { EVENTS = 40000 };
    outbox_bench *bench = *state;
    platform platform = { .stays = false };
    char text[320];
    peer_thread thread;

    assert_int_equal(live_loop_new(&platform.loop, NULL), LIVE_OK);
    open_platform(&platform, bench);
    for (long n = 1; n <= EVENTS; n++) { // more than all buffers between the two hold
        int length = snprintf(text, sizeof text, "{\"n\":%ld,\"t\":\"%0250d\"}", n, 1);
        assert_int_equal(live_outbox_put_text(bench->outbox, text, (size_t)length, NULL), LIVE_OK);
    }
    attach(&platform);
    while (lv_tcp_look(platform.client->tcp).written == 0)
        turn(bench);
    peer_thread_start(&thread, platform.loop);
    live_outbox_detach(bench->outbox);
    peer_thread_stop(&thread);
    assert_int_equal(platform.ends, 1);
    outbox_restart(bench);
    assert_int_equal(bench->taken, outbox_stat(bench).sent); // nothing is under way any more
    close_platform(&platform);
}

static void a_platform_that_does_not_end_is_waited_for_no_longer_than_said(void **state)
{
    outbox_bench *bench = *state;
    platform platform = { .stays = true };

    open_platform(&platform, bench);
    put_all(bench, 1, 10);
    attach(&platform);
    expect_all(bench, 10);
    const int64_t began = live_time_monotonic_ms();
    live_outbox_detach(bench->outbox);
    const int64_t took = live_time_monotonic_ms() - began;
    assert_true(took >= 1900 && took < 10000);
    while (platform.ends == 0) // it was told
        turn(bench);
    close_platform(&platform);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, outbox_bench_open, outbox_bench_close)
    const struct CMUnitTest tests[] = {
        CASE(each_event_is_a_line_in_its_order_over_one_connection),
        CASE(what_a_platform_had_not_read_when_it_died_comes_again),
        CASE(what_comes_again_goes_before_newer_events),
        CASE(what_a_platform_had_read_half_of_comes_again),
        CASE(after_an_end_in_order_nothing_comes_again),
        CASE(at_the_end_what_is_under_way_is_waited_for),
        CASE(a_platform_that_does_not_end_is_waited_for_no_longer_than_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
