// SPDX-License-Identifier: Apache-2.0
// WebSockets of the HTTP server towards peers that do not do their part, on simulated time.
#include "websocket.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "wire.h"

enum { CLOSE_MS = 5000, MEBIBYTE = 1024 * 1024, LIMIT_MEBIBYTES = 16, MAX_MESSAGE_BYTES = 1000 };

typedef struct fixture {
    live_loop *loop;
    ag_http *http;
    ag_websocket *socket; // NULL: it was never opened or is closed
    const char *reply;    // to each text; NULL: none
    bool closes_then;
    int fd, texts, closes;
    wire_answer answer;
} fixture;

static void on_open(ag_websocket *socket, void *user)
{
    ((fixture *)user)->socket = socket;
}

static void on_text(ag_websocket *socket, const char *text, size_t length, void *user)
{
    fixture *f = user;

    (void)text;
    (void)length;
    f->texts++;
    if (f->reply)
        ag_websocket_send(socket, f->reply, strlen(f->reply));
    if (f->closes_then)
        ag_websocket_close(socket, 1011, "");
}

static void on_close(ag_websocket *socket, void *user)
{
    (void)socket;
    ((fixture *)user)->socket = NULL;
    ((fixture *)user)->closes++;
}

static void on_request(ag_exchange *exchange, void *user)
{
    ag_websocket_options options = { .max_message_bytes = MAX_MESSAGE_BYTES,
                                     .on_open = on_open,
                                     .on_text = on_text,
                                     .on_close = on_close,
                                     .user = user };

    ag_exchange_upgrade(exchange, &options);
}

static void pass(fixture *f, int64_t ms)
{
    live_err err = live_loop_run(f->loop, ms, NULL);
    assert_true(err == LIVE_OK || err == LIVE_E_TIMEOUT);
}

