// SPDX-License-Identifier: Apache-2.0
// Frames in, messages out.
#include "net/frames.h"

#include <stdio.h>
#include <string.h>

#include "cmocka_all.h"

enum { CONTINUED = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, LIMIT = 1000 };

typedef struct fixture {
    lv_frames *frames;
    char bytes[4096];         // what the server sends
    size_t length, at, piece; // so much of it is read at once
    char told[4096];
    bool had_enough;
} fixture;

static ssize_t read_piece(uint8_t *out, size_t room, int flags, void *user)
{
    fixture *f = user;
    size_t count = f->length - f->at;

    (void)flags;
    count = count < f->piece ? count : f->piece;
    count = count < room ? count : room;
    memcpy(out, f->bytes + f->at, count);
    f->at += count;
    return count ? (ssize_t)count : -1;
}

static bool on_message(int opcode, const char *bytes, size_t length, void *user)
{
    fixture *f = user;
    const size_t at = strlen(f->told);

    snprintf(f->told + at, sizeof f->told - at, "%d:%.*s|", opcode, (int)length, bytes);
    return !f->had_enough;
}

static int set_up_side(void **state, bool masked)
{
    static const lv_frames_hooks hooks = { .read = read_piece, .on_message = on_message };
    fixture *f = test_calloc(1, sizeof *f);

    *state = f;
    f->piece = sizeof f->bytes;
    return (int)lv_frames_new(&(lv_frames_options){ LIMIT, masked }, &hooks, f, &f->frames, NULL);
}

static int set_up(void **state)
{
    return set_up_side(state, false);
}

static int set_up_server(void **state)
{
    return set_up_side(state, true);
}

static int tear_down(void **state)
{
    fixture *f = *state;

    lv_frames_free(f->frames);
    test_free(f);
    return 0;
}

// A frame whose first byte is given, of fewer than 126 bytes.
static void send_frame(fixture *f, int first, const char *text)
{
    f->bytes[f->length++] = (char)first;
    f->bytes[f->length++] = (char)strlen(text);
    memcpy(f->bytes + f->length, text, strlen(text));
    f->length += strlen(text);
}

enum { FIN = 0x80 };

static void fragments_become_one_message_and_pings_go_between(void **state)
{
    fixture *f = *state;

    send_frame(f, TEXT, "a");
    send_frame(f, FIN | PING, "p");
    send_frame(f, CONTINUED, "");
    send_frame(f, FIN | CONTINUED, "b");
    send_frame(f, FIN | TEXT, "");
    assert_int_equal(lv_frames_receive(f->frames), 0);
    assert_string_equal(f->told, "9:p|1:ab|1:|");
}

static void a_message_may_come_byte_by_byte(void **state)
{
    fixture *f = *state;

    f->piece = 1;
    send_frame(f, TEXT, "hel");
    send_frame(f, FIN | CONTINUED, "lo");
    assert_int_equal(lv_frames_receive(f->frames), 0);
    assert_string_equal(f->told, "1:hello|");
}

static void who_has_had_enough_gets_no_more(void **state)
{
    fixture *f = *state;

    f->had_enough = true;
    send_frame(f, FIN | TEXT, "a");
    send_frame(f, FIN | TEXT, "b");
    assert_int_equal(lv_frames_receive(f->frames), 0);
    assert_string_equal(f->told, "1:a|");
}

static void what_breaks_the_protocol_is_named(void **state)
{
    static const struct {
        int first;
        const char *text, *before; // `before`: a fragment of a text that came first
    } cases[] = {
        { FIN | CONTINUED, "a", NULL }, // of nothing
        { FIN | TEXT, "a", "b" },       // amid another one
        { FIN | BINARY, "a", "b" },
        { FIN | 0x40 | TEXT, "a", NULL }, // an extension that nobody asked for
        { FIN | 3, "a", NULL },           // opcodes that are none
        { FIN | 11, "a", NULL },
        { PING, "a", NULL }, // a control frame in parts
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture *f;
        set_up((void **)&f);
        if (cases[i].before)
            send_frame(f, TEXT, cases[i].before);
        send_frame(f, cases[i].first, cases[i].text);
        assert_int_equal(lv_frames_receive(f->frames), 1002);
        assert_string_equal(f->told, "");
        tear_down((void **)&f);
    }
    (void)state;
}

static void a_masked_frame_of_a_server_is_refused(void **state)
{
    fixture *f = *state;

    memcpy(f->bytes, "\x81\x81\1\2\3\4x", 7);
    f->length = 7;
    assert_int_equal(lv_frames_receive(f->frames), 1002);
}

