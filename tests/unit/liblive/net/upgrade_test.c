// SPDX-License-Identifier: Apache-2.0
#include "net/upgrade.h"

#include <string.h>

#include "cmocka_all.h"

// The key and the answer to it that RFC 6455 gives as an example.
static const lv_upgrade example = { .url = "http://[::1]:8080/cometd",
                                    .username = "bot",
                                    .password = "s3cret",
                                    .cookies = "BAYEUX_BROWSER=k3j; JSESSIONID=n1",
                                    .key = "dGhlIHNhbXBsZSBub25jZQ==" };

static void C_50_what_is_asked_is_what_the_rfc_says(void **state)
{
    live_buf *out = live_buf_new();

    (void)state;
    lv_upgrade_write(&example, out);
    const char *text = live_buf_data(out);
    assert_ptr_equal(strstr(text, "GET /cometd HTTP/1.1\r\nHost: [::1]:8080\r\n"), text);
    assert_non_null(strstr(text, "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"));
    assert_non_null(strstr(text, "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"));
    assert_non_null(strstr(text, "\r\nCookie: BAYEUX_BROWSER=k3j; JSESSIONID=n1\r\n"));
    assert_non_null(strstr(text, "\r\nAuthorization: Basic Ym90OnMzY3JldA==\r\n"));
    assert_string_equal(text + strlen(text) - 4, "\r\n\r\n");
    live_buf_free(out);
}

static void a_key_is_made_anew_each_time(void **state)
{
    lv_upgrade one = { .url = "http://h/" }, other = one;

    (void)state;
    assert_int_equal(lv_upgrade_make_key(&one, NULL), LIVE_OK);
    assert_int_equal(lv_upgrade_make_key(&other, NULL), LIVE_OK);
    assert_int_equal(strlen(one.key), 24);
    assert_string_not_equal(one.key, other.key);
}

#define ACCEPT "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
#define UP     "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"

static const struct {
    const char *head;
    live_err due;
    int http;
} answers[] = {
    { UP "Connection: Upgrade\r\n" ACCEPT "\r\n", LIVE_OK, 0 },
    { UP "Date: x\r\nconnection: keep-alive,UPGRADE\r\n" ACCEPT "\r\n", LIVE_OK, 0 },
    { "HTTP/1.1 101\r\nUPGRADE:WebSocket\r\nConnection:Upgrade\r\n" ACCEPT "\r\n", LIVE_OK, 0 },
    { UP "Connection: Upgrade\r\n\r\n", LIVE_E_PROTOCOL, 0 },
    { UP ACCEPT "\r\n", LIVE_E_PROTOCOL, 0 },
    { UP "Connection: Upgraded\r\n" ACCEPT "\r\n", LIVE_E_PROTOCOL, 0 },
    { UP "Connection: Upgrade\r\nSec-WebSocket-Accept: S3PPLMBITXAQ9KYGZZHZRBK+XOO=\r\n\r\n",
      LIVE_E_PROTOCOL, 0 },
    { UP "Connection: Upgrade\r\nX-Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
      LIVE_E_PROTOCOL, 0 },
    { UP "Connection: Upgrade\r\nSec-WebSocket-Protocol: chat\r\n" ACCEPT "\r\n", LIVE_E_PROTOCOL,
      0 },
    { UP "Connection: Upgrade\r\nSec-WebSocket-Extensions: permessage-deflate\r\n" ACCEPT "\r\n",
      LIVE_E_PROTOCOL, 0 },
    { "HTTP/1.1 101 x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n" ACCEPT "\r\n", LIVE_E_PROTOCOL,
      0 },
    { "HTTP/1.1 404 Not Found\r\n\r\n", LIVE_E_HTTP, 404 },
    { "HTTP/1.1 401 x\r\n\r\n", LIVE_E_AUTH, 401 },
    { "HTTP/1.1 200 OK\r\n" ACCEPT "\r\n", LIVE_E_HTTP, 200 },
    { "SSH-2.0-OpenSSH\r\n\r\n", LIVE_E_PROTOCOL, 0 },
    { "HTTP/1.1 1x1 no\r\n\r\n", LIVE_E_PROTOCOL, 0 },
    { "\r\n\r\n", LIVE_E_PROTOCOL, 0 },
};

static void C_50_only_the_right_answer_makes_a_websocket(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        live_error error = { 0 };
        size_t length = strlen(answers[i].head);
        assert_int_equal(lv_upgrade_head(answers[i].head, length), length);
        assert_int_equal(lv_upgrade_head(answers[i].head, length - 1), 0);
        assert_int_equal(lv_upgrade_check(&example, answers[i].head, length, &error),
                         answers[i].due);
        assert_int_equal(error.http, answers[i].http);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(C_50_what_is_asked_is_what_the_rfc_says),
        cmocka_unit_test(a_key_is_made_anew_each_time),
        cmocka_unit_test(C_50_only_the_right_answer_makes_a_websocket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
