// SPDX-License-Identifier: Apache-2.0
// Server checks about bytes on sockets, by their numbers: a CometD server in a process of its own, a peer by hand.
#include <live/json.h>
#include <live/loop.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bayeux/bayeux_server.h"
#include "cmocka_all.h"
#include "platform/cometd.h"
#include "wire.h"

enum { MAX_BODY_BYTES = 256 * 1024, TOO_LONG = 5 * 1024 * 1024, HOLDERS = 1000 };

#define HANDSHAKE                                                                                  \
    "[{\"channel\":\"/meta/handshake\",\"version\":\"1.0\","                                       \
    "\"supportedConnectionTypes\":[\"websocket\",\"long-polling\"]%s}]"
#define CONNECT   "[{\"channel\":\"/meta/connect\",\"clientId\":\"%s\",\"id\":\"c\"}]"
#define SUBSCRIBE "[{\"channel\":\"/meta/subscribe\",\"clientId\":\"%s\",\"subscription\":\"/a\"}]"
#define PUBLISH   "[{\"channel\":\"/a\",\"clientId\":\"%s\",\"data\":\"news\"}]"

typedef struct fixture {
    pid_t pid;
    int port;
    wire_answer answer;
} fixture;

// The server

static void on_request(ag_exchange *exchange, void *user)
{
    sim_cometd_handle(user, exchange, true);
}

static void on_signal(live_signal *signal, int number, void *user)
{
    (void)signal;
    (void)number;
    live_loop_stop(user);
}

static int serve(const bayeux_options *options, int port_fd)
{
    live_loop *loop = NULL;
    live_signal *on_term = NULL;
    bayeux_server *server = NULL;
    ag_http *http = NULL;
    ag_http_options listener = { .max_body_bytes = MAX_BODY_BYTES, .fn = on_request };
    live_err err = live_loop_new(&loop, NULL);

    if (!err)
        err = live_signal_new(loop, SIGTERM, on_signal, loop, &on_term, NULL);
    if (!err)
        err = bayeux_server_new(loop, options, &server, NULL);
    listener.user = server;
    if (!err)
        err = ag_http_new(loop, &listener, &http, NULL);
    if (!err) {
        dprintf(port_fd, "%d\n", ag_http_port(http));
        close(port_fd);
        err = live_loop_run(loop, LIVE_FOREVER, NULL);
    }
    bayeux_server_free(server);
    ag_http_free(http);
    live_signal_free(on_term);
    live_loop_free(loop);
    return err ? 1 : 0;
}

static int set_up_with(void **state, bayeux_options options)
{
    fixture *f = test_calloc(1, sizeof *f);
    int fds[2];
    char port[16] = "";

    *state = f;
    if (pipe(fds))
        return -1;
    f->pid = fork();
    if (f->pid == 0) {
        close(fds[0]);
        _exit(serve(&options, fds[1]));
    }
    close(fds[1]);
    ssize_t got = read(fds[0], port, sizeof port - 1);
    close(fds[0]);
    f->port = got > 0 ? (int)strtol(port, NULL, 10) : 0;
    return f->port ? 0 : -1;
}

static int set_up(void **state)
{
    return set_up_with(state, (bayeux_options){ 0 });
}

