// SPDX-License-Identifier: Apache-2.0
// Server checks about WebSocket frames, by their numbers: a CometD server in a process of its own, a peer by hand.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cometd_bench.h"

enum { TOO_LONG = 5 * 1024 * 1024 };

static void S_03_an_empty_payload_is_passed_over(void **state)
{
    fixture *f = *state;
    int fd = open_websocket(f, "");

    wire_text(fd, "[]");
    say(fd, HANDSHAKE, "");
    assert_non_null(strstr(hear(f, fd), "/meta/handshake"));
    close(fd);
}

static void S_16_a_handshake_as_the_first_message_binds_the_socket(void **state)
{
    fixture *f = *state;
    int fd = open_websocket(f, "");
    char id[ID_BYTES];

    say(fd, HANDSHAKE, "");
    assert_int_equal(sscanf(strstr(hear(f, fd), "clientId"), "clientId\":\"%32[0-9a-f]", id), 1);
    say(fd, SUBSCRIBE, id);
    hear(f, fd);
    publish_news(f);
    assert_string_equal(hear(f, fd), "[{\"channel\":\"/a\",\"data\":\"news\"}]");
    close(fd);
}

static void S_29_a_shutdown_answers_the_held_connect_and_says_1001(void **state)
{
    fixture *f = *state;
    char id[ID_BYTES];
    int http = new_session(f, "", id), fd = open_websocket(f, "");

    say(fd, CONNECT, id);
    say(fd, SUBSCRIBE, id);
    assert_non_null(strstr(hear(f, fd), "/meta/subscribe")); // the connect is held
    server_end(&f->process);
    assert_non_null(strstr(hear(f, fd), "\"channel\":\"/meta/connect\""));
    expect_close(f, fd, "1001");
    assert_true(wire_closed(fd));
    close(fd);
    close(http);
}

static void S_53_the_upgrade_is_answered_with_the_right_key(void **state)
{
    fixture *f = *state;
    int fd = open_websocket(f, ""), old = wire_connect(f->process.port);

    assert_non_null(strstr(f->answer.head, "\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    wire_print(old, "GET /cometd HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_true(wire_read(old, &f->answer));
    assert_int_equal(f->answer.status, 400);
    wire_upgrade(old, "/cometd", "Sec-WebSocket-Version: 8\r\n", &f->answer);
    assert_int_equal(f->answer.status, 426);
    assert_non_null(strstr(f->answer.head, "\nSec-WebSocket-Version: 13"));
    close(old);
    close(fd);
}

static void S_54_S_55_a_socket_goes_on_with_a_session_of_http(void **state)
{
    fixture *f = *state;
    char id[ID_BYTES];
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
    char id[ID_BYTES];
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

// Frames with a mask of zeros, which changes nothing.
static void S_57_frames_that_break_the_rfc_end_the_connection(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *code;
    } frames[] = {
        { "\xc1\x80\0\0\0\0", 6, "1002" },                    // a reserved bit
        { "\x83\x80\0\0\0\0", 6, "1002" },                    // a reserved opcode
        { "\x80\x80\0\0\0\0", 6, "1002" },                    // a continuation of nothing
        { "\x01\x80\0\0\0\0\x81\x80\0\0\0\0", 12, "1002" },   // a message within a message
        { "\x88\x82\0\0\0\0\x03\xed", 8, "1002" },            // a close with 1005
        { "\x82\x80\0\0\0\0", 6, "1003" },                    // bytes
        { "\x09\x80\0\0\0\0", 6, "1002" },                    // a ping in fragments
        { "\x89\xfe\0\x7e\0\0\0\0", 8, "1002" },              // a ping of 126 bytes
        { "\x81\xfe\0\1\0\0\0\0", 8, "1002" },                // a length that takes too many bytes
        { "\x81\xff\xff\0\0\0\0\0\0\0\0\0\0\0", 14, "1002" }, // a length of 64 bits
        { "\x81\xff\x7f\0\0\0\0\0\0\0\0\0\0\0x", 15, "1009" },
        { "\x88\x81\0\0\0\0\x03", 7, "1002" },                  // half a code
        { "\x88\x83\0\0\0\0\x03\xe8\xff", 9, "1007" },          // a reason that is no UTF-8
        { "\x01\x81\0\0\0\0\xe2\x80\x80\0\0\0\0", 13, "1007" }, // a character that breaks off
    };
    fixture *f = *state;

    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        int fd = open_websocket(f, "");
        wire_send(fd, frames[i].bytes, frames[i].length);
        expect_close(f, fd, frames[i].code);
        assert_true(wire_closed(fd));
        close(fd);
    }
}

static void S_57_a_close_is_answered_with_the_same(void **state)
{
    fixture *f = *state;
    int fd = open_websocket(f, "");

    wire_frame(fd, WIRE_CLOSE, true, "\x03\xe8 Disconnect", 13);
    expect_close(f, fd, "1000");
    assert_true(wire_closed(fd));
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
    char id[ID_BYTES];
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(S_03_an_empty_payload_is_passed_over),
        CASE(S_16_a_handshake_as_the_first_message_binds_the_socket),
        CASE(S_29_a_shutdown_answers_the_held_connect_and_says_1001),
        CASE(S_53_the_upgrade_is_answered_with_the_right_key),
        CASE(S_54_S_55_a_socket_goes_on_with_a_session_of_http),
        CASE(S_56_a_socket_that_was_dropped_is_replaced),
        CASE(S_57_frames_are_as_the_rfc_says),
        CASE(S_57_frames_that_break_the_rfc_end_the_connection),
        CASE(S_57_a_close_is_answered_with_the_same),
        OWN(S_58_a_session_that_expires_closes_its_socket, set_up_with_short_life),
        CASE(S_02_S_58_what_is_no_payload_closes_the_socket),
        CASE(S_59_offered_sub_protocols_are_passed_over),
        CASE(S_63_with_acks_an_event_releases_the_held_connect),
    };
    prepare_sockets();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
