// SPDX-License-Identifier: Apache-2.0
// What a client takes for an address, and where its events go.
#include "client.h"

#include <string.h>

#include "cmocka_all.h"

static live_err make(const live_client_options *options, live_client **client, live_error *error)
{
    *client = NULL;
    *error = (live_error){ 0 };
    return live_client_new(NULL, options, client, error);
}

static void what_is_no_address_is_refused(void **state)
{
    static const struct {
        live_client_options options;
        const char *text;
    } cases[] = {
        { { .url = "" }, "url: not of the form" },
        { { .url = "live.example.com" }, "url: not of the form" },
        { { .url = "ftp://h" }, "url: not of the form" },
        { { .url = "http://" }, "url: not of the form" },
        { { .url = "http:///path" }, "url: not of the form" },
        { { .url = "http://h?x=1" }, "url: not of the form" },
        { { .url = "http://h#x" }, "url: not of the form" },
        { { .url = "http://user:pass@h" }, "url: not of the form" },
        { { .url = "http://h\r\nX: y" }, "url: not of the form" },
        { { 0 }, "neither url nor ip is set" },
        { { .url = "http://h", .rest_input = "in/" }, "rest_input: a path begins with '/'" },
        { { .url = "http://h", .proxy = "p:1" }, "proxy: 'p:1' is not of the form" },
        { { .url = "http://h", .proxy = "http://user:s3cret@p:1" }, "proxy: user and password" },
        { { .url = "http://h", .tls_min_version = "1.1" }, "'1.1' is neither 1.2 nor 1.3" },
        { { .url = "http://h", .tls_pinned_key = "sha256//abc=" }, "tls.pinned_key: not of" },
        { { .url = "http://h", .tls_key = "k" }, "tls.key is of no use without tls.certificate" },
        { { .tcp_host = "h" }, "port: 0 is no port from 1 to 65535" },
        { { .tcp_host = "h", .tcp_port = 65536 }, "port: 65536 is no port" },
        { { .tcp_host = "h", .tcp_port = -1 }, "port: -1 is no port" },
    };
    live_client *client;
    live_error error;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(make(&cases[i].options, &client, &error), LIVE_E_INVALID);
        if (!strstr(error.text, cases[i].text))
            fail_msg("%zu: %s", i, error.text);
        assert_null(client);
        assert_null(strstr(error.text, "user:"));
    }
}

static int set_up(void **state)
{
    live_loop *loop = NULL;

    assert_int_equal(live_loop_new(&loop, NULL), LIVE_OK);
    *state = loop;
    return 0;
}

static int tear_down(void **state)
{
    live_loop_free(*state);
    return 0;
}

static void slashes_at_the_end_of_the_url_are_left_out(void **state)
{
    live_client_options options = { .url = "http://h/live//" };
    live_client *client = NULL;

    assert_int_equal(live_client_new(*state, &options, &client, NULL), LIVE_OK);
    assert_string_equal(client->options.url, "http://h/live");
    live_client_free(client);
}

static void limits_have_defaults(void **state)
{
    live_client_options options = { .url = "http://h" };
    live_client *client = NULL;

    assert_int_equal(live_client_new(*state, &options, &client, NULL), LIVE_OK);
    assert_int_equal(client->options.connect_timeout_ms, 3050);
    assert_int_equal(client->options.request_timeout_ms, 5000);
    assert_int_equal(client->options.max_retries, 5);
    assert_int_equal(client->options.max_body_bytes, 64 * 1024 * 1024);
    live_client_free(client);
}

static void P_13_the_rest_input_is_taken_when_all_it_needs_is_there(void **state)
{
    static const struct {
        live_client_options options;
        bool rest;
    } cases[] = {
#define TCP .tcp_host = "127.0.0.1", .tcp_port = 17042
        { { .url = "http://h", .username = "u", .password = "p", .rest_input = "/in/", TCP },
          true },
        { { .url = "http://h", .username = "u", .password = "p", .rest_input = "/in/" }, true },
        { { .username = "u", .password = "p", .rest_input = "/in/", TCP }, false },
        { { .url = "http://h", .password = "p", .rest_input = "/in/", TCP }, false },
        { { .url = "http://h", .username = "u", .rest_input = "/in/", TCP }, false },
        { { .url = "http://h", .username = "u", .password = "p", TCP }, false },
        { { TCP }, false },
    };
    live_client *client = NULL;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(live_client_new(*state, &cases[i].options, &client, NULL), LIVE_OK);
        assert_int_equal(client->rest, cases[i].rest);
        live_client_free(client);
    }
}

static void fail_if_called(const live_error *error, void *user)
{
    (void)error;
    (void)user;
    fail();
}

static void P_13_without_any_input_sending_says_what_is_missing(void **state)
{
    live_client_options options = { .url = "http://h", .username = "u", .password = "p" };
    live_client *client = NULL;
    live_call *call = NULL;
    live_error error = { 0 };

    assert_int_equal(live_client_new(*state, &options, &client, NULL), LIVE_OK);
    assert_int_equal(
        live_event_send_text(client, "{\"a\":1}", 7, fail_if_called, NULL, &call, &error),
        LIVE_E_INVALID);
    assert_non_null(strstr(error.text, "no input is set: url, username, password and rest_input"));
    assert_null(call);
    live_client_free(client);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_address_is_refused),
        CASE(slashes_at_the_end_of_the_url_are_left_out),
        CASE(limits_have_defaults),
        CASE(P_13_the_rest_input_is_taken_when_all_it_needs_is_there),
        CASE(P_13_without_any_input_sending_says_what_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