static int tear_down(void **state)
{
    fixture *f = *state;
    int status = 0;

    kill(f->pid, SIGTERM);
    pid_t ended = waitpid(f->pid, &status, 0);
    test_free(f);
    return ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

// The client

// A message of the macros above with its %s filled in.
static void fill(char text[512], const char *message, const char *id)
{
    const char *hole = strstr(message, "%s");

    snprintf(text, 512, "%.*s%s%s", (int)(hole - message), message, id, hole + 2);
}

static const char *post(fixture *f, int fd, const char *message, const char *id)
{
    char text[512];

    fill(text, message, id);
    wire_post(fd, "/cometd", "", text, &f->answer);
    return f->answer.body;
}

// A session of long-polling that has had its first connect; subscribed to /a.
static int new_session(fixture *f, const char *ext, char id[64])
{
    int fd = wire_connect(f->port);
    cJSON *reply = NULL;

    post(f, fd, HANDSHAKE, ext);
    assert_int_equal(live_json_parse(f->answer.body, strlen(f->answer.body), &reply, NULL),
                     LIVE_OK);
    snprintf(id, 64, "%s", live_json_str(reply->child, "clientId", ""));
    cJSON_Delete(reply);
    assert_int_equal(strlen(id), 32);
    post(f, fd, CONNECT, id);
    post(f, fd, SUBSCRIBE, id);
    assert_non_null(strstr(f->answer.body, "\"successful\":true"));
    return fd;
}

// By a session that hears nothing itself, so nothing of others rides on its answers.
static void publish_news(fixture *f)
{
    int fd = wire_connect(f->port);
    cJSON *reply = NULL;

    post(f, fd, HANDSHAKE, "");
    assert_int_equal(live_json_parse(f->answer.body, strlen(f->answer.body), &reply, NULL),
                     LIVE_OK);
    post(f, fd, PUBLISH, live_json_str(reply->child, "clientId", ""));
    assert_non_null(strstr(f->answer.body, "\"successful\":true"));
    cJSON_Delete(reply);
    close(fd);
}

static void send_connect(int fd, const char *id)
{
    char text[512];

    fill(text, CONNECT, id);
    wire_post(fd, "/cometd", "", text, NULL);
}

static int open_websocket(fixture *f, const char *headers)
{
    int fd = wire_connect(f->port);
    char all[512];

    snprintf(all, sizeof all, "Sec-WebSocket-Version: 13\r\n%s", headers);
    wire_upgrade(fd, "/cometd", all, &f->answer);
    assert_int_equal(f->answer.status, 101);
    return fd;
}

static void say(int fd, const char *message, const char *id)
{
    char text[512];

    fill(text, message, id);
    wire_text(fd, text);
}

static const char *hear(fixture *f, int fd)
{
    assert_int_equal(wire_read_frame(fd, f->answer.body, sizeof f->answer.body), WIRE_TEXT);
    return f->answer.body;
}

static void expect_close(fixture *f, int fd, const char *code)
{
    assert_int_equal(wire_read_frame(fd, f->answer.body, sizeof f->answer.body), WIRE_CLOSE);
    assert_string_equal(f->answer.body, code);
}

// HTTP

static void S_09_a_payload_over_the_limit_harms_nobody_else(void **state)
{
    fixture *f = *state;
    char id[64];
    int held = new_session(f, "", id), big = wire_connect(f->port);
    char *text = test_malloc(MAX_BODY_BYTES + 2);

    send_connect(held, id);
    memset(text, ' ', MAX_BODY_BYTES + 1);
    text[MAX_BODY_BYTES + 1] = '\0';
    wire_post(big, "/cometd", "", text, &f->answer);
    assert_int_equal(f->answer.status, 413);
    test_free(text);
    publish_news(f);
    assert_true(wire_read(held, &f->answer));
    assert_non_null(strstr(f->answer.body, "news"));
    close(big);
    close(held);
}

static void S_17_the_cookie_is_set_once_and_kept(void **state)
{
    fixture *f = *state;
    int fd = wire_connect(f->port);

    post(f, fd, HANDSHAKE, "");
    assert_non_null(strstr(f->answer.head, "\nSet-Cookie: BAYEUX_BROWSER="));
    wire_post(fd, "/cometd", "Cookie: BAYEUX_BROWSER=mine\r\n", "[]", &f->answer);
    assert_null(strstr(f->answer.head, "Set-Cookie"));
    close(fd);
}

static void S_29_a_shutdown_answers_what_is_held(void **state)
{
    fixture *f = *state;
    char id[64];
    int fd = new_session(f, "", id), held = wire_connect(f->port);

    send_connect(held, id);
    post(f, fd, SUBSCRIBE, id); // the server has seen the connect when it answers this
    kill(f->pid, SIGTERM);
    assert_true(wire_read(held, &f->answer));
    assert_int_equal(f->answer.status, 200);
    assert_non_null(strstr(f->answer.body, "\"channel\":\"/meta/connect\""));
    assert_true(wire_closed(held));
    close(held);
    close(fd);
}

static void S_46_every_path_below_cometd_is_the_same(void **state)
{
    static const char *const paths[] = {
        "/cometd",         "/cometd/",           "/cometd/handshake",
        "/cometd/connect", "/cometd/disconnect", "/cometd/x"
    };
    fixture *f = *state;
    int fd = wire_connect(f->port);
    char text[512];

    fill(text, HANDSHAKE, "");
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        wire_post(fd, paths[i], "", text, &f->answer);
        assert_int_equal(f->answer.status, 200);
        assert_non_null(strstr(f->answer.body, "\"clientId\""));
    }
    close(fd);
}

