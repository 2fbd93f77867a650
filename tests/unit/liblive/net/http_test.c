// SPDX-License-Identifier: Apache-2.0
// HTTP requests on a loop: cookies, kept connections, answers in pieces, limits, and ends at any time. Client checks
// of the transport by their numbers.
#include "net/http.h"

#include <live/buf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "http_peer.h"
#include "resolver.h"

// Of what is not to pass: a busy machine may put off a test for seconds.
enum { LIMIT_MS = 60000 };

typedef struct fixture {
    live_loop *loop;
    http_peer *peer;
    lv_http *http;
    int calls, due;
    bool once; // requests
    int status;
    char body[256];
    live_error error;
    void (*serve)(struct fixture *f, const peer_request *request);
    live_timer *drip;
    const peer_request *asked; // what the test answers itself
    const char *awaited;       // its first line
    const char *rest;          // of what drips
} fixture;

static void serve(http_peer *peer, const peer_request *request, void *user)
{
    fixture *f = user;

    (void)peer;
    if (f->serve)
        f->serve(f, request);
    else
        peer_answer_json(request, "[]");
}

static void open_http(fixture *f, lv_http **http)
{
    lv_http_options options = { .connect_timeout_ms = LIMIT_MS, .max_body_bytes = 1000 };

    assert_int_equal(lv_http_new(f->loop, &options, http, NULL), LIVE_OK);
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    assert_int_equal(live_loop_new(&f->loop, NULL), LIVE_OK);
    f->peer = http_peer_new(f->loop, serve, f);
    open_http(f, &f->http);
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;

    live_timer_free(f->drip);
    lv_http_free(f->http);
    http_peer_free(f->peer);
    live_loop_free(f->loop);
    free(f);
    return 0;
}

static void on_reply(const lv_http_reply *reply, const live_error *error, void *user)
{
    fixture *f = user;

    f->calls++;
    f->status = reply ? reply->status : 0;
    f->error = error ? *error : (live_error){ 0 };
    snprintf(f->body, sizeof f->body, "%s", reply ? reply->body : "");
    if (f->calls >= f->due)
        live_loop_stop(f->loop);
}

static lv_exchange *start_on(fixture *f, lv_http *http, const char *path, const char *body,
                             int64_t timeout_ms)
{
    lv_exchange *exchange = NULL;
    char url[128];
    lv_http_request request = { .url = url,
                                .body = body,
                                .length = body ? strlen(body) : 0,
                                .once = f->once,
                                .timeout_ms = timeout_ms };

    snprintf(url, sizeof url, "%s%s", http_peer_url(f->peer), path);
    assert_int_equal(lv_http_start(http, &request, on_reply, f, &exchange, NULL), LIVE_OK);
    f->due++;
    return exchange;
}

static void run(fixture *f)
{
    assert_int_equal(live_loop_run(f->loop, LIMIT_MS, NULL), LIVE_OK);
}

static void note_arrival(fixture *f, const peer_request *request)
{
    if (!peer_request_is(request, f->awaited))
        return;
    f->asked = request;
    live_loop_stop(f->loop);
}

// Nothing is answered.
static void run_until_asked(fixture *f, const char *line)
{
    f->serve = note_arrival;
    f->awaited = line;
    run(f);
}

static void ask(fixture *f, const char *path)
{
    start_on(f, f->http, path, "[]", LIMIT_MS);
    run(f);
}

static const char *cookies_of(const fixture *f, size_t number)
{
    const char *cookies = peer_request_header(http_peer_request(f->peer, number), "Cookie");

    return cookies ? cookies : "";
}

// Cookies

static void set_cookies(fixture *f, const peer_request *request)
{
    (void)f;
    if (peer_request_is(request, "POST /cometd/set"))
        peer_answer(request, "200 OK",
                    "Set-Cookie: BAYEUX_BROWSER=k3j9; Path=/; HttpOnly\r\n"
                    "Set-Cookie: route=n1; Path=/cometd; Max-Age=600\r\n"
                    "Set-Cookie: other=x; Path=/elsewhere\r\n",
                    "[]");
    else if (peer_request_is(request, "POST /cometd/drop"))
        peer_answer(request, "200 OK", "Set-Cookie: route=; Path=/cometd; Max-Age=0\r\n", "[]");
    else
        peer_answer_json(request, "[]");
}