static int set_up(void **state)
{
    fixture *f = test_calloc(1, sizeof *f);
    ag_http_options options = { .max_body_bytes = 1000, .fn = on_request, .user = f };

    *state = f;
    if (live_loop_new_simulated(0, &f->loop, NULL) ||
        ag_http_new(f->loop, &options, &f->http, NULL))
        return -1;
    f->fd = wire_connect(ag_http_port(f->http));
    wire_print(f->fd, "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                      "Sec-WebSocket-Version: 13\r\n\r\n");
    pass(f, 1);
    wire_read(f->fd, &f->answer);
    assert_int_equal(f->answer.status, 101);
    assert_non_null(f->socket);
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;

    close(f->fd);
    ag_http_free(f->http);
    live_loop_free(f->loop);
    test_free(f);
    return 0;
}

static void expect_frame(fixture *f, int opcode, const char *text)
{
    assert_int_equal(wire_read_frame(f->fd, f->answer.body, sizeof f->answer.body), opcode);
    assert_string_equal(f->answer.body, text);
}

static void a_close_that_is_not_answered_has_a_limit(void **state)
{
    fixture *f = *state;

    ag_websocket_close(f->socket, 1000, "");
    pass(f, CLOSE_MS - 1);
    assert_int_equal(f->closes, 0);
    expect_frame(f, WIRE_CLOSE, "1000");
    pass(f, 1);
    assert_int_equal(f->closes, 1);
    pass(f, 1);
    assert_true(wire_closed(f->fd));
}

static void a_close_that_is_answered_ends_at_once(void **state)
{
    fixture *f = *state;

    ag_websocket_close(f->socket, 1000, "");
    pass(f, 1);
    wire_frame(f->fd, WIRE_CLOSE, true, "\x03\xe8", 2);
    pass(f, 1);
    shutdown(f->fd, SHUT_WR);
    pass(f, 1);
    assert_int_equal(f->closes, 1);
}

static void a_peer_that_broke_the_rules_has_the_same_limit_to_leave(void **state)
{
    fixture *f = *state;

    wire_frame(f->fd, WIRE_TEXT | WIRE_UNMASKED, true, "[]", 2);
    pass(f, 1);
    expect_frame(f, WIRE_CLOSE, "1002");
    wire_text(f->fd, "[]"); // nobody looks at it
    pass(f, CLOSE_MS - 2);
    assert_int_equal(f->closes, 0);
    pass(f, 1);
    assert_int_equal(f->closes, 1);
    assert_int_equal(f->texts, 0);
}

static void a_peer_that_does_not_read_is_let_go(void **state)
{
    fixture *f = *state;
    char *text = test_malloc(MEBIBYTE);
    int sent = 0;

    memset(text, 'x', MEBIBYTE);
    while (f->socket && sent < 4 * LIMIT_MEBIBYTES) {
        ag_websocket_send(f->socket, text, MEBIBYTE);
        sent++;
        pass(f, 1);
    }
    test_free(text);
    assert_int_equal(f->closes, 1);
    assert_true(sent > LIMIT_MEBIBYTES);
}

static void a_peer_that_asks_and_does_not_read_is_let_go(void **state)
{
    fixture *f = *state;
    char *text = test_calloc(1, MEBIBYTE + 1);

    memset(text, 'x', MEBIBYTE);
    f->reply = text;
    for (int i = 0; i < 4 * LIMIT_MEBIBYTES && !f->closes; i++) {
        wire_text(f->fd, "[]");
        pass(f, 1);
    }
    test_free(text);
    assert_int_equal(f->closes, 1);
}

static void of_a_peer_that_pings_and_does_not_read_so_many_pings_wait(void **state)
{
    enum {
        PING_BYTES = 125,
        FRAME_BYTES = 6 + PING_BYTES,
        AT_ONCE = 500,
        TIMES = 400,
        MOST = 10000
    };
    fixture *f = *state;
    char *pings = test_calloc(AT_ONCE, FRAME_BYTES); // a mask of zeros

    for (size_t i = 0; i < AT_ONCE; i++)
        memcpy(pings + i * FRAME_BYTES, "\x89\xfd", 2);
    for (size_t i = 0; i < TIMES; i++) {
        wire_send(f->fd, pings, (size_t)AT_ONCE * FRAME_BYTES);
        pass(f, 1);
    }
    test_free(pings);
    assert_non_null(f->socket);
    assert_int_equal(ag_websocket_waiting(f->socket), MOST * PING_BYTES);
    assert_int_equal(wire_read_frame(f->fd, f->answer.body, sizeof f->answer.body), WIRE_PONG);
}

static void what_was_said_before_a_close_goes_before_it(void **state)
{
    fixture *f = *state;

    f->reply = "sorry";
    f->closes_then = true;
    wire_text(f->fd, "[]");
    pass(f, 1);
    expect_frame(f, WIRE_TEXT, "sorry");
    expect_frame(f, WIRE_CLOSE, "1011");
}

static void the_end_of_the_server_sends_what_waits_then_its_reason(void **state)
{
    fixture *f = *state;

    ag_websocket_send(f->socket, "last words", 10);
    ag_http_free(f->http);
    f->http = NULL;
    assert_int_equal(f->closes, 1);
    expect_frame(f, WIRE_TEXT, "last words");
    expect_frame(f, WIRE_CLOSE, "1001");
    assert_true(wire_closed(f->fd));
}

static void a_peer_that_leaves_without_a_word_is_noticed(void **state)
{
    fixture *f = *state;

    close(f->fd);
    pass(f, 1);
    assert_int_equal(f->closes, 1);
    f->fd = -1;
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_close_that_is_not_answered_has_a_limit),
        CASE(a_close_that_is_answered_ends_at_once),
        CASE(a_peer_that_broke_the_rules_has_the_same_limit_to_leave),
        CASE(a_peer_that_does_not_read_is_let_go),
        CASE(a_peer_that_asks_and_does_not_read_is_let_go),
        CASE(of_a_peer_that_pings_and_does_not_read_so_many_pings_wait),
        CASE(what_was_said_before_a_close_goes_before_it),
        CASE(the_end_of_the_server_sends_what_waits_then_its_reason),
        CASE(a_peer_that_leaves_without_a_word_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
