// SPDX-License-Identifier: Apache-2.0
// Server checks about bytes over HTTP, by their numbers: a CometD server in a process of its own, a peer by hand.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cometd_bench.h"

enum { HOLDERS = 1000 };

static void S_02_after_what_is_no_json_the_connection_stays_usable(void **state)
{
    static const char *const broken[] = { "{", "[{\"channel\":\"\xff\"}]", "[1] [2]", "", "7" };
    fixture *f = *state;
    int fd = wire_connect(f->process.port);

    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        wire_post(fd, "/cometd", "", broken[i], &f->answer);
        assert_int_equal(f->answer.status, 400);
    }
    assert_non_null(strstr(post(f, fd, HANDSHAKE, ""), "\"successful\":true"));
    close(fd);
}

static void S_09_a_payload_over_the_limit_harms_nobody_else(void **state)
{
    fixture *f = *state;
    char id[ID_BYTES];
    int held = new_session(f, "", id), big = wire_connect(f->process.port);
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
    int fd = wire_connect(f->process.port);

    post(f, fd, HANDSHAKE, "");
    assert_non_null(strstr(f->answer.head, "\nSet-Cookie: BAYEUX_BROWSER="));
    wire_post(fd, "/cometd", "Cookie: BAYEUX_BROWSER=mine\r\n", "[]", &f->answer);
    assert_null(strstr(f->answer.head, "Set-Cookie"));
    close(fd);
}

static void S_26_a_connect_whose_peer_hung_up_loses_nothing(void **state)
{
    fixture *f = *state;
    char id[ID_BYTES];
    int fd = new_session(f, "", id), held = wire_connect(f->process.port);

    send_connect(held, id);
    post(f, fd, SUBSCRIBE, id); // the server has seen the connect when it answers this
    close(held);
    post(f, fd, SUBSCRIBE, id); // and that nobody waits for it any more
    publish_news(f);
    assert_non_null(strstr(post(f, fd, CONNECT, id), "news"));
    close(fd);
}

static void S_29_a_shutdown_answers_what_is_held(void **state)
{
    fixture *f = *state;
    char id[ID_BYTES];
    int fd = new_session(f, "", id), held = wire_connect(f->process.port);

    send_connect(held, id);
    post(f, fd, SUBSCRIBE, id); // the server has seen the connect when it answers this
    server_end(&f->process);
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
    int fd = wire_connect(f->process.port);
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
    int fd = wire_connect(f->process.port);

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        wire_print(
            fd,
            "POST /cometd HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\n"
            "Content-Length: "
            "49\r\n\r\n[{\"channel\":\"/a\",\"id\":\"\xc3\xa4\",\"clientId\":\"\",\"z\":\"\"}]",
            types[i]);
        assert_true(wire_read(fd, &f->answer));
        assert_int_equal(f->answer.status, 200);
        assert_non_null(
            strcasestr(f->answer.head, "\nContent-Type: application/json;charset=utf-8"));
        assert_non_null(strstr(f->answer.body, "\"id\":\"\xc3\xa4\""));
    }
    close(fd);
}

static void S_48_what_is_neither_post_nor_upgrade_is_refused(void **state)
{
    static const char *const methods[] = { "GET", "PUT", "DELETE", "OPTIONS" };
    fixture *f = *state;
    int fd = wire_connect(f->process.port);

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
    static char ids[HOLDERS][ID_BYTES];
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
    int fd = wire_connect(f->process.port);

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

static int set_up_with_cookie(void **state)
{
    return set_up_with(state, (bayeux_options){ .require_cookie = true });
}

static void S_51_with_the_cookie_required_a_session_is_known_by_it(void **state)
{
    fixture *f = *state;
    int fd = wire_connect(f->process.port);
    char id[ID_BYTES], text[512], cookie[128];

    wire_post(fd, "/cometd", "Cookie: BAYEUX_BROWSER=mine\r\n",
              "[{\"channel\":\"/meta/handshake\",\"supportedConnectionTypes\":[\"long-polling\"]}]",
              &f->answer);
    assert_int_equal(sscanf(strstr(f->answer.body, "clientId"), "clientId\":\"%32[0-9a-f]", id), 1);
    assert_non_null(strstr(post(f, fd, CONNECT, id), "402::"));
    fill(text, CONNECT, id);
    for (int right = 0; right < 2; right++) {
        snprintf(cookie, sizeof cookie, "Cookie: other=1; BAYEUX_BROWSER=%s\r\n",
                 right ? "mine" : "yours");
        wire_post(fd, "/cometd", cookie, text, &f->answer);
        assert_non_null(strstr(f->answer.body, right ? "\"successful\":true" : "402::"));
    }
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(S_02_after_what_is_no_json_the_connection_stays_usable),
        CASE(S_09_a_payload_over_the_limit_harms_nobody_else),
        CASE(S_17_the_cookie_is_set_once_and_kept),
        CASE(S_26_a_connect_whose_peer_hung_up_loses_nothing),
        CASE(S_29_a_shutdown_answers_what_is_held),
        CASE(S_46_every_path_below_cometd_is_the_same),
        CASE(S_47_the_type_may_have_a_charset_and_the_answer_is_json),
        CASE(S_48_what_is_neither_post_nor_upgrade_is_refused),
        CASE(S_49_a_thousand_held_connects_block_nobody),
        CASE(S_50_expectations_and_chunks_are_understood),
        OWN(S_51_with_the_cookie_required_a_session_is_known_by_it, set_up_with_cookie),
    };
    prepare_sockets();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
