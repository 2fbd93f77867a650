// SPDX-License-Identifier: Apache-2.0
// One request and its answer: at once, later, piece by piece or never; on simulated time.
#include <live/buf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "http_server.h"
#include "wire.h"

enum { MAX_BODY_BYTES = 1000 };

typedef struct fixture {
    live_loop *loop;
    ag_http *http;
    void (*handle)(struct fixture *f, ag_exchange *exchange); // what the server does with a request
    ag_exchange *exchange;                                    // that is held or streams
    int fd, asked, gone;
    char text[512]; // what a request said
    wire_answer answer;
} fixture;

static void on_request(ag_exchange *exchange, void *user)
{
    fixture *f = user;

    f->asked++;
    f->handle(f, exchange);
}

static void on_gone(ag_exchange *exchange, void *user)
{
    fixture *f = user;

    assert_ptr_equal(exchange, f->exchange);
    f->exchange = NULL;
    f->gone++;
}

static void pass(fixture *f)
{
    live_err err = live_loop_run(f->loop, 1, NULL);
    assert_true(err == LIVE_OK || err == LIVE_E_TIMEOUT);
}

static int set_up(void **state)
{
    fixture *f = test_calloc(1, sizeof *f);
    ag_http_options options = { .max_body_bytes = MAX_BODY_BYTES, .fn = on_request, .user = f };

    *state = f;
    if (live_loop_new_simulated(0, &f->loop, NULL) ||
        ag_http_new(f->loop, &options, &f->http, NULL))
        return -1;
    f->fd = wire_connect(ag_http_port(f->http));
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

static void ask(fixture *f, const char *target, const char *headers)
{
    wire_print(f->fd, "GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n", target, headers);
    pass(f);
}

static void reply(ag_exchange *exchange, const char *text)
{
    ag_exchange_reply(exchange, 200, "text/plain", text, strlen(text));
}

static void expect(fixture *f, int status, const char *body)
{
    pass(f);
    assert_true(wire_read(f->fd, &f->answer));
    assert_int_equal(f->answer.status, status);
    assert_string_equal(f->answer.body, body);
}

// The request

static void take_parameter(const char *name, const char *value, void *user)
{
    char *text = user;

    strncat(text, name, 511 - strlen(text));
    strncat(text, "=", 511 - strlen(text));
    strncat(text, value, 511 - strlen(text));
    strncat(text, ";", 511 - strlen(text));
}

static void say_what_was_asked(fixture *f, ag_exchange *exchange)
{
    ag_exchange_parameters(exchange, take_parameter, f->text);
    assert_string_equal(ag_exchange_method(exchange), "GET");
    assert_string_equal(ag_exchange_path(exchange), "/a%2Fb/c");
    assert_string_equal(ag_exchange_header(exchange, "x-THING"), "1");
    assert_null(ag_exchange_header(exchange, "X-Other"));
    assert_string_equal(ag_exchange_cookie(exchange, "two"), "2");
    assert_null(ag_exchange_cookie(exchange, "three"));
    assert_int_equal(ag_exchange_body_length(exchange), 0);
    ag_exchange_add_header(exchange, "X-Answer", "yes");
    reply(exchange, f->text);
}

static void a_request_says_its_path_parameters_headers_and_cookies(void **state)
{
    fixture *f = *state;

    f->handle = say_what_was_asked;
    ask(f, "/a%2Fb/c?a=1&b=%41+c%26&d&a=2", "X-Thing: 1\r\nCookie: one=1; two=2\r\n");
    expect(f, 200, "a=1;b=A c&;d=;a=2;");
    assert_non_null(strstr(f->answer.head, "\nX-Answer: yes"));
}

static void say_method(fixture *f, ag_exchange *exchange)
{
    (void)f;
    reply(exchange, ag_exchange_method(exchange));
}

static void a_head_is_a_get_of_which_only_the_head_is_sent(void **state)
{
    fixture *f = *state;

    f->handle = say_method;
    for (int i = 0; i < 2; i++) { // the connection stays usable
        wire_print(f->fd, "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
        pass(f);
        assert_true(wire_read_head(f->fd, &f->answer));
        assert_int_equal(f->answer.status, 200);
        assert_non_null(strstr(f->answer.head, "Content-Length: 3"));
        ask(f, "/", "");
        expect(f, 200, "GET");
    }
}

static void say_credentials(fixture *f, ag_exchange *exchange)
{
    char *user = NULL, *password = NULL;

    if (ag_exchange_credentials(exchange, &user, &password))
        snprintf(f->text, sizeof f->text, "%s/%s", user, password);
    else
        snprintf(f->text, sizeof f->text, "none");
    live_free(user);
    live_free(password);
    reply(exchange, f->text);
}

static void credentials_are_read_or_there_are_none(void **state)
{
    static const struct {
        const char *header, *expected;
    } cases[] = {
        { "", "none" },
        { "Authorization: Basic YWRtaW46YTpi\r\n", "admin/a:b" },
        { "Authorization: Basic YWRtaW4=\r\n", "none" },
        { "Authorization: Basic !!!\r\n", "none" },
        { "Authorization: Bearer YWRtaW46YQ==\r\n", "none" },
    };
    fixture *f = *state;

    f->handle = say_credentials;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ask(f, "/", cases[i].header);
        expect(f, 200, cases[i].expected);
    }
}

static void echo(fixture *f, ag_exchange *exchange)
{
    (void)f;
    ag_exchange_reply(exchange, 200, "text/plain", ag_exchange_body(exchange),
                      ag_exchange_body_length(exchange));
}

static void a_body_has_a_limit(void **state)
{
    fixture *f = *state;
    char body[MAX_BODY_BYTES + 2];

    f->handle = echo;
    memset(body, 'x', sizeof body);
    for (size_t length = MAX_BODY_BYTES; length <= MAX_BODY_BYTES + 1; length++) {
        body[length] = '\0';
        wire_post(f->fd, "/", "", body, NULL);
        if (length == MAX_BODY_BYTES)
            expect(f, 200, body);
        else
            expect(f, 413, "{\"message\":\"the body is too long\"}");
        body[length] = 'x';
    }
    assert_int_equal(f->asked, 1);
}

static void a_body_without_end_is_cut_off(void **state)
{
    fixture *f = *state;
    char bytes[4096], byte;

    f->handle = echo;
    memset(bytes, 'x', sizeof bytes);
    wire_print(f->fd, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n");
    for (int i = 0; i < 2; i++) {
        wire_send(f->fd, bytes, sizeof bytes);
        pass(f);
    }
    assert_true(recv(f->fd, &byte, 1, MSG_DONTWAIT) <= 0);
    assert_int_equal(f->asked, 0);
    assert_true(send(f->fd, bytes, 1, MSG_NOSIGNAL) < 0 ||
                send(f->fd, bytes, 1, MSG_NOSIGNAL) < 0); // nobody is there
}

// Answers that come later

static void hold(fixture *f, ag_exchange *exchange)
{
    f->exchange = exchange;
    ag_exchange_hold(exchange, on_gone, f);
}

static void a_held_request_is_answered_later(void **state)
{
    fixture *f = *state;

    f->handle = hold;
    ask(f, "/", "");
    pass(f);
    assert_true(wire_silent(f->fd));
    reply(f->exchange, "now");
    expect(f, 200, "now");
    assert_int_equal(f->gone, 0);
}

static void a_peer_that_leaves_is_noticed_while_it_is_held(void **state)
{
    fixture *f = *state;

    f->handle = hold;
    ask(f, "/", "");
    assert_int_equal(f->asked, 1);
    shutdown(f->fd, SHUT_RDWR);
    pass(f);
    assert_int_equal(f->gone, 1);
}

static void a_next_request_waits_for_the_one_that_is_held(void **state)
{
    fixture *f = *state;

    f->handle = hold;
    ask(f, "/", "");
    ask(f, "/", "");
    assert_int_equal(f->asked, 1);
    assert_int_equal(f->gone, 0);
    reply(f->exchange, "first");
    expect(f, 200, "first");
    pass(f);
    assert_int_equal(f->asked, 2);
    reply(f->exchange, "second");
    expect(f, 200, "second");
}

static void drop(fixture *f, ag_exchange *exchange)
{
    (void)f;
    ag_exchange_drop(exchange);
}

static void a_dropped_request_is_not_answered(void **state)
{
    fixture *f = *state;

    f->handle = drop;
    ask(f, "/", "");
    pass(f);
    assert_true(wire_closed(f->fd));
}

static void a_held_request_may_be_dropped(void **state)
{
    fixture *f = *state;

    f->handle = hold;
    ask(f, "/", "");
    ag_exchange_drop(f->exchange);
    pass(f);
    assert_true(wire_closed(f->fd));
    assert_int_equal(f->gone, 0);
}

static void the_end_of_the_server_tells_who_holds(void **state)
{
    fixture *f = *state;

    f->handle = hold;
    ask(f, "/", "");
    ag_http_free(f->http);
    f->http = NULL;
    assert_int_equal(f->gone, 1);
    assert_true(wire_closed(f->fd));
}

// Streams

static void stream(fixture *f, ag_exchange *exchange)
{
    f->exchange = exchange;
    ag_exchange_stream(exchange, "text/event-stream", on_gone, f);
}

static void a_stream_goes_piece_by_piece_to_its_end(void **state)
{
    fixture *f = *state;

    f->handle = stream;
    ask(f, "/", "");
    assert_true(ag_exchange_write(f->exchange, "one ", 4, 100));
    pass(f);
    assert_false(wire_silent(f->fd));
    assert_true(ag_exchange_write(f->exchange, "two", 3, 100));
    ag_exchange_finish(f->exchange);
    expect(f, 200, "one two");
    assert_int_equal(f->gone, 0);
}

static void a_stream_that_is_not_read_takes_no_more_than_its_limit(void **state)
{
    fixture *f = *state;

    f->handle = stream;
    ask(f, "/", "");
    assert_true(ag_exchange_write(f->exchange, "12345", 5, 8));
    assert_false(ag_exchange_write(f->exchange, "6789", 4, 8));
    ag_exchange_finish(f->exchange);
    expect(f, 200, "12345");
}

static void a_peer_that_leaves_a_stream_is_noticed(void **state)
{
    fixture *f = *state;

    f->handle = stream;
    ask(f, "/", "");
    close(f->fd);
    pass(f);
    assert_int_equal(f->gone, 1);
    f->fd = -1;
}

// The listener

static void an_address_that_cannot_be_had_is_named(void **state)
{
    fixture *f = *state;
    ag_http_options options = { .port = ag_http_port(f->http), .fn = on_request, .user = f };
    ag_http *other = NULL;
    live_error error = { 0 };
    char text[128];

    assert_int_equal(ag_http_new(f->loop, &options, &other, &error), LIVE_E_SYSTEM);
    snprintf(text, sizeof text, "listening on 127.0.0.1 port %d: Address already in use",
             options.port);
    assert_string_equal(error.text, text);
    options.address = "nowhere";
    assert_int_equal(ag_http_new(f->loop, &options, &other, &error), LIVE_E_INVALID);
    assert_string_equal(error.text, "'nowhere' is no numeric address");
    assert_null(other);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_request_says_its_path_parameters_headers_and_cookies),
        CASE(a_head_is_a_get_of_which_only_the_head_is_sent),
        CASE(credentials_are_read_or_there_are_none),
        CASE(a_body_has_a_limit),
        CASE(a_body_without_end_is_cut_off),
        CASE(a_held_request_is_answered_later),
        CASE(a_peer_that_leaves_is_noticed_while_it_is_held),
        CASE(a_next_request_waits_for_the_one_that_is_held),
        CASE(a_dropped_request_is_not_answered),
        CASE(a_held_request_may_be_dropped),
        CASE(the_end_of_the_server_tells_who_holds),
        CASE(a_stream_goes_piece_by_piece_to_its_end),
        CASE(a_stream_that_is_not_read_takes_no_more_than_its_limit),
        CASE(a_peer_that_leaves_a_stream_is_noticed),
        CASE(an_address_that_cannot_be_had_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