static void S_47_the_type_may_have_a_charset_and_the_answer_is_json(void **state)
{
    static const char *const types[] = { "application/json", "application/json;charset=UTF-8",
                                         "application/json; charset=utf-8", "text/json" };
    fixture *f = *state;
    int fd = wire_connect(f->port);

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        wire_print(
            fd,
            "POST /cometd HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\n"
            "Content-Length: "
            "49\r\n\r\n[{\"channel\":\"/a\",\"id\":\"\xc3\xa4\",\"clientId\":\"\",\"z\":\"\"}]",
            types[i]);
        assert_true(wire_read(fd, &f->answer));
        assert_int_equal(f->answer.status, 200);
        assert_non_null(strcasestr(f->answer.head, "\nContent-Type: application/json"));
        assert_non_null(strstr(f->answer.body, "\"id\":\"\xc3\xa4\""));
    }
    close(fd);
}

static void S_48_what_is_neither_post_nor_upgrade_is_refused(void **state)
{
    static const char *const methods[] = { "GET", "PUT", "DELETE", "OPTIONS" };
    fixture *f = *state;
    int fd = wire_connect(f->port);

    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        wire_print(fd, "%s /cometd HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", methods[i]);
        assert_true(wire_read(fd, &f->answer));
        assert_true(f->answer.status == 400 || f->answer.status == 405);
    }
    close(fd);
}

static void S_49_a_thousand_held_connects_block_nobody(void **state)
{
    static int held[HOLDERS];
    static char ids[HOLDERS][64];
    fixture *f = *state;

    for (int i = 0; i < HOLDERS; i++) {
        held[i] = new_session(f, "", ids[i]);
        send_connect(held[i], ids[i]);
    }
    publish_news(f);
    for (int i = 0; i < HOLDERS; i++) {
        assert_true(wire_read(held[i], &f->answer));
        assert_non_null(strstr(f->answer.body, "news"));
        close(held[i]);
    }
}