static void C_44_cookies_come_back_with_every_later_request(void **state)
{
    fixture *f = *state;

    f->serve = set_cookies;
    ask(f, "/cometd/set");
    ask(f, "/cometd/x");
    assert_string_equal(cookies_of(f, 1), "");
    assert_non_null(strstr(cookies_of(f, 2), "BAYEUX_BROWSER=k3j9"));
    assert_non_null(strstr(cookies_of(f, 2), "route=n1"));
    assert_null(strstr(cookies_of(f, 2), "other"));
    ask(f, "/cometd/drop");
    ask(f, "/cometd/x");
    assert_string_equal(cookies_of(f, 4), "BAYEUX_BROWSER=k3j9");
}

static void C_44_two_clients_do_not_share_cookies(void **state)
{
    fixture *f = *state;
    lv_http *other = NULL;

    f->serve = set_cookies;
    open_http(f, &other);
    ask(f, "/cometd/set");
    start_on(f, other, "/cometd/x", "[]", LIMIT_MS);
    run(f);
    assert_string_equal(cookies_of(f, 2), "");
    lv_http_free(other);
}

// Connections

static void C_46_a_connection_is_kept_for_the_next_request(void **state)
{
    fixture *f = *state;

    for (int i = 0; i < 5; i++)
        ask(f, "/a");
    assert_int_equal(f->status, 200);
    assert_int_equal(http_peer_connections(f->peer), 1);
}

static void C_46_an_idle_connection_that_the_server_closed_does_no_harm(void **state)
{
    fixture *f = *state;

    for (int i = 0; i < 3; i++) {
        ask(f, "/a");
        assert_int_equal(f->status, 200);
        tcp_end_close(http_peer_request(f->peer, http_peer_count(f->peer))->end);
    }
    assert_int_equal(http_peer_connections(f->peer), 3);
}

// The server's close and the next request cross on the way.
static void close_kept_connections(fixture *f, const peer_request *request)
{
    const peer_request *before = http_peer_request(f->peer, http_peer_count(f->peer) - 1);

    if (before && before->end == request->end)
        tcp_end_close(request->end);
    else
        peer_answer_json(request, "[]");
}

static void C_46_a_kept_connection_that_dies_under_a_request_is_replaced(void **state)
{
    fixture *f = *state;

    f->serve = close_kept_connections;
    ask(f, "/a");
    ask(f, "/b");
    assert_int_equal(f->error.code, LIVE_OK);
    assert_int_equal(f->status, 200);
    assert_int_equal(http_peer_connections(f->peer), 2);
}

static void close_the_third(fixture *f, const peer_request *request)
{
    if (http_peer_count(f->peer) == 3)
        tcp_end_close(request->end);
    else
        peer_answer_json(request, "[]");
}

static void C_46_but_not_where_an_answer_may_be_lost_with_it(void **state)
{
    fixture *f = *state;

    f->once = true;
    f->serve = close_the_third;
    start_on(f, f->http, "/1", "[]", LIMIT_MS);
    start_on(f, f->http, "/2", "[]", LIMIT_MS); // so that there is another kept connection
    run(f);
    assert_int_equal(http_peer_connections(f->peer), 2);
    ask(f, "/3");
    assert_int_equal(f->error.code, LIVE_E_CLOSED);
    assert_true(f->error.retry);
    assert_int_equal(http_peer_count(f->peer), 3);
    ask(f, "/4");
    assert_int_equal(f->error.code, LIVE_OK);
    assert_string_equal(http_peer_request(f->peer, 4)->body, "[]");
}

// Answers in pieces

static void send_a_byte(live_timer *timer, void *user)
{
    fixture *f = user;
    char piece[2] = { *f->rest, '\0' };

    if (!*f->rest) {
        live_timer_set(timer, -1, 0);
        return;
    }
    f->rest++;
    tcp_end_send(f->asked->end, piece);
}