static void a_client_has_to_mask(void **state)
{
    fixture *f = *state;

    memcpy(f->bytes, "\x81\x82\1\2\3\4ik\x81\0", 10);
    f->length = 10;
    assert_int_equal(lv_frames_receive(f->frames), 1002);
    assert_string_equal(f->told, "1:hi|");
}

static void text_that_is_no_utf8_is_refused_when_it_is_whole(void **state)
{
    static const struct {
        const char *first, *second;
        int code;
    } cases[] = {
        { "all good, \xe2\x82", "\xac and more", 0 }, // a character in two frames
        { "breaks off \xe2\x82", "", 1007 },
        { "\xc0\xaf", "", 1007 }, // longer than it need be
        { "surrogate ", "\xed\xa0\x80", 1007 },
        { "eight ascii bytes, then \xff", "", 1007 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture *f;
        set_up((void **)&f);
        send_frame(f, TEXT, cases[i].first);
        send_frame(f, FIN | CONTINUED, cases[i].second);
        assert_int_equal(lv_frames_receive(f->frames), cases[i].code);
        assert_false(lv_frames_closed(f->frames));
        assert_int_equal(*f->told != '\0', cases[i].code == 0);
        tear_down((void **)&f);
    }
    (void)state;
}

static void a_message_that_is_no_text_is_refused(void **state)
{
    fixture *f = *state;

    send_frame(f, FIN | BINARY, "a");
    assert_int_equal(lv_frames_receive(f->frames), 1003);
    assert_string_equal(f->told, "");
}

static void a_close_that_says_what_it_may_not_is_refused(void **state)
{
    static const struct {
        const char *bytes;
        int code;
    } cases[] = { { "", 0 },
                  { "\x03", 1002 },
                  { "\x03\xed", 1002 },
                  { "\x03\xe8", 0 },
                  { "\x03\xe8 bye \xc3\xa9", 0 },
                  { "\x03\xe8 bye \xc3", 1007 } };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture *f;
        set_up((void **)&f);
        send_frame(f, FIN | CLOSE, cases[i].bytes);
        assert_false(lv_frames_closed(f->frames));
        assert_int_equal(lv_frames_receive(f->frames), cases[i].code);
        assert_true(lv_frames_closed(f->frames));
        assert_int_equal(*f->told != '\0', cases[i].code == 0);
        tear_down((void **)&f);
    }
    (void)state;
}

static void a_message_that_is_too_long_is_refused_when_it_begins(void **state)
{
    fixture *f = *state;

    for (int i = 0; i < 8; i++) // 800 bytes, in parts
        send_frame(f, i == 0 ? TEXT : CONTINUED,
                   "0123456789012345678901234567890123456789012345678901234567890123456789"
                   "012345678901234567890123456789");
    assert_int_equal(lv_frames_receive(f->frames), 0);
    memcpy(f->bytes + f->length, "\x80\x7e\x01\x00x", 5); // 256 more, of which one has come
    f->length += 5;
    assert_int_equal(lv_frames_receive(f->frames), 1009);
    assert_string_equal(f->told, "");
}

static void a_close_has_a_code_none_or_a_wrong_one(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
        int code;
    } cases[] = {
        { "", 0, 1005 },         { "\x03", 1, 0 },
        { "\x03\xe8", 2, 1000 }, { "\x03\xe9why", 5, 1001 },
        { "\x03\xf3", 2, 1011 }, { "\x03\xed", 2, 0 },
        { "\x03\xee", 2, 0 },    { "\x03\xe7", 2, 0 },
        { "\x0b\xb8", 2, 3000 }, { "\x13\x88", 2, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(lv_frames_close_code(cases[i].bytes, cases[i].length), cases[i].code);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(fragments_become_one_message_and_pings_go_between),
        CASE(a_message_may_come_byte_by_byte),
        CASE(who_has_had_enough_gets_no_more),
        CASE(what_breaks_the_protocol_is_named),
        CASE(a_masked_frame_of_a_server_is_refused),
        cmocka_unit_test_setup_teardown(a_client_has_to_mask, set_up_server, tear_down),
        CASE(text_that_is_no_utf8_is_refused_when_it_is_whole),
        CASE(a_message_that_is_no_text_is_refused),
        CASE(a_close_that_says_what_it_may_not_is_refused),
        CASE(a_message_that_is_too_long_is_refused_when_it_begins),
        CASE(a_close_has_a_code_none_or_a_wrong_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