static void S_50_expectations_and_chunks_are_understood(void **state)
{
    fixture *f = *state;
    int fd = wire_connect(f->port);

    wire_print(fd, "POST /cometd HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
                   "Expect: 100-continue\r\n\r\n");
    assert_true(wire_read(fd, &f->answer));
    assert_int_equal(f->answer.status, 100);
    wire_print(fd, "[]");
    assert_true(wire_read(fd, &f->answer));
    assert_int_equal(f->answer.status, 400); // S-03
    wire_print(fd, "POST /cometd HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "9\r\n[{\"channe\r\n8\r\nl\":\"/a\"}\r\n1\r\n]\r\n0\r\n\r\n");
    assert_true(wire_read(fd, &f->answer));
    assert_int_equal(f->answer.status, 200);
    assert_non_null(strstr(f->answer.body, "\"channel\":\"/a\""));
    close(fd);
}

// WebSocket

static void S_53_the_upgrade_is_answered_with_the_right_key(void **state)
{
    fixture *f = *state;
    int fd = open_websocket(f, ""), old = wire_connect(f->port);

    assert_non_null(strstr(f->answer.head, "\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    wire_upgrade(old, "/cometd", "Sec-WebSocket-Version: 8\r\n", &f->answer);
    assert_int_equal(f->answer.status, 426);
    assert_non_null(strstr(f->answer.head, "\nSec-WebSocket-Version: 13"));
    close(old);
    close(fd);
}

static void S_54_S_55_a_socket_goes_on_with_a_session_of_http(void **state)
{
    fixture *f = *state;
    char id[64];
    int http = new_session(f, "", id), fd = open_websocket(f, "");

    say(fd, CONNECT, "unknown");
    assert_non_null(strstr(hear(f, fd), "402::"));
    say(fd, CONNECT, id);
    publish_news(f);
    assert_non_null(strstr(hear(f, fd), "news"));
    say(fd, SUBSCRIBE, id);
    assert_non_null(strstr(hear(f, fd), "/meta/subscribe")); // and the connect is held still
    assert_true(wire_silent(fd));
    close(fd);
    close(http);
}

static void S_56_a_socket_that_was_dropped_is_replaced(void **state)
{
    fixture *f = *state;
    char id[64];
    int http = new_session(f, "", id), fd = open_websocket(f, "");

    say(fd, CONNECT, id);
    say(fd, SUBSCRIBE, id);
    hear(f, fd);
    wire_frame(fd, WIRE_CLOSE, true, "\x03\xe8", 2);
    assert_true(wire_closed(fd));
    close(fd);
    publish_news(f);
    fd = open_websocket(f, "");
    say(fd, CONNECT, id);
    assert_non_null(strstr(hear(f, fd), "news"));
    close(fd);
    close(http);
}

static void S_57_frames_are_as_the_rfc_says(void **state)
{
    fixture *f = *state;
    int fd = open_websocket(f, ""), unmasked = open_websocket(f, "");
    char body[16];

    wire_frame(fd, WIRE_PING, true, "hi", 2);
    assert_int_equal(wire_read_frame(fd, body, sizeof body), WIRE_PONG);
    assert_string_equal(body, "hi");
    wire_frame(fd, WIRE_TEXT, false, "[{\"chan", 7);
    wire_frame(fd, WIRE_PING, true, "", 0);
    wire_frame(fd, 0, true, "nel\":\"/a\"}]", 11);
    assert_int_equal(wire_read_frame(fd, body, sizeof body), WIRE_PONG);
    assert_non_null(strstr(hear(f, fd), "\"/a\""));
    wire_frame(unmasked, WIRE_TEXT | WIRE_UNMASKED, true, "[]", 2);
    expect_close(f, unmasked, "1002");
    close(unmasked);
    close(fd);
}

static int set_up_with_short_life(void **state)
{
    return set_up_with(state, (bayeux_options){ .timeout_ms = 50, .max_interval_ms = 50 });
}

static void S_58_a_session_that_expires_closes_its_socket(void **state)
{
    fixture *f = *state;
    int fd = open_websocket(f, "");

    say(fd, HANDSHAKE, "");
    hear(f, fd);
    expect_close(f, fd, "1000");
    close(fd);
}

static void S_02_S_58_what_is_no_payload_closes_the_socket(void **state)
{
    fixture *f = *state;
    int broken = open_websocket(f, ""), binary = open_websocket(f, ""), big = open_websocket(f, "");
    char *text = test_calloc(1, TOO_LONG);

    wire_text(broken, "[{");
    expect_close(f, broken, "1011");
    wire_frame(binary, WIRE_TEXT, true, "[\"\xff\"]", 5);
    expect_close(f, binary, "1007");
    memset(text, ' ', TOO_LONG);
    wire_frame(big, WIRE_TEXT, true, text, TOO_LONG);
    expect_close(f, big, "1009");
    test_free(text);
    close(big);
    close(binary);
    close(broken);
}

static void S_59_offered_sub_protocols_are_passed_over(void **state)
{
    fixture *f = *state;
    int fd = open_websocket(f, "Sec-WebSocket-Protocol: bayeux, chat\r\n");

    assert_null(strcasestr(f->answer.head, "\nSec-WebSocket-Protocol"));
    say(fd, HANDSHAKE, "");
    assert_non_null(strstr(hear(f, fd), "\"successful\":true"));
    close(fd);
}

static void S_63_with_acks_an_event_releases_the_held_connect(void **state)
{
    fixture *f = *state;
    char id[64];
    int http = new_session(f, ",\"ext\":{\"ack\":true}", id), fd = open_websocket(f, "");

    say(fd, CONNECT, id);
    say(fd, SUBSCRIBE, id);
    hear(f, fd);
    publish_news(f);
    hear(f, fd);
    const char *event = strstr(f->answer.body, "news");
    assert_non_null(event);
    assert_non_null(strstr(event, "\"channel\":\"/meta/connect\""));
    assert_non_null(strstr(event, "\"ack\":"));
    close(fd);
    close(http);
}

// A thousand connections need some more descriptors than the usual limit, on both sides.
static void raise_limit(void)
{
    struct rlimit limit;

    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int main(void)
{
#define CASE(name)        cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define OWN(name, set_up) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(S_09_a_payload_over_the_limit_harms_nobody_else),
        CASE(S_17_the_cookie_is_set_once_and_kept),
        CASE(S_29_a_shutdown_answers_what_is_held),
        CASE(S_46_every_path_below_cometd_is_the_same),
        CASE(S_47_the_type_may_have_a_charset_and_the_answer_is_json),
        CASE(S_48_what_is_neither_post_nor_upgrade_is_refused),
        CASE(S_49_a_thousand_held_connects_block_nobody),
        CASE(S_50_expectations_and_chunks_are_understood),
        CASE(S_53_the_upgrade_is_answered_with_the_right_key),
        CASE(S_54_S_55_a_socket_goes_on_with_a_session_of_http),
        CASE(S_56_a_socket_that_was_dropped_is_replaced),
        CASE(S_57_frames_are_as_the_rfc_says),
        OWN(S_58_a_session_that_expires_closes_its_socket, set_up_with_short_life),
        CASE(S_02_S_58_what_is_no_payload_closes_the_socket),
        CASE(S_59_offered_sub_protocols_are_passed_over),
        CASE(S_63_with_acks_an_event_releases_the_held_connect),
    };
    signal(SIGPIPE, SIG_IGN);
    raise_limit();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