static void drip(fixture *f, const peer_request *request)
{
    f->asked = request;
    live_timer_free(f->drip);
    assert_int_equal(live_timer_new(f->loop, 0, 1, send_a_byte, f, &f->drip, NULL), LIVE_OK);
}

static void C_46_an_answer_may_come_byte_by_byte(void **state)
{
    static const char *const answers[] = {
        "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n[\"caf\xc3\xa9\",1.5]",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\n[\"caf\r\n3\r\n\xc3\xa9\"\r\n1;x=y\r\n,\r\n4\r\n1.5]\r\n0\r\nTrailer: z\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n"
        "[\"caf\xc3\xa9\",1.5]",
    };
    fixture *f = *state;

    f->serve = drip;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        f->rest = answers[i];
        ask(f, "/a");
        assert_int_equal(f->error.code, LIVE_OK);
        assert_string_equal(f->body, "[\"caf\xc3\xa9\",1.5]");
    }
    assert_int_equal(http_peer_connections(f->peer), 1); // each ended where it said
}

static void C_46_two_answers_in_one_segment_are_told_apart(void **state)
{
    fixture *f = *state;

    start_on(f, f->http, "/a", "[]", LIMIT_MS);
    run_until_asked(f, "POST /a ");
    tcp_end_send(f->asked->end, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"
                                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n[1]");
    run(f);
    assert_string_equal(f->body, "[]");
    f->serve = NULL;
    ask(f, "/b"); // not answered by what came without being asked for
    assert_string_equal(f->body, "[]");
    assert_string_equal(http_peer_request(f->peer, 2)->body, "[]");
}

static void break_off(fixture *f, const peer_request *request)
{
    (void)f;
    tcp_end_send(request->end, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[");
    tcp_end_close(request->end);
}

static void C_46_an_answer_that_breaks_off_is_a_failure(void **state)
{
    fixture *f = *state;

    f->serve = break_off;
    ask(f, "/a");
    assert_int_equal(f->error.code, LIVE_E_CLOSED);
    assert_true(f->error.retry);
}

// Limits

static void say_nothing(fixture *f, const peer_request *request)
{
    (void)f;
    (void)request;
}

static void C_29_a_silent_server_is_left_when_its_time_is_over(void **state)
{
    fixture *f = *state;

    ask(f, "/warm"); // so that none of the time is for a connection
    int64_t begin = live_loop_monotonic_ms(f->loop);
    f->serve = say_nothing;
    start_on(f, f->http, "/cometd", "[]", 60);
    run(f);
    assert_true(live_loop_monotonic_ms(f->loop) - begin >= 60);
    assert_int_equal(f->error.code, LIVE_E_TIMEOUT);
    assert_string_equal(f->error.text, "POST /cometd: no answer within 60 ms");
}

static void C_29_a_server_that_talks_too_slowly_is_left_too(void **state)
{
    fixture *f = *state;

    ask(f, "/warm");
    f->serve = drip;
    f->rest =
        "HTTP/1.1 200 OK\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "\r\n";
    start_on(f, f->http, "/a", "[]", 60);
    run(f);
    assert_int_equal(f->error.code, LIVE_E_TIMEOUT);
}

static void redirect(fixture *f, const peer_request *request)
{
    char headers[128];

    snprintf(headers, sizeof headers, "Location: %s/login?token=s3cret#x\r\n",
             http_peer_url(f->peer));
    peer_answer(request, "307 Temporary Redirect", headers, "");
}

static void C_49_a_redirect_is_not_followed_and_named_without_its_query(void **state)
{
    fixture *f = *state;

    f->serve = redirect;
    ask(f, "/a?secret=1");
    assert_int_equal(f->error.code, LIVE_E_HTTP);
    assert_int_equal(f->error.http, 307);
    assert_non_null(strstr(f->error.text, "POST /a: HTTP 307, a redirect to 'http://127.0.0.1:"));
    assert_null(strstr(f->error.text, "secret"));
    assert_null(strstr(f->error.text, "s3cret"));
    assert_int_equal(http_peer_count(f->peer), 1);
}

static void answer_long(fixture *f, const peer_request *request)
{
    char body[1002];

    (void)f;
    memset(body, ' ', sizeof body);
    body[peer_request_is(request, "POST /long ") ? 1001 : 1000] = '\0';
    peer_answer_json(request, body);
}

static void an_answer_may_be_as_long_as_the_limit_and_no_longer(void **state)
{
    fixture *f = *state;

    f->serve = answer_long;
    ask(f, "/fits");
    assert_int_equal(f->error.code, LIVE_OK);
    ask(f, "/long");
    assert_int_equal(f->error.code, LIVE_E_LIMIT);
    assert_string_equal(f->error.text, "POST /long: the answer is longer than 1000 bytes");
}

static void nothing_is_sent_where_nobody_listens(void **state)
{
    fixture *f = *state;

    http_peer_refuse(f->peer);
    ask(f, "/a");
    assert_int_equal(f->error.code, LIVE_E_CONNECT);
    assert_true(f->error.retry);
}

static void a_server_that_does_not_accept_was_sent_nothing(void **state)
{
    fixture *f = *state;
    lv_exchange *exchange = NULL;
    int fds[CLOG_FDS];
    char url[64];
    lv_http_request request = { .url = url, .body = "[]", .length = 2, .timeout_ms = 60 };

    snprintf(url, sizeof url, "http://127.0.0.1:%d/a", tcp_clog("127.0.0.1", 0, fds));
    assert_int_equal(lv_http_start(f->http, &request, on_reply, f, &exchange, NULL), LIVE_OK);
    run(f);
    assert_int_equal(f->error.code, LIVE_E_CONNECT); // so that it may be sent again
    assert_string_equal(f->error.text, "POST /a: no connection in time");
    tcp_unclog(fds);
}

// Ends

typedef struct pair {
    live_loop *loop;
    lv_exchange *first, *second;
} pair;

static void free_first(const lv_http_reply *reply, const live_error *error, void *user)
{
    pair *pair = user;

    (void)reply;
    (void)error;
    lv_exchange_free(pair->first);
    pair->first = NULL;
    live_loop_stop(pair->loop);
}

static void free_second(const lv_http_reply *reply, const live_error *error, void *user)
{
    pair *pair = user;

    (void)reply;
    (void)error;
    lv_exchange_free(pair->second);
    pair->second = NULL;
    live_loop_stop(pair->loop);
}

static void C_64_an_exchange_may_end_another_one_that_is_done_too(void **state)
{
    fixture *f = *state;
    pair pair = { .loop = f->loop };
    char url[64];
    lv_http_request request = { .url = url, .timeout_ms = LIMIT_MS };

    snprintf(url, sizeof url, "http://127.0.0.1:%d", tcp_unused_port());
    assert_int_equal(lv_http_start(f->http, &request, free_second, &pair, &pair.first, NULL),
                     LIVE_OK);
    assert_int_equal(lv_http_start(f->http, &request, free_first, &pair, &pair.second, NULL),
                     LIVE_OK);
    run(f);
    assert_int_equal(live_loop_run(f->loop, 30, NULL), LIVE_E_TIMEOUT);
    assert_true(!pair.first != !pair.second); // one of them ended the other
}

static void free_http(const lv_http_reply *reply, const live_error *error, void *user)
{
    fixture *f = user;

    (void)reply;
    (void)error;
    lv_http_free(f->http);
    f->http = NULL;
    live_loop_stop(f->loop);
}

static void C_64_all_may_be_freed_from_a_callback(void **state)
{
    fixture *f = *state;
    lv_exchange *exchange = NULL;
    char url[64];
    lv_http_request request = { .url = url, .timeout_ms = LIMIT_MS };

    start_on(f, f->http, "/a", "[]", LIMIT_MS);
    snprintf(url, sizeof url, "http://127.0.0.1:%d", tcp_unused_port());
    assert_int_equal(lv_http_start(f->http, &request, free_http, f, &exchange, NULL), LIVE_OK);
    run(f);
    assert_null(f->http);
}

static void C_64_an_exchange_is_cancelled_in_every_phase(void **state)
{
    fixture *f = *state;

    f->serve = say_nothing;
    lv_exchange_free(NULL);
    lv_exchange_free(start_on(f, f->http, "/a", "[]", LIMIT_MS)); // before it was sent
    lv_exchange *exchange = start_on(f, f->http, "/b", "[]", LIMIT_MS);
    assert_int_equal(live_loop_run(f->loop, 0, NULL), LIVE_OK);
    lv_exchange_free(exchange); // while it connects
    exchange = start_on(f, f->http, "/c", "[]", LIMIT_MS);
    run_until_asked(f, "POST /c ");
    lv_exchange_free(exchange); // while the answer is awaited
    exchange = start_on(f, f->http, "/d", "[]", LIMIT_MS);
    run_until_asked(f, "POST /d ");
    tcp_end_send(f->asked->end, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[");
    assert_int_equal(live_loop_run(f->loop, 20, NULL), LIVE_E_TIMEOUT);
    lv_exchange_free(exchange); // in the middle of the answer
    assert_int_equal(f->calls, 0);
    f->serve = NULL;
    f->due = 0;
    ask(f, "/e");
    assert_int_equal(f->status, 200);
}

static lv_exchange *start_on_slow_name(fixture *f)
{
    lv_exchange *exchange = NULL;
    char url[64];
    lv_http_request request = { .url = url, .timeout_ms = LIMIT_MS };

    snprintf(url, sizeof url, "http://slow.test:%d/a", http_peer_port(f->peer));
    assert_int_equal(lv_http_start(f->http, &request, on_reply, f, &exchange, NULL), LIVE_OK);
    f->due++;
    assert_int_equal(live_loop_run(f->loop, 10, NULL), LIVE_E_TIMEOUT);
    resolver_wait_until_asked();
    return exchange;
}

static void a_slow_name_holds_up_no_other_request(void **state)
{
    fixture *f = *state;

    start_on_slow_name(f);
    f->due = 0;
    ask(f, "/b");
    assert_int_equal(f->calls, 1);
    f->due = 2;
    resolver_go_on();
    run(f);
    assert_int_equal(f->status, 200);
}

static void C_64_who_gives_up_does_not_wait_for_the_resolver(void **state)
{
    fixture *f = *state;

    lv_exchange_free(start_on_slow_name(f));
    start_on_slow_name(f);
    lv_http_free(f->http);
    f->http = NULL;
    resolver_go_on();
    resolver_go_on();
    assert_int_equal(f->calls, 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(C_44_cookies_come_back_with_every_later_request),
        CASE(C_44_two_clients_do_not_share_cookies),
        CASE(C_46_a_connection_is_kept_for_the_next_request),
        CASE(C_46_an_idle_connection_that_the_server_closed_does_no_harm),
        CASE(C_46_a_kept_connection_that_dies_under_a_request_is_replaced),
        CASE(C_46_but_not_where_an_answer_may_be_lost_with_it),
        CASE(C_46_an_answer_may_come_byte_by_byte),
        CASE(C_46_two_answers_in_one_segment_are_told_apart),
        CASE(C_46_an_answer_that_breaks_off_is_a_failure),
        CASE(C_29_a_silent_server_is_left_when_its_time_is_over),
        CASE(C_29_a_server_that_talks_too_slowly_is_left_too),
        CASE(C_49_a_redirect_is_not_followed_and_named_without_its_query),
        CASE(an_answer_may_be_as_long_as_the_limit_and_no_longer),
        CASE(nothing_is_sent_where_nobody_listens),
        CASE(a_server_that_does_not_accept_was_sent_nothing),
        CASE(a_slow_name_holds_up_no_other_request),
        CASE(C_64_who_gives_up_does_not_wait_for_the_resolver),
        CASE(C_64_an_exchange_may_end_another_one_that_is_done_too),
        CASE(C_64_all_may_be_freed_from_a_callback),
        CASE(C_64_an_exchange_is_cancelled_in_every_phase),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
